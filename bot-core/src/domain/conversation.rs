//! What the desk knows of a conversation when it decides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::entity::Entity;
use crate::domain::event::AlbumPart;
use crate::domain::id::{
    AgentId, ArticleId, ConversationId, CustomerId, DeliveryId, IdentityId, MessageId,
};
use crate::domain::inbound::Window;
use crate::domain::language::Language;
use crate::domain::place::ChannelName;
use crate::domain::prompt::Prompts;
use crate::domain::ticket::{Status, Ticket};
use crate::domain::time::Timestamp;

/// Everything that a decision about one conversation may rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The conversation.
    pub conversation: ConversationId,
    /// The account at its other end.
    pub identity: IdentityId,
    /// The person behind the account.
    pub customer: CustomerId,
    /// Where the customer writes.
    pub channel: ChannelName,
    /// What is remembered from turn to turn.
    pub state: State,
    /// The newest ticket, unless it is closed for good and gone.
    pub ticket: Option<Ticket>,
}

impl Case {
    /// The ticket that a human still has work with.
    #[must_use]
    pub fn open_ticket(&self) -> Option<&Ticket> {
        self.ticket
            .as_ref()
            .filter(|ticket| ticket.status.is_open())
    }

    /// Who is speaking with the customer, for lists.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self.ticket.as_ref().map(|ticket| ticket.status) {
            Some(Status::Pending | Status::OnHold) => Mode::Waiting,
            Some(Status::InProgress) => Mode::Agent,
            Some(Status::Resolved | Status::Closed) => Mode::Idle,
            None => Mode::Bot,
        }
    }
}

/// Who is speaking with the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The bot.
    Bot,
    /// Nobody yet: a ticket waits.
    Waiting,
    /// An agent.
    Agent,
    /// Nobody any more.
    Idle,
}

impl Mode {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Waiting => "waiting",
            Self::Agent => "agent",
            Self::Idle => "idle",
        }
    }
}

/// What is remembered from turn to turn.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct State {
    /// What is known of the customer.
    pub profile: Profile,
    /// The customer's last clear language.
    pub language: Option<Language>,
    /// The first words were said.
    pub greeted: bool,
    /// The customer is not served.
    pub block: Option<Block>,
    /// How well the bot is doing.
    pub progress: Progress,
    /// Fragments that wait for the customer to fall quiet.
    pub turn: Option<Turn>,
    /// What the customer was asked.
    pub prompts: Prompts,
    /// How fast the customer writes.
    pub pace: Pace,
    /// When, and how often, the customer may be written to: opened by intake, drawn down by every
    /// send, read with the case, and never changed by a decision.
    pub window: Option<Window>,
    /// The last survey.
    pub surveyed_at: Option<Timestamp>,
    /// Answers that may not have arrived, while the customer has not written since.
    #[serde(default)]
    pub doubtful: Vec<DeliveryId>,
    /// Albums that have not all come yet.
    #[serde(default)]
    pub albums: Vec<Album>,
    /// The answerer's own state.
    pub memo: Option<Value>,
    /// What the customer named last: order numbers, models, amounts …
    #[serde(default)]
    pub named: Vec<Entity>,
    /// Draft answers in the thread that no agent has judged yet, oldest first.
    #[serde(default)]
    pub suggestions: Vec<Suggestion>,
    /// What agents made of the channel's drafts so far; looked up for a decision.
    #[serde(skip)]
    pub tally: Tally,
}

/// What agents made of draft answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Tally {
    /// Sent as they were.
    pub sent: u64,
    /// Sent in an agent's own version.
    pub edited: u64,
    /// Turned down.
    pub wrong: u64,
}

impl Tally {
    /// How many were judged.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.sent + self.edited + self.wrong
    }
}

/// A draft answer in the thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The note that holds it, with its evidence.
    pub message: MessageId,
    /// The article behind it.
    pub article: ArticleId,
    /// An agent is writing their own version of it.
    pub edited_by: Option<AgentId>,
}

/// Messages that belong together, as far as they have come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Album {
    /// What they have in common.
    pub key: String,
    /// Who sent them, besides the customer.
    pub writer: Option<String>,
    /// The first of them; the whole has its id, and its place in the order.
    pub message: MessageId,
    /// See `message`.
    pub seq: i64,
    /// When the first came.
    pub at: Timestamp,
    /// How many there are.
    pub parts: usize,
    /// All of them as one.
    pub whole: AlbumPart,
}

/// What is known of the customer, for the card.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// As the channel gives it.
    pub name: String,
    /// A hint on the language.
    pub locale: Option<String>,
    /// From the host's own systems.
    pub attributes: BTreeMap<String, String>,
    /// Where the last message was written.
    pub context: BTreeMap<String, String>,
    /// Where the customer came from.
    pub source: Option<String>,
}

/// A customer who is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Until when; for good without.
    pub until: Option<Timestamp>,
    /// The customer was told.
    pub told: bool,
}

/// How well the bot is doing.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Unknown answers in a row.
    pub unknowns: u32,
    /// 👎 since the last human.
    pub downvotes: u32,
    /// The customer's last turns, newest last.
    pub previous: Vec<String>,
    /// The customer's words were angry, or pressed for time, since the last human.
    #[serde(default)]
    pub upset: bool,
}

/// Fragments that wait for the customer to fall quiet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// What was written, oldest first.
    pub texts: Vec<String>,
    /// The newest message of it.
    pub last: MessageId,
    /// When it began.
    pub began: Timestamp,
    /// The answerer was asked and has not come back; its answer arrives as an event.
    pub asked: bool,
}

/// How fast the customer writes.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pace {
    /// Times of the messages of the last minute.
    pub recent: Vec<Timestamp>,
    /// When the customer was last asked to slow down.
    pub warned: Option<Timestamp>,
    /// Times of the handoffs of the last hour.
    pub handoffs: Vec<Timestamp>,
    /// The network address that the customer wrote from last, as a keyed hash.
    #[serde(default)]
    pub network: Option<String>,
    /// Times of other people's handoffs from that address in the last hour; looked up for a decision.
    #[serde(skip)]
    pub nearby: Vec<Timestamp>,
}
