//! What carries a message: one row a part where its text is long, or one row for several messages
//! that came in a burst.

use uuid::Uuid;

use crate::domain::content::Content;
use crate::domain::delivery::Action;
use crate::domain::id::{DeliveryId, LaneId, MessageId};
use crate::domain::place::Destination;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::outbox::NewDelivery;
use crate::store::pool::Tx;
use crate::store::seal::Sealed;
use crate::{execute, fetch_all, fetch_optional};

/// A row that shows a message, or a part of it, at a destination.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PartRow {
    /// Its id.
    pub id: Uuid,
    /// The message that it carries; the first where it carries several.
    pub message_id: Option<Uuid>,
    /// Where it stands.
    pub state: String,
    /// How often it was tried.
    pub attempt: i64,
    /// Its content.
    pub body_sealed: Sealed<Action<Content>>,
    /// It was shown in a local feed, or will be.
    pub local: bool,
    /// When it was decided.
    pub at: i64,
    /// It is not sent before this.
    pub hold_until: Option<i64>,
    /// The thread that it is for.
    pub thread_id: Option<Uuid>,
    /// The generation of the thread that it is for.
    pub generation: i64,
}

/// The rows that carry a message to a destination now, in order: in a thread, those of its newest
/// opening. A row that was taken back or merged with others carries nothing.
///
/// # Errors
/// When the database fails.
pub async fn parts(
    tx: &mut Tx<'_>,
    lane: LaneId,
    message: MessageId,
    destination: Destination,
) -> Result<Vec<PartRow>, StoreError> {
    let mut rows = fetch_all!(
        tx,
        PartRow,
        "SELECT id, message_id, state, attempt, body_sealed, local, at, hold_until, thread_id, generation FROM outbox \
         WHERE lane = $1 AND message_id = $2 AND destination = $3 AND action = 'send' AND state <> 'superseded' \
         AND NOT deleted ORDER BY out",
        lane.0,
        message.0,
        destination.as_str()
    )?;
    let newest = rows.last().map(|row| (row.thread_id, row.generation));
    rows.retain(|row| Some((row.thread_id, row.generation)) == newest);
    Ok(rows)
}

/// The last row of a destination that was not superseded, if it says something.
///
/// # Errors
/// When the database fails.
pub async fn tail(
    tx: &mut Tx<'_>,
    lane: LaneId,
    destination: Destination,
) -> Result<Option<PartRow>, StoreError> {
    let last = fetch_optional!(
        tx,
        (String, Uuid),
        "SELECT action, id FROM outbox WHERE lane = $1 AND destination = $2 AND state <> 'superseded' \
         ORDER BY out DESC LIMIT 1",
        lane.0,
        destination.as_str()
    )?;
    match last {
        Some((action, id)) if action == "send" => part(tx, lane, id).await,
        Some(_) | None => Ok(None),
    }
}

async fn part(tx: &mut Tx<'_>, lane: LaneId, row: Uuid) -> Result<Option<PartRow>, StoreError> {
    fetch_optional!(
        tx,
        PartRow,
        "SELECT id, message_id, state, attempt, body_sealed, local, at, hold_until, thread_id, generation FROM outbox \
         WHERE lane = $1 AND id = $2",
        lane.0,
        row
    )
}

/// The unsettled rows of a destination, in order.
///
/// # Errors
/// When the database fails.
pub async fn waiting(
    tx: &mut Tx<'_>,
    lane: LaneId,
    destination: Destination,
) -> Result<Vec<PartRow>, StoreError> {
    fetch_all!(
        tx,
        PartRow,
        "SELECT id, message_id, state, attempt, body_sealed, local, at, hold_until, thread_id, generation FROM outbox \
         WHERE lane = $1 AND destination = $2 AND state IN ('queued', 'sending', 'unknown', 'held') ORDER BY out",
        lane.0,
        destination.as_str()
    )
}

/// The row into which a message's own row was merged, unless that was superseded too.
///
/// # Errors
/// When the database fails.
pub async fn whole_of(
    tx: &mut Tx<'_>,
    lane: LaneId,
    message: MessageId,
    destination: Destination,
) -> Result<Option<PartRow>, StoreError> {
    fetch_optional!(
        tx,
        PartRow,
        "SELECT w.id, w.message_id, w.state, w.attempt, w.body_sealed, w.local, w.at, w.hold_until, w.thread_id, \
         w.generation FROM outbox p JOIN outbox w ON w.lane = p.lane AND w.id = p.merged_into \
         WHERE p.lane = $1 AND p.message_id = $2 AND p.destination = $3 AND w.state <> 'superseded' \
         ORDER BY w.out DESC LIMIT 1",
        lane.0,
        message.0,
        destination.as_str()
    )
}

/// The messages that a merged row carries, oldest first; none for a row of one message.
///
/// # Errors
/// When the database fails.
pub async fn merged(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
) -> Result<Vec<MessageId>, StoreError> {
    let found = fetch_all!(
        tx,
        (Uuid, i64),
        "SELECT DISTINCT m.id, m.seq FROM outbox p JOIN message m ON m.conversation_id = p.lane AND m.id = p.message_id \
         WHERE p.lane = $1 AND p.merged_into = $2 ORDER BY m.seq, m.id",
        lane.0,
        row.0
    )?;
    Ok(found.into_iter().map(|(id, _)| MessageId(id)).collect())
}

/// A row that carries several messages in place of the rows of its parts.
#[derive(Clone, Debug)]
pub struct Merging {
    /// The row that waits to be sent; it may be merged from others itself.
    pub tail: DeliveryId,
    /// What is sent in its place, with everything that it holds.
    pub whole: NewDelivery,
    /// The message that joins.
    pub part: NewDelivery,
}

/// Takes the waiting row back in favour of `whole`; `false` when it is on its way already.
pub(super) async fn merge(
    tx: &mut Tx<'_>,
    lane: LaneId,
    tail: DeliveryId,
    whole: DeliveryId,
) -> Result<bool, StoreError> {
    const TAKEN: &str = "UPDATE outbox SET state = 'superseded', merged_into = $3 \
         WHERE lane = $1 AND id = $2 AND state = 'queued' AND attempt = 0";
    if execute!(tx, TAKEN, lane.0, tail.0, whole.0)? == 0 {
        return Ok(false);
    }
    const MOVED: &str = "UPDATE outbox SET merged_into = $3 WHERE lane = $1 AND merged_into = $2";
    execute!(tx, MOVED, lane.0, tail.0, whole.0)?;
    Ok(true)
}

/// Marks a row just added as a part of another.
pub(super) async fn join(
    tx: &mut Tx<'_>,
    lane: LaneId,
    part: DeliveryId,
    whole: DeliveryId,
) -> Result<(), StoreError> {
    const JOINED: &str = "UPDATE outbox SET state = 'superseded', merged_into = $3, cursor = NULL \
         WHERE lane = $1 AND id = $2";
    execute!(tx, JOINED, lane.0, part.0, whole.0).map(|_| ())
}

/// A row that is deleted where it was shown carries nothing any more.
pub(super) async fn remove(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
) -> Result<(), StoreError> {
    const REMOVED: &str = "UPDATE outbox SET deleted = TRUE WHERE lane = $1 AND id = $2";
    execute!(tx, REMOVED, lane.0, row.0).map(|_| ())
}

/// Remembers which row an edit or a delete is meant for.
pub(super) async fn aim(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
    target: DeliveryId,
) -> Result<(), StoreError> {
    const AIMED: &str = "UPDATE outbox SET target = $3 WHERE lane = $1 AND id = $2";
    execute!(tx, AIMED, lane.0, row.0, target.0).map(|_| ())
}

/// The row that an edit or a delete is meant for.
///
/// # Errors
/// When the database fails.
pub async fn target(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
) -> Result<Option<DeliveryId>, StoreError> {
    const SELECT: &str = "SELECT target FROM outbox WHERE lane = $1 AND id = $2";
    let found = fetch_optional!(tx, (Option<Uuid>,), SELECT, lane.0, row.0)?;
    Ok(found.and_then(|(target,)| target).map(DeliveryId))
}

/// A waiting row has what it waited for: it goes out with this content, not before `at`.
pub(super) async fn ready(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
    body: &Sealed<Action<Content>>,
    at: Timestamp,
) -> Result<(), StoreError> {
    const READY: &str = "UPDATE outbox SET body_sealed = $3, next_at = $4, hold_until = $4 \
         WHERE lane = $1 AND id = $2 AND state = 'queued'";
    execute!(tx, READY, lane.0, row.0, body, at.0).map(|_| ())
}

/// Nothing of a thread's generation is sent any more.
///
/// # Errors
/// When the database fails.
pub async fn abandon(
    tx: &mut Tx<'_>,
    lane: LaneId,
    thread: Uuid,
    generation: i64,
) -> Result<u64, StoreError> {
    execute!(
        tx,
        "UPDATE outbox SET state = 'superseded' WHERE lane = $1 AND thread_id = $2 AND generation <= $3 \
         AND state IN ('queued', 'sending', 'unknown', 'held')",
        lane.0,
        thread,
        generation
    )
}

/// A row keeps blocking its destination, and is not tried before `until`: its lane decides what
/// becomes of it.
///
/// # Errors
/// When the database fails.
pub async fn postpone(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
    epoch: Option<i64>,
    until: Timestamp,
    reason: &str,
) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE outbox SET state = 'queued', next_at = $3, reason = $4 \
         WHERE lane = $1 AND id = $2 AND state IN ('queued', 'sending') AND epoch IS NOT DISTINCT FROM $5";
    execute!(tx, UPDATE, lane.0, row.0, until.0, reason, epoch).map(|_| ())
}
