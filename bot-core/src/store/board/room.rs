//! The lines of a room that is read from our own database.

use crate::domain::content::{Author, Content};
use crate::domain::delivery::Action;
use crate::domain::id::DeliveryId;
use crate::domain::place::{Address, Destination};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::outbox;
use crate::store::pool::Tx;
use crate::store::seal::{DataKey, Spot};
use crate::store::thread::room_at;

/// A line of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomLine {
    /// Its row.
    pub id: DeliveryId,
    /// Its place in the room.
    pub cursor: i64,
    /// When it was said.
    pub at: Timestamp,
    /// Who said it: an agent, or the desk.
    pub from: Author,
    /// What it says.
    pub text: String,
}

/// The lines of a room after a cursor, in order; none of a room that is not known yet. A room belongs
/// to no identity, so its lines are sealed with the system's key.
///
/// # Errors
/// When the database fails, or a line does not open.
pub async fn room_lines(
    tx: &mut Tx<'_>,
    system: &DataKey,
    at: &Address,
    after: i64,
    most: i64,
) -> Result<Vec<RoomLine>, StoreError> {
    let Some(room) = room_at(tx, at).await? else {
        return Ok(Vec::new());
    };
    let rows = outbox::page(tx, room.lane, Destination::Room, after, most).await?;
    let open = |row: outbox::FeedRow| {
        let spot = Spot::new("outbox", "body", row.id);
        let action: Action<Content> = system.open(spot, &row.body_sealed)?;
        let (from, text) = said(action);
        Ok(RoomLine {
            id: DeliveryId(row.id),
            cursor: row.cursor,
            at: Timestamp(row.at),
            from,
            text,
        })
    };
    rows.into_iter().map(open).collect()
}

fn said(action: Action<Content>) -> (Author, String) {
    match action {
        Action::Send(content) | Action::Edit { body: content, .. } => (content.from, content.text),
        Action::OpenThread { title, .. } | Action::Retitle { title } => (Author::System, title),
        Action::Delete { .. } | Action::CloseThread | Action::ReopenThread => {
            (Author::System, String::new())
        }
    }
}
