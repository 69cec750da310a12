//! What the desk has said to an app's user, as the long poll reads it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;

use bot_core::domain::content::Content;
use bot_core::domain::id::MessageId;
use bot_core::domain::place::{ChannelName, Place};
use bot_core::domain::time::Timestamp;

/// A point in what was said at a place: 0 is before everything. It grows with every row, also with an
/// edit or a deletion.
pub type Cursor = i64;

/// Told when a place may hold something new. A hint: it may come without a reason, and, across nodes, be
/// lost; the long poll reads once more at its end.
pub type Hint = watch::Receiver<()>;

/// Reads the desk's own database.
#[async_trait]
pub trait Mailbox: Send + Sync {
    /// At most `limit` rows of a place after a cursor, oldest first. A place that nobody knows is empty.
    ///
    /// # Errors
    /// When the database cannot be read.
    async fn page(
        &self,
        channel: &ChannelName,
        place: &Place,
        after: Cursor,
        limit: usize,
    ) -> Result<Page, MailboxError>;

    /// A hint for a place: everything said after this call changes it.
    fn hint(&self, channel: &ChannelName, place: &Place) -> Hint;
}

/// Rows of a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The rows, oldest first.
    pub rows: Vec<Row>,
    /// The cursor of the place's newest row; 0 when it has none.
    pub newest: Cursor,
}

/// One message, in its present form.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Where it stands.
    pub cursor: Cursor,
    /// The message: the same for its edits.
    pub message: MessageId,
    /// When it was said first.
    pub at: Timestamp,
    /// What it says now.
    pub content: Content,
    /// It says something else than at first.
    pub edited: bool,
    /// It was taken back.
    pub deleted: bool,
}

/// A mailbox that cannot be read at the moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the messages cannot be read: {0}")]
pub struct MailboxError(pub String);

/// A mailbox in memory, for tests.
#[derive(Default)]
pub struct MemoryMailbox(Mutex<HashMap<(ChannelName, Place), Kept>>);

#[derive(Default)]
struct Kept {
    rows: Vec<Row>,
    newest: Cursor,
    changed: watch::Sender<()>,
}

impl fmt::Debug for MemoryMailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryMailbox")
    }
}

impl MemoryMailbox {
    /// Says something new, or says it anew under the same id; whoever waits is told.
    pub fn put(&self, channel: &ChannelName, place: &Place, mut row: Row) {
        let mut boxes = self.lock();
        let held = boxes.entry((channel.clone(), place.clone())).or_default();
        held.newest += 1;
        row.cursor = held.newest;
        held.rows.retain(|old| old.message != row.message);
        held.rows.push(row);
        held.changed.send_replace(());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(ChannelName, Place), Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailbox for MemoryMailbox {
    async fn page(
        &self,
        channel: &ChannelName,
        place: &Place,
        after: Cursor,
        limit: usize,
    ) -> Result<Page, MailboxError> {
        let boxes = self.lock();
        let Some(held) = boxes.get(&(channel.clone(), place.clone())) else {
            return Ok(Page {
                rows: Vec::new(),
                newest: 0,
            });
        };
        let rows = held
            .rows
            .iter()
            .filter(|row| row.cursor > after)
            .take(limit)
            .cloned()
            .collect();
        Ok(Page {
            rows,
            newest: held.newest,
        })
    }

    fn hint(&self, channel: &ChannelName, place: &Place) -> Hint {
        self.lock()
            .entry((channel.clone(), place.clone()))
            .or_default()
            .changed
            .subscribe()
    }
}
