//! Names that articles are known by outside.

use std::fmt;
use std::str::FromStr;

/// Most characters of an external id.
pub(super) const ID_CHARS: usize = 200;
/// Most characters of a space's name.
pub(super) const SPACE_CHARS: usize = 64;

/// A text that is no name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is left of it.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// It is too long.
    #[error("the {field} has more than {most} characters")]
    TooLong {
        /// Which name.
        field: &'static str,
        /// Its limit.
        most: usize,
    },
    /// It has characters that cannot be seen.
    #[error("the {0} has a control character")]
    Control(&'static str),
}

impl NameError {
    /// Which name is wrong.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Empty(field) | Self::TooLong { field, .. } | Self::Control(field) => field,
        }
    }
}

fn checked(field: &'static str, text: &str, most: usize) -> Result<String, NameError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NameError::Empty(field));
    }
    if text.chars().nth(most).is_some() {
        return Err(NameError::TooLong { field, most });
    }
    if text.chars().any(char::is_control) {
        return Err(NameError::Control(field));
    }
    Ok(text.to_owned())
}

/// An article's id in the source it comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalId(String);

impl ExternalId {
    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id without its language, if it ends in one: `refund.zh`, `refund-en` and `refund_EN`
    /// are versions of `refund`.
    #[must_use]
    pub fn without_language(&self) -> &str {
        let cut = self.0.char_indices().rev().nth(2);
        let Some((stem, tail)) = cut.and_then(|(at, _)| self.0.split_at_checked(at)) else {
            return &self.0;
        };
        let is_tag = matches!(
            tail.to_ascii_lowercase().as_str(),
            ".zh" | "-zh" | "_zh" | ".en" | "-en" | "_en"
        );
        if is_tag && !stem.is_empty() {
            stem
        } else {
            &self.0
        }
    }
}

impl FromStr for ExternalId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        checked("id", text, ID_CHARS).map(Self)
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a body of knowledge; several share one process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpaceName(String);

impl SpaceName {
    /// The name's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for SpaceName {
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl FromStr for SpaceName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        checked("space", text, SPACE_CHARS).map(Self)
    }
}

impl fmt::Display for SpaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("refund.zh", "refund")]
    #[case("refund-EN", "refund")]
    #[case("refund_en", "refund")]
    #[case("refund", "refund")]
    #[case("open", "open")]
    #[case(".en", ".en")]
    #[case("退款-zh", "退款")]
    #[case("退", "退")]
    fn knows_language_versions(#[case] id: &str, #[case] expected: &str) {
        assert_eq!(
            id.parse::<ExternalId>().unwrap().without_language(),
            expected
        );
    }

    #[rstest]
    #[case("", false)]
    #[case("  ", false)]
    #[case("a\u{7}b", false)]
    #[case(&"x".repeat(201), false)]
    #[case(&"问".repeat(200), true)]
    fn checks_ids(#[case] id: &str, #[case] fits: bool) {
        assert_eq!(id.parse::<ExternalId>().is_ok(), fits);
    }
}
