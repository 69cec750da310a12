//! The lines of one thread that is read from our own database.

use uuid::Uuid;

use crate::domain::content::Content;
use crate::domain::delivery::{Action, DeliveryState};
use crate::domain::id::{ConversationId, DeliveryId, MessageId, ThreadId};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::store::seal::{DataKey, Sealed, Spot};
use crate::{fetch_all, fetch_one};

/// A line of a thread.
#[derive(Clone, Debug)]
pub struct ThreadLine {
    /// Its row.
    pub id: DeliveryId,
    /// The message that it shows.
    pub message: Option<MessageId>,
    /// Raised when it changes, so that who has read up to a cursor hears of it again.
    pub cursor: i64,
    /// Its place in the thread, which never changes.
    pub place: i64,
    /// When it was decided.
    pub at: Timestamp,
    /// What was done in the thread.
    pub action: Action<Content>,
    /// It was changed.
    pub edited: bool,
    /// It was taken back.
    pub deleted: bool,
    /// What the customer had written before they changed it or took it back; for the team only.
    pub original: Option<String>,
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

/// Which lines of a thread are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// What is new or has changed since a cursor, in the order of the changes.
    After(i64),
    /// The last ones before a place, in their order.
    Before(i64),
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    message_id: Option<Uuid>,
    cursor: i64,
    out: i64,
    at: i64,
    body_sealed: Sealed<Action<Content>>,
    edited: bool,
    deleted: bool,
    state: Option<String>,
    hold_until: Option<i64>,
    reason: Option<String>,
    said_sealed: Option<Sealed<Content>>,
    original_sealed: Option<Sealed<Content>>,
    withdrawn_at: Option<i64>,
}

/// The columns of a [`Row`]; only the stretch differs. A customer's message is joined for what it
/// said before it was changed.
macro_rules! select_lines {
    ($stretch:literal) => {
        concat!(
            "SELECT o.id, o.message_id, o.cursor, o.out, o.at, o.body_sealed, o.edited, o.deleted, \
             c.state, c.hold_until, c.reason, m.body_sealed AS said_sealed, m.original_sealed, \
             m.deleted_at AS withdrawn_at FROM outbox o \
             LEFT JOIN outbox c ON c.lane = o.lane AND c.id = (SELECT d.id FROM outbox d \
             WHERE d.lane = o.lane AND d.message_id = o.message_id AND d.destination = 'customer' \
             AND d.action = 'send' ORDER BY d.out DESC LIMIT 1) \
             LEFT JOIN message m ON m.conversation_id = o.lane AND m.id = o.message_id \
             AND m.direction = 'in' AND o.edited \
             WHERE o.lane = $1 AND o.destination = 'thread' AND o.thread_id = $2 ",
            $stretch
        )
    };
}

const AFTER: &str = select_lines!("AND o.cursor > $3 ORDER BY o.cursor LIMIT $4");
const BEFORE: &str =
    select_lines!("AND o.out < $3 AND o.cursor IS NOT NULL ORDER BY o.out DESC LIMIT $4");

/// The newest cursor of a thread; zero when nothing was said in it.
///
/// # Errors
/// When the database fails.
pub async fn newest_cursor(
    tx: &mut Tx<'_>,
    of: (ConversationId, ThreadId),
) -> Result<i64, StoreError> {
    const SELECT: &str = "SELECT COALESCE(MAX(cursor), 0) FROM outbox \
         WHERE lane = $1 AND destination = 'thread' AND thread_id = $2";
    Ok(fetch_one!(tx, (i64,), SELECT, of.0.0, of.1.0)?.0)
}

/// Lines of a thread. A conversation has one thread for every ticket, and all of them share its
/// lane, so the thread is named too.
///
/// # Errors
/// When the database fails, or a line does not open.
pub async fn lines(
    tx: &mut Tx<'_>,
    key: &DataKey,
    of: (ConversationId, ThreadId),
    stretch: Stretch,
    most: i64,
) -> Result<Vec<ThreadLine>, StoreError> {
    let (text, from) = match stretch {
        Stretch::After(cursor) => (AFTER, cursor),
        Stretch::Before(place) => (BEFORE, place),
    };
    let mut rows = fetch_all!(tx, Row, text, of.0.0, of.1.0, from, most)?;
    if matches!(stretch, Stretch::Before(_)) {
        rows.reverse();
    }
    rows.into_iter().map(|row| row.open(key)).collect()
}

impl Row {
    fn open(self, key: &DataKey) -> Result<ThreadLine, StoreError> {
        let action = key.open(Spot::new("outbox", "body", self.id), &self.body_sealed)?;
        let customers = self.customers(key)?;
        let (withdrawn, original) = (self.withdrawn_at.is_some(), self.original(key)?);
        // A line that the customer took back stays theirs; what replaced it says no more than that.
        let original = match (&customers, withdrawn) {
            (Some(said), true) => Some(original.unwrap_or_else(|| said.text.clone())),
            _ => original,
        };
        let action = customers.map_or(action, Action::Send);
        let state = self.state.as_deref().and_then(DeliveryState::parse);
        Ok(ThreadLine {
            id: DeliveryId(self.id),
            message: self.message_id.map(MessageId),
            cursor: self.cursor,
            place: self.out,
            at: Timestamp(self.at),
            action,
            edited: self.edited,
            deleted: self.deleted || withdrawn,
            original,
            delivery: state.map(|state| LineDelivery {
                state,
                hold_until: self.hold_until.map(Timestamp),
                reason: self.reason,
            }),
        })
    }

    /// What a customer's message that was changed says now.
    fn customers(&self, key: &DataKey) -> Result<Option<Content>, StoreError> {
        let (Some(id), Some(sealed)) = (self.message_id, &self.said_sealed) else {
            return Ok(None);
        };
        Ok(Some(key.open(Spot::new("message", "body", id), sealed)?))
    }

    fn original(&self, key: &DataKey) -> Result<Option<String>, StoreError> {
        let (Some(id), Some(sealed)) = (self.message_id, &self.original_sealed) else {
            return Ok(None);
        };
        let content: Content = key.open(Spot::new("message", "original", id), sealed)?;
        Ok(Some(content.text))
    }
}
