//! What a decision causes. Every effect is carried out in the transaction that stores the decision.

use serde::{Deserialize, Serialize};

use crate::domain::answer::Evidence;
use crate::domain::command::Write;
use crate::domain::content::Attachment;
use crate::domain::conversation::Case;
use crate::domain::delivery::Action;
use crate::domain::draft::Draft;
use crate::domain::event::{Ask, Timer};
use crate::domain::id::{AgentId, ArticleId, AttachmentId, DeliveryId, MessageId};
use crate::domain::place::Destination;
use crate::domain::time::Timestamp;

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

/// What somebody thought of an answer, or of a draft of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The answer, recorded with its evidence.
    pub message: MessageId,
    /// What they thought.
    pub opinion: Opinion,
    /// The agent; the customer without.
    pub agent: Option<AgentId>,
    /// What was said instead.
    pub instead: Option<MessageId>,
}

/// What somebody thought of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Opinion {
    /// The customer: 👍.
    VotedUp,
    /// The customer: 👎.
    VotedDown,
    /// An agent sent the draft as it was.
    Sent,
    /// An agent sent a version of their own.
    Edited,
    /// An agent turned the draft down.
    Wrong,
}

impl Opinion {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::VotedUp,
        Self::VotedDown,
        Self::Sent,
        Self::Edited,
        Self::Wrong,
    ];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VotedUp => "voted_up",
            Self::VotedDown => "voted_down",
            Self::Sent => "sent",
            Self::Edited => "edited",
            Self::Wrong => "wrong",
        }
    }

    /// Reads the name in the database.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// The fact that is counted for it.
    #[must_use]
    pub const fn fact(self) -> FactKind {
        match self {
            Self::VotedUp => FactKind::VotedUp,
            Self::VotedDown => FactKind::VotedDown,
            Self::Sent => FactKind::DraftSent,
            Self::Edited => FactKind::DraftEdited,
            Self::Wrong => FactKind::DraftWrong,
        }
    }
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

/// A counted happening; ids in it are pseudonymous.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What happened.
    pub kind: FactKind,
    /// The agent concerned.
    pub agent: Option<AgentId>,
    /// The article concerned.
    pub article: Option<ArticleId>,
    /// A number that goes with it (a rating, milliseconds).
    pub value: Option<i64>,
}

impl Fact {
    /// A fact without particulars.
    #[must_use]
    pub const fn of(kind: FactKind) -> Self {
        Self {
            kind,
            agent: None,
            article: None,
            value: None,
        }
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactKind {
    /// A customer wrote.
    MessageIn,
    /// The bot answered from an article.
    Answered,
    /// The bot offered choices.
    Offered,
    /// No article was found.
    Unknown,
    /// The conversation went to humans.
    HandedOff,
    /// 👍.
    VotedUp,
    /// 👎.
    VotedDown,
    /// A human answered for the first time; the value is milliseconds since the ticket opened.
    FirstResponse,
    /// An agent took a ticket.
    Claimed,
    /// An agent wrote to the customer.
    Replied,
    /// A ticket was resolved; the value is milliseconds since it opened.
    Resolved,
    /// A ticket was closed.
    Closed,
    /// A ticket was taken up again.
    Reopened,
    /// A survey was answered; the value is the rating.
    Rated,
    /// A message could not be handled.
    Poisoned,
    /// A delivery died.
    Undelivered,
    /// A delivery's outcome is unknown.
    Doubtful,
    /// A message was turned away or slowed down.
    Flooded,
    /// A thread had to be opened in the built-in room.
    FellBack,
    /// The bot put a draft answer into the thread.
    Suggested,
    /// An agent sent a draft as it was.
    DraftSent,
    /// An agent sent a version of their own.
    DraftEdited,
    /// An agent turned a draft down.
    DraftWrong,
}

impl FactKind {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessageIn => "message_in",
            Self::Answered => "answered",
            Self::Offered => "offered",
            Self::Unknown => "unknown",
            Self::HandedOff => "handed_off",
            Self::VotedUp => "voted_up",
            Self::VotedDown => "voted_down",
            Self::FirstResponse => "first_response",
            Self::Claimed => "claimed",
            Self::Replied => "replied",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Rated => "rated",
            Self::Poisoned => "poisoned",
            Self::Undelivered => "undelivered",
            Self::Doubtful => "doubtful",
            Self::Flooded => "flooded",
            Self::FellBack => "fell_back",
            Self::Suggested => "suggested",
            Self::DraftSent => "draft_sent",
            Self::DraftEdited => "draft_edited",
            Self::DraftWrong => "draft_wrong",
        }
    }
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
