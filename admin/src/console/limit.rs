//! How long a failed sign-in must wait: the more failures, the longer.

use bot_core::domain::time::{DAY, MINUTE, SECOND, Timestamp};

/// Failures of one name before it has to wait.
pub(super) const FREE_FOR_NAME: i64 = 5;
/// Failures from one address before it has to wait: a whole office may share it.
pub(super) const FREE_FOR_ADDRESS: i64 = 20;
/// Failures are forgotten after this much quiet, in milliseconds.
pub(super) const FORGOTTEN_AFTER: i64 = DAY;
/// The longest wait. It bounds what a stranger can do to an agent whose name is known, and still
/// leaves less than a hundred guesses a day.
const LONGEST: i64 = 15 * MINUTE;

/// When the next try is allowed after so many failures, the last of them just now.
pub(super) fn free_at(failures: i64, free: i64, now: Timestamp) -> Timestamp {
    let over = failures - free;
    if over <= 0 {
        return now;
    }
    let doubled = u32::try_from(over - 1)
        .ok()
        .and_then(|times| 1_i64.checked_shl(times.min(20)));
    let wait = doubled.map_or(LONGEST, |times| times.saturating_mul(SECOND).min(LONGEST));
    now.plus_ms(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = [0, 5, 6, 7, 8, 15, 16, 60, i64::MAX]
            .map(|failures| free_at(failures, FREE_FOR_NAME, Timestamp(0)).0)
            .to_vec();
        let seconds = [0, 0, 1, 2, 4, 512, 900, 900, 900].map(|s| s * SECOND);
        assert_eq!(waits, seconds);
    }
}
