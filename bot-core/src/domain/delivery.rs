//! What is done at a destination: one action is one platform call.

use serde::{Deserialize, Serialize};

use crate::domain::content::Content;
use crate::domain::id::MessageId;

/// One call to a platform. `B` is a rendered [`Content`] in the outbox, and a draft in a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do", content = "with")]
#[non_exhaustive]
pub enum Action<B = Content> {
    /// Say something new.
    Send(B),
    /// Change what was said.
    Edit {
        /// The message that was sent.
        of: MessageId,
        /// Its new body.
        body: B,
    },
    /// Take back what was said.
    Delete {
        /// The message that was sent.
        of: MessageId,
    },
    /// Open the thread; its place is the receipt.
    OpenThread {
        /// `#1042 · subject`.
        title: String,
        /// The first message in it.
        card: B,
    },
    /// Change the thread's title.
    Retitle {
        /// The new title.
        title: String,
    },
    /// Close the thread.
    CloseThread,
    /// Open the closed thread again.
    ReopenThread,
}

impl<B> Action<B> {
    /// The name in the database and in logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Send(_) => "send",
            Self::Edit { .. } => "edit",
            Self::Delete { .. } => "delete",
            Self::OpenThread { .. } => "open_thread",
            Self::Retitle { .. } => "retitle",
            Self::CloseThread => "close_thread",
            Self::ReopenThread => "reopen_thread",
        }
    }

    /// Whether doing it twice looks the same as doing it once.
    #[must_use]
    pub const fn is_idempotent(&self) -> bool {
        !matches!(self, Self::Send(_) | Self::OpenThread { .. })
    }

    /// The same action with another body.
    pub fn map<C>(self, body_of: impl FnOnce(B) -> C) -> Action<C> {
        match self {
            Self::Send(body) => Action::Send(body_of(body)),
            Self::Edit { of, body } => Action::Edit {
                of,
                body: body_of(body),
            },
            Self::Delete { of } => Action::Delete { of },
            Self::OpenThread { title, card } => Action::OpenThread {
                title,
                card: body_of(card),
            },
            Self::Retitle { title } => Action::Retitle { title },
            Self::CloseThread => Action::CloseThread,
            Self::ReopenThread => Action::ReopenThread,
        }
    }
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waiting for its turn, its hold or its next try.
    Queued,
    /// Handed to the platform; the outcome is not known yet.
    Sending,
    /// The platform has it.
    Sent,
    /// It may or may not have arrived.
    Unknown,
    /// Waits for the operator, or for a window to open.
    Held,
    /// It will not arrive.
    Dead,
    /// Another row took its place before it was sent.
    Superseded,
}

impl DeliveryState {
    const ALL: [Self; 7] = [
        Self::Queued,
        Self::Sending,
        Self::Sent,
        Self::Unknown,
        Self::Held,
        Self::Dead,
        Self::Superseded,
    ];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::Held => "held",
            Self::Dead => "dead",
            Self::Superseded => "superseded",
        }
    }

    /// Reads the name in the database.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether later rows of the same destination must wait for this one.
    #[must_use]
    pub const fn blocks(self) -> bool {
        matches!(self, Self::Queued | Self::Sending)
    }
}
