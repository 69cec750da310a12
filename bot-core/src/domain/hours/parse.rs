//! Reads `[hours]`, and says everything that is wrong with it.

use chrono::NaiveDate;
use chrono_tz::Tz;
use thiserror::Error;

use super::calendar::{DAY_MINUTES, Shift};
use super::{Hours, HoursSettings};

/// What is wrong with one line of `[hours]`; the text says where, what, and what to write.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HoursError {
    /// The zone has no such name.
    #[error("hours.timezone: {0:?} is no IANA time zone; write for example \"Asia/Shanghai\"")]
    Zone(String),
    /// A line of `open` is not "days times".
    #[error("hours.open: {0:?} cannot be read; write for example \"Mon-Fri 09:00-18:00\"")]
    Line(String),
    /// A day has no such name.
    #[error("hours.open: {day:?} in {line:?} is no day; write Mon, Tue, Wed, Thu, Fri, Sat or Sun")]
    Day {
        /// The word that was read.
        day: String,
        /// The line it stands in.
        line: String,
    },
    /// A time is not between 00:00 and 24:00, or a range is empty.
    #[error("{key}: {times:?} is no range of times; write for example \"09:00-18:00\"")]
    Times {
        /// The key of the setting.
        key: &'static str,
        /// The times that were read.
        times: String,
    },
    /// A date does not exist.
    #[error("{key}: {date:?} is no date; write for example \"2026-10-01\"")]
    Date {
        /// The key of the setting.
        key: &'static str,
        /// The date that was read.
        date: String,
    },
    /// A date is both a holiday and a working day, or stands twice.
    #[error("hours: {0} stands more than once in closed_on and open_on; keep one of them")]
    Twice(NaiveDate),
    /// Nothing is ever open.
    #[error("hours.open: no day is open; give at least one, for example \"Mon-Sun 09:00-21:00\"")]
    Never,
}

const CLOSED_ON: &str = "hours.closed_on";
const OPEN_ON: &str = "hours.open_on";
const OPEN: &str = "hours.open";

pub(super) fn hours(settings: &HoursSettings) -> Result<Hours, Vec<HoursError>> {
    let mut reader = Reader::default();
    let zone = reader.zone(&settings.timezone);
    settings.open.iter().for_each(|line| reader.line(line));
    reader.week.iter_mut().for_each(|shifts| shifts.sort());
    if reader.errors.is_empty() && reader.week.iter().all(Vec::is_empty) {
        reader.errors.push(HoursError::Never);
    }
    settings
        .closed_on
        .iter()
        .for_each(|date| reader.closed(date));
    settings.open_on.iter().for_each(|date| reader.extra(date));
    match zone {
        Some(zone) if reader.errors.is_empty() => Ok(Hours {
            zone,
            week: reader.week,
            special: reader.special,
        }),
        _ => Err(reader.errors),
    }
}

#[derive(Default)]
struct Reader {
    week: [Vec<Shift>; 7],
    special: Vec<(NaiveDate, Vec<Shift>)>,
    errors: Vec<HoursError>,
}

impl Reader {
    fn zone(&mut self, name: &str) -> Option<Tz> {
        let zone = name.trim().parse().ok();
        if zone.is_none() {
            self.errors.push(HoursError::Zone(name.to_owned()));
        }
        zone
    }

    fn line(&mut self, line: &str) {
        if let Err(error) = self.try_line(line) {
            self.errors.push(error);
        }
    }

    fn try_line(&mut self, line: &str) -> Result<(), HoursError> {
        let (days, times) = line
            .trim()
            .rsplit_once(char::is_whitespace)
            .ok_or_else(|| HoursError::Line(line.to_owned()))?;
        let shift = shift(times, OPEN)?;
        for day in days_of(days, line)? {
            self.week[day].push(shift);
        }
        Ok(())
    }

    fn closed(&mut self, text: &str) {
        match date(text, CLOSED_ON) {
            Ok(date) => self.set_special(date, Vec::new()),
            Err(error) => self.errors.push(error),
        }
    }

    fn extra(&mut self, text: &str) {
        match self.try_extra(text) {
            Ok((date, shifts)) => self.set_special(date, shifts),
            Err(error) => self.errors.push(error),
        }
    }

    fn try_extra(&self, text: &str) -> Result<(NaiveDate, Vec<Shift>), HoursError> {
        match text.trim().split_once(char::is_whitespace) {
            Some((day, times)) => Ok((date(day, OPEN_ON)?, vec![shift(times.trim(), OPEN_ON)?])),
            None => {
                let date = date(text, OPEN_ON)?;
                Ok((date, self.usual_shifts(date)))
            }
        }
    }

    /// The hours of that weekday; of the week's first working day where it has none.
    fn usual_shifts(&self, date: NaiveDate) -> Vec<Shift> {
        let own = &self.week[weekday(date)];
        let mut candidates = std::iter::once(own).chain(&self.week);
        candidates
            .find(|shifts| !shifts.is_empty())
            .cloned()
            .unwrap_or_default()
    }

    fn set_special(&mut self, date: NaiveDate, shifts: Vec<Shift>) {
        if self.special.iter().any(|(known, _)| *known == date) {
            self.errors.push(HoursError::Twice(date));
        } else {
            self.special.push((date, shifts));
        }
    }
}

fn weekday(date: NaiveDate) -> usize {
    chrono::Datelike::weekday(&date).num_days_from_monday() as usize
}

/// The weekdays (Monday is 0) of `Mon-Fri`, `Sat,Sun`, `Fri-Mon`.
fn days_of(days: &str, line: &str) -> Result<Vec<usize>, HoursError> {
    let mut chosen = Vec::new();
    for part in days.split(',').map(str::trim) {
        let (from, to) = part.split_once(['-', '–']).unwrap_or((part, part));
        let (from, to) = (day_of(from, line)?, day_of(to, line)?);
        let count = (to + 7 - from) % 7;
        chosen.extend((0..=count).map(|step| (from + step) % 7));
    }
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen)
}

fn day_of(name: &str, line: &str) -> Result<usize, HoursError> {
    let unknown = || HoursError::Day {
        day: name.trim().to_owned(),
        line: line.to_owned(),
    };
    let day: chrono::Weekday = name.trim().parse().map_err(|_| unknown())?;
    Ok(day.num_days_from_monday() as usize)
}

/// `09:00-18:00`; a range whose end is not after its start runs into the next day.
fn shift(times: &str, key: &'static str) -> Result<Shift, HoursError> {
    let wrong = || HoursError::Times {
        key,
        times: times.to_owned(),
    };
    let (from, to) = times.split_once(['-', '–']).ok_or_else(wrong)?;
    let (from, to) = (
        minutes(from).ok_or_else(wrong)?,
        minutes(to).ok_or_else(wrong)?,
    );
    match from.cmp(&to) {
        _ if from == DAY_MINUTES => Err(wrong()),
        std::cmp::Ordering::Less => Ok(Shift { from, to }),
        std::cmp::Ordering::Equal => Err(wrong()),
        std::cmp::Ordering::Greater => Ok(Shift {
            from,
            to: to + DAY_MINUTES,
        }),
    }
}

/// Minutes after midnight of `09:00`; up to 24:00.
fn minutes(time: &str) -> Option<u32> {
    let (hours, minutes) = time.trim().split_once([':', '：'])?;
    let written =
        |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !written(hours) || minutes.len() != 2 || !written(minutes) {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= DAY_MINUTES).then_some(total)
}

fn date(text: &str, key: &'static str) -> Result<NaiveDate, HoursError> {
    text.trim().parse().map_err(|_| HoursError::Date {
        key,
        date: text.to_owned(),
    })
}
