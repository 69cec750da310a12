//! Windows: until when, and how often, a customer may be written to. Intake opens them, the
//! transaction that commits `sending` draws them down, and a surely failed send is given back.

use uuid::Uuid;

use crate::domain::id::{ConversationId, DeliveryId, LaneId};
use crate::domain::inbound::Window;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::store::slot::ANSWERS_ONLY;
use crate::{execute, fetch_one, fetch_optional};

/// Why a row is held: it goes on when a window opens.
pub const CLOSED: &str = "the window is closed";

/// What a row that wants to be sent finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// The conversation has no window: nothing is counted.
    Free,
    /// Counted in the window that ends then.
    From(Timestamp),
    /// Time over, or no send left for this row.
    Closed,
}

/// The window of a conversation, as its last event and the sends since have left it.
///
/// # Errors
/// When the database fails.
pub async fn of(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
) -> Result<Option<Window>, StoreError> {
    const SELECT: &str = "SELECT window_until, window_left FROM conversation WHERE id = $1";
    let (until, left) = fetch_one!(tx, (Option<i64>, Option<i64>), SELECT, conversation.0)?;
    Ok(read(until, left))
}

/// A window from its columns.
pub(super) fn read(until: Option<i64>, left: Option<i64>) -> Option<Window> {
    until.map(|until| Window {
        until: Timestamp(until),
        left: left.map(|left| u32::try_from(left).unwrap_or(0)),
    })
}

/// Opens or renews a window; rows that were held for it go on, in order.
///
/// # Errors
/// When the database fails.
pub async fn open(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    new: Window,
    now: Timestamp,
) -> Result<(), StoreError> {
    let known = of(tx, conversation).await?;
    let holds = known.map_or(new, |known| known.renewed(new, now));
    execute!(
        tx,
        "UPDATE conversation SET window_until = $2, window_left = $3 WHERE id = $1",
        conversation.0,
        holds.until.0,
        holds.left.map(i64::from)
    )?;
    if holds.is_open(now) {
        let_go(tx, conversation.lane()).await?;
    }
    Ok(())
}

/// Puts the rows that were held until the customer writes back into the queue; they keep their order.
///
/// # Errors
/// When the database fails.
pub(super) async fn let_go(tx: &mut Tx<'_>, lane: LaneId) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE outbox SET state = 'queued', reason = NULL \
         WHERE lane = $1 AND destination = 'customer' AND state = 'held' AND reason IN ($2, $3)",
        lane.0,
        CLOSED,
        ANSWERS_ONLY
    )
    .map(|_| ())
}

/// Counts one send. A send that is not a human's leaves `reserve` over while a ticket is open.
///
/// # Errors
/// When the database fails.
pub async fn draw(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    now: Timestamp,
    reserve: usize,
) -> Result<Drawn, StoreError> {
    let counted = fetch_optional!(
        tx,
        (i64,),
        "UPDATE conversation SET window_left = window_left - 1 WHERE id = $1 AND window_until > $2 \
         AND (window_left IS NULL OR window_left > CASE WHEN EXISTS (SELECT 1 FROM ticket t \
           WHERE t.conversation_id = $1 AND t.status IN ('pending', 'in_progress', 'on_hold')) \
           THEN $3 ELSE 0 END) RETURNING window_until",
        conversation.0,
        now.0,
        i64::try_from(reserve).unwrap_or(i64::MAX)
    )?;
    if let Some((until,)) = counted {
        return Ok(Drawn::From(Timestamp(until)));
    }
    Ok(match of(tx, conversation).await? {
        Some(_) => Drawn::Closed,
        None => Drawn::Free,
    })
}

/// Gives back the send that a row was counted as, if its window still holds.
///
/// # Errors
/// When the database fails.
pub async fn give_back(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
    epoch: Option<i64>,
) -> Result<(), StoreError> {
    const SELECT: &str = "SELECT drawn FROM outbox WHERE lane = $1 AND id = $2 \
         AND state = 'sending' AND epoch IS NOT DISTINCT FROM $3";
    let drawn = fetch_optional!(tx, (Option<i64>,), SELECT, lane.0, row.0, epoch)?;
    match drawn {
        Some((Some(until),)) => restore(tx, lane.conversation(), Timestamp(until)).await,
        Some((None,)) | None => Ok(()),
    }
}

/// Counts one send less in the window that ends at `until`, if that still holds.
///
/// # Errors
/// When the database fails.
pub async fn restore(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    until: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE conversation SET window_left = window_left + 1 WHERE id = $1 AND window_until = $2",
        conversation.0,
        until.0
    )
    .map(|_| ())
}

/// The platform says that the window is closed, whatever was counted here.
///
/// # Errors
/// When the database fails.
pub async fn close(tx: &mut Tx<'_>, conversation: Uuid, now: Timestamp) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE conversation SET window_until = COALESCE(window_until, $2), window_left = 0 WHERE id = $1",
        conversation,
        now.0
    )
    .map(|_| ())
}
