//! Things the customer was asked: pending, not modes.

use serde::{Deserialize, Serialize};

use crate::domain::id::{ArticleId, MessageId};
use crate::domain::time::Timestamp;

/// Something the customer was asked and may answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Unique in the conversation; the choices' ids begin with `p{number}:`.
    pub number: u32,
    /// What was asked.
    pub asks: Asks,
    /// When.
    pub at: Timestamp,
    /// It was answered; its buttons say so when they are pressed again.
    pub answered: bool,
}

/// What a prompt asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// Which of these articles is meant.
    Which(Vec<ArticleId>),
    /// Whether an answer helped.
    Helped {
        /// The message that carried the answer.
        answer: MessageId,
        /// The article behind it.
        article: ArticleId,
    },
    /// Whether a person is wanted.
    Person,
    /// What to do about the long wait.
    Waiting,
    /// How the service was, from 1 to 5.
    Rating,
    /// What went wrong, in words, after a low rating.
    WhatWentWrong,
}

impl Asks {
    /// How long a bare number or word belongs to it, in milliseconds.
    const fn lasts(&self) -> i64 {
        use crate::domain::time::{DAY, MINUTE};
        match self {
            Self::Which(_) | Self::Helped { .. } | Self::Person | Self::Waiting => 10 * MINUTE,
            Self::WhatWentWrong => 30 * MINUTE,
            Self::Rating => DAY,
        }
    }
}

/// How a choice id was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked<'p> {
    /// An option of a prompt that waits for an answer.
    Open(&'p Prompt, &'p str),
    /// An option of a prompt that was answered before.
    Stale,
    /// No prompt of this conversation has such an option.
    Foreign,
}

/// A conversation's prompts, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Prompts {
    next: u32,
    asked: Vec<Prompt>,
}

/// Buttons of older prompts are answered as stale.
const KEPT: usize = 12;

impl Prompts {
    /// Asks something; gives the prompt's number.
    pub fn ask(&mut self, asks: Asks, at: Timestamp) -> u32 {
        self.next += 1;
        self.asked.push(Prompt {
            number: self.next,
            asks,
            at,
            answered: false,
        });
        let spare = self.asked.len().saturating_sub(KEPT);
        self.asked.drain(..spare);
        self.next
    }

    /// The newest prompt, if a bare number that came at `at` can belong to it.
    #[must_use]
    pub fn newest(&self, at: Timestamp) -> Option<&Prompt> {
        let newest = self.asked.last()?;
        let fresh = newest.at <= at && at.since(newest.at) <= newest.asks.lasts();
        (fresh && !newest.answered).then_some(newest)
    }

    /// What a choice's id means here. It comes from outside and is not to be trusted.
    #[must_use]
    pub fn picked<'p>(&'p self, choice: &'p str) -> Picked<'p> {
        let Some((number, option)) = parse(choice) else {
            return Picked::Foreign;
        };
        match self.asked.iter().find(|prompt| prompt.number == number) {
            Some(prompt) if !prompt.answered => Picked::Open(prompt, option),
            Some(_) => Picked::Stale,
            None if number >= 1 && number <= self.next => Picked::Stale,
            None => Picked::Foreign,
        }
    }

    /// Marks a prompt as answered.
    pub fn answer(&mut self, number: u32) {
        if let Some(prompt) = self.asked.iter_mut().find(|prompt| prompt.number == number) {
            prompt.answered = true;
        }
    }

    /// Marks every prompt of a sort as answered.
    pub fn withdraw(&mut self, sort: impl Fn(&Asks) -> bool) {
        self.asked
            .iter_mut()
            .filter(|prompt| sort(&prompt.asks))
            .for_each(|prompt| prompt.answered = true);
    }
}

fn parse(choice: &str) -> Option<(u32, &str)> {
    let (number, option) = choice.strip_prefix('p')?.split_once(':')?;
    Some((number.parse().ok()?, option))
}

/// The id of a prompt's option.
#[must_use]
pub fn option_id(number: u32, option: &str) -> String {
    format!("p{number}:{option}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::MINUTE;

    #[test]
    fn a_bare_number_belongs_to_the_newest_prompt_for_ten_minutes() {
        let mut prompts = Prompts::default();
        prompts.ask(Asks::Rating, Timestamp(0));
        let which = prompts.ask(Asks::Which(Vec::new()), Timestamp(1_000));
        assert_eq!(
            prompts
                .newest(Timestamp(1_000 + 10 * MINUTE))
                .map(|prompt| prompt.number),
            Some(which)
        );
        assert_eq!(
            prompts.newest(Timestamp(1_001 + 10 * MINUTE)),
            None,
            "too late"
        );
        assert_eq!(
            prompts.newest(Timestamp(999)),
            None,
            "the message came before the prompt"
        );
        prompts.answer(which);
        assert_eq!(
            prompts.newest(Timestamp(2_000)),
            None,
            "the older one is not asked instead"
        );
    }

    #[test]
    fn forged_and_stale_choices_are_told_apart() {
        let mut prompts = Prompts::default();
        let number = prompts.ask(Asks::Person, Timestamp(0));
        assert!(matches!(prompts.picked("p1:yes"), Picked::Open(_, "yes")));
        prompts.answer(number);
        assert_eq!(prompts.picked("p1:yes"), Picked::Stale);
        for forged in [
            "p2:yes",
            "p0:yes",
            "",
            "p1",
            "q1:yes",
            "p-1:yes",
            "p99999999999:yes",
        ] {
            assert_eq!(prompts.picked(forged), Picked::Foreign, "{forged}");
        }
    }
}
