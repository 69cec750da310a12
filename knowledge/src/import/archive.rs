//! ZIP archives: their files one after another, each within bounds.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::import::{Format, ReadError};

/// Most files in an archive.
const MOST_FILES: usize = 10_000;
/// All files together, unpacked, in bytes.
const LARGEST: u64 = 1_000_000_000;

/// A file of an archive, unpacked.
pub(crate) struct Unpacked {
    /// Where it is now; gone when the folder is.
    pub(crate) path: PathBuf,
    /// Its name in the archive.
    pub(crate) name: String,
}

/// What became of the next file of an archive.
pub(crate) enum Entry {
    File(Unpacked),
    /// It is not taken, and why.
    Refused(String, String),
    /// It is nothing that could be read.
    Skipped,
}

/// An archive that is being unpacked into a folder of its own.
pub(crate) struct Archive {
    archive: ZipArchive<BufReader<File>>,
    folder: tempfile::TempDir,
    at: usize,
    unpacked: u64,
}

impl Archive {
    pub(crate) fn open(path: &Path) -> Result<Self, ReadError> {
        let file = BufReader::new(File::open(path)?);
        let broken = |error| ReadError::Broken(format!("is no ZIP archive ({error})"));
        let archive = ZipArchive::new(file).map_err(broken)?;
        if archive.len() > MOST_FILES {
            return Err(ReadError::Broken(format!(
                "holds more than {MOST_FILES} files"
            )));
        }
        Ok(Self {
            archive,
            folder: tempfile::tempdir()?,
            at: 0,
            unpacked: 0,
        })
    }

    /// The next file; none after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, ReadError> {
        let at = self.at;
        if at == self.archive.len() {
            return Ok(None);
        }
        self.at += 1;
        let target = self.folder.path().join(at.to_string());
        let left = LARGEST.saturating_sub(self.unpacked);
        let mut file = match self.archive.by_index(at) {
            Ok(file) => file,
            Err(error) => return Ok(Some(Entry::Refused(format!("{at}"), error.to_string()))),
        };
        let name = name_of(&file);
        let entry = match judged(&file, &name) {
            Judged::Skip => Entry::Skipped,
            Judged::Refuse(why) => Entry::Refused(name, why.to_owned()),
            Judged::Take(ending) => {
                let path = target.with_extension(ending);
                let size = unpack(&mut file, &path, left)?;
                self.unpacked += size;
                Entry::File(Unpacked { path, name })
            }
        };
        Ok(Some(entry))
    }
}

enum Judged {
    Take(String),
    Skip,
    Refuse(&'static str),
}

fn judged(file: &ZipFile<'_, BufReader<File>>, name: &str) -> Judged {
    let hidden = |part: &str| part.starts_with('.') || part == "__MACOSX";
    if file.is_dir() || (name.split('/').any(hidden) && file.enclosed_name().is_some()) {
        return Judged::Skip;
    }
    if file.enclosed_name().is_none() {
        return Judged::Refuse("its path leads out of the archive");
    }
    if file.is_symlink() {
        return Judged::Refuse("it is a link");
    }
    if file.encrypted() {
        return Judged::Refuse("it is encrypted");
    }
    match Format::of(Path::new(name)) {
        None => Judged::Skip,
        Some(Format::Zip) => Judged::Refuse("it is an archive in an archive"),
        Some(_) => {
            let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
            Judged::Take(ending.to_lowercase())
        }
    }
}

/// What the archive says of sizes is not believed.
fn unpack(file: &mut impl Read, path: &Path, left: u64) -> Result<u64, ReadError> {
    let mut target = std::io::BufWriter::new(File::create(path)?);
    let mut limited = file.take(left + 1);
    let size = std::io::copy(&mut limited, &mut target)?;
    target.flush()?;
    match size > left {
        true => Err(ReadError::Broken(
            "holds more than 1 GB unpacked".to_owned(),
        )),
        false => Ok(size),
    }
}

/// Names are UTF-8, or else what Windows writes in China.
fn name_of(file: &ZipFile<'_, BufReader<File>>) -> String {
    match std::str::from_utf8(file.name_raw()) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(file.name_raw()).0.into_owned(),
    }
}
