//! Reading articles from files: every good row is kept, every bad one is named with its reason.
//!
//! Files are read as streams where their format allows it, so that a large file needs little
//! memory. Nothing here writes; rows are handed on one by one.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use bot_core::domain::language::Language;
use bot_core::domain::time::Zone;
use serde::{Deserialize, Serialize};

use crate::article::{Content, SpaceName};
use crate::import::archive::{Archive, Entry};
use crate::import::pdf::PdfReader;

pub use publish::{Publication, PublishError, publish, restate_all};
pub use report::{Report, Writer};
pub use row::RawRow;

pub(crate) use list::{join_list, protect_formula};
pub(crate) use markdown::escape as escape_markdown;

mod archive;
mod column;
pub(crate) mod decode;
mod document;
mod docx;
mod html;
pub mod job;
mod json;
mod list;
mod markdown;
pub mod pdf;
mod publish;
mod report;
mod row;
pub mod run;
pub(crate) mod table;
mod workbook;

/// What an import adds to every row.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// The space that the articles go to.
    pub space: SpaceName,
    /// The language of rows that name none; `None`: it is recognised.
    pub language: Option<Language>,
    /// The time zone of dates that name none.
    pub zone: Zone,
    /// Where PDF files are read.
    pub pdf: PdfReader,
}

/// A row that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// The file it stands in.
    pub file: String,
    /// Its line or row, from 1; `None` when the whole file is meant.
    pub line: Option<u64>,
    /// Why it was not accepted.
    pub reason: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.reason),
            None => write!(f, "{}: {}", self.file, self.reason),
        }
    }
}

/// A row that can become an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodRow {
    /// What it says.
    pub content: Content,
    /// Whether it is a section of a document, which nobody wrote as an answer: it is a draft at first.
    pub is_section: bool,
}

/// One row, good or bad.
pub type RowResult = Result<GoodRow, RowError>;

/// A file that cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It cannot be opened, or reading stopped.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Its name ends in nothing known.
    #[error("is none of .csv, .xlsx, .json, .jsonl, .md, .html, .docx, .pdf, .zip")]
    UnknownFormat,
    /// It lacks columns that every article needs.
    #[error("has no column {}", .0.join(" and no column "))]
    MissingColumns(Vec<&'static str>),
    /// It is no file of its format.
    #[error("{0}")]
    Broken(String),
    /// The receiver of the rows wants no more.
    #[error("was not read to its end")]
    Stopped,
}

/// Takes rows as they are read; `false` stops the reading.
pub(crate) type Take<'t> = dyn FnMut(u64, Result<RawRow, String>) -> bool + 't;

/// The files that the given paths mean: a folder stands for the files in it, in order of name.
///
/// # Errors
/// When a path does not exist, or a folder cannot be listed.
pub fn files_of(paths: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            gather(path, &mut files)?;
        } else {
            std::fs::metadata(path).map_err(|error| naming(path, &error))?;
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn naming(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            gather(&path, files)?;
        } else if Format::of(&path).is_some() {
            files.push(path);
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Xlsx,
    Json,
    JsonLines,
    Markdown,
    Html,
    Docx,
    Pdf,
    Zip,
}

impl Format {
    fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_lowercase();
        Some(match ending.as_str() {
            "csv" | "tsv" => Self::Csv,
            "xlsx" => Self::Xlsx,
            "json" => Self::Json,
            "jsonl" | "ndjson" => Self::JsonLines,
            "md" | "markdown" => Self::Markdown,
            "html" | "htm" | "xhtml" => Self::Html,
            "docx" => Self::Docx,
            "pdf" => Self::Pdf,
            "zip" => Self::Zip,
            _ => return None,
        })
    }
}

/// Reads files one after another; an id, and what is said, may stand once among all of them.
pub struct Reader {
    defaults: Defaults,
    ids: HashSet<String>,
    /// What was said, and under which id.
    said: HashMap<i64, String>,
}

impl Reader {
    /// A reader that has read nothing yet.
    #[must_use]
    pub fn new(defaults: Defaults) -> Self {
        Self {
            defaults,
            ids: HashSet::new(),
            said: HashMap::new(),
        }
    }

    /// Reads one file and hands on its rows, until `take` says `false`. A file that cannot be
    /// read, or not to its end, is handed on as a bad row too; returns whether to go on.
    pub fn read(&mut self, path: &Path, take: &mut dyn FnMut(RowResult) -> bool) -> bool {
        self.read_as(path, &path.display().to_string(), take)
    }

    /// The same for a file that people know by another name.
    pub fn read_as(
        &mut self,
        path: &Path,
        name: &str,
        take: &mut dyn FnMut(RowResult) -> bool,
    ) -> bool {
        match Format::of(path) {
            Some(Format::Zip) => self.read_archive(path, name, take),
            Some(format) => self.read_file(path, name, format, take),
            None => take(Err(bad(name, None, ReadError::UnknownFormat.to_string()))),
        }
    }

    fn read_archive(
        &mut self,
        path: &Path,
        name: &str,
        take: &mut dyn FnMut(RowResult) -> bool,
    ) -> bool {
        let mut archive = match Archive::open(path) {
            Ok(archive) => archive,
            Err(error) => return take(Err(bad(name, None, error.to_string()))),
        };
        loop {
            let go_on = match archive.next() {
                Ok(None) => return true,
                Ok(Some(Entry::Skipped)) => true,
                Ok(Some(Entry::Refused(inner, why))) => {
                    take(Err(bad(&format!("{name}/{inner}"), None, why)))
                }
                Ok(Some(Entry::File(file))) => {
                    let inner = format!("{name}/{}", file.name);
                    self.read_as(&file.path, &inner, take)
                }
                Err(error) => return take(Err(bad(name, None, error.to_string()))),
            };
            if !go_on {
                return false;
            }
        }
    }

    fn read_file(
        &mut self,
        path: &Path,
        name: &str,
        format: Format,
        take: &mut dyn FnMut(RowResult) -> bool,
    ) -> bool {
        let mut go_on = true;
        let pdf = self.defaults.pdf.clone();
        let outcome = read_raw(path, name, (format, &pdf), &mut |line, raw| {
            let row = raw.and_then(|raw| self.accept(raw));
            go_on = take(row.map_err(|reason| bad(name, Some(line), reason)));
            go_on
        });
        match outcome {
            Err(error) if go_on => take(Err(bad(name, None, error.to_string()))),
            _ => go_on,
        }
    }

    fn accept(&mut self, raw: RawRow) -> Result<GoodRow, String> {
        let is_section = raw.is_section;
        let content = raw.into_content(&self.defaults)?;
        let id = content.external_id.as_str();
        if !self.ids.insert(id.to_owned()) {
            return Err(format!("the id “{id}” stands twice; the first is kept"));
        }
        if let Some(first) = self.said.insert(content.digest(), id.to_owned()) {
            return Err(format!("says the same as “{first}”, which is kept"));
        }
        Ok(GoodRow {
            content,
            is_section,
        })
    }
}

fn bad(file: &str, line: Option<u64>, reason: String) -> RowError {
    RowError {
        file: file.to_owned(),
        line,
        reason,
    }
}

fn read_raw(
    path: &Path,
    name: &str,
    (format, pdf): (Format, &PdfReader),
    take: &mut Take<'_>,
) -> Result<(), ReadError> {
    match format {
        Format::Csv => table::read(File::open(path)?, take),
        Format::Xlsx => workbook::read(path, take),
        Format::Json => json::read_array(File::open(path)?, take),
        Format::JsonLines => json::read_lines(File::open(path)?, take),
        Format::Markdown => markdown::read(path, name, take),
        Format::Html => html::read(File::open(path)?, name, take),
        Format::Docx => docx::read(path, name, take),
        Format::Pdf => pdf::read(path, name, pdf, take),
        // An archive is opened before, and holds none.
        Format::Zip => Err(ReadError::UnknownFormat),
    }
}
