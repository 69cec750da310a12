//! Reply slots: requests of a platform whose answers can carry messages.

use uuid::Uuid;

use crate::domain::id::{DeliveryId, LaneId};
use crate::domain::inbound::ReplySlot;
use crate::domain::time::{DAY, Timestamp};
use crate::store::error::StoreError;
use crate::store::outbox::Head;
use crate::store::pool::Tx;
use crate::store::seal::Spot;
use crate::store::window;
use crate::{execute, fetch_all, fetch_one, fetch_optional};

/// How long the stored bytes wait for a repeated try, in milliseconds.
const REMEMBERED: i64 = DAY;

/// Why a row is held whose account can only answer requests.
pub const ANSWERS_ONLY: &str = "it waits for the next request";

/// A slot that an accepted event brings.
#[derive(Clone, Debug)]
pub struct NewSlot {
    /// With `place` and the slot's own id: which request it is.
    pub channel: String,
    /// See `channel`.
    pub place: String,
    /// What the adapter says of it.
    pub slot: ReplySlot,
    /// The key of the event in the inbox.
    pub key: String,
    /// The lane that answers.
    pub lane: LaneId,
    /// A fresh id, under which its bytes are sealed.
    pub uid: Uuid,
    /// When.
    pub at: Timestamp,
}

/// A slot as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SlotRow {
    /// Its own id.
    pub uid: Uuid,
    /// The lane that answers.
    pub lane: Uuid,
    /// The number of its event in the lane.
    pub seq: i64,
    /// How many rows fit in.
    pub size: i64,
    /// What it carries counts in the window.
    pub spends: bool,
    /// `open` or `answered`.
    pub state: String,
    /// The answer; an answered slot without one says nothing.
    pub body_sealed: Option<Vec<u8>>,
}

impl SlotRow {
    /// Where the bytes of its answer are sealed.
    #[must_use]
    pub const fn spot(&self) -> Spot {
        Spot::new("slot", "body", self.uid)
    }

    /// Nothing was answered yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == "open"
    }
}

/// Opens a slot, or gives the next try of its request the time it brings. Rows that were held for
/// want of a way out have one now.
///
/// # Errors
/// When the database fails.
pub async fn open(tx: &mut Tx<'_>, new: &NewSlot) -> Result<(), StoreError> {
    let (state,) = fetch_one!(
        tx,
        (String,),
        "INSERT INTO slot (channel, place, id, uid, lane, seq, deadline, size, spends, state, at) \
         SELECT $1, $2, $3, $4, $5, i.seq, $6, $7, $8, 'open', $9 FROM inbox i \
         WHERE i.channel = $1 AND i.place = $2 AND i.key = $10 \
         ON CONFLICT (channel, place, id) DO UPDATE SET deadline = \
         CASE WHEN excluded.deadline > slot.deadline THEN excluded.deadline ELSE slot.deadline END \
         RETURNING state",
        &new.channel,
        &new.place,
        &new.slot.id,
        new.uid,
        new.lane.0,
        new.slot.deadline.0,
        i64::from(new.slot.size),
        new.slot.spends,
        new.at.0,
        &new.key
    )?;
    if state == "open" {
        window::let_go(tx, new.lane).await?;
    }
    Ok(())
}

/// A slot, as it stands.
///
/// # Errors
/// When the database fails.
pub async fn find(
    tx: &mut Tx<'_>,
    channel: &str,
    place: &str,
    id: &str,
) -> Result<Option<SlotRow>, StoreError> {
    fetch_optional!(
        tx,
        SlotRow,
        "SELECT uid, lane, seq, size, spends, state, body_sealed FROM slot \
         WHERE channel = $1 AND place = $2 AND id = $3",
        channel,
        place,
        id
    )
}

/// The same slot, closed to every other handler until this transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &mut Tx<'_>, uid: Uuid) -> Result<Option<SlotRow>, StoreError> {
    fetch_optional!(
        tx,
        SlotRow,
        "UPDATE slot SET state = state WHERE uid = $1 \
         RETURNING uid, lane, seq, size, spends, state, body_sealed",
        uid
    )
}

/// Stores the answer; `None` says nothing.
///
/// # Errors
/// When the database fails.
pub async fn answer(tx: &mut Tx<'_>, uid: Uuid, body: Option<&[u8]>) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE slot SET state = 'answered', body_sealed = $2 WHERE uid = $1";
    execute!(tx, UPDATE, uid, body).map(|_| ())
}

/// What of a lane may still become the answer to a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent fact about the lane"
)]
pub struct Prospects {
    /// The slot's own event, or one before it, is not decided.
    pub undecided: bool,
    /// The customer has made a later request.
    pub later: bool,
    /// A later event is not decided.
    pub more: bool,
    /// A decided turn waits for quiet or for the answerer.
    pub turn: bool,
}

/// What of a slot's lane may still become its answer.
///
/// # Errors
/// When the database fails.
pub async fn prospects(tx: &mut Tx<'_>, slot: &SlotRow) -> Result<Prospects, StoreError> {
    fetch_one!(
        tx,
        Prospects,
        "SELECT EXISTS (SELECT 1 FROM inbox WHERE lane = $1 AND state = 'pending' AND seq <= $2) AS undecided, \
         EXISTS (SELECT 1 FROM slot WHERE lane = $1 AND seq > $2) AS later, \
         EXISTS (SELECT 1 FROM inbox WHERE lane = $1 AND state = 'pending' AND seq > $2) AS more, \
         EXISTS (SELECT 1 FROM timer WHERE lane = $1 AND kind IN ('settle', 'answer_late')) AS turn",
        slot.lane,
        slot.seq
    )
}

/// An unsettled row to the customer.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Waiting {
    /// The row.
    #[sqlx(flatten)]
    pub head: Head,
    /// It could be sent now.
    pub ready: bool,
}

/// The first unsettled rows to the customer of a lane, in order.
///
/// # Errors
/// When the database fails.
pub async fn waiting(
    tx: &mut Tx<'_>,
    slot: &SlotRow,
    now: Timestamp,
) -> Result<Vec<Waiting>, StoreError> {
    fetch_all!(
        tx,
        Waiting,
        "SELECT lane, id, destination, channel, thread_id, generation, message_id, body_sealed, by_agent, attempt, at, epoch, \
         (o.state = 'queued' AND o.next_at <= $2 AND (o.hold_until IS NULL OR NOT EXISTS (SELECT 1 FROM inbox i \
           WHERE i.lane = o.lane AND i.state = 'pending' AND i.accepted_at < o.hold_until))) AS ready \
         FROM outbox o WHERE o.lane = $1 AND o.destination = 'customer' AND o.state IN ('queued', 'sending') \
         ORDER BY o.out LIMIT $3",
        slot.lane,
        now.0,
        slot.size
    )
}

/// A row that was claimed rides in this slot.
///
/// # Errors
/// When the database fails.
pub async fn carry(tx: &mut Tx<'_>, slot: &SlotRow, row: DeliveryId) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE outbox SET slot = $3 WHERE lane = $1 AND id = $2";
    execute!(tx, UPDATE, slot.lane, row.0, slot.uid).map(|_| ())
}

/// The bytes were handed to the socket: what rode in them is sent.
///
/// # Errors
/// When the database fails.
pub async fn handed_over(tx: &mut Tx<'_>, slot: &SlotRow) -> Result<u64, StoreError> {
    const UPDATE: &str =
        "UPDATE outbox SET state = 'sent' WHERE lane = $1 AND slot = $2 AND state = 'sending'";
    execute!(tx, UPDATE, slot.lane, slot.uid)
}

/// Rows whose bytes nobody has handed over, and no try of the request can any more.
///
/// # Errors
/// When the database fails.
pub async fn stranded(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<Head>, StoreError> {
    fetch_all!(
        tx,
        Head,
        "SELECT lane, id, destination, channel, thread_id, generation, message_id, body_sealed, by_agent, attempt, at, epoch \
         FROM outbox o WHERE o.slot IS NOT NULL AND o.state = 'sending' \
         AND NOT EXISTS (SELECT 1 FROM slot s WHERE s.uid = o.slot AND s.deadline >= $1) ORDER BY o.at",
        since.0
    )
}

/// Forgets slots that no platform asks for again, at most so many; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx<'_>, now: Timestamp, most: i64) -> Result<u64, StoreError> {
    execute!(
        tx,
        "DELETE FROM slot WHERE (channel, place, id) IN \
         (SELECT channel, place, id FROM slot WHERE at < $1 ORDER BY at LIMIT $2)",
        now.plus_ms(-REMEMBERED).0,
        most
    )
}
