//! `[answers]` and `[[space]]`: what becomes of what the bot knows.

use bot_core::domain::answer::AnswerMode;
use knowledge::answerer::settings::Settings;
use knowledge::article::SpaceName;

use crate::config::channel::Channel;
use crate::config::keys::Keys;

/// The words for what becomes of sure answers.
pub(super) const ANSWER_MODES: [(&str, AnswerMode); 3] = [
    ("auto", AnswerMode::Auto),
    ("suggest", AnswerMode::Suggest),
    ("off", AnswerMode::Off),
];

/// What to do about a space's name that is none.
pub(super) const SPACE: &str = "take the name that `kb import --space` got";

/// `[answers]`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Answers {
    /// What becomes of sure answers where neither channel, space nor article says more.
    pub mode: AnswerMode,
    /// So many automatic answers of a hundred are to be right; the thresholds are fitted to it.
    pub precision: Option<f64>,
    /// From this probability on the best article is the answer.
    pub confident_from: Option<f64>,
    /// From this probability on the best articles are offered.
    pub choices_from: Option<f64>,
}

/// `[[space]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// Its name.
    pub name: SpaceName,
    /// What becomes of sure answers from it.
    pub answer: AnswerMode,
    /// Somebody else than the writer has to publish a change.
    pub review: bool,
}

pub(super) fn read(mut keys: Keys<'_>) -> Answers {
    let answers = Answers {
        mode: keys.word("mode", &ANSWER_MODES).unwrap_or_default(),
        precision: keys.share("precision"),
        confident_from: keys.share("confident_from"),
        choices_from: keys.share("choices_from"),
    };
    let both = answers.confident_from.zip(answers.choices_from);
    if both.is_some_and(|(confident, choices)| choices > confident) {
        keys.problem(
            "choices_from",
            "is above confident_from",
            "choices are offered where an answer is not sure enough: take a smaller number",
        );
    }
    keys.finish();
    answers
}

pub(super) fn read_space(mut keys: Keys<'_>) -> Option<Space> {
    let name = keys.required("name", "\"shop\"");
    let name = name.and_then(|name| match name.parse() {
        Ok(name) => Some(name),
        Err(error) => {
            let error: knowledge::article::NameError = error;
            keys.problem("name", error.to_string(), SPACE);
            None
        }
    });
    let answer = keys.word("answer", &ANSWER_MODES).unwrap_or_default();
    let review = keys
        .word("review", &[("optional", false), ("required", true)])
        .unwrap_or(false);
    keys.finish();
    Some(Space {
        name: name?,
        answer,
        review,
    })
}

/// The same for the knowledge base.
pub(super) fn settings(answers: Answers, spaces: &[Space], channels: &[Channel]) -> Settings {
    let limited = channels.iter().filter(|channel| !channel.spaces.is_empty());
    let limited = limited.map(|channel| {
        let spaces = channel.spaces.iter().cloned();
        (channel.name.0.clone(), spaces.collect())
    });
    let modes = spaces
        .iter()
        .map(|space| (space.name.clone(), space.answer));
    let reviewed = spaces.iter().filter(|space| space.review);
    Settings {
        precision: answers.precision,
        confident_from: answers.confident_from,
        choices_from: answers.choices_from,
        spaces: modes.collect(),
        reviewed: reviewed.map(|space| space.name.clone()).collect(),
        channels: limited.collect(),
    }
}
