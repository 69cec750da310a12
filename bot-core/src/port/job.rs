//! Long work: imports, reports, backups.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::domain::command::Say;
use crate::domain::id::{AgentId, JobId};
use crate::domain::phrase::Phrase;

/// Does one sort of long work, a portion at a time.
///
/// After each portion its progress is stored; a crash costs at most the portion that was being worked,
/// which is then worked again. So a portion must be small (some seconds, at most 500 rows in one
/// transaction), and working it twice must leave the same behind as working it once.
#[async_trait]
pub trait JobHandler: Send + Sync {
    /// The name of the work, unique among handlers.
    fn kind(&self) -> &'static str;

    /// Works the next portion.
    ///
    /// # Errors
    /// See [`JobError`].
    async fn work(&self, task: &Task) -> Result<Portion, JobError>;
}

/// A job, as its handler sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The job.
    pub id: JobId,
    /// Who asked for it.
    pub asked_by: Option<AgentId>,
    /// What is to be done.
    pub payload: Value,
    /// The files that came with the request; all of them are stored.
    pub files: Vec<TaskFile>,
    /// Where the last portion ended; none before the first.
    pub cursor: Option<Value>,
}

/// A file of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskFile {
    /// Its name, cleaned; may be empty.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of a portion.
#[derive(Clone, Debug, PartialEq)]
pub enum Portion {
    /// There is more to do.
    More {
        /// What is done so far.
        done: u64,
        /// Of how much; 0 if nobody knows.
        total: u64,
        /// Where the next portion begins.
        cursor: Value,
    },
    /// That was the last one; this is said where the job was asked for.
    Done(Vec<Say>),
}

/// A portion that was not worked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum JobError {
    /// It may work later; it is tried again, with growing pauses.
    #[error("temporarily: {0}")]
    Temporary(String),
    /// It never will; this is said where the job was asked for.
    #[error("refused: {}", .0.key)]
    Refused(Phrase),
}

/// Counts to the number in its payload, one a portion: the double for tests.
#[derive(Debug, Default)]
pub struct CountingJob {
    worked: Mutex<Vec<u64>>,
    errors: Mutex<Vec<JobError>>,
}

impl CountingJob {
    /// Its name.
    pub const KIND: &'static str = "count";

    /// The next portion fails so.
    pub fn fail_next(&self, error: JobError) {
        lock(&self.errors).push(error);
    }

    /// The numbers that were counted, in order.
    #[must_use]
    pub fn counted(&self) -> Vec<u64> {
        lock(&self.worked).clone()
    }
}

fn lock<T>(what: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl JobHandler for CountingJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    async fn work(&self, task: &Task) -> Result<Portion, JobError> {
        if let Some(error) = lock(&self.errors).pop() {
            return Err(error);
        }
        let total = task.payload.as_u64().unwrap_or(1);
        let done = task.cursor.as_ref().and_then(Value::as_u64).unwrap_or(0) + 1;
        lock(&self.worked).push(done);
        Ok(if done < total {
            Portion::More {
                done,
                total,
                cursor: json!(done),
            }
        } else {
            let files: Vec<&str> = task.files.iter().map(|file| file.name.as_str()).collect();
            Portion::Done(vec![Say::Text(format!("{total} {}", files.join(" ")))])
        })
    }
}
