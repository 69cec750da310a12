//! An import as long work: the files that came with a command, a batch of rows at a time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::command::Say;
use bot_core::domain::phrase::Phrase;
use bot_core::domain::time::Zone;
use bot_core::port::clock::Clock;
use bot_core::port::job::{JobError, JobHandler, Portion, Task, TaskFile};
use serde::{Deserialize, Serialize};

use crate::article::SpaceName;
use crate::import::pdf::PdfReader;
use crate::import::{Defaults, Publication, Reader, Report, RowResult, Writer, publish};
use crate::keeper::Keeper;
use crate::says;
use crate::store::{BATCH, Change, Publish, record_import};

/// Bad rows that are named in the result.
const NAMED: usize = 10;

/// What to do with the files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportOrder {
    /// New articles are published at once; drafts otherwise.
    pub publish: bool,
    /// Published even if test questions fare worse.
    pub force: bool,
    /// Only read and check.
    pub dry_run: bool,
    /// Where the articles go; empty for the usual space.
    pub space: String,
    /// Who imports.
    pub author: String,
}

/// Imports articles from the files of a job. A portion that is worked twice finds its articles as it
/// has left them.
#[derive(Debug)]
pub struct ImportJob {
    keeper: Keeper,
    clock: Arc<dyn Clock>,
    zone: Zone,
    pdf: PdfReader,
}

/// How far an import has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Reached {
    /// Rows read, good and bad.
    rows: usize,
    report: Report,
}

/// One batch as it was read.
struct Read {
    rows: Vec<RowResult>,
    total: usize,
}

impl ImportJob {
    /// The name of the work.
    pub const KIND: &'static str = "kb import";

    /// Imports for this keeper.
    #[must_use]
    pub fn new(keeper: Keeper, clock: Arc<dyn Clock>) -> Self {
        Self {
            keeper,
            clock,
            zone: Zone::default(),
            pdf: PdfReader::Here,
        }
    }

    /// Dates that name no time zone are of this one; UTC without.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// PDF files are read there.
    #[must_use]
    pub fn with_pdf(self, pdf: PdfReader) -> Self {
        Self { pdf, ..self }
    }

    async fn write(
        &self,
        rows: Vec<RowResult>,
        order: &ImportOrder,
        change: &Change,
        report: &mut Report,
    ) -> Result<(), JobError> {
        let writer = Writer {
            db: &self.keeper.db,
            ids: self.keeper.ids.as_ref(),
            publish: match order.publish {
                true => Publish::All,
                false => Publish::WhatAnswers,
            },
            reviewed: self.keeper.base.reviews(&space(order)?),
            dry_run: order.dry_run,
            named: NAMED,
        };
        writer.take(rows, change, report).await.map_err(temporary)
    }

    async fn finish(
        &self,
        task: &Task,
        order: &ImportOrder,
        change: Change,
        report: Report,
    ) -> Result<Portion, JobError> {
        if order.dry_run {
            return Ok(Portion::Done(foretold(&report)));
        }
        let names: Vec<&str> = task.files.iter().map(|file| file.name.as_str()).collect();
        let (cause, written, db) = (change.cause, report.written, &self.keeper.db);
        let recorded = record_import(db, change, names.join("\n"), written, report.rejected);
        let number = recorded.await.map_err(temporary)?;
        let published = publish(db, &self.keeper.base, cause, order.force).await;
        Ok(Portion::Done(told(
            number,
            &report,
            &published.map_err(temporary)?,
        )))
    }

    fn change(&self, task: &Task, order: &ImportOrder) -> Change {
        Change {
            cause: task.id.0,
            author: order.author.clone(),
            reason: String::new(),
            at: self.clock.now(),
        }
    }
}

fn space(order: &ImportOrder) -> Result<SpaceName, JobError> {
    match order.space.as_str() {
        "" => Ok(SpaceName::default()),
        name => {
            let refused = |error: crate::article::NameError| {
                let phrase = Phrase::new("kb.refused").with("reason", error.to_string());
                JobError::Refused(phrase)
            };
            name.parse().map_err(refused)
        }
    }
}

#[async_trait]
impl JobHandler for ImportJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    async fn work(&self, task: &Task) -> Result<Portion, JobError> {
        if task.files.is_empty() {
            return Err(JobError::Refused(Phrase::new("kb.import_no_file")));
        }
        let order: ImportOrder = serde_json::from_value(task.payload.clone()).unwrap_or_default();
        let cursor = task.cursor.clone();
        let before: Option<Reached> = cursor.and_then(|one| serde_json::from_value(one).ok());
        let mut reached = before.unwrap_or_default();
        let defaults = Defaults {
            space: space(&order)?,
            language: None,
            zone: self.zone,
            pdf: self.pdf.clone(),
        };
        let read = read(task, reached.rows, defaults).await?;
        reached.rows += read.rows.len();
        let change = self.change(task, &order);
        self.write(read.rows, &order, &change, &mut reached.report)
            .await?;
        if reached.rows >= read.total {
            return self.finish(task, &order, change, reached.report).await;
        }
        Ok(Portion::More {
            done: reached.rows as u64,
            total: read.total as u64,
            cursor: serde_json::to_value(&reached).unwrap_or_default(),
        })
    }
}

fn temporary(error: impl std::fmt::Display) -> JobError {
    JobError::Temporary(error.to_string())
}

/// Reads the next batch on a blocking thread, and counts the rows to the end.
async fn read(task: &Task, skip: usize, defaults: Defaults) -> Result<Read, JobError> {
    let files = task.files.clone();
    let folder = std::env::temp_dir().join(format!("frontdesk-import-{}", task.id));
    let reading =
        tokio::task::spawn_blocking(move || read_blocking(&folder, &files, skip, defaults));
    let broken = |_| JobError::Temporary("reading was broken off".to_owned());
    let batch = reading.await.map_err(broken)?;
    batch.map_err(|error| JobError::Temporary(error.to_string()))
}

fn read_blocking(
    folder: &Path,
    files: &[TaskFile],
    skip: usize,
    defaults: Defaults,
) -> std::io::Result<Read> {
    let shelf = Shelf::fill(folder, files)?;
    let mut reader = Reader::new(defaults);
    let (mut rows, mut total) = (Vec::new(), 0);
    for (path, file) in shelf.paths.iter().zip(files) {
        reader.read_as(path, &file.name, &mut |row| {
            if total >= skip && rows.len() < BATCH {
                rows.push(row);
            }
            total += 1;
            true
        });
    }
    Ok(Read { rows, total })
}

/// Files in a folder that is gone when nobody reads them any more.
struct Shelf {
    folder: PathBuf,
    paths: Vec<PathBuf>,
}

impl Shelf {
    fn fill(folder: &Path, files: &[TaskFile]) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut shelf = Self {
            folder: folder.to_owned(),
            paths: Vec::new(),
        };
        for (number, file) in files.iter().enumerate() {
            // Only the ending of a foreign name comes near a path.
            let name = Path::new(&file.name);
            let ending = name.extension().and_then(|ending| ending.to_str());
            let ending = ending.filter(|ending| ending.chars().all(char::is_alphanumeric));
            let path = folder.join(format!("{number}.{}", ending.unwrap_or("unknown")));
            std::fs::write(&path, &file.bytes)?;
            shelf.paths.push(path);
        }
        Ok(shelf)
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, "an import's folder was not removed");
        }
    }
}

/// What an import did, in words.
fn told(number: i64, report: &Report, publication: &Publication) -> Vec<Say> {
    let phrase = counted("kb.import_done", report)
        .with("number", number)
        .with("published", positive(publication.published))
        .with("held_back", positive(publication.held_back));
    let shifts = says::shifts(&publication.preview);
    said(phrase, report, shifts)
}

/// What an import would do, in words.
fn foretold(report: &Report) -> Vec<Say> {
    let first = report.first.join("\n");
    said(
        counted("kb.import_dry", report).with("first", first),
        report,
        None,
    )
}

fn said(phrase: Phrase, report: &Report, more: Option<Say>) -> Vec<Say> {
    let mut says = vec![Say::Phrase(phrase)];
    says.extend(more);
    if !report.errors.is_empty() {
        let errors: Vec<String> = report.errors.iter().map(ToString::to_string).collect();
        says.push(Say::Text(errors.join("\n")));
    }
    says
}

fn counted(key: &str, report: &Report) -> Phrase {
    let written = report.written;
    Phrase::new(key)
        .with("created", written.created)
        .with("updated", written.updated)
        .with("unchanged", written.unchanged)
        .with("rejected", report.rejected)
        .with("repeated", positive(written.repeated))
        .with("archived", positive(written.archived))
        .with("in_review", positive(written.in_review))
        .with("sections", positive(report.sections))
}

/// Nothing is said of what did not happen.
fn positive(count: u64) -> Option<u64> {
    (count > 0).then_some(count)
}
