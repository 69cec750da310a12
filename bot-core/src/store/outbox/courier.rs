//! What the courier reads and writes.

use uuid::Uuid;

use crate::domain::content::Content;
use crate::domain::delivery::{Action, DeliveryState};
use crate::domain::id::{DeliveryId, LaneId};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::store::seal::Sealed;
use crate::store::window;
use crate::{execute, fetch_all, fetch_one, fetch_optional};

/// The first unsettled row of a destination, due.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Head {
    /// Its lane.
    pub lane: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Its logical destination.
    pub destination: String,
    /// The channel that carries it.
    pub channel: String,
    /// The thread that it is for.
    pub thread_id: Option<Uuid>,
    /// The generation of the thread that it is for.
    pub generation: i64,
    /// The message that it carries.
    pub message_id: Option<Uuid>,
    /// The call.
    pub body_sealed: Sealed<Action<Content>>,
    /// An agent's own words are in it.
    pub by_agent: bool,
    /// How often it was tried.
    pub attempt: i64,
    /// When it was decided.
    pub at: i64,
    /// The epoch of its channel's lease under which it is being sent.
    pub epoch: Option<i64>,
}

/// The heads that are due on channels other than local ones, the most pressing first; none of channels
/// that other processes take care of (`elsewhere`, written by [`list`](crate::store::lease::list)). Only the first
/// unsettled row of a destination is a head; nothing that is held is released while its lane has an
/// undecided event that was accepted before the hold ended; and what may ride on a request that is
/// being answered is left to its handler.
///
/// # Errors
/// When the database fails.
pub async fn heads(
    tx: &mut Tx<'_>,
    now: Timestamp,
    elsewhere: &str,
    most: i64,
) -> Result<Vec<Head>, StoreError> {
    fetch_all!(
        tx,
        Head,
        "SELECT lane, id, destination, channel, thread_id, generation, message_id, body_sealed, by_agent, attempt, at, epoch \
         FROM outbox o WHERE o.state = 'queued' AND o.next_at <= $1 AND NOT o.local \
         AND REPLACE($2, '|' || o.channel || '|', '') = $2 \
         AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.lane = o.lane AND p.destination = o.destination \
           AND p.out < o.out AND p.state IN ('queued', 'sending')) \
         AND (o.hold_until IS NULL OR NOT EXISTS (SELECT 1 FROM inbox i WHERE i.lane = o.lane \
           AND i.state = 'pending' AND i.accepted_at < o.hold_until)) \
         AND (o.destination <> 'customer' OR NOT EXISTS (SELECT 1 FROM slot s WHERE s.lane = o.lane \
           AND s.state = 'open' AND s.deadline > $1)) \
         ORDER BY o.priority DESC, o.at LIMIT CAST($3 AS BIGINT)",
        now.0,
        elsewhere,
        most
    )
}

/// Commits that a row is being sent, before the socket is written; `false` when it is not waiting
/// any more, or the channel's lease has another epoch by now. What rides on a request is sent without
/// a lease.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
    epoch: Option<i64>,
) -> Result<bool, StoreError> {
    const UPDATE: &str = "UPDATE outbox SET state = 'sending', attempt = attempt + 1, epoch = $3 \
         WHERE lane = $1 AND id = $2 AND state = 'queued' AND ($3 IS NULL OR EXISTS \
           (SELECT 1 FROM lease l WHERE l.name = 'channel:' || outbox.channel AND l.epoch = $3))";
    Ok(execute!(tx, UPDATE, lane.0, row.0, epoch)? == 1)
}

/// Brings a row that was being sent under the present epoch: who sent it before settles it no more.
///
/// # Errors
/// When the database fails.
pub async fn take_over(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
    epoch: i64,
) -> Result<bool, StoreError> {
    const UPDATE: &str =
        "UPDATE outbox SET epoch = $3 WHERE lane = $1 AND id = $2 AND state = 'sending'";
    Ok(execute!(tx, UPDATE, lane.0, row.0, epoch)? == 1)
}

/// Whether a row was last sent under this epoch.
///
/// # Errors
/// When the database fails.
pub async fn was_sent_under(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
    epoch: Option<i64>,
) -> Result<bool, StoreError> {
    const SELECT: &str = "SELECT epoch FROM outbox WHERE lane = $1 AND id = $2";
    let last = fetch_optional!(tx, (Option<i64>,), SELECT, lane.0, row.0)?;
    Ok(last.is_some_and(|(last,)| last == epoch))
}

/// Settles a row that waits or is being sent, and was last sent under this epoch; `false` when it is
/// another's by now.
///
/// # Errors
/// When the database fails.
pub async fn settle_as(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
    epoch: Option<i64>,
    state: DeliveryState,
    reason: Option<&str>,
) -> Result<bool, StoreError> {
    const UPDATE: &str = "UPDATE outbox SET state = $3, reason = $4 WHERE lane = $1 AND id = $2 \
         AND state IN ('queued', 'sending') AND epoch IS NOT DISTINCT FROM $5";
    let settled = execute!(tx, UPDATE, lane.0, row.0, state.as_str(), reason, epoch)?;
    Ok(settled == 1)
}

/// Remembers in which window a row under way was counted.
///
/// # Errors
/// When the database fails.
pub async fn drawn(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
    from: Timestamp,
) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE outbox SET drawn = $3 WHERE lane = $1 AND id = $2";
    execute!(tx, UPDATE, lane.0, row.0, from.0).map(|_| ())
}

/// A row that was being sent, and surely did not arrive.
#[derive(Clone, Copy, Debug)]
pub struct NotSent {
    /// Its lane.
    pub lane: LaneId,
    /// Its id.
    pub row: DeliveryId,
    /// The epoch under which it was being sent.
    pub epoch: Option<i64>,
    /// When it is tried again.
    pub until: Timestamp,
    /// Whether that was an attempt.
    pub counts: bool,
}

/// Puts a row back into the queue for later, unless it is another's by now.
///
/// # Errors
/// When the database fails.
pub async fn put_off(tx: &mut Tx<'_>, put: NotSent, reason: &str) -> Result<(), StoreError> {
    window::give_back(tx, put.lane, put.row, put.epoch).await?;
    execute!(
        tx,
        "UPDATE outbox SET state = 'queued', next_at = $3, reason = $4, drawn = NULL, slot = NULL, \
         attempt = CASE WHEN $5 THEN attempt ELSE attempt - 1 END \
         WHERE lane = $1 AND id = $2 AND state = 'sending' AND epoch IS NOT DISTINCT FROM $6",
        put.lane.0,
        put.row.0,
        put.until.0,
        reason,
        put.counts,
        put.epoch
    )
    .map(|_| ())
}

/// Rows of a channel that is back in the configuration go on, if they were decided since `since`;
/// older ones stay held for the operator.
///
/// # Errors
/// When the database fails.
pub async fn let_go(
    tx: &mut Tx<'_>,
    channel: &str,
    reason: &str,
    since: Timestamp,
) -> Result<u64, StoreError> {
    execute!(
        tx,
        "UPDATE outbox SET state = 'queued', reason = NULL \
         WHERE state = 'held' AND reason = $2 AND channel = $1 AND at >= $3",
        channel,
        reason,
        since.0
    )
}

/// Rows of one channel, or of all, that were being sent when the process ended: nobody knows how they
/// ended. What rides in a reply slot is not among them: the next try of its request brings it over.
///
/// # Errors
/// When the database fails.
pub async fn left_sending(tx: &mut Tx<'_>, channel: Option<&str>) -> Result<Vec<Head>, StoreError> {
    fetch_all!(
        tx,
        Head,
        "SELECT lane, id, destination, channel, thread_id, generation, message_id, body_sealed, by_agent, attempt, at, epoch \
         FROM outbox WHERE state = 'sending' AND slot IS NULL AND ($1 IS NULL OR channel = $1) ORDER BY at",
        channel
    )
}

/// When the next waiting row is due, and how many wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The earliest due time.
    pub next: Option<Timestamp>,
    /// How many rows wait.
    pub rows: i64,
}

/// When the next waiting row is due after `now`.
///
/// # Errors
/// When the database fails.
pub async fn next_due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Waiting, StoreError> {
    const SELECT: &str = "SELECT MIN(CASE WHEN next_at > $1 THEN next_at END), COUNT(*) FROM outbox WHERE state = 'queued'";
    let (next, rows) = fetch_one!(tx, (Option<i64>, i64), SELECT, now.0)?;
    Ok(Waiting {
        next: next.map(Timestamp),
        rows,
    })
}
