//! Jobs: long work, a portion at a time; what comes of it is an event through the same door.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::crash_point;
use crate::domain::command::Say;
use crate::domain::event::JobReport;
use crate::domain::id::{AgentId, JobId, LaneId};
use crate::domain::phrase::Phrase;
use crate::domain::time::{SECOND, Timestamp};
use crate::port::job::{JobError, JobHandler, Portion, Task, TaskFile};
use crate::runtime::core::Core;
use crate::runtime::courier::pause;
use crate::runtime::files::Files;
use crate::runtime::intake::{Stored, internal};
use crate::store::inbox::NewRow;
use crate::store::job::{self, JobRow, Progress};
use crate::store::{DataKey, StoreError, Tx, inbox};

/// A job belongs to its worker for so long, and for so long again while a portion is being worked.
const LEASE: i64 = 60 * SECOND;
/// How often the lane hears how it goes.
const NEWS: i64 = 10 * SECOND;
/// After so many failures of one portion the job has failed.
const TRIES: i64 = 8;
/// The longest sleep, so that jobs started by others are seen.
const NAP: i64 = SECOND;

/// Works jobs. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    core: Core,
    files: Files,
    handlers: Arc<BTreeMap<&'static str, Arc<dyn JobHandler>>>,
    owner: Uuid,
}

impl std::fmt::Debug for Jobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.handlers.keys()).finish()
    }
}

impl Jobs {
    /// A worker without handlers.
    #[must_use]
    pub fn new(core: Core, files: Files) -> Self {
        let owner = core.fresh();
        Self {
            core,
            files,
            handlers: Arc::default(),
            owner,
        }
    }

    /// The same worker with one handler more; a second one of the same kind takes its place.
    #[must_use]
    pub fn with(self, handler: Arc<dyn JobHandler>) -> Self {
        let mut handlers = BTreeMap::clone(&self.handlers);
        handlers.insert(handler.kind(), handler);
        Self {
            handlers: Arc::new(handlers),
            ..self
        }
    }

    /// After a restart: where only one process works, its jobs go on at once; elsewhere they are
    /// left to their leases.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recover(&self) -> Result<(), StoreError> {
        if self.core.db.kind() != "sqlite" {
            return Ok(());
        }
        let now = self.core.now();
        let orphaned = self
            .core
            .db
            .write(move |tx| Box::pin(job::orphan_all(tx, now)));
        orphaned.await.map(|_| ())
    }

    /// Works one portion of the job that has waited longest; gives how many portions were worked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let (owner, now) = (self.owner, self.core.now());
        let taken = self
            .core
            .db
            .write(move |tx| Box::pin(job::take(tx, owner, now, now.plus_ms(LEASE))));
        let Some(row) = taken.await? else {
            return Ok(0);
        };
        crash_point!("jobs.after_take");
        self.work(&row, now.plus_ms(LEASE)).await?;
        Ok(1)
    }

    /// Works until it is told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.step().await {
                Ok(worked) if worked > 0 => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "jobs wait for the database"),
            }
            let until = self.core.now().plus_ms(NAP);
            tokio::select! {
                () = self.core.clock.wait_until(until) => {}
                () = self.core.signals.jobs.notified() => {}
                () = stop.cancelled() => {}
            }
        }
    }

    async fn work(&self, row: &JobRow, lease: Timestamp) -> Result<(), StoreError> {
        let key = self.key(LaneId(row.lane)).await?;
        let worked = match self.handlers.get(row.kind.as_str()) {
            Some(_) if row.attempt > TRIES => {
                return self.failed(row, "it was begun too often".to_owned()).await;
            }
            Some(handler) => self.portion(row, &key, handler.as_ref(), lease).await?,
            None => Err(refused("job.unknown", &row.kind)),
        };
        match worked {
            Ok(Portion::More {
                done,
                total,
                cursor,
            }) => {
                let progress = Progress {
                    done: i64::try_from(done).unwrap_or(i64::MAX),
                    total: i64::try_from(total).unwrap_or(i64::MAX),
                    cursor: key.seal(job::cursor_spot(JobId(row.id)), &cursor),
                    told: self.core.now().since(Timestamp(row.told_at)) >= NEWS,
                };
                self.advance(row, progress).await
            }
            Ok(Portion::Done(says)) => self.end(row, says, None).await,
            Err(JobError::Refused(phrase)) => {
                let why = phrase.key.clone();
                self.end(row, vec![Say::Phrase(phrase)], Some(why)).await
            }
            Err(JobError::Temporary(reason)) => self.failed(row, reason).await,
        }
    }

    /// Works a portion while the lease is kept; a panic is a failure like others.
    async fn portion(
        &self,
        row: &JobRow,
        key: &DataKey,
        handler: &dyn JobHandler,
        mut lease: Timestamp,
    ) -> Result<Result<Portion, JobError>, StoreError> {
        let task = match self.task(row, key).await? {
            Ok(task) => task,
            Err(error) => return Ok(Err(error)),
        };
        let working = AssertUnwindSafe(handler.work(&task)).catch_unwind();
        tokio::pin!(working);
        loop {
            let half = lease.plus_ms(-LEASE / 2);
            tokio::select! {
                biased;
                worked = &mut working => {
                    let broken = |_| Err(JobError::Temporary("the handler panicked".to_owned()));
                    return Ok(worked.unwrap_or_else(broken));
                }
                () = self.core.clock.wait_until(half) => lease = self.keep(row).await?,
            }
        }
    }

    /// Keeps the job; gives until when.
    async fn keep(&self, row: &JobRow) -> Result<Timestamp, StoreError> {
        let (owner, id, until) = (self.owner, row.id, self.core.now().plus_ms(LEASE));
        let kept = self
            .core
            .db
            .write(move |tx| Box::pin(job::keep(tx, owner, id, until)));
        kept.await.map(|_| until)
    }

    async fn task(
        &self,
        row: &JobRow,
        key: &DataKey,
    ) -> Result<Result<Task, JobError>, StoreError> {
        let id = JobId(row.id);
        let cursor = row.cursor_sealed.as_ref();
        let cursor = cursor.map(|sealed| key.open(job::cursor_spot(id), sealed));
        let Some(files) = self.task_files(row).await? else {
            return Ok(Err(refused("job.file_refused", &row.kind)));
        };
        Ok(Ok(Task {
            id,
            asked_by: row.asked_by.map(AgentId),
            payload: key.open(job::payload_spot(id), &row.payload_sealed)?,
            files,
            cursor: cursor.transpose()?,
        }))
    }

    /// The job's files; `None` when one of them was refused.
    async fn task_files(&self, row: &JobRow) -> Result<Option<Vec<TaskFile>>, StoreError> {
        let (lane, event) = (LaneId(row.lane), row.event);
        let listed = self
            .core
            .db
            .read(|tx| Box::pin(job::files(tx, lane, event)))
            .await?;
        let mut files = Vec::with_capacity(listed.len());
        for one in listed {
            let Some(open) = self.files.open(lane.conversation(), one.id).await? else {
                return Ok(None);
            };
            files.push(TaskFile {
                name: open.name,
                bytes: open.bytes,
            });
        }
        Ok(Some(files))
    }

    async fn advance(&self, row: &JobRow, progress: Progress) -> Result<(), StoreError> {
        let phrase = Phrase::new("job.progress")
            .with("kind", row.kind.clone())
            .with("done", progress.done)
            .with("total", progress.total);
        let key = format!("job:{}:{}", row.id, progress.done);
        let news = progress
            .told
            .then(|| self.news(row, key, vec![Say::Phrase(phrase)]));
        let (owner, id, now) = (self.owner, row.id, self.core.now());
        let (progress, told) = (Arc::new(progress), Arc::new(news));
        crash_point!("jobs.before_advance");
        self.core
            .db
            .write(move |tx| {
                let (progress, told) = (Arc::clone(&progress), Arc::clone(&told));
                Box::pin(async move {
                    let ours = job::advance(tx, owner, id, &progress, now).await?;
                    tell(tx, ours, told.as_ref().as_ref()).await
                })
            })
            .await?;
        crash_point!("jobs.after_advance");
        self.core.signals.lane(LaneId(row.lane));
        Ok(())
    }

    async fn end(
        &self,
        row: &JobRow,
        says: Vec<Say>,
        failed: Option<String>,
    ) -> Result<(), StoreError> {
        let news = Arc::new(self.news(row, format!("job:{}:over", row.id), says));
        let (owner, id) = (self.owner, row.id);
        crash_point!("jobs.before_end");
        self.core
            .db
            .write(move |tx| {
                let (news, failed) = (Arc::clone(&news), failed.clone());
                Box::pin(async move {
                    let ours = job::end(tx, owner, id, failed.as_deref()).await?;
                    tell(tx, ours, Some(&news)).await
                })
            })
            .await?;
        crash_point!("jobs.after_end");
        self.core.signals.lane(LaneId(row.lane));
        Ok(())
    }

    async fn failed(&self, row: &JobRow, reason: String) -> Result<(), StoreError> {
        tracing::warn!(job = %row.id, kind = row.kind, attempt = row.attempt, reason, "a portion failed");
        if row.attempt >= TRIES {
            let phrase = Phrase::new("job.failed")
                .with("kind", row.kind.clone())
                .with("reason", reason.clone());
            return self.end(row, vec![Say::Phrase(phrase)], Some(reason)).await;
        }
        let (_, random) = self.core.fresh().as_u64_pair();
        let attempt = u32::try_from(row.attempt).unwrap_or(u32::MAX);
        let until = self.core.now().plus_ms(pause(attempt, random));
        let (owner, id) = (self.owner, row.id);
        let put_off = self.core.db.write(move |tx| {
            let reason = reason.clone();
            Box::pin(async move { job::put_off(tx, owner, id, until, &reason).await })
        });
        put_off.await.map(|_| ())
    }

    fn news(&self, row: &JobRow, key: String, says: Vec<Say>) -> NewRow {
        let report = JobReport {
            job: JobId(row.id),
            kind: row.kind.clone(),
            asked_by: row.asked_by.map(AgentId),
            says,
        };
        internal(&self.core, LaneId(row.lane), key, &Stored::Job { report })
    }

    async fn key(&self, lane: LaneId) -> Result<Arc<DataKey>, StoreError> {
        let keyring = self.core.keyring.clone();
        self.core
            .db
            .read(|tx| Box::pin(async move { keyring.of_lane(tx, lane).await }))
            .await
    }
}

fn refused(key: &str, kind: &str) -> JobError {
    JobError::Refused(Phrase::new(key).with("kind", kind))
}

/// The lane hears of it in the transaction that stores it, or not at all.
async fn tell(tx: &mut Tx<'_>, ours: bool, news: Option<&NewRow>) -> Result<(), StoreError> {
    if let Some(news) = news.filter(|_| ours) {
        inbox::accept(tx, news).await?;
    }
    Ok(())
}
