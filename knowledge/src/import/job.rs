//! An import as long work: the files that came with a command, a batch of rows at a time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::command::Say;
use bot_core::domain::phrase::Phrase;
use bot_core::domain::time::Zone;
use bot_core::port::clock::{Clock, Ids};
use bot_core::port::job::{JobError, JobHandler, Portion, Task, TaskFile};
use bot_core::store::{Db, StoreError};
use serde::{Deserialize, Serialize};

use crate::article::Content;
use crate::import::{Defaults, Reader, RowError, RowResult};
use crate::store::{BATCH, Written, record_import, write_articles};

/// Bad rows that are named in the result.
const NAMED: usize = 10;

/// What to do with the files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportOrder {
    /// New articles are published at once; drafts otherwise.
    pub publish: bool,
}

/// Imports articles from the files of a job. A portion that is worked twice finds its articles as it
/// has left them.
#[derive(Debug)]
pub struct ImportJob {
    db: Db,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    defaults: Defaults,
}

/// How far an import has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Reached {
    /// Rows read, good and bad.
    rows: usize,
    /// Rows in all files.
    total: usize,
    created: u64,
    updated: u64,
    unchanged: u64,
    rejected: u64,
    named: Vec<String>,
}

/// One batch as it was read.
struct Batch {
    rows: Vec<RowResult>,
    total: usize,
}

impl ImportJob {
    /// The name of the work.
    pub const KIND: &'static str = "kb import";

    /// Imports into this database.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self {
            db,
            clock,
            ids,
            defaults: Defaults::default(),
        }
    }

    /// Dates that name no time zone are of this one; UTC without.
    #[must_use]
    pub const fn in_zone(mut self, zone: Zone) -> Self {
        self.defaults.zone = zone;
        self
    }

    async fn write(
        &self,
        rows: Vec<RowResult>,
        publish: bool,
        mut reached: Reached,
    ) -> Result<Reached, StoreError> {
        reached.rows += rows.len();
        let mut good: Vec<Content> = Vec::with_capacity(rows.len());
        for row in rows {
            match row {
                Ok(content) => good.push(content),
                Err(error) => reached.reject(&error.to_string()),
            }
        }
        if !good.is_empty() {
            let now = self.clock.now();
            let ids = self.ids.as_ref();
            reached.add(write_articles(&self.db, ids, good, publish, now).await?);
        }
        Ok(reached)
    }

    async fn finish(&self, task: &Task, reached: Reached) -> Result<Portion, StoreError> {
        let names: Vec<&str> = task.files.iter().map(|file| file.name.as_str()).collect();
        let (written, now) = (reached.written(), self.clock.now());
        let files = names.join("\n");
        let id = task.id.0;
        record_import(&self.db, id, files, written, reached.rejected, now).await?;
        Ok(Portion::Done(reached.says()))
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
        let before: Reached = cursor
            .and_then(|cursor| serde_json::from_value(cursor).ok())
            .unwrap_or_default();
        let batch = read(task, before.rows, self.defaults.clone()).await?;
        let total = batch.total;
        let is_last = before.rows + batch.rows.len() >= total;
        let written = self.write(batch.rows, order.publish, before).await;
        let reached = Reached {
            total,
            ..written.map_err(temporary)?
        };
        if is_last {
            return self.finish(task, reached).await.map_err(temporary);
        }
        Ok(Portion::More {
            done: reached.rows as u64,
            total: total as u64,
            cursor: serde_json::to_value(&reached).unwrap_or_default(),
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn temporary(error: StoreError) -> JobError {
    JobError::Temporary(error.to_string())
}

/// Reads the next batch on a blocking thread, and counts the rows to the end.
async fn read(task: &Task, skip: usize, defaults: Defaults) -> Result<Batch, JobError> {
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
) -> std::io::Result<Batch> {
    let shelf = Shelf::fill(folder, files)?;
    let mut reader = Reader::new(defaults);
    let (mut rows, mut total) = (Vec::new(), 0);
    for (path, file) in shelf.paths.iter().zip(files) {
        reader.read(path, &mut |row| {
            if total >= skip && rows.len() < BATCH {
                rows.push(row.map_err(|error| named(error, &file.name)));
            }
            total += 1;
            true
        });
    }
    Ok(Batch { rows, total })
}

/// People know the file by the name that they gave it.
fn named(error: RowError, file: &str) -> RowError {
    RowError {
        file: file.to_owned(),
        ..error
    }
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

impl Reached {
    fn reject(&mut self, reason: &str) {
        self.rejected += 1;
        if self.named.len() < NAMED {
            self.named.push(reason.to_owned());
        }
    }

    const fn add(&mut self, written: Written) {
        self.created += written.created;
        self.updated += written.updated;
        self.unchanged += written.unchanged;
    }

    const fn written(&self) -> Written {
        Written {
            created: self.created,
            updated: self.updated,
            unchanged: self.unchanged,
        }
    }

    fn says(self) -> Vec<Say> {
        let phrase = Phrase::new("kb.import_done")
            .with("created", self.created)
            .with("updated", self.updated)
            .with("unchanged", self.unchanged)
            .with("rejected", self.rejected);
        let mut says = vec![Say::Phrase(phrase)];
        if !self.named.is_empty() {
            says.push(Say::Text(self.named.join("\n")));
        }
        says
    }
}
