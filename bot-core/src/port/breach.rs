//! What a conformance suite finds.

use std::fmt;

/// A rule that was broken, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The rule.
    pub rule: &'static str,
    /// What was seen.
    pub seen: String,
}

/// The rules that were broken so far.
#[derive(Debug, Default)]
pub(crate) struct Breaches(Vec<Breach>);

impl Breaches {
    /// Notes a breach unless the rule holds.
    pub(crate) fn unless(&mut self, holds: bool, rule: &'static str, seen: impl fmt::Debug) {
        if !holds {
            let seen = format!("{seen:?}");
            self.0.push(Breach { rule, seen });
        }
    }
}

impl From<Breaches> for Vec<Breach> {
    fn from(found: Breaches) -> Self {
        found.0
    }
}
