//! How many tickets wait where.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use bot_core::store::board::Count;

/// How many open tickets there are.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Totals {
    /// One's own.
    mine: i64,
    /// Those that nobody has taken.
    unclaimed: i64,
    /// Those whose customer waits for a human's word.
    waiting: i64,
    /// All.
    open: i64,
    /// By state; one that has none is missing.
    statuses: BTreeMap<String, i64>,
    /// By team, whichever was asked for; one that has none is missing.
    teams: BTreeMap<String, i64>,
}

impl Totals {
    /// The counts of one team, or of all.
    pub(super) fn of(counts: &[Count], team: Option<&str>) -> Self {
        let mut totals = Self::default();
        for count in counts {
            *totals.teams.entry(count.team.clone()).or_default() += count.all;
            if team.is_none_or(|team| team == count.team) {
                totals.add(count);
            }
        }
        totals
    }

    fn add(&mut self, count: &Count) {
        self.mine += count.mine;
        self.unclaimed += count.unclaimed;
        self.waiting += count.waiting;
        self.open += count.all;
        *self.statuses.entry(count.status.clone()).or_default() += count.all;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(team: &str, status: &str, all: i64) -> Count {
        Count {
            team: team.to_owned(),
            status: status.to_owned(),
            mine: 1,
            unclaimed: 0,
            waiting: 1,
            all,
        }
    }

    #[test]
    fn a_team_is_counted_alone_but_all_teams_are_named() {
        let counts = [
            count("support", "pending", 2),
            count("support", "on_hold", 3),
            count("billing", "pending", 4),
        ];
        let all = Totals::of(&counts, None);
        assert_eq!((all.mine, all.open, all.statuses["pending"]), (3, 9, 6));
        let one = Totals::of(&counts, Some("support"));
        assert_eq!((one.mine, one.open, one.statuses["pending"]), (2, 5, 2));
        assert_eq!(one.teams, all.teams);
    }
}
