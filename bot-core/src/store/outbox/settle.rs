//! What a decision does to the outbox.

use uuid::Uuid;

use crate::domain::content::Content;
use crate::domain::delivery::Action;
use crate::domain::id::{DeliveryId, LaneId, MessageId};
use crate::domain::place::Destination;
use crate::domain::time::Timestamp;
use crate::store::case::draw;
use crate::store::error::StoreError;
use crate::store::outbox::parts::{self, Merging};
use crate::store::pool::Tx;
use crate::store::seal::Sealed;
use crate::{execute, fetch_optional, queue};

/// A row to add.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// Where it goes.
    pub destination: Destination,
    /// The channel that carries it.
    pub channel: String,
    /// The thread that it is for, with its generation.
    pub thread: Option<(Uuid, i64)>,
    /// The message that it carries.
    pub message: Option<MessageId>,
    /// The call.
    pub action: &'static str,
    /// The call's content.
    pub body: Sealed<Action<Content>>,
    /// The channel reads our own database.
    pub local: bool,
    /// An agent's own words are in it.
    pub by_agent: bool,
    /// Larger goes first among destinations.
    pub priority: i64,
    /// Not before this.
    pub hold_until: Option<Timestamp>,
    /// The row that is changed, for an edit or a delete.
    pub target: Option<DeliveryId>,
}

/// What readers are told about a change of what they have seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// Somebody changed it.
    Edited,
    /// Somebody took it back.
    Deleted,
    /// A part that was on its way has come.
    Completed,
}

/// One change of the outbox.
#[derive(Clone, Debug)]
pub enum Change {
    /// A new row.
    Add(NewDelivery),
    /// New words for the row that carries a message.
    Rewrite {
        /// The row.
        row: DeliveryId,
        /// Its new content.
        body: Sealed<Action<Content>>,
        /// What is done instead when the row is not waiting any more.
        otherwise: Option<NewDelivery>,
    },
    /// New words for a row that readers of a feed have seen.
    Renew {
        /// The row.
        row: DeliveryId,
        /// Its new content.
        body: Option<Sealed<Action<Content>>>,
        /// What readers are told about the change.
        how: Renewal,
    },
    /// Take a row back.
    TakeBack {
        /// The row.
        row: DeliveryId,
        /// What is done when it is not waiting any more.
        otherwise: Option<NewDelivery>,
    },
    /// Let a message join the one before it, as long as that waits; alone otherwise.
    Merge(Box<Merging>),
    /// A waiting row has what it waited for.
    Ready {
        /// The row.
        row: DeliveryId,
        /// Its content now.
        body: Sealed<Action<Content>>,
        /// Not before this.
        at: Timestamp,
    },
    /// Send a row again that may have arrived.
    Again {
        /// The row.
        row: DeliveryId,
        /// Its content with the mark ↻.
        body: Option<Sealed<Action<Content>>>,
    },
    /// Leave a row that may have arrived.
    Leave(DeliveryId),
    /// A thread was deleted: nothing more goes into its old generation.
    Abandon(Destination),
}

impl Change {
    /// Whether the courier may have something to do. A local row without a hold is sent by its
    /// commit; when it waits behind another, the courier comes for that one and then for both.
    #[must_use]
    pub const fn is_for_courier(&self) -> bool {
        !matches!(self, Self::Add(row) if row.local && row.hold_until.is_none())
    }
}

/// Carries out changes in order. `first` numbers the first added row.
///
/// # Errors
/// When the database fails.
pub async fn apply(
    tx: &mut Tx<'_>,
    lane: LaneId,
    first: i64,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), StoreError> {
    for (number, change) in (first..).zip(changes) {
        one(tx, lane, number, change, now).await?;
    }
    Ok(())
}

async fn one(
    tx: &mut Tx<'_>,
    lane: LaneId,
    out: i64,
    change: &Change,
    now: Timestamp,
) -> Result<(), StoreError> {
    match change {
        Change::Add(row) => put(tx, lane, out, row, now).await,
        Change::Rewrite {
            row,
            body,
            otherwise,
        } => {
            const UPDATE: &str = "UPDATE outbox SET body_sealed = $3 WHERE lane = $1 AND id = $2 AND state IN ('queued', 'held', 'unknown')";
            let waiting = execute!(tx, UPDATE, lane.0, row.0, body)? == 1;
            unless(tx, waiting, lane, out, otherwise.as_ref(), now).await
        }
        Change::Renew { row, body, how } => renew(tx, lane, *row, body.as_ref(), *how).await,
        Change::TakeBack { row, otherwise } => {
            const UPDATE: &str = "UPDATE outbox SET state = 'superseded' WHERE lane = $1 AND id = $2 AND state IN ('queued', 'held')";
            let waiting = execute!(tx, UPDATE, lane.0, row.0)? > 0;
            if !waiting && otherwise.as_ref().is_some_and(|row| row.action == "delete") {
                parts::remove(tx, lane, *row).await?;
            }
            unless(tx, waiting, lane, out, otherwise.as_ref(), now).await
        }
        Change::Merge(merging) => merge(tx, lane, out, merging, now).await,
        Change::Ready { row, body, at } => parts::ready(tx, lane, *row, body, *at).await,
        Change::Again { row, body } => again(tx, lane, *row, body.as_ref(), now).await,
        Change::Leave(row) => {
            const UPDATE: &str = "UPDATE outbox SET state = 'superseded' WHERE lane = $1 AND id = $2 AND state = 'unknown'";
            execute!(tx, UPDATE, lane.0, row.0).map(|_| ())
        }
        Change::Abandon(destination) => {
            const UPDATE: &str = "UPDATE outbox SET state = 'superseded' WHERE lane = $1 AND destination = $2 \
                 AND state IN ('queued', 'sending', 'unknown', 'held')";
            execute!(tx, UPDATE, lane.0, destination.as_str()).map(|_| ())
        }
    }
}

async fn unless(
    tx: &mut Tx<'_>,
    done: bool,
    lane: LaneId,
    out: i64,
    otherwise: Option<&NewDelivery>,
    now: Timestamp,
) -> Result<(), StoreError> {
    match otherwise {
        Some(row) if !done => put(tx, lane, out, row, now).await,
        Some(_) | None => Ok(()),
    }
}

/// The whole takes the place of the row that waits; otherwise the part goes alone.
async fn merge(
    tx: &mut Tx<'_>,
    lane: LaneId,
    out: i64,
    Merging { tail, whole, part }: &Merging,
    now: Timestamp,
) -> Result<(), StoreError> {
    put(tx, lane, out, part, now).await?;
    if parts::merge(tx, lane, *tail, whole.id).await? {
        parts::join(tx, lane, part.id, whole.id).await?;
        put(tx, lane, out, whole, now).await?;
    }
    Ok(())
}

/// Adds a row, and remembers which other row it changes.
async fn put(
    tx: &mut Tx<'_>,
    lane: LaneId,
    out: i64,
    row: &NewDelivery,
    now: Timestamp,
) -> Result<(), StoreError> {
    add(tx, lane, out, row, now).await?;
    match row.target {
        Some(target) => parts::aim(tx, lane, row.id, target).await,
        None => Ok(()),
    }
}

/// A local row is sent by its commit, unless something before it waits.
async fn add(
    tx: &mut Tx<'_>,
    lane: LaneId,
    out: i64,
    row: &NewDelivery,
    now: Timestamp,
) -> Result<(), StoreError> {
    queue!(
        tx,
        "INSERT INTO outbox (lane, id, destination, out, cursor, generation, thread_id, channel, message_id, action, \
         body_sealed, local, by_agent, priority, state, next_at, hold_until, at) \
         SELECT $1, $2, $3, $4, CASE WHEN way.free THEN $4 END, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
         CASE WHEN way.free THEN 'sent' ELSE 'queued' END, $14, $15, $16 \
         FROM (SELECT $17 AND NOT EXISTS (SELECT 1 FROM outbox WHERE lane = $1 AND destination = $3 \
           AND state IN ('queued', 'sending')) AS free) way",
        lane.0,
        row.id.0,
        row.destination.as_str(),
        out,
        row.thread.map_or(0, |(_, generation)| generation),
        row.thread.map(|(thread, _)| thread),
        &row.channel,
        row.message.map(|message| message.0),
        row.action,
        &row.body,
        row.local,
        row.by_agent,
        row.priority,
        row.hold_until.unwrap_or(now).0,
        row.hold_until.map(|at| at.0),
        now.0,
        row.local && row.hold_until.is_none()
    )
}

/// A new cursor brings the row again to those who have read past it.
async fn renew(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
    body: Option<&Sealed<Action<Content>>>,
    how: Renewal,
) -> Result<(), StoreError> {
    let cursor = draw(tx, lane).await?;
    queue!(
        tx,
        "UPDATE outbox SET body_sealed = COALESCE($3, body_sealed), deleted = deleted OR $4, \
         edited = edited OR $6, cursor = CASE WHEN cursor IS NULL THEN NULL ELSE $5 END \
         WHERE lane = $1 AND id = $2",
        lane.0,
        row.0,
        body,
        how == Renewal::Deleted,
        cursor,
        how == Renewal::Edited
    )
}

async fn again(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
    body: Option<&Sealed<Action<Content>>>,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE outbox SET state = 'queued', next_at = $3, slot = NULL, body_sealed = COALESCE($4, body_sealed) \
         WHERE lane = $1 AND id = $2 AND state = 'unknown'",
        lane.0,
        row.0,
        now.0,
        body
    )
    .map(|_| ())
}

/// A row that carries a message.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RowAt {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    pub state: String,
    /// Its content.
    pub body_sealed: Sealed<Action<Content>>,
    /// It was shown in a local feed, or will be.
    pub local: bool,
    /// When it was decided.
    pub at: i64,
}

/// The row that carries a message to a destination, or the row with an id.
///
/// # Errors
/// When the database fails.
pub async fn find_row(
    tx: &mut Tx<'_>,
    lane: LaneId,
    by: Result<(MessageId, Destination), DeliveryId>,
) -> Result<Option<RowAt>, StoreError> {
    match by {
        Ok((message, destination)) => fetch_optional!(
            tx,
            RowAt,
            "SELECT id, state, body_sealed, local, at FROM outbox WHERE lane = $1 AND message_id = $2 \
             AND destination = $3 AND action = 'send' AND state <> 'superseded' ORDER BY out DESC LIMIT 1",
            lane.0,
            message.0,
            destination.as_str()
        ),
        Err(row) => fetch_optional!(
            tx,
            RowAt,
            "SELECT id, state, body_sealed, local, at FROM outbox WHERE lane = $1 AND id = $2",
            lane.0,
            row.0
        ),
    }
}
