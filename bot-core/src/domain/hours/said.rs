//! Hours in a few words, as messages to customers carry them.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

use super::Hours;
use super::calendar::{DAY_MINUTES, Shift};
use crate::domain::language::Language;
use crate::domain::time::{DAY, Timestamp};

const DAYS_ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const DAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Within so much time a weekday says which day is meant.
const WEEK: i64 = 6 * DAY;

impl Hours {
    /// The usual hours: `9:00–21:00` where every day is alike, else with the days before
    /// (`周一至周五 9:00–18:00，周六 10:00–14:00`, `Mon–Fri 09:00–18:00, Sat 10:00–14:00`).
    #[must_use]
    pub fn in_words(&self, language: Language) -> String {
        let groups = self.alike();
        if let [(0, 6, shifts)] = groups.as_slice() {
            return times(shifts, language);
        }
        let said = groups
            .iter()
            .filter(|(_, _, shifts)| !shifts.is_empty())
            .map(|(first, last, shifts)| {
                format!(
                    "{} {}",
                    days(*first, *last, language),
                    times(shifts, language)
                )
            });
        said.collect::<Vec<_>>().join(comma(language))
    }

    /// When it opens next, as short as can be: `9:00` if that is today or tomorrow's first
    /// hours, `周一 9:00` within a week, `10月8日 9:00` beyond; `None` if it does not open.
    #[must_use]
    pub fn next_open_in_words(&self, now: Timestamp, language: Language) -> Option<String> {
        let opens = self.next_open(now)?;
        let local = DateTime::<Utc>::from_timestamp_millis(opens.0)?.with_timezone(&self.zone);
        let time = clock(local.hour() * 60 + local.minute(), language);
        let ahead = opens.since(now);
        if ahead < DAY {
            return Some(time);
        }
        let day = if ahead < WEEK {
            day_name(local.weekday().num_days_from_monday() as usize, language).to_owned()
        } else {
            date(local.date_naive(), language)
        };
        Some(format!("{day} {time}"))
    }

    /// Neighbouring weekdays with the same hours: first, last, hours.
    fn alike(&self) -> Vec<(usize, usize, &[Shift])> {
        let mut groups: Vec<(usize, usize, &[Shift])> = Vec::new();
        for (day, shifts) in self.week.iter().enumerate() {
            match groups.last_mut() {
                Some((_, last, same)) if *same == shifts.as_slice() => *last = day,
                _ => groups.push((day, day, shifts)),
            }
        }
        groups
    }
}

fn days(first: usize, last: usize, language: Language) -> String {
    let name = |day| day_name(day, language);
    if first == last {
        return name(first).to_owned();
    }
    match language {
        Language::Zh => format!("{}至{}", name(first), name(last)),
        Language::En => format!("{}–{}", name(first), name(last)),
    }
}

fn day_name(day: usize, language: Language) -> &'static str {
    match language {
        Language::Zh => DAYS_ZH[day % 7],
        Language::En => DAYS_EN[day % 7],
    }
}

fn date(day: NaiveDate, language: Language) -> String {
    match language {
        Language::Zh => format!("{}月{}日", day.month(), day.day()),
        Language::En => day.format("%-d %b").to_string(),
    }
}

fn times(shifts: &[Shift], language: Language) -> String {
    if shifts == [Shift::WHOLE_DAY] {
        return match language {
            Language::Zh => "24 小时".to_owned(),
            Language::En => "24 hours".to_owned(),
        };
    }
    let said = shifts.iter().map(|shift| {
        format!(
            "{}–{}",
            clock(shift.from, language),
            end(shift.to, language)
        )
    });
    said.collect::<Vec<_>>().join(comma(language))
}

fn comma(language: Language) -> &'static str {
    match language {
        Language::Zh => "，",
        Language::En => ", ",
    }
}

fn end(minutes: u32, language: Language) -> String {
    if minutes == DAY_MINUTES {
        "24:00".to_owned()
    } else {
        clock(minutes % DAY_MINUTES, language)
    }
}

/// `9:00` in Chinese, `09:00` in English.
fn clock(minutes: u32, language: Language) -> String {
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match language {
        Language::Zh => format!("{hours}:{minutes:02}"),
        Language::En => format!("{hours:02}:{minutes:02}"),
    }
}
