//! What a decision causes. Every effect is carried out in the transaction that stores the decision.

mod fact;
mod opinion;

use serde::{Deserialize, Serialize};

use crate::domain::answer::Evidence;
use crate::domain::command::Write;
use crate::domain::content::Attachment;
use crate::domain::conversation::Case;
use crate::domain::delivery::Action;
use crate::domain::draft::Draft;
use crate::domain::event::{Ask, Timer};
use crate::domain::id::{AgentId, AttachmentId, DeliveryId, MessageId};
use crate::domain::place::Destination;
use crate::domain::time::Timestamp;

pub use fact::{Fact, FactKind};
pub use opinion::{Judged, Opinion};

/// What `decide` says.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Ask this, outside any transaction, and decide again with the reply.
    Ask(Ask),
    /// Store the case and carry out the effects.
    Settle {
        /// The case as it is now.
        case: Box<Case>,
        /// What to do, in order.
        effects: Vec<Effect>,
    },
}

/// Something to carry out.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Record a message of the conversation.
    Keep(Keep),
    /// Change what is recorded of a message; the original stays for staff.
    Amend {
        /// Which.
        message: MessageId,
        /// Its new text.
        text: Option<String>,
        /// It was taken back.
        deleted: bool,
    },
    /// One thing at one destination.
    Do(Doing),
    /// Take back a reply: without a trace while it is held, else by a delete where the platform can.
    TakeBack {
        /// Which.
        message: MessageId,
    },
    /// Open the ticket's thread (again, after it was deleted) and show what was said so far.
    OpenThread,
    /// Open the thread in a room that can be used, with what was said so far, and tell the one that
    /// cannot.
    FallBack,
    /// Put a file's final name and type where its message is recorded and shown.
    Attach {
        /// The message it came with.
        message: MessageId,
        /// The file.
        file: Attachment,
    },
    /// A file is refused: nothing waits for it any more.
    Detach {
        /// The message it came with.
        message: MessageId,
        /// The file.
        file: AttachmentId,
    },
    /// The files of a message take too long: it goes without them, and they follow.
    Loading {
        /// The message.
        message: MessageId,
    },
    /// Send a row once more.
    Resend {
        /// The row.
        delivery: DeliveryId,
        /// Mark it ↻.
        marked: bool,
    },
    /// Leave an unknown row as it is.
    Leave {
        /// The row.
        delivery: DeliveryId,
    },
    /// Set a timer, or clear it.
    Timer {
        /// Which.
        timer: Timer,
        /// When; `None` clears it.
        at: Option<Timestamp>,
    },
    /// Count a happening.
    Count(Fact),
    /// Link what somebody thought of an answer to it.
    Judge(Judged),
    /// Ring the people concerned.
    Ring(Ring),
    /// A change outside the case that a command asked for.
    Write(Write),
}

/// A message to record.
#[derive(Clone, Debug, PartialEq)]
pub struct Keep {
    /// Its id.
    pub message: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// What it holds.
    pub body: Draft,
    /// Why the bot said it.
    pub evidence: Option<Evidence>,
    /// Why nothing more was done about it.
    pub reason: Option<Reason>,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the customer.
    In,
    /// To the customer.
    Out,
    /// Between colleagues.
    Note,
}

impl Direction {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::Note => "note",
        }
    }

    /// Reads the name in the database.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::In, Self::Out, Self::Note]
            .into_iter()
            .find(|one| one.as_str() == name)
    }
}

/// Why a customer's message needed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The customer is blocked.
    Blocked,
    /// Too many messages in a minute.
    Flood,
    /// Thanks, or an acknowledgement.
    Thanks,
    /// A vote, a rating or another answer to something we asked.
    Answered,
    /// It was taken back before it was handled.
    Empty,
    /// A part of a turn that is answered as a whole.
    Turn,
}

impl Reason {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Flood => "flood",
            Self::Thanks => "thanks",
            Self::Answered => "answered",
            Self::Empty => "empty",
            Self::Turn => "turn",
        }
    }
}

/// One thing at one destination.
#[derive(Clone, Debug, PartialEq)]
pub struct Doing {
    /// Where.
    pub to: Destination,
    /// What.
    pub action: Action<Draft>,
    /// The message that it carries, so that edits and deletes find it.
    pub message: Option<MessageId>,
    /// Not before this.
    pub hold_until: Option<Timestamp>,
    /// Only where people do not see their own lines anyway.
    pub echo: bool,
}

/// Who is rung, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// Who.
    pub to: Rung,
    /// Why.
    pub why: RingCause,
}

/// Who is rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// One agent.
    Agent(AgentId),
    /// Those who have the role [`LEAD`](crate::domain::policy::LEAD).
    Leads,
    /// Everybody on the team.
    Team,
}

/// Why somebody is rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RingCause {
    /// A ticket was opened.
    New,
    /// A ticket was given to somebody.
    Assigned,
    /// The customer wrote in somebody's ticket.
    Answered,
    /// Nobody has answered for too long.
    Waiting,
    /// A safety word, or a low rating.
    Urgent,
}
