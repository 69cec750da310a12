//! What happens to a case: an inbox row, resolved against what the database knows.

mod button;
mod correction;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::domain::answer::{Answer, Question};
use crate::domain::command::{CommandCall, Plan, Say};
use crate::domain::content::Content;
use crate::domain::id::{AgentId, AttachmentId, DeliveryId, InboxId, JobId, MessageId};
use crate::domain::inbound::Sender;
use crate::domain::place::Destination;
use crate::domain::policy::Policy;
use crate::domain::reading::Reading;
use crate::domain::time::Timestamp;

pub use button::{Button, DraftVerdict};
pub use correction::Correction;

/// One happening in a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The inbox row; a message that it brings has the same id.
    pub id: InboxId,
    /// Its number in the lane.
    pub seq: i64,
    /// When it was accepted.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// What was asked for when the event was decided before, if anything.
    pub reply: Option<Reply>,
    /// What its text says besides its question, once it was read: it is decided twice when it asks.
    pub reading: OnceLock<Reading>,
}

impl Event {
    /// What happened in a row of the inbox; nothing was asked for yet.
    #[must_use]
    pub const fn new(id: InboxId, seq: i64, at: Timestamp, kind: EventKind) -> Self {
        Self {
            id,
            seq,
            at,
            kind,
            reply: None,
            reading: OnceLock::new(),
        }
    }

    /// What the customer's text says besides its question.
    pub(super) fn read(&self, text: &str, policy: &Policy) -> Reading {
        *self.reading.get_or_init(|| Reading::of(text, policy))
    }

    /// The id of the message that this event brought.
    #[must_use]
    pub const fn message(&self) -> MessageId {
        MessageId(self.id.0)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// The customer did something.
    Customer(CustomerAct),
    /// Somebody did something in the thread.
    Team(TeamAct),
    /// A part of an album, which is settled as a whole.
    Album {
        /// What the parts have in common.
        key: String,
        /// Who sent it, besides the customer: parts of two people never mix.
        writer: Option<String>,
        /// What this part would be alone.
        part: AlbumPart,
    },
    /// A time has come.
    Timer(Timer),
    /// The answerer came back after its deadline.
    Late(Reply),
    /// A delivery did not simply succeed.
    Report(Report),
    /// The platform says that the thread of this generation does not exist any more.
    ThreadGone {
        /// The generation that was used.
        generation: i64,
    },
    /// The thread cannot be opened, or used, in its room at all.
    NoThread {
        /// Why, for people.
        reason: String,
    },
    /// A file was stored or refused.
    File {
        /// What became of it.
        report: FileReport,
        /// It came with what the customer wrote.
        from_customer: bool,
    },
    /// Long work has come to something.
    Job(JobReport),
    /// An answer was wrong.
    Correction(Correction),
    /// A message that broke its handler three times; nobody is asked any more.
    Poisoned {
        /// It came from the customer.
        from_customer: bool,
    },
}

/// A part of an album, or all of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlbumPart {
    /// The customer's.
    Customer(CustomerLine),
    /// Somebody's in the thread.
    Team {
        /// Who.
        by: Writer,
        /// What it holds.
        content: Content,
        /// It answers a note.
        answers_note: bool,
    },
}

/// What a customer did.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and only within a decision"
)]
pub enum CustomerAct {
    /// Wrote.
    Said(CustomerLine),
    /// Picked a choice, by its id.
    Chose {
        /// As it came: not to be trusted.
        choice: String,
    },
    /// Changed a message.
    Edited {
        /// Which, if we know it.
        message: Option<MessageId>,
        /// The new text.
        text: String,
    },
    /// Took a message back.
    Deleted {
        /// Which, if we know it.
        message: Option<MessageId>,
    },
    /// Closed the door.
    Left,
    /// Opened a chat without a word.
    Arrived {
        /// Where from.
        source: Option<String>,
    },
}

/// A customer's message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomerLine {
    /// What it holds, cleaned.
    pub content: Content,
    /// It was longer than what is taken.
    pub cut: bool,
    /// As the platform describes the account just now.
    pub sender: Sender,
    /// Where it was written.
    pub context: BTreeMap<String, String>,
}

/// What somebody did in the thread.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamAct {
    /// Who.
    pub by: Writer,
    /// What.
    pub what: TeamDeed,
    /// It was done in the thread of an earlier ticket, while the customer is in another one.
    pub is_earlier: bool,
}

/// Who writes in a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writer {
    /// A listed agent.
    Colleague(AgentId),
    /// Anybody else; nothing of theirs is delivered.
    Stranger {
        /// What the account calls itself.
        name: String,
    },
}

/// What was done in a thread.
#[derive(Clone, Debug, PartialEq)]
pub enum TeamDeed {
    /// Wrote a line.
    Wrote {
        /// What it holds, cleaned.
        content: Content,
        /// It answers a note.
        answers_note: bool,
    },
    /// Changed a line.
    Edited {
        /// Which, if it was a reply to the customer.
        message: Option<MessageId>,
        /// The new text.
        text: String,
    },
    /// Took a line back.
    Deleted {
        /// Which, if it was a reply to the customer.
        message: Option<MessageId>,
    },
    /// Changed a note.
    NoteEdited {
        /// Which.
        message: MessageId,
        /// The new text.
        text: String,
    },
    /// Took a note back.
    NoteDeleted {
        /// Which.
        message: MessageId,
    },
    /// Pressed a button under one of our notices.
    Pressed(Button),
}

/// A time that was set before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// The customer has fallen quiet.
    Settle,
    /// The answerer has not come back.
    AnswerLate,
    /// A waiting customer should hear how it goes.
    WaitingUpdate,
    /// A waiting customer should be offered a choice.
    WaitingChoice,
    /// A resolved ticket can be closed.
    CloseResolved,
    /// A ticket on hold wakes.
    Wake,
    /// An answer with an unknown outcome goes once more.
    Resend(DeliveryId),
    /// The files of a message take too long.
    Files(MessageId),
    /// An album is complete: nothing more of it has come for a while.
    Album(MessageId),
}

impl Timer {
    /// The name in the database: one row per conversation and name.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Settle => "settle".to_owned(),
            Self::AnswerLate => "answer_late".to_owned(),
            Self::WaitingUpdate => "waiting_update".to_owned(),
            Self::WaitingChoice => "waiting_choice".to_owned(),
            Self::CloseResolved => "close_resolved".to_owned(),
            Self::Wake => "wake".to_owned(),
            Self::Resend(delivery) => format!("resend:{delivery}"),
            Self::Files(message) => format!("files:{message}"),
            Self::Album(message) => format!("album:{message}"),
        }
    }
}

/// What is asked for outside the transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// The answerer.
    Answerer(Question),
    /// A command's handler.
    Command(CommandCall),
}

/// What came back.
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and only within a decision"
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The answerer's verdict, and the newest message it was asked about.
    Answer {
        /// The newest message of the turn.
        about: MessageId,
        /// The verdict; `None` when the answerer failed.
        answer: Option<Answer>,
    },
    /// Nothing before the deadline; it may still come as an event.
    Overdue,
    /// What a command wants done.
    Plan(Plan),
}

/// How a delivery ended that did not simply succeed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The row.
    pub delivery: DeliveryId,
    /// The message it carries.
    pub message: Option<MessageId>,
    /// Where it should have gone.
    pub destination: Destination,
    /// An agent's own words are in it.
    pub by_agent: bool,
    /// When it was decided.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It will not arrive.
    Dead {
        /// Why, for people.
        reason: String,
    },
    /// It may have arrived.
    Unknown,
    /// It waits, and goes on by itself.
    Held(HeldFor),
}

/// What a held delivery waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldFor {
    /// The customer's next message: the platform lets nobody write before.
    Window,
    /// Its channel, which was taken out of the configuration.
    Channel,
}

/// How a long piece of work goes, or ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobReport {
    /// Which.
    pub job: JobId,
    /// What sort of work it is.
    pub kind: String,
    /// Who asked for it.
    pub asked_by: Option<AgentId>,
    /// What is said about it where it was asked for.
    pub says: Vec<Say>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileReport {
    /// The message it came with.
    pub message: MessageId,
    /// The file.
    pub attachment: AttachmentId,
    /// What it turned out to be, or why it is refused.
    pub stored: Result<crate::domain::content::Attachment, String>,
}
