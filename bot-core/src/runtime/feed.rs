//! Local destinations, for those who read them from our own database.

use uuid::Uuid;

use crate::domain::content::Content;
use crate::domain::delivery::Action;
use crate::domain::id::{ConversationId, LaneId, MessageId};
use crate::domain::place::Destination;
use crate::domain::time::Timestamp;
use crate::runtime::core::Core;
use crate::store::outbox::FeedRow as Row;
use crate::store::{DataKey, Spot, StoreError, board, identity, message, outbox};

/// Reads local destinations. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Feed {
    core: Core,
}

/// A row as readers get it.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedRow {
    /// Its id; the same when it comes again changed.
    pub id: Uuid,
    /// The message that it carries.
    pub message: Option<MessageId>,
    /// Its place in the feed: read on after it.
    pub cursor: i64,
    /// When it was decided.
    pub at: Timestamp,
    /// What it says.
    pub content: Content,
    /// It was changed.
    pub edited: bool,
    /// It was taken back.
    pub deleted: bool,
}

/// What the customer wrote, as their own page gets it.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnRow {
    /// Its place among the customer's messages: read on after it.
    pub seq: i64,
    /// The message.
    pub message: MessageId,
    /// When it came.
    pub at: Timestamp,
    /// What it says now.
    pub content: Content,
    /// It was changed.
    pub edited: bool,
    /// It was taken back.
    pub deleted: bool,
}

impl Feed {
    /// The feeds of this core.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    /// The conversation of an account of a channel, if it has written before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn conversation(
        &self,
        channel: &str,
        account: &str,
    ) -> Result<Option<ConversationId>, StoreError> {
        let keyring = &self.core.keyring;
        if let Some(known) = keyring.account(channel, account) {
            return Ok(Some(known.conversation));
        }
        let (its_channel, name) = (channel.to_owned(), account.to_owned());
        let opens = keyring.clone();
        let found = self.core.db.read(|tx| {
            Box::pin(async move { identity::find(tx, &opens, &its_channel, &name).await })
        });
        let found = found.await?;
        if let Some(found) = &found {
            keyring.remember(channel, account, found);
        }
        Ok(found.map(|found| found.conversation))
    }

    /// The rows after a cursor, in order; `after` 0 is the beginning.
    ///
    /// # Errors
    /// When the database fails, or a row does not open.
    pub async fn page(
        &self,
        lane: LaneId,
        destination: Destination,
        after: i64,
        most: i64,
    ) -> Result<Vec<FeedRow>, StoreError> {
        let keyring = self.core.keyring.clone();
        let (key, rows) = self
            .core
            .db
            .read(|tx| {
                Box::pin(async move {
                    let key = keyring.of_conversation(tx, lane.conversation()).await?;
                    Ok((key, outbox::page(tx, lane, destination, after, most).await?))
                })
            })
            .await?;
        rows.iter().map(|row| open(&key, row)).collect()
    }

    /// What the customer wrote after a place, in order; `after` 0 is the beginning.
    ///
    /// # Errors
    /// When the database fails, or a message does not open.
    pub async fn own(
        &self,
        conversation: ConversationId,
        after: i64,
        most: i64,
    ) -> Result<Vec<OwnRow>, StoreError> {
        let keyring = self.core.keyring.clone();
        let read = self.core.db.read(|tx| {
            Box::pin(async move {
                let key = keyring.of_conversation(tx, conversation).await?;
                message::own(tx, &key, conversation, after, most).await
            })
        });
        Ok(read.await?.into_iter().map(OwnRow::from).collect())
    }

    /// The number of the conversation's open ticket, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_ticket(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<i64>, StoreError> {
        let read = self
            .core
            .db
            .read(|tx| Box::pin(async move { board::open_number(tx, conversation).await }));
        read.await
    }

    /// Whether a lane is at work: a hint comes at the latest when it is done.
    #[must_use]
    pub fn is_working(&self, lane: LaneId) -> bool {
        self.core.signals.is_working(lane)
    }

    /// Hears when the feeds of a lane have changed. Subscribe before reading a page, then wait.
    #[must_use]
    pub fn watch(&self, lane: LaneId) -> tokio::sync::watch::Receiver<u64> {
        self.core.signals.watch_feed(lane)
    }
}

impl From<message::Own> for OwnRow {
    fn from(own: message::Own) -> Self {
        Self {
            seq: own.seq,
            message: own.recorded.id,
            at: own.at,
            content: own.recorded.content,
            edited: own.recorded.edited,
            deleted: own.recorded.deleted,
        }
    }
}

fn open(key: &DataKey, row: &Row) -> Result<FeedRow, StoreError> {
    let action = key.open(Spot::new("outbox", "body", row.id), &row.body_sealed)?;
    let content = match action {
        Action::Send(body) | Action::Edit { body, .. } | Action::OpenThread { card: body, .. } => {
            body
        }
        Action::Delete { .. }
        | Action::Retitle { .. }
        | Action::CloseThread
        | Action::ReopenThread => Content::default(),
    };
    Ok(FeedRow {
        id: row.id,
        message: row.message_id.map(MessageId),
        cursor: row.cursor,
        at: Timestamp(row.at),
        content,
        edited: row.edited,
        deleted: row.deleted,
    })
}
