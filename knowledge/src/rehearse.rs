//! Past messages asked again, without sending anything: what the bot would have done, and what people ask
//! that no article covers.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bot_core::domain::answer::{Answer, AnswerMode, Outcome, Question};
use bot_core::domain::language::Language;
use bot_core::domain::policy::Policy;
use bot_core::domain::reading::Reading;
use serde::Serialize;

use crate::answerer::snapshot::Snapshot;
use crate::embed::Encoder;
use crate::index::IndexError;

pub(crate) mod groups;
pub mod read;

pub use groups::Group;
pub use read::{PastMessage, ReadPastError, read};

/// Turns before a message that a short follow-up may live on.
const PREVIOUS: usize = 3;

/// What the bot would have done with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Answered from an article.
    Answered,
    /// An agent would have got a draft.
    Suggested,
    /// Up to three articles would have been offered.
    Offered,
    /// Greeting, thanks: answered without any article.
    SmallTalk,
    /// Too little was said: asked back.
    AskedBack,
    /// The customer asked for a person.
    Person,
    /// A word that no article may answer, or a wish about personal data.
    Urgent,
    /// No article answers it: to a person.
    HandedOff,
}

impl Fate {
    /// All of them, as reports list them.
    pub const ALL: [Self; 8] = [
        Self::Answered,
        Self::Suggested,
        Self::Offered,
        Self::SmallTalk,
        Self::AskedBack,
        Self::Person,
        Self::Urgent,
        Self::HandedOff,
    ];

    /// What a report calls it.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Answered => "answered from an article",
            Self::Suggested => "drafted for an agent",
            Self::Offered => "offered up to three articles",
            Self::SmallTalk => "small talk",
            Self::AskedBack => "too vague: asked back",
            Self::Person => "asked for a person",
            Self::Urgent => "urgent, or about personal data: to a person",
            Self::HandedOff => "no article: to a person",
        }
    }
}

/// What came of a rehearsal.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Rehearsal {
    /// Messages that were asked.
    pub messages: usize,
    /// How many met which fate.
    pub fates: BTreeMap<Fate, usize>,
    /// What people ask that no article covers, the largest group first.
    pub groups: Vec<Group>,
}

impl Rehearsal {
    /// The share of messages with this fate, from 0 to 1.
    #[must_use]
    pub fn share(&self, fate: Fate) -> f64 {
        let count = self.fates.get(&fate).copied().unwrap_or_default();
        count as f64 / self.messages.max(1) as f64
    }
}

/// How a rehearsal is done.
pub struct Rehearsing<'r> {
    /// The articles.
    pub snapshot: &'r Snapshot,
    /// The settings that decide what reaches the articles.
    pub policy: &'r Policy,
    /// Groups by meaning where there is a model.
    pub encoder: Option<Arc<Encoder>>,
    /// How many groups are listed.
    pub groups: usize,
}

impl Rehearsing<'_> {
    /// Asks all messages in order; `progress` hears how many are done.
    ///
    /// # Errors
    /// When the articles cannot be searched.
    pub fn run(
        &self,
        messages: &[PastMessage],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Rehearsal, IndexError> {
        let mut before: HashMap<&str, Vec<String>> = HashMap::new();
        let mut rehearsal = Rehearsal::default();
        let mut open = Vec::new();
        for message in messages {
            let previous = before.entry(&message.conversation).or_default();
            let (fate, answer) = self.meet(message, previous)?;
            if matches!(fate, Fate::HandedOff) {
                open.push((message.text.as_str(), answer));
            }
            previous.push(message.text.clone());
            let spare = previous.len().saturating_sub(PREVIOUS);
            previous.drain(..spare);
            rehearsal.messages += 1;
            *rehearsal.fates.entry(fate).or_default() += 1;
            progress(rehearsal.messages);
        }
        rehearsal.groups = groups::of(&open, self.encoder.as_deref(), self.groups);
        Ok(rehearsal)
    }

    /// The order is that of the desk: what no machine may answer, who wants a person, small talk; only
    /// what is left reaches the articles.
    fn meet(
        &self,
        message: &PastMessage,
        previous: &[String],
    ) -> Result<(Fate, Option<Answer>), IndexError> {
        let reading = Reading::of(&message.text, self.policy);
        let early = if reading.forbidden.is_some() || reading.privacy.is_some() {
            Some(Fate::Urgent)
        } else if reading.wants_human {
            Some(Fate::Person)
        } else if reading.thanks || reading.greeting {
            Some(Fate::SmallTalk)
        } else {
            None
        };
        if let Some(fate) = early {
            return Ok((fate, None));
        }
        let answer = self.snapshot.answer(&Question {
            text: message.text.clone(),
            language: Language::of_text(&message.text),
            previous: previous.to_vec(),
            ..Question::default()
        })?;
        let fate = match (&answer.outcome, answer.mode.max(self.policy.answers.usual)) {
            (Outcome::Confident(_), AnswerMode::Auto) => Fate::Answered,
            (Outcome::Confident(_), AnswerMode::Suggest) => Fate::Suggested,
            (Outcome::Choices(_), AnswerMode::Auto) => Fate::Offered,
            _ if reading.vague => Fate::AskedBack,
            _ => Fate::HandedOff,
        };
        Ok((fate, Some(answer)))
    }
}

#[cfg(test)]
mod tests;
