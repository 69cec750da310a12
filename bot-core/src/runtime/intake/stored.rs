//! What the rows of the inbox hold, sealed.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::event::{FileReport, JobReport, Reply, Report, Timer};
use crate::domain::id::{InboxId, MessageId};
use crate::domain::inbound::Inbound;
use crate::domain::phrase::Phrase;
use crate::store::{DataKey, Spot, StoreError};

/// What a row of the inbox holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "row")]
pub enum Stored {
    /// An event of a customer.
    Customer(Box<Inbound>),
    /// An event in a thread.
    Thread(Box<Inbound>),
    /// An event in a room.
    Room(Box<Inbound>),
    /// A timer has come.
    Timer {
        /// Which.
        timer: Timer,
    },
    /// The answerer came back late.
    Late {
        /// With what.
        reply: Reply,
    },
    /// A delivery did not simply succeed.
    Report {
        /// How.
        report: Report,
    },
    /// A thread is gone.
    ThreadGone {
        /// Which.
        #[serde(default)]
        thread: Uuid,
        /// Of this generation.
        generation: i64,
    },
    /// A thread cannot be opened, or used, at all.
    NoThread {
        /// Which.
        thread: Uuid,
        /// Of this generation.
        generation: i64,
        /// Why, for people.
        reason: String,
    },
    /// The desk has something to say in a room.
    Tell {
        /// What.
        phrase: Phrase,
    },
    /// Long work has come to something.
    Job {
        /// What.
        report: JobReport,
    },
    /// A file was stored or refused.
    File {
        /// Which.
        report: FileReport,
    },
    /// An answer was wrong.
    Correct {
        /// The message that gave it.
        message: MessageId,
        /// What was wrong in it.
        was: String,
        /// What is right.
        now: String,
        /// What it is about.
        title: String,
        /// It is the last such message in the conversation.
        newest: bool,
    },
}

/// Where in the inbox a row's content is sealed.
#[must_use]
pub const fn spot(id: InboxId) -> Spot {
    Spot::new("inbox", "raw", id.0)
}

/// Seals a row's content.
#[must_use]
pub fn seal(key: &DataKey, id: InboxId, stored: &Stored) -> Vec<u8> {
    let plain = serde_json::to_vec(stored).unwrap_or_default();
    key.seal_bytes(spot(id), &plain)
}

/// Opens a row's content: customers' rows with the conversation's key, all others with the system's.
///
/// # Errors
/// When it does not open or does not read.
pub fn open(keys: &[&DataKey], id: InboxId, raw: &[u8]) -> Result<Stored, StoreError> {
    let plain = keys
        .iter()
        .find_map(|key| key.open_bytes(spot(id), raw).ok());
    let plain = plain.ok_or_else(|| StoreError::Unreadable("inbox.raw".to_owned()))?;
    serde_json::from_slice(&plain)
        .map_err(|error| StoreError::Unreadable(format!("inbox.raw: {error}")))
}
