//! When the team is there: weekly hours in a time zone, with holidays and extra working days.

mod calendar;
mod parse;
mod said;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::time::Timestamp;
use calendar::{Opening, Openings, Shift};

pub use parse::HoursError;

/// The section `[hours]` as it is written; [`Hours::parse`] gives it meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoursSettings {
    /// IANA name of the zone in which the hours are meant: `Asia/Shanghai`.
    pub timezone: String,
    /// Days and times: `Mon-Fri 09:00-18:00`, `Sat,Sun 10:00-24:00`, `Fri 22:00-02:00` (into
    /// Saturday).
    pub open: Vec<String>,
    /// Holidays, `2026-10-01`: nothing opens on that day. A shift that began the evening before
    /// still ends as usual.
    #[serde(default)]
    pub closed_on: Vec<String>,
    /// Extra working days, `2026-10-10`, with the hours of that weekday or, where it has none,
    /// of the week's first working day; or with hours of their own, `2026-10-10 10:00-16:00`.
    #[serde(default)]
    pub open_on: Vec<String>,
}

/// When the team is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    zone: Tz,
    /// The shifts that begin on each weekday, Monday first, each list in order.
    week: [Vec<Shift>; 7],
    /// Days that differ: holidays have no shifts.
    special: Vec<(NaiveDate, Vec<Shift>)>,
}

impl Hours {
    /// Reads the settings; on failure every problem at once.
    ///
    /// # Errors
    /// One [`HoursError`] for each unreadable or contradicting line.
    pub fn parse(settings: &HoursSettings) -> Result<Self, Vec<HoursError>> {
        parse::hours(settings)
    }

    /// Open day and night; what holds where no hours are configured.
    #[must_use]
    pub fn always() -> Self {
        Self {
            zone: Tz::UTC,
            week: std::array::from_fn(|_| vec![Shift::WHOLE_DAY]),
            special: Vec::new(),
        }
    }

    /// The time zone of the hours.
    #[must_use]
    pub const fn zone(&self) -> Tz {
        self.zone
    }

    /// Whether somebody is there at `at`.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        let Some(day) = self.day(at) else {
            return false;
        };
        let days = [day.pred_opt(), Some(day)];
        let mut openings = days.iter().flatten().flat_map(|day| self.openings_of(*day));
        openings.any(|opening| opening.holds(at))
    }

    /// The first moment from `at` on when somebody is there: `at` itself if it is open now.
    /// `None` if it does not open within a year.
    #[must_use]
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        if self.is_open(at) {
            return Some(at);
        }
        let mut openings = self.openings_from(at)?;
        openings
            .find(|opening| opening.start > at)
            .map(|opening| opening.start)
    }

    /// When the hours that run at `at` end; `None` if it is closed, or never closes within a
    /// year.
    #[must_use]
    pub fn closes_at(&self, at: Timestamp) -> Option<Timestamp> {
        if !self.is_open(at) {
            return None;
        }
        let last_day = at.plus_ms(calendar::HORIZON_MS - 2 * crate::domain::time::DAY);
        self.openings_from(at)?
            .find(|opening| opening.holds(at))
            .map(|opening| opening.end)
            .filter(|end| *end < last_day)
    }

    /// How much of the time from `a` to `b` was open, in milliseconds; 0 if `b` is not later.
    #[must_use]
    pub fn business_ms_between(&self, a: Timestamp, b: Timestamp) -> i64 {
        let (Some(first), Some(last)) = (self.day(a), self.day(b)) else {
            return 0;
        };
        let days = last.signed_duration_since(first).num_days() + 3;
        Openings::new(self, first.pred_opt().unwrap_or(first), days)
            .take_while(|opening| opening.start < b)
            .map(|opening| opening.end.min(b).since(opening.start.max(a)).max(0))
            .sum()
    }

    /// The moment at which `ms` of open time have passed since `at`; what a deadline in
    /// business hours is. `None` if there is not so much open time within a year.
    #[must_use]
    pub fn after_business_ms(&self, at: Timestamp, ms: i64) -> Option<Timestamp> {
        let mut left = ms.max(0);
        for opening in self.openings_from(at)? {
            let start = opening.start.max(at);
            let length = opening.end.since(start);
            if length > 0 && length >= left {
                return Some(start.plus_ms(left));
            }
            left -= length.max(0);
        }
        None
    }

    /// The local calendar day at `at`; `None` outside the calendar's range.
    fn day(&self, at: Timestamp) -> Option<NaiveDate> {
        let utc = DateTime::<Utc>::from_timestamp_millis(at.0)?;
        // Far outside the range of real dates the zone's offset could not be added.
        let plausible = (1..=9998).contains(&utc.year());
        plausible.then(|| utc.with_timezone(&self.zone).date_naive())
    }

    /// The merged opening times around and after `at`, for a year.
    fn openings_from(&self, at: Timestamp) -> Option<Openings<'_>> {
        let first = self.day(at)?.pred_opt()?;
        Some(Openings::new(self, first, calendar::HORIZON_DAYS))
    }

    fn openings_of(&self, day: NaiveDate) -> Vec<Opening> {
        let shifts = self.shifts(day).iter();
        shifts
            .filter_map(|shift| shift.on(day, self.zone))
            .collect()
    }

    /// The shifts that begin on `day`.
    fn shifts(&self, day: NaiveDate) -> &[Shift] {
        match self.special.iter().find(|(date, _)| *date == day) {
            Some((_, shifts)) => shifts,
            None => &self.week[day.weekday().num_days_from_monday() as usize],
        }
    }
}

#[cfg(test)]
mod tests;
