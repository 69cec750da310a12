//! What a text is for.

/// Whether a line begins by addressing one of these people.
#[must_use]
pub fn addresses(_text: &str, _names: &[&str]) -> bool {
    false
}
