//! What was counted, and how it is told.

use std::time::Duration;

/// What one sender, or all of them, saw.
#[derive(Default)]
pub(crate) struct Tally {
    /// From the POST to the reply in hand, one for each message.
    pub(crate) waits: Vec<Duration>,
    /// Messages that were a customer's first.
    pub(crate) firsts: usize,
    /// Messages that were posted twice under the same id.
    pub(crate) repeats: usize,
    /// Each customer with the articles that were asked about, in order.
    pub(crate) asked: Vec<(String, Vec<usize>)>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.waits.extend(other.waits);
        self.firsts += other.firsts;
        self.repeats += other.repeats;
        self.asked.extend(other.asked);
    }

    pub(crate) const fn messages(&self) -> usize {
        self.waits.len()
    }

    /// Sorts, so that [`Tally::percentile`] can be asked.
    pub(crate) fn sort(&mut self) {
        self.waits.sort_unstable();
    }

    /// Milliseconds within which this share of the messages was answered.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let at = (self.waits.len() as f64 * share) as usize;
        let at = at.min(self.waits.len().saturating_sub(1));
        self.waits
            .get(at)
            .map_or(0.0, |wait| wait.as_secs_f64() * 1_000.0)
    }
}

/// A figure with its goal.
pub(crate) fn line(name: &str, value: &str, goal: &str) {
    if goal.is_empty() {
        println!("{name:<28}{value}");
    } else {
        println!("{name:<28}{value:<24}goal: {goal}");
    }
}
