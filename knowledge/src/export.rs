//! Articles as a file that can be imported again.

use std::io::Write;
use std::path::Path;

use bot_core::domain::answer::AnswerMode;
use bot_core::domain::time::Timestamp;
use serde::Serialize;

use crate::article::{Article, Content};
use crate::import::{join_list, protect_formula};

mod markdown;
mod workbook;

/// A file that articles can be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// One JSON object a line.
    JsonLines,
    /// A table with a header.
    Csv,
    /// A workbook with one such table.
    Xlsx,
    /// A page to be read, with what is not shown in comments.
    Markdown,
}

/// An export that failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file's name ends in nothing known.
    #[error("the file's name must end in .jsonl, .csv, .xlsx or .md")]
    UnknownFormat,
    /// The file could not be written.
    #[error("the file was not written: {0}")]
    Write(#[from] std::io::Error),
    /// A row could not be written as CSV.
    #[error("the file was not written: {0}")]
    Csv(#[from] csv::Error),
    /// A row does not fit into a workbook.
    #[error("the file was not written: {0}; .jsonl has room for everything")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// A row could not be written as JSON.
    #[error("the file was not written: {0}")]
    Json(#[from] serde_json::Error),
}

impl ExportFormat {
    /// What a file's name asks for.
    ///
    /// # Errors
    /// When it ends in nothing known.
    pub fn of(path: &Path) -> Result<Self, ExportError> {
        match path
            .extension()
            .and_then(|ending| ending.to_str())
            .map(str::to_lowercase)
            .as_deref()
        {
            Some("jsonl" | "ndjson") => Ok(Self::JsonLines),
            Some("csv") => Ok(Self::Csv),
            Some("xlsx") => Ok(Self::Xlsx),
            Some("md" | "markdown") => Ok(Self::Markdown),
            _ => Err(ExportError::UnknownFormat),
        }
    }
}

/// Writes articles; what comes out imports back as the same articles.
///
/// # Errors
/// When the file cannot be written.
pub fn export(
    articles: &[Article],
    format: ExportFormat,
    file: impl Write,
) -> Result<(), ExportError> {
    match format {
        ExportFormat::JsonLines => json_lines(articles, file),
        ExportFormat::Csv => table(articles, file),
        ExportFormat::Xlsx => workbook::write(articles, file),
        ExportFormat::Markdown => markdown::write(articles, file),
    }
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    question: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<&'a str>,
    alternatives: &'a [String],
    category: &'a str,
    lang: &'static str,
    tags: &'a [String],
    visibility: &'static str,
    #[serde(skip_serializing_if = "is_auto")]
    mode: AnswerMode,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    channels: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    source: &'a str,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands it a reference"
)]
fn is_auto(mode: &AnswerMode) -> bool {
    *mode == AnswerMode::Auto
}

impl<'a> Line<'a> {
    fn of(content: &'a Content) -> Self {
        let terms = &content.terms;
        Self {
            id: content.external_id.as_str(),
            question: &content.question,
            answer: Some(&content.answer),
            alternatives: &content.alternatives,
            category: &content.category,
            lang: content.language.code(),
            tags: &content.tags,
            visibility: content.visibility.word(),
            mode: terms.mode,
            valid_from: terms.valid_from.map(|at| at.to_string()),
            valid_until: terms.valid_until.map(|at| at.to_string()),
            channels: &terms.channels,
            source: &content.source,
        }
    }
}

fn json_lines(articles: &[Article], mut file: impl Write) -> Result<(), ExportError> {
    for article in articles {
        serde_json::to_writer(&mut file, &Line::of(&article.content))?;
        file.write_all(b"\n")?;
    }
    Ok(file.flush()?)
}

/// The columns of tables.
const COLUMNS: [&str; 13] = [
    "id",
    "question",
    "answer",
    "alternatives",
    "category",
    "lang",
    "tags",
    "visibility",
    "mode",
    "valid_from",
    "valid_until",
    "channels",
    "source",
];

/// An article's cells, none of which a spreadsheet takes for a formula.
fn cells(content: &Content) -> [String; 13] {
    [
        protect_formula(content.external_id.as_str()),
        protect_formula(&content.question),
        protect_formula(&content.answer),
        protect_formula(&join_list(&content.alternatives)),
        protect_formula(&content.category),
        content.language.code().to_owned(),
        protect_formula(&content.tags.join("|")),
        content.visibility.word().to_owned(),
        content.terms.mode.as_str().to_owned(),
        moment(content.terms.valid_from),
        moment(content.terms.valid_until),
        protect_formula(&content.terms.channels.join("|")),
        protect_formula(&content.source),
    ]
}

/// With a byte order mark, so that spreadsheets read the Chinese in it.
fn table(articles: &[Article], mut file: impl Write) -> Result<(), ExportError> {
    file.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record(COLUMNS)?;
    for article in articles {
        writer.write_record(cells(&article.content))?;
    }
    Ok(writer.flush()?)
}

fn moment(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
