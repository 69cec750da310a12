//! What commands read: the record of a conversation, and who has how much to do. Nothing here
//! writes.

mod asked;
mod given;
mod lines;
mod load;
mod tickets;
mod usage;
mod votes;

use std::sync::Arc;

pub use asked::{AskedFate, AskedQuestion};
pub use given::GivenAnswer;
pub use usage::{ArticleUsage, Usage};
pub use votes::Vote;

use crate::domain::answer::Evidence;
use crate::domain::content::Content;
use crate::domain::conversation::Tally;
use crate::domain::effect::{Direction, Opinion};
use crate::domain::id::{AgentId, ArticleId, ConversationId, CustomerId, MessageId};
use crate::domain::ticket::Ticket;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::judgement;
use crate::store::keyring::Keyring;
use crate::store::pool::Db;
use crate::store::seal::DataKey;

/// Reads the record. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Records {
    db: Db,
    keyring: Arc<Keyring>,
}

/// A reply of an agent, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentReply {
    /// The message.
    pub message: MessageId,
    /// When it was written.
    pub at: Timestamp,
}

/// An answer of the bot, with its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedAnswer {
    /// It was a draft for the agents.
    pub is_draft: bool,
    /// What was thought of it since.
    pub opinions: Vec<Opinion>,
    /// When it was given.
    pub at: Timestamp,
    /// What was said.
    pub content: Content,
    /// Why.
    pub evidence: Evidence,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The message.
    pub message: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// When.
    pub at: Timestamp,
    /// What it holds.
    pub content: Content,
    /// It was changed later.
    pub edited: bool,
    /// It was taken back later.
    pub deleted: bool,
}

/// A ticket, as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketRow {
    /// Its number.
    pub number: i64,
    /// Its conversation.
    pub conversation: ConversationId,
    /// All of it.
    pub ticket: Ticket,
}

/// Whose tickets are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// This agent's.
    Of(AgentId),
    /// Those that nobody has taken.
    Unclaimed,
}

/// How many open tickets somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Who; nobody yet without.
    pub agent: Option<AgentId>,
    /// Pending, in progress and on hold together.
    pub open: i64,
}

/// How deliveries went since some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DeliveryTrouble {
    /// Outcomes that nobody knows.
    pub doubtful: i64,
    /// Deliveries that will not arrive.
    pub undelivered: i64,
    /// Threads that had to be opened in the built-in room.
    pub fallbacks: i64,
}

impl Records {
    /// Reads from this database with these keys.
    #[must_use]
    pub fn new(db: Db, keyring: Keyring) -> Self {
        Self {
            db,
            keyring: Arc::new(keyring),
        }
    }

    /// The agent's newest reply in a conversation that was not taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_reply(
        &self,
        conversation: ConversationId,
        agent: AgentId,
    ) -> Result<Option<AgentReply>, StoreError> {
        self.db
            .read(move |tx| Box::pin(lines::newest_reply(tx, conversation, agent)))
            .await
    }

    /// The newest message of a conversation that the bot can explain.
    ///
    /// # Errors
    /// When the database fails, or the stored reasons cannot be opened.
    pub async fn newest_answer(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<ExplainedAnswer>, StoreError> {
        let keyring = Arc::clone(&self.keyring);
        self.db
            .read(move |tx| {
                Box::pin(async move { lines::newest_answer(tx, &keyring, conversation).await })
            })
            .await
    }

    /// The last `most` messages of a conversation, oldest first.
    ///
    /// # Errors
    /// When the database fails, or a stored message cannot be opened.
    pub async fn transcript(
        &self,
        conversation: ConversationId,
        most: i64,
    ) -> Result<Vec<Line>, StoreError> {
        let keyring = Arc::clone(&self.keyring);
        self.db
            .read(move |tx| {
                Box::pin(async move { lines::transcript(tx, &keyring, conversation, most).await })
            })
            .await
    }

    /// The customer's last `most` tickets on all channels, newest first.
    ///
    /// # Errors
    /// When the database fails, or a stored ticket cannot be opened.
    pub async fn tickets_of_customer(
        &self,
        customer: CustomerId,
        most: i64,
    ) -> Result<Vec<TicketRow>, StoreError> {
        let keyring = Arc::clone(&self.keyring);
        self.db
            .read(move |tx| {
                Box::pin(async move { tickets::of_customer(tx, &keyring, customer, most).await })
            })
            .await
    }

    /// The first `most` open tickets: the most pressing first, then those that wait longest.
    ///
    /// # Errors
    /// When the database fails, or a stored ticket cannot be opened.
    pub async fn open_tickets(
        &self,
        whose: Whose,
        most: i64,
    ) -> Result<Vec<TicketRow>, StoreError> {
        let keyring = Arc::clone(&self.keyring);
        self.db
            .read(move |tx| Box::pin(async move { tickets::open(tx, &keyring, whose, most).await }))
            .await
    }

    /// How many open tickets each agent has, and how many nobody has taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn loads(&self) -> Result<Vec<Load>, StoreError> {
        self.db.read(|tx| Box::pin(load::loads(tx))).await
    }

    /// The presence of every agent who is not disabled: `online`, `away` or `offline`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn presences(&self) -> Result<Vec<(AgentId, String)>, StoreError> {
        self.db.read(|tx| Box::pin(load::presences(tx))).await
    }

    /// What agents made of a channel's draft answers so far.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drafts(&self, channel: &str) -> Result<Tally, StoreError> {
        let channel = channel.to_owned();
        self.db
            .read(|tx| Box::pin(async move { judgement::tally(tx, &channel).await }))
            .await
    }

    /// The last `most` questions that the bot was asked since `since`, oldest first.
    ///
    /// # Errors
    /// When the database fails, or a stored message cannot be opened.
    pub async fn asked(
        &self,
        since: Timestamp,
        most: i64,
    ) -> Result<Vec<AskedQuestion>, StoreError> {
        let keyring = Arc::clone(&self.keyring);
        self.db
            .read(move |tx| Box::pin(async move { asked::since(tx, &keyring, since, most).await }))
            .await
    }

    /// The messages by which customers were answered from an article since `since`, of the last `most`
    /// customers; oldest first.
    ///
    /// # Errors
    /// When the database fails, or a stored message cannot be opened.
    pub async fn given(
        &self,
        article: ArticleId,
        since: Timestamp,
        most: i64,
    ) -> Result<Vec<GivenAnswer>, StoreError> {
        let keyring = Arc::clone(&self.keyring);
        self.db
            .read(move |tx| {
                Box::pin(async move { given::since(tx, &keyring, article, since, most).await })
            })
            .await
    }

    /// What became of questions since `since`, and what articles were used for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn usage(&self, since: Timestamp) -> Result<Usage, StoreError> {
        self.db
            .read(move |tx| Box::pin(usage::since(tx, since)))
            .await
    }

    /// What customers thought of answers since `since`, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn votes(&self, since: Timestamp) -> Result<Vec<Vote>, StoreError> {
        self.db
            .read(move |tx| Box::pin(votes::since(tx, since)))
            .await
    }

    /// The key of what belongs to no identity.
    #[must_use]
    pub fn system_key(&self) -> &DataKey {
        self.keyring.system()
    }

    /// How deliveries went since `since`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trouble(&self, since: Timestamp) -> Result<DeliveryTrouble, StoreError> {
        self.db
            .read(move |tx| Box::pin(load::trouble(tx, since)))
            .await
    }
}
