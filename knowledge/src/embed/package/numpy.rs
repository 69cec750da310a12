//! Arrays as numpy stores them (NEP 1): a magic word, a line of Python that says type and shape, the
//! numbers.

use safetensors::tensor::Dtype;

use crate::embed::file::Stored;
use crate::embed::package::{PackageError, foreign};

const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";

/// Reads an array; numbers of eight bytes become such of four.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Stored, PackageError> {
    let odd = || foreign(format!("its array {name}"));
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(odd)?;
    let (length, rest) = rest.split_at_checked(2).ok_or_else(odd)?;
    let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
    let (header, numbers) = rest.split_at_checked(length).ok_or_else(odd)?;
    let header = std::str::from_utf8(header).map_err(|_| odd())?;
    if !header.contains("'fortran_order': False") {
        return Err(odd());
    }
    let (kind, numbers) = match header {
        text if text.contains("'|u1'") => (Dtype::U8, numbers.to_vec()),
        text if text.contains("'<f4'") => (Dtype::F32, numbers.to_vec()),
        text if text.contains("'<f8'") => (Dtype::F32, halved(numbers)),
        _ => return Err(odd()),
    };
    let shape = shape(header).ok_or_else(odd)?;
    if shape.iter().product::<usize>() * kind.bitsize() / 8 != numbers.len() {
        return Err(odd());
    }
    Ok(Stored {
        name: name.to_owned(),
        kind,
        shape,
        bytes: numbers,
    })
}

/// `(7530, 512)`; of a single number, `()`, one of length 1.
fn shape(header: &str) -> Option<Vec<usize>> {
    let (_, text) = header.split_once("'shape': (")?;
    let (text, _) = text.split_once(')')?;
    let sizes = text
        .split(',')
        .map(str::trim)
        .filter(|size| !size.is_empty());
    let sizes: Vec<usize> = sizes.map(|size| size.parse().ok()).collect::<Option<_>>()?;
    Some(if sizes.is_empty() { vec![1] } else { sizes })
}

fn halved(numbers: &[u8]) -> Vec<u8> {
    let (whole, _) = numbers.as_chunks::<8>();
    whole
        .iter()
        .flat_map(|bytes| (f64::from_le_bytes(*bytes) as f32).to_le_bytes())
        .collect()
}
