//! What a text says besides its question.

use crate::domain::language::Language;
use crate::domain::policy::Policy;

/// What a text says besides its question.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Reading {}

impl Reading {
    /// Reads.
    #[must_use]
    pub fn of(_text: &str, _policy: &Policy) -> Self { Self {} }
}
