//! On which terms an article answers: how, when and where.

use bot_core::domain::answer::AnswerMode;
use bot_core::domain::time::Timestamp;

use crate::article::ContentError;

/// On which terms an article answers.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Terms {
    /// What becomes of it when it is the answer.
    pub mode: AnswerMode,
    /// From when on it holds.
    pub valid_from: Option<Timestamp>,
    /// Until when; from this moment on it does not.
    pub valid_until: Option<Timestamp>,
    /// The channels on which it may be given; all if there is none.
    pub channels: Vec<String>,
}

impl Terms {
    /// Whether the article holds at this time.
    #[must_use]
    pub fn hold_at(&self, at: Timestamp) -> bool {
        self.valid_from.is_none_or(|from| from <= at)
            && self.valid_until.is_none_or(|until| at < until)
    }

    /// Whether it may be given on this channel.
    #[must_use]
    pub fn allow(&self, channel: &str) -> bool {
        self.channels.is_empty() || self.channels.iter().any(|one| one == channel)
    }

    /// Whether it holds at any time, and on any channel.
    #[must_use]
    pub const fn are_always(&self) -> bool {
        self.valid_from.is_none() && self.valid_until.is_none() && self.channels.is_empty()
    }

    /// Checks that there is a time in which it holds.
    pub(super) fn checked(self) -> Result<Self, ContentError> {
        let both = self.valid_from.zip(self.valid_until);
        match both.is_some_and(|(from, until)| from >= until) {
            true => Err(ContentError::NeverValid),
            false => Ok(self),
        }
    }
}

/// Reads a mode as tables have it; nothing is `auto`.
///
/// # Errors
/// When it is none that is known.
pub fn mode_named(word: &str) -> Result<AnswerMode, ContentError> {
    match word.trim().to_lowercase().as_str() {
        "" | "auto" | "自动" | "自動" => Ok(AnswerMode::Auto),
        "suggest" | "建议" | "建議" => Ok(AnswerMode::Suggest),
        "off" | "关" | "關" | "关闭" | "不回答" => Ok(AnswerMode::Off),
        _ => Err(ContentError::Mode(word.trim().to_owned())),
    }
}
