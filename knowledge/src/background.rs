//! How common words and characters are in what people ask, whatever it is about.
//!
//! A base of a dozen articles cannot tell that "is" and 我 say little: each may stand in one phrase
//! only. So every base is counted together with some questions of other people's; the larger it is,
//! the less they matter. The counts are those of terms that occur in half of all topics of CLINC150
//! (CC BY 3.0) and MASSIVE zh-CN (CC BY 4.0), training parts: `knowledge/calibration/README.md`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// So many questions of other people's stand beside a base's own phrases.
pub(crate) const QUESTIONS: f32 = 1_000.0;

/// A term, and how many of 10,000 questions hold it: counted in the two sets, and, since these hold
/// commands to an assistant rather than questions to a shop, question words that were added by hand.
const COMMON: &str = concat!(
    include_str!("background/common.tsv"),
    include_str!("background/added.tsv")
);

static WITH: LazyLock<HashMap<&'static str, f32>> = LazyLock::new(|| terms().collect());

/// In how many of [`QUESTIONS`] a term occurs.
pub(crate) fn with(term: &str) -> f32 {
    WITH.get(term).copied().unwrap_or_default()
}

/// The common terms, each with the number of [`QUESTIONS`] that hold it.
pub(crate) fn terms() -> impl Iterator<Item = (&'static str, f32)> {
    COMMON.lines().filter_map(|line| {
        let (term, share) = line.split_once('\t')?;
        let share: f32 = share.parse().ok()?;
        Some((term, share / 10_000.0 * QUESTIONS))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_words_are_common_and_topics_are_not() {
        for common in ["is", "my", "what", "的", "我", "吗", "什么"] {
            assert!(with(common) > QUESTIONS / 50.0, "{common}");
        }
        for telling in ["warranti", "refund", "退货", "发票", "天气"] {
            assert_eq!(with(telling), 0.0, "{telling}");
        }
    }

    #[test]
    fn every_line_is_read() {
        assert_eq!(terms().count(), COMMON.lines().count());
    }
}
