//! Jobs: long work that is done a portion at a time, and goes on after a crash.

use serde_json::Value;
use uuid::Uuid;

use crate::domain::id::{AttachmentId, JobId, LaneId};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::store::seal::{DataKey, Sealed, Spot};
use crate::{execute, fetch_all, fetch_one, fetch_optional};

/// A job to start.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// What sort of work it is.
    pub kind: String,
    /// The event that asked for it; the files that came with that are the job's.
    pub event: Uuid,
    /// The agent who asked for it.
    pub asked_by: Option<Uuid>,
    /// What the work needs to know.
    pub payload: Sealed<Value>,
}

impl NewJob {
    /// A job with its payload sealed under the key of its lane.
    #[must_use]
    pub fn sealed(key: &DataKey, id: JobId, kind: &str, event: Uuid, payload: &Value) -> Self {
        Self {
            id,
            kind: kind.to_owned(),
            event,
            asked_by: None,
            payload: key.seal(payload_spot(id), payload),
        }
    }
}

/// Where a job's payload is sealed.
#[must_use]
pub const fn payload_spot(id: JobId) -> Spot {
    Spot::new("job", "payload", id.0)
}

/// Where the place that a job has come to is sealed.
#[must_use]
pub const fn cursor_spot(id: JobId) -> Spot {
    Spot::new("job", "cursor", id.0)
}

/// Starts a job, as soon as its files are there. Its result goes to the lane.
///
/// # Errors
/// When the database fails.
pub async fn start(
    tx: &mut Tx<'_>,
    lane: LaneId,
    job: &NewJob,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO job (id, lane, event, kind, asked_by, payload_sealed, state, next_at, told_at, at) \
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $7, $7)",
        job.id.0,
        lane.0,
        job.event,
        &job.kind,
        job.asked_by,
        &job.payload,
        now.0
    )
    .map(|_| ())
}

/// A job of which a portion is to be worked.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct JobRow {
    /// Its id.
    pub id: Uuid,
    /// Where its result goes.
    pub lane: Uuid,
    /// The event that asked for it.
    pub event: Uuid,
    /// What sort of work it is.
    pub kind: String,
    /// The agent who asked for it.
    pub asked_by: Option<Uuid>,
    /// What the work needs to know.
    pub payload_sealed: Sealed<Value>,
    /// Where the last portion ended.
    pub cursor_sealed: Option<Sealed<Value>>,
    /// What is done.
    pub done: i64,
    /// Of how much; 0 when nobody knows yet.
    pub total: i64,
    /// How often the portion was begun, this time included.
    pub attempt: i64,
    /// When its lane last heard of it.
    pub told_at: i64,
}

/// Takes the job that has waited longest, with its files all settled, until `lease`. Beginning counts as
/// a try, so that a portion that ends its process is not begun for ever.
///
/// # Errors
/// When the database fails.
pub async fn take(
    tx: &mut Tx<'_>,
    owner: Uuid,
    now: Timestamp,
    lease: Timestamp,
) -> Result<Option<JobRow>, StoreError> {
    fetch_optional!(
        tx,
        JobRow,
        "UPDATE job SET state = 'running', owner = $1, lease_until = $3, attempt = attempt + 1 WHERE id = (SELECT j.id FROM job j \
           WHERE ((j.state = 'waiting' AND j.next_at <= $2) OR (j.state = 'running' AND j.lease_until <= $2)) \
           AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.conversation_id = j.lane \
             AND a.message_id = j.event AND a.state = 'wanted') ORDER BY j.next_at, j.at, j.id LIMIT 1) \
         AND (state = 'waiting' OR lease_until <= $2) \
         RETURNING id, lane, event, kind, asked_by, payload_sealed, cursor_sealed, done, total, attempt, told_at",
        owner,
        now.0,
        lease.0
    )
}

/// Keeps a job a while longer; `false` when it is another's by now.
///
/// # Errors
/// When the database fails.
pub async fn keep(
    tx: &mut Tx<'_>,
    owner: Uuid,
    id: Uuid,
    lease: Timestamp,
) -> Result<bool, StoreError> {
    const UPDATE: &str =
        "UPDATE job SET lease_until = $3 WHERE id = $2 AND owner = $1 AND state = 'running'";
    Ok(execute!(tx, UPDATE, owner, id, lease.0)? == 1)
}

/// How far a job has come.
#[derive(Clone, Debug)]
pub struct Progress {
    /// What is done.
    pub done: i64,
    /// Of how much.
    pub total: i64,
    /// Where the next portion begins.
    pub cursor: Sealed<Value>,
    /// The lane hears of it now.
    pub told: bool,
}

/// Stores a portion and lets the job wait for its next turn; `false` when it is another's by now.
///
/// # Errors
/// When the database fails.
pub async fn advance(
    tx: &mut Tx<'_>,
    owner: Uuid,
    id: Uuid,
    progress: &Progress,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = execute!(
        tx,
        "UPDATE job SET state = 'waiting', attempt = 0, next_at = $3, done = $4, total = $5, cursor_sealed = $6, \
         told_at = CASE WHEN $7 THEN $3 ELSE told_at END, owner = NULL, lease_until = NULL \
         WHERE id = $2 AND owner = $1 AND state = 'running'",
        owner,
        id,
        now.0,
        progress.done,
        progress.total,
        &progress.cursor,
        progress.told
    )?;
    Ok(done == 1)
}

/// Lets a job wait after a failure; `false` when it is another's by now.
///
/// # Errors
/// When the database fails.
pub async fn put_off(
    tx: &mut Tx<'_>,
    owner: Uuid,
    id: Uuid,
    until: Timestamp,
    reason: &str,
) -> Result<bool, StoreError> {
    let done = execute!(
        tx,
        "UPDATE job SET state = 'waiting', next_at = $3, reason = $4, \
         owner = NULL, lease_until = NULL WHERE id = $2 AND owner = $1 AND state = 'running'",
        owner,
        id,
        until.0,
        reason
    )?;
    Ok(done == 1)
}

/// Ends a job as `done` or `failed` and empties it; `false` when it is another's by now.
///
/// # Errors
/// When the database fails.
pub async fn end(
    tx: &mut Tx<'_>,
    owner: Uuid,
    id: Uuid,
    reason: Option<&str>,
) -> Result<bool, StoreError> {
    let state = if reason.is_none() { "done" } else { "failed" };
    let done = execute!(
        tx,
        "UPDATE job SET state = $3, reason = $4, payload_sealed = $5, cursor_sealed = NULL, \
         owner = NULL, lease_until = NULL WHERE id = $2 AND owner = $1 AND state = 'running'",
        owner,
        id,
        state,
        reason,
        Vec::<u8>::new()
    )?;
    Ok(done == 1)
}

/// Jobs of a process that is gone for certain go on at once.
///
/// # Errors
/// When the database fails.
pub async fn orphan_all(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    const UPDATE: &str = "UPDATE job SET lease_until = $1 WHERE state = 'running'";
    execute!(tx, UPDATE, now.0)
}

/// A file of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobFile {
    /// Its id.
    pub id: AttachmentId,
    /// It was fetched; refused otherwise.
    pub stored: bool,
}

/// The files of a job, in the order in which they came.
///
/// # Errors
/// When the database fails.
pub async fn files(tx: &mut Tx<'_>, lane: LaneId, event: Uuid) -> Result<Vec<JobFile>, StoreError> {
    const SELECT: &str = "SELECT id, state FROM attachment WHERE conversation_id = $1 AND message_id = $2 ORDER BY id";
    let rows = fetch_all!(tx, (Uuid, String), SELECT, lane.0, event)?;
    let files = rows.into_iter().map(|(id, state)| JobFile {
        id: AttachmentId(id),
        stored: state == "stored",
    });
    Ok(files.collect())
}

/// A job as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct JobLine {
    /// Its id.
    pub id: Uuid,
    /// What sort of work it is.
    pub kind: String,
    /// `waiting`, `running`, `done` or `failed`.
    pub state: String,
    /// What is done.
    pub done: i64,
    /// Of how much; 0 when nobody knows.
    pub total: i64,
    /// Until when it belongs to the worker that works a portion of it.
    pub lease_until: Option<i64>,
    /// Why it failed, or failed last.
    pub reason: Option<String>,
    /// When it was asked for.
    pub at: i64,
}

/// The newest jobs, newest first.
///
/// # Errors
/// When the database fails.
pub async fn newest(tx: &mut Tx<'_>, most: i64) -> Result<Vec<JobLine>, StoreError> {
    fetch_all!(
        tx,
        JobLine,
        "SELECT id, kind, state, done, total, lease_until, reason, at FROM job ORDER BY at DESC, id DESC LIMIT $1",
        most
    )
}

/// When the next job is due, if any waits.
///
/// # Errors
/// When the database fails.
pub async fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let (next,) = fetch_one!(
        tx,
        (Option<i64>,),
        "SELECT MIN(CASE WHEN state = 'running' THEN lease_until ELSE next_at END) FROM job \
         WHERE state IN ('waiting', 'running')"
    )?;
    Ok(next.map(Timestamp))
}
