//! An answer that was wrong.

use crate::domain::content::Content;
use crate::domain::id::MessageId;

/// An answer that was wrong, and what is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// The message that gave it.
    pub message: MessageId,
    /// What the message is to say; none where it cannot be changed any more.
    pub edited: Option<Content>,
    /// It is the last such message of this customer: what cannot be changed is corrected once.
    pub newest: bool,
    /// What the answer is about.
    pub title: String,
    /// What is right.
    pub text: String,
}
