//! What the desk has said to an app's user, as the long poll reads it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;
use uuid::Uuid;

use bot_core::domain::content::Content;
use bot_core::domain::id::{ConversationId, MessageId};
use bot_core::domain::place::{ChannelName, Place};
use bot_core::domain::time::Timestamp;

/// A point in what was said in a conversation: 0 is before everything. It grows with every row, also
/// with an edit or a deletion.
pub type Cursor = i64;

/// Told when a conversation may hold something new. A hint: it may come without a reason, and, across
/// nodes, be lost; the long poll reads once more at its end.
pub type Hint = watch::Receiver<u64>;

/// Reads the desk's own database.
#[async_trait]
pub trait Mailbox: Send + Sync {
    /// The conversation of a user, if one has begun.
    ///
    /// # Errors
    /// When the database cannot be read.
    async fn find(
        &self,
        channel: &ChannelName,
        place: &Place,
    ) -> Result<Option<ConversationId>, MailboxError>;

    /// At most `limit` rows after a cursor, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    async fn page(
        &self,
        conversation: ConversationId,
        after: Cursor,
        limit: usize,
    ) -> Result<Page, MailboxError>;

    /// A hint for a conversation: everything said after this call changes it.
    fn hint(&self, conversation: ConversationId) -> Hint;

    /// Whether something is just being decided here, so that a hint comes soon in any case.
    fn is_deciding(&self, _conversation: ConversationId) -> bool {
        false
    }
}

/// Rows of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The rows, oldest first.
    pub rows: Vec<Row>,
    /// Whether the cursor that was asked for can have come from here.
    pub known: bool,
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
pub struct MemoryMailbox(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    conversations: HashMap<(ChannelName, Place), ConversationId>,
    said: HashMap<ConversationId, Said>,
}

#[derive(Default)]
struct Said {
    rows: Vec<Row>,
    newest: Cursor,
    changed: watch::Sender<u64>,
}

impl fmt::Debug for MemoryMailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryMailbox")
    }
}

impl MemoryMailbox {
    /// Begins the conversation of a user, if there is none.
    pub fn begin(&self, channel: &ChannelName, place: &Place) -> ConversationId {
        let fresh = || ConversationId(Uuid::now_v7());
        *self
            .lock()
            .conversations
            .entry((channel.clone(), place.clone()))
            .or_insert_with(fresh)
    }

    /// Says something new, or says it anew under the same id; whoever waits is told.
    pub fn put(&self, channel: &ChannelName, place: &Place, mut row: Row) {
        let conversation = self.begin(channel, place);
        let mut kept = self.lock();
        let said = kept.said.entry(conversation).or_default();
        said.newest += 1;
        row.cursor = said.newest;
        said.rows.retain(|old| old.message != row.message);
        said.rows.push(row);
        said.changed.send_modify(|seen| *seen += 1);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailbox for MemoryMailbox {
    async fn find(
        &self,
        channel: &ChannelName,
        place: &Place,
    ) -> Result<Option<ConversationId>, MailboxError> {
        let key = (channel.clone(), place.clone());
        Ok(self.lock().conversations.get(&key).copied())
    }

    async fn page(
        &self,
        conversation: ConversationId,
        after: Cursor,
        limit: usize,
    ) -> Result<Page, MailboxError> {
        let mut kept = self.lock();
        let said = kept.said.entry(conversation).or_default();
        let later = said.rows.iter().filter(|row| row.cursor > after);
        let rows = later.take(limit).cloned().collect();
        Ok(Page {
            rows,
            known: after <= said.newest,
        })
    }

    fn hint(&self, conversation: ConversationId) -> Hint {
        let mut kept = self.lock();
        kept.said
            .entry(conversation)
            .or_default()
            .changed
            .subscribe()
    }
}
