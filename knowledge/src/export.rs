//! Articles as a file that can be imported again.

use std::io::Write;
use std::path::Path;

use bot_core::domain::answer::AnswerMode;
use bot_core::domain::time::Timestamp;
use serde::Serialize;

use crate::article::Article;
use crate::import::{join_list, protect_formula};

/// A file that articles can be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// One JSON object a line.
    JsonLines,
    /// A table with a header.
    Csv,
}

/// An export that failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file's name ends in nothing known.
    #[error("the file's name must end in .jsonl or .csv")]
    UnknownFormat,
    /// The file could not be written.
    #[error("the file was not written: {0}")]
    Write(#[from] std::io::Error),
    /// A row could not be written as CSV.
    #[error("the file was not written: {0}")]
    Csv(#[from] csv::Error),
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
    }
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    question: &'a str,
    answer: &'a str,
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

fn json_lines(articles: &[Article], mut file: impl Write) -> Result<(), ExportError> {
    for article in articles {
        let content = &article.content;
        let line = Line {
            id: content.external_id.as_str(),
            question: &content.question,
            answer: &content.answer,
            alternatives: &content.alternatives,
            category: &content.category,
            lang: content.language.code(),
            tags: &content.tags,
            visibility: content.visibility.word(),
            mode: content.terms.mode,
            valid_from: content.terms.valid_from.map(|at| at.to_string()),
            valid_until: content.terms.valid_until.map(|at| at.to_string()),
            channels: &content.terms.channels,
            source: &content.source,
        };
        serde_json::to_writer(&mut file, &line)?;
        file.write_all(b"\n")?;
    }
    Ok(file.flush()?)
}

/// With a byte order mark, so that spreadsheets read the Chinese in it.
fn table(articles: &[Article], mut file: impl Write) -> Result<(), ExportError> {
    file.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record([
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
    ])?;
    for article in articles {
        let content = &article.content;
        writer.write_record([
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
        ])?;
    }
    Ok(writer.flush()?)
}

fn moment(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}
