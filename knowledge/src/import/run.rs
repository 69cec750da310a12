//! A whole import: reads on a blocking thread, writes in small transactions, forgets no bad row.

use std::path::PathBuf;

use bot_core::port::clock::{Clock, Ids};
use bot_core::store::{Db, StoreError};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::answerer::KnowledgeBase;
use crate::import::{
    Defaults, Publication, PublishError, Reader, Report, RowResult, Writer, files_of, publish,
};
use crate::store::{BATCH, Change, Publish, record_import};

/// Bad rows that are named; of the others only the number is kept.
const NAMED: usize = 1_000;
/// Batches that wait between reading and writing.
const AHEAD: usize = 2;

/// What to import, and how.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// Where they lie, if people do not know of it: files are named from there.
    pub below: PathBuf,
    /// What is added to every row.
    pub defaults: Defaults,
    /// Which articles are to answer.
    pub publish: Publish,
    /// Publishes even if test questions fare worse.
    pub force: bool,
    /// Only read and check.
    pub dry_run: bool,
    /// Who imports.
    pub author: String,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Its number; 0 after a dry run.
    pub number: i64,
    /// What became of the rows.
    #[serde(flatten)]
    pub report: Report,
    /// What became of the articles that were to be published.
    pub publication: Publication,
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
    /// The articles stand, and do not answer yet.
    #[error("the articles were written, but not published: {0}")]
    Publish(#[from] PublishError),
    /// Reading was broken off by a panic.
    #[error("reading was broken off")]
    BrokenOff,
}

impl Import {
    /// Runs it; `progress` hears after each batch how it stands. `base` asks the test questions.
    ///
    /// # Errors
    /// When a path does not exist or the database fails. Bad rows are no error: they are reported.
    pub async fn run(
        self,
        db: &Db,
        base: &KnowledgeBase,
        clock: &dyn Clock,
        ids: &dyn Ids,
        progress: &mut (dyn FnMut(&Report) + Send),
    ) -> Result<Imported, ImportError> {
        let files = files_of(&self.paths)?;
        let files: Vec<(PathBuf, String)> = files.into_iter().map(|one| self.named(one)).collect();
        let names: Vec<&str> = files.iter().map(|(_, name)| name.as_str()).collect();
        let names = names.join("\n");
        let change = self.change(clock, ids);
        let mut imported = Imported {
            report: self.rows((db, base, ids), files, &change, progress).await?,
            ..Imported::default()
        };
        if !self.dry_run {
            let report = &imported.report;
            let (written, rejected) = (report.written, report.rejected);
            imported.number = record_import(db, change.clone(), names, written, rejected).await?;
            imported.publication = publish(db, base, change.cause, self.force).await?;
        }
        Ok(imported)
    }

    /// A file with the name that people know it by.
    fn named(&self, path: PathBuf) -> (PathBuf, String) {
        let name = path.strip_prefix(&self.below).unwrap_or(&path);
        let name = name.display().to_string();
        (path, name)
    }

    fn change(&self, clock: &dyn Clock, ids: &dyn Ids) -> Change {
        let at = clock.now();
        Change {
            cause: ids.fresh(at),
            author: self.author.clone(),
            reason: String::new(),
            at,
        }
    }

    async fn rows(
        &self,
        (db, base, ids): (&Db, &KnowledgeBase, &dyn Ids),
        files: Vec<(PathBuf, String)>,
        change: &Change,
        progress: &mut (dyn FnMut(&Report) + Send),
    ) -> Result<Report, ImportError> {
        let writer = Writer {
            db,
            ids,
            publish: self.publish,
            reviewed: base.reviews(&self.defaults.space),
            dry_run: self.dry_run,
            named: NAMED,
        };
        let (rows, mut batches) = mpsc::channel(AHEAD);
        let defaults = self.defaults.clone();
        let reading = tokio::task::spawn_blocking(move || read(&files, defaults, &rows));
        let mut report = Report::default();
        while let Some(batch) = batches.recv().await {
            writer.take(batch, change, &mut report).await?;
            progress(&report);
        }
        reading.await.map_err(|_| ImportError::BrokenOff)?;
        Ok(report)
    }
}

/// Reads all files into batches; stops when nobody wants them any more.
fn read(files: &[(PathBuf, String)], defaults: Defaults, rows: &mpsc::Sender<Vec<RowResult>>) {
    let mut reader = Reader::new(defaults);
    let mut batch = Vec::with_capacity(BATCH);
    for (file, name) in files {
        let go_on = reader.read_as(file, name, &mut |row| {
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
