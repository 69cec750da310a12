//! Thresholds for a wanted precision, fitted on the base's own questions.
//!
//! Each phrase is left out once and asked of a ranker that was built from the others (in five parts, so
//! that a base is trained five times rather than once for each phrase). How often the ranker is right
//! from some probability on is what an operator can expect of answers that are given from there.

use std::sync::Arc;

use crate::answerer::snapshot::Thresholds;
use crate::article::Article;
use crate::embed::Encoder;
use crate::index::IndexError;
use crate::rank::{Effort, Ranker};

/// Parts into which the phrases are dealt.
const PARTS: usize = 5;
/// Fewer phrases that can be left out say nothing.
const FEWEST: usize = 60;
/// More are not asked: the share is exact enough.
const MOST: usize = 2_000;
/// Larger bases have no classifier over all articles, and are judged by the usual thresholds.
const MOST_PHRASES: usize = 30_000;
/// What the calibrator says counts as much as so many phrases: it carries small bases.
const PRIOR: f64 = 25.0;
/// Between these a threshold is looked for.
const LOWEST: f64 = 0.35;
const HIGHEST: f64 = 0.95;

/// How a base judges its own phrases when they are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SelfTest {
    /// The probability of the best article for each phrase, and whether it was the phrase's own; the
    /// surest first.
    judged: Vec<(f64, bool)>,
}

/// What a threshold does to the phrases that were left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// The threshold.
    pub confident_from: f64,
    /// The share of phrases that are answered from there on.
    pub answered: f64,
    /// The share of those that are answered rightly.
    pub right: f64,
}

impl SelfTest {
    /// Leaves each phrase out once. `None` when `go_on` said no.
    ///
    /// # Errors
    /// When an index cannot be built or searched.
    pub fn run(
        articles: &[Article],
        whole: &Ranker,
        encoder: Option<&Arc<Encoder>>,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, IndexError> {
        let phrases: Vec<Vec<&str>> = articles
            .iter()
            .map(|article| article.content.phrases().collect())
            .collect();
        if !is_worth_it(&phrases) {
            return Ok(Some(Self::default()));
        }
        let mut judged = Vec::new();
        for part in 0..PARTS {
            let Some(without) = without(&phrases, part, (whole, encoder), go_on)? else {
                return Ok(None);
            };
            judged.extend(asked(&phrases, part, &without)?);
        }
        judged.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        Ok(Some(Self { judged }))
    }

    /// How many phrases were asked.
    #[must_use]
    pub const fn phrases(&self) -> usize {
        self.judged.len()
    }

    /// The lowest threshold from which on so many answers are right; `None` if there are too few phrases.
    #[must_use]
    pub fn threshold(&self, precision: f64) -> Option<f64> {
        if self.judged.is_empty() {
            return None;
        }
        let (mut right, mut claimed, mut found) = (0.0, 0.0, HIGHEST);
        for (place, (probability, is_right)) in (1_u32..).zip(&self.judged) {
            right += f64::from(u8::from(*is_right));
            claimed += probability;
            let count = f64::from(place);
            let likely = (right + PRIOR * claimed / count) / (count + PRIOR);
            if likely >= precision {
                found = *probability;
            }
        }
        Some(found.clamp(LOWEST, HIGHEST))
    }

    /// What a threshold does to the phrases that were left out.
    #[must_use]
    pub fn expected(&self, confident_from: f64) -> Expected {
        let answered = self.judged.iter().filter(|(p, _)| *p >= confident_from);
        let right = answered.clone().filter(|(_, is_right)| *is_right).count();
        let answered = answered.count();
        let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
        Expected {
            confident_from,
            answered: share(answered, self.judged.len()),
            right: share(right, answered),
        }
    }

    /// The usual thresholds, or those for a precision.
    pub(super) fn thresholds(&self, precision: f64) -> Thresholds {
        let usual = Thresholds::default();
        let confident_from = self.threshold(precision).unwrap_or(usual.confident_from);
        Thresholds {
            confident_from,
            choices_from: usual.choices_from.min(confident_from),
        }
    }
}

/// Only a phrase whose article has others can be left out and found again.
fn is_worth_it(phrases: &[Vec<&str>]) -> bool {
    let all: usize = phrases.iter().map(Vec::len).sum();
    let testable: usize = phrases
        .iter()
        .map(Vec::len)
        .filter(|count| *count > 1)
        .sum();
    testable >= FEWEST && all <= MOST_PHRASES
}

const fn part_of(article: usize, phrase: usize) -> usize {
    (article + phrase) % PARTS
}

fn without(
    phrases: &[Vec<&str>],
    part: usize,
    (whole, encoder): (&Ranker, Option<&Arc<Encoder>>),
    go_on: &dyn Fn() -> bool,
) -> Result<Option<Ranker>, IndexError> {
    let kept = phrases.iter().enumerate().map(|(article, all)| {
        let keep = move |place: usize| all.len() == 1 || part_of(article, place) != part;
        let kept = all
            .iter()
            .enumerate()
            .filter(move |(place, _)| keep(*place));
        kept.map(|(_, phrase)| *phrase)
    });
    let ranker = Ranker::build(kept, Effort::Full, go_on)?;
    Ok(match encoder {
        None => ranker,
        Some(encoder) => {
            ranker.and_then(|ranker| ranker.understanding(encoder, Some(whole), go_on))
        }
    })
}

fn asked(
    phrases: &[Vec<&str>],
    part: usize,
    without: &Ranker,
) -> Result<Vec<(f64, bool)>, IndexError> {
    let several = phrases.iter().enumerate().filter(|(_, all)| all.len() > 1);
    let left_out = several.flat_map(|(article, all)| {
        let all = all.iter().enumerate();
        let out = all.filter(move |(place, _)| part_of(article, *place) == part);
        out.map(move |(_, phrase)| (article, *phrase))
    });
    let left_out: Vec<(usize, &str)> = left_out.collect();
    let step = left_out.len().div_ceil(MOST / PARTS).max(1);
    let chosen = left_out.into_iter().step_by(step);
    let judge = |(article, phrase): (usize, &str)| {
        let ranked = without.rank(phrase, &|_| true)?.ranked;
        let best = ranked.first();
        Ok(best.map(|best| (best.probability, best.article == article)))
    };
    chosen.map(judge).filter_map(Result::transpose).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tested(rows: &[(f64, bool)]) -> SelfTest {
        SelfTest {
            judged: rows.to_vec(),
        }
    }

    #[test]
    fn a_higher_precision_asks_for_a_higher_threshold() {
        // Right as often as it claims to be.
        let rows: Vec<_> = (0..1_000)
            .map(|i| (1.0 - f64::from(i) / 1_000.0, (i * 7) % 1_000 >= i))
            .collect();
        let test = tested(&rows);
        let at = |precision| test.threshold(precision).unwrap();
        assert!(at(0.9) > 0.7 && at(0.9) < 0.9, "{}", at(0.9));
        assert!(at(0.95) > at(0.9) && at(0.9) > at(0.8));
        let expected = test.expected(at(0.9));
        assert!(expected.right >= 0.88, "{expected:?}");
    }

    #[test]
    fn a_base_that_is_always_wrong_hardly_answers() {
        let rows: Vec<_> = (0..200)
            .map(|i| (0.9 - f64::from(i) / 300.0, false))
            .collect();
        assert_eq!(tested(&rows).threshold(0.9), Some(HIGHEST));
    }

    #[test]
    fn nothing_is_said_without_phrases() {
        assert_eq!(SelfTest::default().threshold(0.9), None);
        assert_eq!(SelfTest::default().thresholds(0.9), Thresholds::default());
    }
}
