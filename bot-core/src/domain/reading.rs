//! What a customer's text says besides its question, read once for a whole decision.

use crate::domain::forbidden::Severity;
use crate::domain::intent;
use crate::domain::language::Language;
use crate::domain::pick::{self, Pick};
use crate::domain::policy::Policy;

/// What a text says besides its question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent observation"
)]
pub struct Reading {
    /// Its language, where it is clear.
    pub language: Option<Language>,
    /// It has a word that no article may answer.
    pub forbidden: Option<Severity>,
    /// It asks that the customer's data be deleted.
    pub privacy: bool,
    /// It asks for a person.
    pub wants_human: bool,
    /// It is thanks, or an acknowledgement.
    pub thanks: bool,
    /// It is a greeting.
    pub greeting: bool,
    /// It says too little to be looked up.
    pub vague: bool,
    /// It holds nothing but links.
    pub links_only: bool,
    /// It picks from a list.
    pub pick: Option<Pick>,
    /// It is a rating.
    pub rating: Option<u8>,
}

impl Reading {
    /// Reads a text.
    #[must_use]
    pub fn of(text: &str, policy: &Policy) -> Self {
        Self {
            language: Language::of_text(text),
            forbidden: policy.forbidden.find(text).map(|hit| hit.severity),
            privacy: intent::privacy_wish(text).is_some(),
            wants_human: intent::asks_for_human(text),
            thanks: intent::thanks(text),
            greeting: intent::greets(text),
            vague: !intent::is_substantive(text),
            links_only: intent::links_only(text),
            pick: pick::choice(text),
            rating: pick::rating(text),
        }
    }
}
