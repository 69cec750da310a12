//! Buttons under what the desk shows in a thread.

use crate::domain::content::Content;
use crate::domain::id::{DeliveryId, MessageId};

/// A button under a notice in the thread, with what it concerns.
#[derive(Clone, Debug, PartialEq)]
pub enum Button {
    /// Send a line that was taken for a note, or kept back.
    Send {
        /// The line.
        message: MessageId,
        /// What it holds.
        content: Content,
    },
    /// Take the ticket up again and send the line.
    ReopenAndSend {
        /// The line.
        message: MessageId,
        /// What it holds.
        content: Content,
    },
    /// Judge a draft answer.
    Draft {
        /// The draft.
        message: MessageId,
        /// What it holds.
        content: Content,
        /// What is to become of it.
        verdict: DraftVerdict,
    },
    /// Let the bot answer by itself from now on.
    SwitchOn,
    /// Send a delivery again whose outcome is unknown.
    Resend(DeliveryId),
    /// Leave it as it is.
    Leave(DeliveryId),
    /// A button of something that is not known any more.
    Gone,
}

/// What an agent wants with a draft answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftVerdict {
    /// Send it as it is.
    Send,
    /// Send a version of their own, which they write next.
    Edit,
    /// It answers something else.
    Wrong,
}
