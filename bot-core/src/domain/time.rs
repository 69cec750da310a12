//! Points in time: UTC milliseconds.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone as _, Utc};
use serde::{Deserialize, Serialize};

/// One second, in milliseconds.
pub const SECOND: i64 = 1_000;
/// One minute, in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour, in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day of 24 hours, in milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This time moved by milliseconds; negative moves back.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` until this time.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A time zone by its name in the IANA database.
pub type Zone = chrono_tz::Tz;

/// Which moment of a day is meant where only the day is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayEdge {
    /// Its first.
    Begin,
    /// The one after its last.
    End,
}

/// Reads a moment as people and tables write it: `2026-12-01`, `2026/12/1 09:30`, or RFC 3339 with its own
/// offset. Without one the time is that of `zone`.
#[must_use]
pub fn parse_moment(text: &str, zone: Zone, edge: DayEdge) -> Option<Timestamp> {
    let text = text.trim().replace('/', "-");
    if let Ok(exact) = DateTime::parse_from_rfc3339(&text) {
        return Some(Timestamp(exact.timestamp_millis()));
    }
    let formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"];
    let timed = formats
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok());
    let local = timed.or_else(|| {
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()?;
        let day = match edge {
            DayEdge::Begin => day,
            DayEdge::End => day.succ_opt()?,
        };
        Some(day.and_time(NaiveTime::MIN))
    })?;
    let moment = zone.from_local_datetime(&local).earliest();
    moment.map(|moment| Timestamp(moment.timestamp_millis()))
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or_default();
        f.write_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("2026-12-01", DayEdge::Begin, Some("2026-11-30T16:00:00.000Z"))]
    #[case("2026-12-01", DayEdge::End, Some("2026-12-01T16:00:00.000Z"))]
    #[case("2026/12/1 09:30", DayEdge::End, Some("2026-12-01T01:30:00.000Z"))]
    #[case(
        "2026-12-01T09:30:00Z",
        DayEdge::Begin,
        Some("2026-12-01T09:30:00.000Z")
    )]
    #[case(
        "2026-12-01T09:30:00+02:00",
        DayEdge::Begin,
        Some("2026-12-01T07:30:00.000Z")
    )]
    #[case(
        "2026-12-01 00:00:00",
        DayEdge::Begin,
        Some("2026-11-30T16:00:00.000Z")
    )]
    #[case("next week", DayEdge::Begin, None)]
    #[case("2026-13-01", DayEdge::Begin, None)]
    #[case("", DayEdge::Begin, None)]
    fn moments_are_read(#[case] text: &str, #[case] edge: DayEdge, #[case] at: Option<&str>) {
        let read = parse_moment(text, chrono_tz::Asia::Shanghai, edge);
        assert_eq!(read.map(|at| at.to_string()).as_deref(), at);
    }
}
