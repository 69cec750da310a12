//! Budgets: how many calls an account, or a group on it, may take in a while. They choose among the
//! heads of destinations, and never change the order inside one.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::domain::time::Timestamp;
use crate::port::platform::Budget;

/// What was spent, by channel and budget.
#[derive(Debug, Default)]
pub(super) struct Budgets(Mutex<Spent>);

#[derive(Debug, Default)]
struct Spent {
    calls: HashMap<(String, String), VecDeque<Timestamp>>,
    frozen: HashMap<String, Timestamp>,
}

impl Budgets {
    /// Takes one call from each budget; `false` takes nothing: one of them is spent.
    pub(super) fn take(&self, channel: &str, budgets: &[Budget], now: Timestamp) -> bool {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.frozen.get(channel).is_some_and(|until| *until > now) {
            return false;
        }
        let key = |budget: &Budget| (channel.to_owned(), budget.name.clone());
        for budget in budgets {
            let calls = spent.calls.entry(key(budget)).or_default();
            calls.retain(|at| now.since(*at) < budget.per_ms);
            if calls.len() >= budget.most {
                return false;
            }
        }
        for budget in budgets {
            spent.calls.entry(key(budget)).or_default().push_back(now);
        }
        true
    }

    /// The platform asked for a pause: nothing of this channel goes out before it is over.
    pub(super) fn freeze(&self, channel: &str, until: Timestamp) {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spent.frozen.insert(channel.to_owned(), until);
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;

    #[test]
    fn a_spent_budget_takes_nothing_from_the_others() {
        let budgets = Budgets::default();
        let all = Budget {
            name: "all".into(),
            most: 3,
            per_ms: 1_000,
        };
        let chat = Budget {
            name: "chat".into(),
            most: 1,
            per_ms: 1_000,
        };
        assert!(budgets.take("a", &[all.clone(), chat.clone()], Timestamp(0)));
        assert!(!budgets.take("a", &[all.clone(), chat.clone()], Timestamp(1)));
        assert!(
            budgets.take("a", from_ref(&all), Timestamp(2))
                && budgets.take("a", from_ref(&all), Timestamp(3))
        );
        assert!(
            !budgets.take("a", from_ref(&all), Timestamp(4)),
            "three a second"
        );
        assert!(
            budgets.take("a", &[all.clone(), chat], Timestamp(1_000)),
            "the first has aged"
        );
        assert!(
            budgets.take("b", &[all], Timestamp(4)),
            "another channel has its own"
        );
    }

    #[test]
    fn a_frozen_channel_waits_until_it_may() {
        let budgets = Budgets::default();
        budgets.freeze("a", Timestamp(500));
        assert!(!budgets.take("a", &[], Timestamp(499)));
        assert!(budgets.take("a", &[], Timestamp(500)) && budgets.take("b", &[], Timestamp(0)));
    }
}
