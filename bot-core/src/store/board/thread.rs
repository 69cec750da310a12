//! The lines of one thread that is read from our own database.

use uuid::Uuid;

use crate::domain::content::Content;
use crate::domain::delivery::{Action, DeliveryState};
use crate::domain::id::{ConversationId, DeliveryId, MessageId, ThreadId};
use crate::domain::time::Timestamp;
use crate::fetch_all;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::store::seal::{DataKey, Sealed, Spot};

/// A line of a thread.
#[derive(Clone, Debug)]
pub struct ThreadLine {
    /// Its row.
    pub id: DeliveryId,
    /// The message that it shows.
    pub message: Option<MessageId>,
    /// Its place in the thread; a line that changed comes again with a larger one.
    pub cursor: i64,
    /// When it was decided.
    pub at: Timestamp,
    /// What was done in the thread.
    pub action: Action<Content>,
    /// It was changed.
    pub edited: bool,
    /// It was taken back.
    pub deleted: bool,
    /// How the same message fares on its way to the customer.
    pub delivery: Option<LineDelivery>,
}

/// How a message fares on its way to the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineDelivery {
    /// Where it stands.
    pub state: DeliveryState,
    /// Until then it can be taken back without a trace.
    pub hold_until: Option<Timestamp>,
    /// Why it did not arrive.
    pub reason: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    message_id: Option<Uuid>,
    cursor: i64,
    at: i64,
    body_sealed: Sealed<Action<Content>>,
    edited: bool,
    deleted: bool,
    state: Option<String>,
    hold_until: Option<i64>,
    reason: Option<String>,
}

/// The lines of a thread after a cursor, in order. A conversation has one thread for every ticket,
/// and all of them share its lane, so the thread is named too.
///
/// # Errors
/// When the database fails, or a line does not open.
pub async fn lines(
    tx: &mut Tx<'_>,
    key: &DataKey,
    of: (ConversationId, ThreadId),
    after: i64,
    most: i64,
) -> Result<Vec<ThreadLine>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT o.id, o.message_id, o.cursor, o.at, o.body_sealed, o.edited, o.deleted, \
         c.state, c.hold_until, c.reason FROM outbox o \
         LEFT JOIN outbox c ON c.lane = o.lane AND c.id = (SELECT d.id FROM outbox d \
         WHERE d.lane = o.lane AND d.message_id = o.message_id AND d.destination = 'customer' \
         AND d.action = 'send' ORDER BY d.out DESC LIMIT 1) \
         WHERE o.lane = $1 AND o.destination = 'thread' AND o.thread_id = $2 AND o.cursor > $3 \
         ORDER BY o.cursor LIMIT $4",
        of.0.0,
        of.1.0,
        after,
        most
    )?;
    rows.into_iter().map(|row| row.open(key)).collect()
}

impl Row {
    fn open(self, key: &DataKey) -> Result<ThreadLine, StoreError> {
        let action = key.open(Spot::new("outbox", "body", self.id), &self.body_sealed)?;
        let state = self.state.as_deref().and_then(DeliveryState::parse);
        Ok(ThreadLine {
            id: DeliveryId(self.id),
            message: self.message_id.map(MessageId),
            cursor: self.cursor,
            at: Timestamp(self.at),
            action,
            edited: self.edited,
            deleted: self.deleted,
            delivery: state.map(|state| LineDelivery {
                state,
                hold_until: self.hold_until.map(Timestamp),
                reason: self.reason,
            }),
        })
    }
}
