//! Shifts on the wall clock, turned into moments; where the clocks change, by the rules below.

use std::collections::VecDeque;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::Hours;
use crate::domain::time::{DAY, MINUTE, Timestamp};

/// How far ahead openings are looked for.
pub(super) const HORIZON_DAYS: i64 = 370;
/// The same, in milliseconds.
pub(super) const HORIZON_MS: i64 = HORIZON_DAYS * DAY;

/// Minutes of a day on the wall clock.
pub(super) const DAY_MINUTES: u32 = 24 * 60;

/// Working time that begins on some day: minutes after its midnight. It ends on the next day if
/// `to` is past 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shift {
    pub(super) from: u32,
    pub(super) to: u32,
}

impl Shift {
    pub(super) const WHOLE_DAY: Self = Self {
        from: 0,
        to: DAY_MINUTES,
    };

    /// The shift on a certain day; `None` at the ends of the calendar, or when the clock's change
    /// leaves nothing of it.
    pub(super) fn on(self, day: NaiveDate, zone: Tz) -> Option<Opening> {
        let opening = Opening {
            start: moment(wall(day, self.from)?, zone, Edge::Start)?,
            end: moment(wall(day, self.to)?, zone, Edge::End)?,
        };
        (opening.start < opening.end).then_some(opening)
    }
}

/// A stretch of open time; `end` does not belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Opening {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

impl Opening {
    pub(super) fn holds(&self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }
}

#[derive(Clone, Copy)]
enum Edge {
    Start,
    End,
}

fn wall(day: NaiveDate, minutes: u32) -> Option<NaiveDateTime> {
    let day = day.checked_add_days(Days::new(u64::from(minutes / DAY_MINUTES)))?;
    let minutes = minutes % DAY_MINUTES;
    Some(day.and_time(NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0)?))
}

/// The moment at which a wall clock shows `local`.
///
/// A time that the clock shows twice is the earlier one for a start and the later for an end, so
/// that nobody's shift is cut short; a time that the clock skips is the moment of the skip.
fn moment(local: NaiveDateTime, zone: Tz, edge: Edge) -> Option<Timestamp> {
    let read = zone.from_local_datetime(&local);
    let at = match edge {
        Edge::Start => read.earliest(),
        Edge::End => read.latest(),
    };
    match at {
        Some(at) => Some(Timestamp(at.timestamp_millis())),
        None => skip(local, zone),
    }
}

/// The moment of the clock's leap over `local`: the one in the day around it at which the
/// zone's offset changes, found by halving.
fn skip(local: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    let around = local.and_utc();
    let (mut before, mut after) = (around - TimeDelta::days(1), around + TimeDelta::days(1));
    let offset =
        |at: chrono::DateTime<chrono::Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
    let old = offset(before);
    while after - before > TimeDelta::milliseconds(1) {
        let middle = before + (after - before) / 2;
        if offset(middle) == old {
            before = middle;
        } else {
            after = middle;
        }
    }
    // Clocks leap on whole minutes; rounding removes what the halving left.
    let ms = after.timestamp_millis();
    Some(Timestamp(ms - ms.rem_euclid(MINUTE)))
}

/// Open time in order, neighbouring and overlapping shifts merged into one opening.
pub(super) struct Openings<'a> {
    hours: &'a Hours,
    day: Option<NaiveDate>,
    days_left: i64,
    waiting: VecDeque<Opening>,
}

impl<'a> Openings<'a> {
    /// The openings of `days` days from `first` on.
    pub(super) fn new(hours: &'a Hours, first: NaiveDate, days: i64) -> Self {
        Self {
            hours,
            day: Some(first),
            days_left: days,
            waiting: VecDeque::new(),
        }
    }

    /// Looks at more days until an opening waits that `after` does not reach, or none is left.
    fn fetch(&mut self) {
        while self.waiting.is_empty() && self.days_left > 0 {
            let Some(day) = self.day else {
                return;
            };
            self.waiting.extend(self.hours.openings_of(day));
            self.day = day.succ_opt();
            self.days_left -= 1;
        }
    }
}

impl Iterator for Openings<'_> {
    type Item = Opening;

    fn next(&mut self) -> Option<Opening> {
        self.fetch();
        let mut merged = self.waiting.pop_front()?;
        loop {
            self.fetch();
            match self.waiting.front() {
                Some(next) if next.start <= merged.end => {
                    merged.end = merged.end.max(next.end);
                    self.waiting.pop_front();
                }
                _ => return Some(merged),
            }
        }
    }
}
