//! Threads are rows: which ticket is discussed where. A deleted thread is opened anew under the next
//! generation.

use uuid::Uuid;

use crate::domain::id::{ConversationId, LaneId, ThreadId, TicketId};
use crate::domain::place::{Address, ChannelName, Place};
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::{execute, fetch_one, fetch_optional};

/// A thread.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ThreadRow {
    /// Its id.
    pub id: Uuid,
    /// Its ticket.
    pub ticket_id: Uuid,
    /// The ticket's conversation.
    pub conversation_id: Uuid,
    /// The team whose room it is in.
    pub room: String,
    /// Raised each time it is opened anew.
    pub generation: i64,
    /// The channel that holds the room.
    pub channel: String,
    /// The room.
    pub room_place: String,
    /// The thread's own place, once it is open.
    pub place: Option<String>,
}

/// A thread to open.
#[derive(Clone, Debug)]
pub struct NewThread {
    /// Its id, if there is none yet.
    pub id: ThreadId,
    /// Its ticket.
    pub ticket: TicketId,
    /// The ticket's conversation.
    pub conversation: ConversationId,
    /// The team.
    pub room: String,
    /// The room.
    pub at: Address,
    /// Its own place, where that is known without asking (a local room).
    pub place: Option<Place>,
    /// The generation it is opened as.
    pub generation: i64,
}

/// Records that a thread is being opened (anew).
///
/// # Errors
/// When the database fails.
pub async fn open(tx: &mut Tx<'_>, thread: &NewThread) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO thread (id, ticket_id, conversation_id, room, generation, role, channel, room_place, place, state) \
         VALUES ($1, $2, $3, $4, $5, 'primary', $6, $7, $8, 'opening') \
         ON CONFLICT (ticket_id, room) DO UPDATE SET generation = excluded.generation, place = excluded.place, \
         channel = excluded.channel, room_place = excluded.room_place, state = 'opening'",
        thread.id.0,
        thread.ticket.0,
        thread.conversation.0,
        &thread.room,
        thread.generation,
        &thread.at.channel.0,
        &thread.at.place.0,
        thread.place.as_ref().map(|place| place.0.as_str())
    )
    .map(|_| ())
}

/// The primary thread of a ticket.
///
/// # Errors
/// When the database fails.
pub async fn of_ticket(tx: &mut Tx<'_>, ticket: TicketId) -> Result<Option<ThreadRow>, StoreError> {
    fetch_optional!(
        tx,
        ThreadRow,
        "SELECT id, ticket_id, conversation_id, room, generation, channel, room_place, place FROM thread \
         WHERE ticket_id = $1 AND role = 'primary'",
        ticket.0
    )
}

/// What people call the ticket of a thread.
///
/// # Errors
/// When the database fails.
pub async fn ticket_number(tx: &mut Tx<'_>, thread: &ThreadRow) -> Result<i64, StoreError> {
    const SELECT: &str = "SELECT number FROM ticket WHERE id = $1";
    Ok(fetch_one!(tx, (i64,), SELECT, thread.ticket_id)?.0)
}

/// The thread at a place.
///
/// # Errors
/// When the database fails.
pub async fn at(tx: &mut Tx<'_>, at: &Address) -> Result<Option<ThreadRow>, StoreError> {
    fetch_optional!(
        tx,
        ThreadRow,
        "SELECT id, ticket_id, conversation_id, room, generation, channel, room_place, place FROM thread \
         WHERE channel = $1 AND place = $2",
        &at.channel.0,
        &at.place.0
    )
}

/// Records where a thread was opened, if it is still of that generation.
///
/// # Errors
/// When the database fails.
pub async fn opened(
    tx: &mut Tx<'_>,
    thread: Uuid,
    generation: i64,
    place: &str,
) -> Result<bool, StoreError> {
    const UPDATE: &str =
        "UPDATE thread SET place = $3, state = 'open' WHERE id = $1 AND generation = $2";
    Ok(execute!(tx, UPDATE, thread, generation, place)? == 1)
}

/// Whether an opening in this room is not settled, so that an unknown thread may be ours.
///
/// # Errors
/// When the database fails.
pub async fn opening_in(
    tx: &mut Tx<'_>,
    channel: &str,
    room_place: &str,
) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "SELECT CAST(1 AS BIGINT) FROM thread WHERE channel = $1 AND room_place = $2 AND place IS NULL LIMIT 1",
        channel,
        room_place
    )?;
    Ok(row.is_some())
}

/// A room, with its lane.
#[derive(Clone, Debug)]
pub struct Room {
    /// The team.
    pub name: String,
    /// Its lane.
    pub lane: LaneId,
    /// Where it is.
    pub at: Address,
}

/// Records a room of the configuration; gives it with its lane.
///
/// # Errors
/// When the database fails.
pub async fn ensure_room(
    tx: &mut Tx<'_>,
    name: &str,
    at: &Address,
    fresh: Uuid,
) -> Result<Room, StoreError> {
    let made = execute!(
        tx,
        "INSERT INTO room (name, lane, channel, place) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (name) DO UPDATE SET channel = excluded.channel, place = excluded.place",
        name,
        fresh,
        &at.channel.0,
        &at.place.0
    )?;
    debug_assert_eq!(made, 1);
    let lane = fetch_optional!(tx, (Uuid,), "SELECT lane FROM room WHERE name = $1", name)?;
    let lane = lane.map_or(fresh, |(lane,)| lane);
    execute!(
        tx,
        "INSERT INTO lane (id, kind) VALUES ($1, 'room') ON CONFLICT (id) DO NOTHING",
        lane
    )?;
    Ok(Room {
        name: name.to_owned(),
        lane: LaneId(lane),
        at: at.clone(),
    })
}

/// The room at a place.
///
/// # Errors
/// When the database fails.
pub async fn room_at(tx: &mut Tx<'_>, at: &Address) -> Result<Option<Room>, StoreError> {
    const SELECT: &str =
        "SELECT name, lane, channel, place FROM room WHERE channel = $1 AND place = $2";
    let row = fetch_optional!(
        tx,
        (String, Uuid, String, String),
        SELECT,
        &at.channel.0,
        &at.place.0
    )?;
    Ok(row.map(|(name, lane, channel, place)| Room {
        name,
        lane: LaneId(lane),
        at: Address {
            channel: ChannelName(channel),
            place: Place(place),
        },
    }))
}

/// The room of a lane, if it is a room's.
///
/// # Errors
/// When the database fails.
pub async fn room_of(tx: &mut Tx<'_>, lane: LaneId) -> Result<Option<Room>, StoreError> {
    const SELECT: &str = "SELECT name, channel, place FROM room WHERE lane = $1";
    let row = fetch_optional!(tx, (String, String, String), SELECT, lane.0)?;
    Ok(row.map(|(name, channel, place)| Room {
        name,
        lane,
        at: Address {
            channel: ChannelName(channel),
            place: Place(place),
        },
    }))
}

/// A thread by its id.
///
/// # Errors
/// When the database fails.
pub async fn find(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<ThreadRow>, StoreError> {
    fetch_optional!(
        tx,
        ThreadRow,
        "SELECT id, ticket_id, conversation_id, room, generation, channel, room_place, place FROM thread WHERE id = $1",
        id
    )
}

/// Where the customer of a conversation is written to.
///
/// # Errors
/// When the database fails.
pub async fn customer_place(
    tx: &mut Tx<'_>,
    conversation: Uuid,
) -> Result<Option<String>, StoreError> {
    const SELECT: &str = "SELECT i.place FROM identity i JOIN conversation c ON c.identity_id = i.id WHERE c.id = $1";
    Ok(fetch_optional!(tx, (String,), SELECT, conversation)?.map(|(place,)| place))
}

/// Where the room of a lane is.
///
/// # Errors
/// When the database fails.
pub async fn room_place(tx: &mut Tx<'_>, lane: Uuid) -> Result<Option<String>, StoreError> {
    Ok(fetch_optional!(
        tx,
        (String,),
        "SELECT place FROM room WHERE lane = $1",
        lane
    )?
    .map(|(place,)| place))
}
