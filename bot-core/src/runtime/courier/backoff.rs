//! How long to wait before the next try.

use crate::domain::time::{HOUR, SECOND};

/// The pause before try number `attempt` + 1, in milliseconds: full jitter between one second and a
/// ceiling that doubles with each try up to an hour. `random` is any number.
#[must_use]
pub fn pause(attempt: u32, random: u64) -> i64 {
    let ceiling = SECOND.saturating_mul(1 << attempt.clamp(1, 12)).min(HOUR);
    let span = u64::try_from(ceiling - SECOND).unwrap_or(0) + 1;
    SECOND + i64::try_from(random % span).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_a_second_to_an_hour() {
        for (attempt, least, most) in [
            (0, 1, 2),
            (1, 1, 2),
            (3, 1, 8),
            (12, 1, 3_600),
            (40, 1, 3_600),
        ] {
            assert_eq!(pause(attempt, 0), least * SECOND);
            let longest = (0..10_000)
                .map(|step| pause(attempt, step * 7_919))
                .max()
                .unwrap();
            assert!(longest <= most * SECOND, "{attempt}: {longest}");
        }
    }
}
