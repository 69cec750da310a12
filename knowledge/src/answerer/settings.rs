//! How an operator wants answers given.

use std::collections::BTreeMap;

use bot_core::domain::answer::AnswerMode;

use crate::article::{Content, SpaceName};

/// How an operator wants answers given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// So many of the automatic answers are to be right, from 0 to 1; the thresholds are fitted to it.
    pub precision: Option<f64>,
    /// From this probability on the best article is the answer, whatever was fitted.
    pub confident_from: Option<f64>,
    /// From this probability on the best articles are offered.
    pub choices_from: Option<f64>,
    /// What becomes of answers from a space.
    pub spaces: BTreeMap<SpaceName, AnswerMode>,
}

impl Settings {
    /// What becomes of an article's answer: the stricter of what it and its space say.
    #[must_use]
    pub fn mode_of(&self, content: &Content) -> AnswerMode {
        let space = self.spaces.get(&content.space).copied();
        content.terms.mode.max(space.unwrap_or_default())
    }
}
