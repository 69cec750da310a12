//! A case as a whole: read for a decision, stored with one.

use uuid::Uuid;

use crate::domain::conversation::{Case, State};
use crate::domain::id::{ConversationId, CustomerId, IdentityId, LaneId};
use crate::domain::place::ChannelName;
use crate::domain::ticket::Ticket;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::keyring::Keyring;
use crate::store::pool::Tx;
use crate::store::seal::{DataKey, Sealed, Spot};
use crate::store::window;
use crate::{fetch_one, fetch_optional, queue};

/// A case with the version it was read at.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The case.
    pub case: Case,
    /// Raised by every decision; a decision on an older one is not stored.
    pub version: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    identity_id: Uuid,
    customer_id: Uuid,
    channel: String,
    state_sealed: Sealed<State>,
    version: i64,
    window_until: Option<i64>,
    window_left: Option<i64>,
}

/// Reads a case.
///
/// # Errors
/// When the database fails, or a sealed value does not open.
pub async fn load(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    conversation: ConversationId,
) -> Result<Loaded, StoreError> {
    let key = keyring.of_conversation(tx, conversation).await?;
    let row = fetch_one!(
        tx,
        Row,
        "SELECT c.identity_id, i.customer_id, c.channel, c.state_sealed, l.version, c.window_until, c.window_left \
         FROM conversation c JOIN identity i ON i.id = c.identity_id JOIN lane l ON l.id = c.id WHERE c.id = $1",
        conversation.0
    )?;
    let mut state: State = key.open(
        Spot::new("conversation", "state", conversation.0),
        &row.state_sealed,
    )?;
    state.window = window::read(row.window_until, row.window_left);
    let ticket = newest_ticket(tx, &key, conversation).await?;
    let case = Case {
        conversation,
        identity: IdentityId(row.identity_id),
        customer: CustomerId(row.customer_id),
        channel: ChannelName(row.channel),
        state,
        ticket,
    };
    Ok(Loaded {
        case,
        version: row.version,
    })
}

async fn newest_ticket(
    tx: &mut Tx<'_>,
    key: &DataKey,
    conversation: ConversationId,
) -> Result<Option<Ticket>, StoreError> {
    let row = fetch_optional!(
        tx,
        (Uuid, Sealed<Ticket>),
        "SELECT id, state_sealed FROM ticket WHERE conversation_id = $1 ORDER BY number DESC LIMIT 1",
        conversation.0
    )?;
    let Some((id, sealed)) = row else {
        return Ok(None);
    };
    Ok(Some(key.open(Spot::new("ticket", "state", id), &sealed)?))
}

/// Takes the lane for a decision on `version`; gives the first of `rows` outbox numbers, or `None`
/// when the lane has moved on.
///
/// # Errors
/// When the database fails.
pub async fn take(
    tx: &mut Tx<'_>,
    lane: LaneId,
    version: i64,
    rows: i64,
) -> Result<Option<i64>, StoreError> {
    let taken = fetch_optional!(
        tx,
        (i64,),
        "UPDATE lane SET version = version + 1, next_out = next_out + $3 \
         WHERE id = $1 AND version = $2 RETURNING next_out - $3",
        lane.0,
        version,
        rows
    )?;
    Ok(taken.map(|(first,)| first))
}

/// Draws a number of a lane's outbox, for an order or a cursor.
///
/// # Errors
/// When the database fails.
pub async fn draw(tx: &mut Tx<'_>, lane: LaneId) -> Result<i64, StoreError> {
    const UPDATE: &str =
        "UPDATE lane SET next_out = next_out + 1 WHERE id = $1 RETURNING next_out - 1";
    Ok(fetch_one!(tx, (i64,), UPDATE, lane.0)?.0)
}

/// Stores the conversation's part of a case.
///
/// # Errors
/// When the database fails.
pub async fn store(
    tx: &mut Tx<'_>,
    case: &Case,
    state: &Sealed<State>,
    now: Timestamp,
) -> Result<(), StoreError> {
    queue!(
        tx,
        "UPDATE conversation SET mode = $2, state_sealed = $3, updated_at = $4 WHERE id = $1",
        case.conversation.0,
        case.mode().as_str(),
        state,
        now.0
    )
}

/// Draws the next ticket number.
///
/// # Errors
/// When the database fails.
pub async fn next_ticket_number(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    Ok(fetch_one!(
        tx,
        (i64,),
        "UPDATE ticket_number SET last = last + 1 WHERE one = 1 RETURNING last"
    )?
    .0)
}

/// Stores a ticket, new or changed.
///
/// # Errors
/// When the database fails, or another ticket of the conversation is open.
pub async fn store_ticket(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    ticket: &Ticket,
    state: &Sealed<Ticket>,
    now: Timestamp,
) -> Result<(), StoreError> {
    queue!(
        tx,
        "INSERT INTO ticket (id, conversation_id, number, status, priority, assignee, team, state_sealed, \
         opened_at, waiting_since, updated_at, closed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         ON CONFLICT (id) DO UPDATE SET status = excluded.status, priority = excluded.priority, \
         assignee = excluded.assignee, state_sealed = excluded.state_sealed, \
         waiting_since = excluded.waiting_since, updated_at = excluded.updated_at, closed_at = excluded.closed_at",
        ticket.id.0,
        conversation.0,
        ticket.number.unwrap_or_default(),
        ticket.status.as_str(),
        ticket.priority.as_str(),
        ticket.assignee.map(|agent| agent.0),
        &ticket.team,
        state,
        ticket.times.opened.0,
        ticket.times.waiting_since.map(|at| at.0),
        now.0,
        ticket.times.closed.map(|at| at.0)
    )
}
