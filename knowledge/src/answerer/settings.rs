//! How an operator wants answers given.

use std::collections::{BTreeMap, BTreeSet};

use bot_core::domain::answer::AnswerMode;

use crate::article::{Content, SpaceName, Visibility};

/// Whether customers may read an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// None may.
    Never,
    /// All may, anywhere and at any time.
    Always,
    /// It depends on where and when it is asked.
    Sometimes,
}

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
    /// The spaces whose changes somebody else has to read before they go live.
    pub reviewed: BTreeSet<SpaceName>,
    /// The spaces that a channel answers from, by its name; from all where it is not listed.
    pub channels: BTreeMap<String, BTreeSet<SpaceName>>,
}

impl Settings {
    /// Whether customers may read an article.
    pub(super) fn shown(&self, content: &Content) -> Shown {
        let is_open = content.visibility == Visibility::Public;
        if !is_open || self.mode_of(content) == AnswerMode::Off {
            return Shown::Never;
        }
        match self.channels.is_empty() && content.terms.are_always() {
            true => Shown::Always,
            false => Shown::Sometimes,
        }
    }

    /// Whether a channel answers from this article's space, and the article on this channel.
    #[must_use]
    pub fn allow(&self, content: &Content, channel: &str) -> bool {
        let spaces = self.channels.get(channel);
        let is_listed = spaces.is_none_or(|spaces| spaces.contains(&content.space));
        is_listed && content.terms.allow(channel)
    }

    /// What becomes of an article's answer: the stricter of what it and its space say.
    #[must_use]
    pub fn mode_of(&self, content: &Content) -> AnswerMode {
        let space = self.spaces.get(&content.space).copied();
        content.terms.mode.max(space.unwrap_or_default())
    }
}
