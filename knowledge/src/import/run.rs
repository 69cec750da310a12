//! A whole import: reads on a blocking thread, writes in small transactions, forgets no bad row.

use std::path::PathBuf;

use bot_core::domain::time::Timestamp;
use bot_core::port::clock::{Clock, Ids};
use bot_core::store::{Db, StoreError};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::article::Content;
use crate::import::{Defaults, Reader, RowError, RowResult, files_of};
use crate::store::{BATCH, Written, record_import, write_articles};

/// Bad rows that are named; of the others only the number is kept.
const NAMED: usize = 1_000;
/// Batches that wait between reading and writing.
const AHEAD: usize = 2;

/// What to import, and how.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// What is added to every row.
    pub defaults: Defaults,
    /// Published at once; drafts otherwise.
    pub publish: bool,
    /// Only read and check.
    pub dry_run: bool,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Good rows.
    pub accepted: u64,
    /// Bad rows.
    pub rejected: u64,
    /// What was written.
    pub written: Written,
    /// The first bad rows, each with its reason.
    pub errors: Vec<RowError>,
}

/// An import that did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A path cannot be read at all.
    #[error(transparent)]
    Files(#[from] std::io::Error),
    /// The database failed; the batches before stand.
    #[error("the articles were not all written: {0}")]
    Write(#[from] StoreError),
    /// Reading was broken off by a panic.
    #[error("reading was broken off")]
    BrokenOff,
}

impl Import {
    /// Runs it; `progress` hears after each batch how it stands.
    ///
    /// # Errors
    /// When a path does not exist or the database fails. Bad rows are no error: they are reported.
    pub async fn run(
        self,
        db: &Db,
        clock: &dyn Clock,
        ids: &dyn Ids,
        progress: &mut (dyn FnMut(&Report) + Send),
    ) -> Result<Report, ImportError> {
        let files = files_of(&self.paths)?;
        let names: Vec<String> = files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        let (rows, mut batches) = mpsc::channel(AHEAD);
        let defaults = self.defaults.clone();
        let reading = tokio::task::spawn_blocking(move || read(&files, defaults, &rows));
        let mut report = Report::default();
        while let Some(batch) = batches.recv().await {
            self.take(db, clock.now(), ids, batch, &mut report).await?;
            progress(&report);
        }
        reading.await.map_err(|_| ImportError::BrokenOff)?;
        if !self.dry_run {
            let now = clock.now();
            let (written, rejected) = (report.written, report.rejected);
            record_import(db, ids.fresh(now), names.join("\n"), written, rejected, now).await?;
        }
        Ok(report)
    }

    async fn take(
        &self,
        db: &Db,
        now: Timestamp,
        ids: &dyn Ids,
        batch: Vec<RowResult>,
        report: &mut Report,
    ) -> Result<(), ImportError> {
        let mut good: Vec<Content> = Vec::with_capacity(batch.len());
        for row in batch {
            match row {
                Ok(content) => good.push(content),
                Err(error) => report.reject(error),
            }
        }
        report.accepted += good.len() as u64;
        if !self.dry_run && !good.is_empty() {
            report
                .written
                .add(write_articles(db, ids, good, self.publish, now).await?);
        }
        Ok(())
    }
}

impl Report {
    fn reject(&mut self, error: RowError) {
        self.rejected += 1;
        if self.errors.len() < NAMED {
            self.errors.push(error);
        }
    }
}

/// Reads all files into batches; stops when nobody wants them any more.
fn read(files: &[PathBuf], defaults: Defaults, rows: &mpsc::Sender<Vec<RowResult>>) {
    let mut reader = Reader::new(defaults);
    let mut batch = Vec::with_capacity(BATCH);
    for file in files {
        let go_on = reader.read(file, &mut |row| {
            batch.push(row);
            batch.len() < BATCH || rows.blocking_send(std::mem::take(&mut batch)).is_ok()
        });
        if !go_on {
            return;
        }
    }
    if !batch.is_empty() {
        // Nobody listens any more only when the import has failed already.
        drop(rows.blocking_send(batch));
    }
}
