//! How good the answers are: judged questions, measured.

use std::io::{BufRead, BufReader, Read};

use crate::answerer::asker::Asker;
use serde::{Deserialize, Serialize};

use crate::answerer::snapshot::Snapshot;

/// One judged question of a file for `kb eval`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Row {
    /// What was asked.
    pub text: String,
    /// The external id of the article that answers it; `None` when none does.
    pub expect: Option<String>,
}

/// A file of judged questions that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// The file cannot be read.
    #[error("cannot read the questions: {0}")]
    Read(#[from] std::io::Error),
    /// A line is no judged question.
    #[error("line {line}: {reason}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no question in it.
    #[error("there are no questions in it")]
    Empty,
    /// A question could not be judged.
    #[error("a question could not be judged: {0}")]
    Judge(#[from] crate::index::IndexError),
}

/// Reads judged questions, one JSON object a line; empty lines are skipped.
///
/// # Errors
/// The first line that is no judged question, or that there is none at all.
pub fn read_rows(file: impl Read) -> Result<Vec<Row>, EvalError> {
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let line = line?;
        let line = line.trim_start_matches('\u{feff}').trim();
        if !line.is_empty() {
            rows.push(read_row(line, number)?);
        }
    }
    if rows.is_empty() {
        return Err(EvalError::Empty);
    }
    Ok(rows)
}

fn read_row(line: &str, number: usize) -> Result<Row, EvalError> {
    serde_json::from_str(line).map_err(|error| EvalError::Line {
        line: number,
        reason: error.to_string(),
    })
}

/// What became of one judged question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Whether an article answers it.
    pub answerable: bool,
    /// The place of that article, from 0; `None` when it was not among the candidates.
    pub place: Option<usize>,
    /// Probability that the best candidate is right, from 0 to 1; 0 when there was none.
    pub confidence: f64,
    /// How long the query took.
    pub millis: f64,
}

impl Judged {
    fn is_right(&self) -> bool {
        self.place == Some(0)
    }
}

/// The measures that `kb eval` prints; shares from 0 to 1, `None` where nothing could be measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measures {
    /// Questions with an answer.
    pub answerable: usize,
    /// Questions that no article answers.
    pub unanswerable: usize,
    /// Share of the answerable questions whose best candidate is right, thresholds ignored.
    pub accuracy_at_1: Option<f64>,
    /// Share of them whose article is among the best five.
    pub recall_at_5: Option<f64>,
    /// Mean of one over the article's place.
    pub mrr: Option<f64>,
    /// Share of the answerable questions answered, and rightly, with the threshold.
    pub in_scope_accuracy: Option<f64>,
    /// Share of the unanswerable questions that were not answered.
    pub oos_recall: Option<f64>,
    /// Share of the questions not answered that are unanswerable.
    pub oos_precision: Option<f64>,
    /// Chance that an answerable question looks surer than an unanswerable one.
    pub auroc: Option<f64>,
    /// Half of the queries took less.
    pub p50_ms: f64,
    /// Of a hundred queries, ninety-nine took less.
    pub p99_ms: f64,
    /// The threshold: from this probability on a question counts as answered.
    pub threshold: f64,
}

impl Measures {
    /// Measures judged questions with a threshold.
    #[must_use]
    pub fn of(judged: &[Judged], threshold: f64) -> Self {
        let (inside, outside): (Vec<_>, Vec<_>) = judged.iter().partition(|j| j.answerable);
        let refused = |j: &&&Judged| j.confidence < threshold;
        let refused_outside = outside.iter().filter(refused).count();
        let refused_inside = inside.iter().filter(refused).count();
        let share = |which: &dyn Fn(&Judged) -> bool| {
            ratio(inside.iter().filter(|j| which(j)).count(), inside.len())
        };
        Self {
            answerable: inside.len(),
            unanswerable: outside.len(),
            accuracy_at_1: share(&|j| j.is_right()),
            recall_at_5: share(&|j| j.place.is_some_and(|place| place < 5)),
            mrr: mean_reciprocal(&inside),
            in_scope_accuracy: share(&|j| j.is_right() && j.confidence >= threshold),
            oos_recall: ratio(refused_outside, outside.len()),
            oos_precision: ratio(refused_outside, refused_outside + refused_inside),
            auroc: auroc(&inside, &outside),
            p50_ms: percentile(judged, 0.50),
            p99_ms: percentile(judged, 0.99),
            threshold,
        }
    }

    /// The measures as lines for people.
    #[must_use]
    pub fn render(&self) -> String {
        let percent = |value: Option<f64>| {
            value.map_or_else(|| "–".to_owned(), |v| format!("{:.1} %", v * 100.0))
        };
        let auroc = self
            .auroc
            .map_or_else(|| "–".to_owned(), |v| format!("{v:.3}"));
        [
            (
                "questions",
                format!("{} answerable, {} not", self.answerable, self.unanswerable),
            ),
            ("accuracy@1", percent(self.accuracy_at_1)),
            ("recall@5", percent(self.recall_at_5)),
            ("mrr", percent(self.mrr)),
            ("in-scope accuracy", percent(self.in_scope_accuracy)),
            ("out-of-scope recall", percent(self.oos_recall)),
            ("out-of-scope precision", percent(self.oos_precision)),
            ("AUROC", auroc),
            ("threshold", format!("{:.3}", self.threshold)),
            (
                "one query",
                format!("p50 {:.2} ms, p99 {:.2} ms", self.p50_ms, self.p99_ms),
            ),
        ]
        .iter()
        .map(|(name, value)| format!("{name:<24}{value}\n"))
        .collect()
    }
}

/// Asks every question and notes what became of it.
///
/// # Errors
/// When the index cannot be searched.
pub fn judge(
    snapshot: &Snapshot,
    rows: &[Row],
    clock: &dyn Fn() -> f64,
) -> Result<Vec<Judged>, EvalError> {
    rows.iter()
        .map(|row| judge_one(snapshot, row, clock))
        .collect()
}

fn judge_one(snapshot: &Snapshot, row: &Row, clock: &dyn Fn() -> f64) -> Result<Judged, EvalError> {
    let began = clock();
    let ranking = snapshot.rank(&row.text, Asker::CUSTOMER)?;
    let millis = clock() - began;
    let is_expected = |at: usize| {
        let article = snapshot.articles().get(at);
        article.is_some_and(|one| Some(one.content.external_id.as_str()) == row.expect.as_deref())
    };
    Ok(Judged {
        answerable: row.expect.is_some(),
        place: ranking
            .ranked
            .iter()
            .position(|one| is_expected(one.article)),
        confidence: ranking.ranked.first().map_or(0.0, |one| one.probability),
        millis,
    })
}

/// The threshold that judges most questions rightly, "unanswerable" being one more class.
#[must_use]
pub fn fit_threshold(judged: &[Judged]) -> f64 {
    let mut sorted: Vec<&Judged> = judged.iter().collect();
    sorted.sort_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let mut right = sorted
        .iter()
        .filter(|j| j.answerable && j.is_right())
        .count() as i64;
    let (mut best, mut threshold) = (right, 0.0);
    for (at, one) in sorted.iter().enumerate() {
        right += match (one.answerable, one.is_right()) {
            (false, _) => 1,
            (true, true) => -1,
            (true, false) => 0,
        };
        let next = sorted.get(at + 1).map_or(1.0, |next| next.confidence);
        if right > best && next > one.confidence {
            (best, threshold) = (right, f64::midpoint(one.confidence, next));
        }
    }
    threshold
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn mean_reciprocal(inside: &[&Judged]) -> Option<f64> {
    let sum: f64 = inside
        .iter()
        .filter_map(|j| j.place)
        .map(|place| 1.0 / (place + 1) as f64)
        .sum();
    (!inside.is_empty()).then(|| sum / inside.len() as f64)
}

/// By the rank sum; equal confidences count half.
fn auroc(inside: &[&Judged], outside: &[&Judged]) -> Option<f64> {
    if inside.is_empty() || outside.is_empty() {
        return None;
    }
    let mut all: Vec<(f64, bool)> = inside.iter().map(|j| (j.confidence, true)).collect();
    all.extend(outside.iter().map(|j| (j.confidence, false)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut wins) = (0.0, 0.0);
    for same in all.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let outside = same.iter().filter(|(_, inside)| !inside).count() as f64;
        let inside = same.len() as f64 - outside;
        wins += inside * (below + outside / 2.0);
        below += outside;
    }
    Some(wins / (inside.len() as f64 * outside.len() as f64))
}

fn percentile(judged: &[Judged], share: f64) -> f64 {
    let mut times: Vec<f64> = judged.iter().map(|j| j.millis).collect();
    times.sort_by(f64::total_cmp);
    let at = (times.len() as f64 * share) as usize;
    times
        .get(at.min(times.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(answerable: bool, place: Option<usize>, confidence: f64) -> Judged {
        Judged {
            answerable,
            place,
            confidence,
            millis: 1.0,
        }
    }

    fn sample() -> Vec<Judged> {
        vec![
            judged(true, Some(0), 0.9),
            judged(true, Some(0), 0.4),
            judged(true, Some(1), 0.6),
            judged(true, None, 0.2),
            judged(false, None, 0.3),
            judged(false, None, 0.7),
        ]
    }

    #[test]
    fn measures_what_is_fixed() {
        let m = Measures::of(&sample(), 0.5);
        assert_eq!(m.accuracy_at_1, Some(0.5));
        assert_eq!(m.recall_at_5, Some(0.75));
        assert_eq!(m.mrr, Some((1.0 + 1.0 + 0.5) / 4.0));
        assert_eq!(m.in_scope_accuracy, Some(0.25));
        assert_eq!(m.oos_recall, Some(0.5));
        assert_eq!(m.oos_precision, Some(1.0 / 3.0));
        assert_eq!(m.auroc, Some(4.0 / 8.0));
        assert_eq!(m.p50_ms, 1.0);
    }

    #[test]
    fn measures_nothing_without_a_crash() {
        let m = Measures::of(&[], 0.5);
        assert_eq!((m.accuracy_at_1, m.auroc, m.p99_ms), (None, None, 0.0));
        assert!(m.render().contains("accuracy@1"));
        assert_eq!(fit_threshold(&[]), 0.0);
    }

    #[test]
    fn the_fitted_threshold_judges_most_rightly() {
        let rows = [
            judged(false, None, 0.1),
            judged(false, None, 0.3),
            judged(false, None, 0.35),
            judged(true, Some(0), 0.2),
            judged(true, Some(0), 0.8),
            judged(true, Some(0), 0.9),
        ];
        let threshold = fit_threshold(&rows);
        assert!((0.35..0.8).contains(&threshold), "{threshold}");
    }

    #[test]
    fn reads_rows_and_names_the_bad_line() {
        let good =
            "\u{feff}{\"text\":\"退货\",\"expect\":\"a\"}\n\n{\"text\":\"b\",\"expect\":null}\n";
        assert_eq!(read_rows(good.as_bytes()).unwrap().len(), 2);
        let bad = read_rows("{\"text\":\"a\",\"expect\":\"x\"}\nnope".as_bytes()).unwrap_err();
        assert!(bad.to_string().starts_with("line 2: "), "{bad}");
        assert!(matches!(read_rows("".as_bytes()), Err(EvalError::Empty)));
    }
}
