use chrono::TimeZone;
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::domain::language::Language;
use crate::domain::time::{DAY, HOUR, MINUTE};

fn settings(timezone: &str, open: &[&str]) -> HoursSettings {
    HoursSettings {
        timezone: timezone.to_owned(),
        open: open.iter().map(|&line| line.to_owned()).collect(),
        closed_on: Vec::new(),
        open_on: Vec::new(),
    }
}

fn hours(timezone: &str, open: &[&str]) -> Hours {
    Hours::parse(&settings(timezone, open)).unwrap()
}

fn shop() -> Hours {
    let mut settings = settings("Asia/Shanghai", &["Mon-Fri 09:00-18:00", "Fri 22:00-02:00"]);
    settings.closed_on = vec!["2026-10-01".to_owned(), "2026-10-02".to_owned()];
    settings.open_on = vec!["2026-10-10".to_owned(), "2026-10-11 10:00-16:00".to_owned()];
    Hours::parse(&settings).unwrap()
}

/// A wall-clock time with its UTC offset.
fn at(text: &str) -> Timestamp {
    Timestamp(
        DateTime::parse_from_rfc3339(text)
            .unwrap()
            .timestamp_millis(),
    )
}

#[rstest]
#[case::before("2026-11-23T08:59:59+08:00", false)]
#[case::first_moment("2026-11-23T09:00:00+08:00", true)]
#[case::last_moment("2026-11-23T17:59:59+08:00", true)]
#[case::end("2026-11-23T18:00:00+08:00", false)]
#[case::weekend("2026-11-22T12:00:00+08:00", false)]
#[case::late_shift("2026-11-27T23:00:00+08:00", true)]
#[case::past_midnight("2026-11-28T01:59:59+08:00", true)]
#[case::late_end("2026-11-28T02:00:00+08:00", false)]
#[case::holiday("2026-10-01T12:00:00+08:00", false)]
#[case::holiday_evening("2026-10-02T23:00:00+08:00", false)]
#[case::holiday_night("2026-10-03T01:00:00+08:00", false)]
#[case::extra_day("2026-10-10T09:30:00+08:00", true)]
#[case::extra_day_end("2026-10-10T18:00:00+08:00", false)]
#[case::own_hours("2026-10-11T15:59:00+08:00", true)]
#[case::own_hours_before("2026-10-11T09:30:00+08:00", false)]
fn knows_when_it_is_open(#[case] moment: &str, #[case] open: bool) {
    assert_eq!(shop().is_open(at(moment)), open);
}

#[rstest]
#[case("2026-11-23T10:00:00+08:00", "2026-11-23T10:00:00+08:00")]
#[case("2026-11-23T08:00:00+08:00", "2026-11-23T09:00:00+08:00")]
#[case("2026-11-27T18:00:00+08:00", "2026-11-27T22:00:00+08:00")]
#[case("2026-11-28T02:00:00+08:00", "2026-11-30T09:00:00+08:00")]
#[case("2026-09-30T18:00:00+08:00", "2026-10-05T09:00:00+08:00")]
#[case("2026-10-10T18:00:00+08:00", "2026-10-11T10:00:00+08:00")]
fn finds_the_next_opening(#[case] now: &str, #[case] expected: &str) {
    assert_eq!(shop().next_open(at(now)), Some(at(expected)));
}

#[rstest]
#[case("2026-11-23T10:00:00+08:00", Some("2026-11-23T18:00:00+08:00"))]
#[case("2026-11-27T23:00:00+08:00", Some("2026-11-28T02:00:00+08:00"))]
#[case("2026-11-22T10:00:00+08:00", None)]
fn knows_when_it_closes(#[case] now: &str, #[case] expected: Option<&str>) {
    assert_eq!(shop().closes_at(at(now)), expected.map(at));
}

#[test]
fn overlapping_and_touching_shifts_are_one_opening() {
    let hours = hours(
        "Asia/Shanghai",
        &["Mon-Sun 09:00-21:00", "Fri 20:00-24:00", "Sat 00:00-09:00"],
    );
    let friday = at("2026-11-27T10:00:00+08:00");
    assert_eq!(
        hours.closes_at(friday),
        Some(at("2026-11-28T21:00:00+08:00"))
    );
    let week = hours.business_ms_between(friday, friday.plus_ms(7 * DAY));
    assert_eq!(week, 7 * 12 * HOUR + 12 * HOUR);
}

#[test]
fn a_desk_that_never_closes() {
    for hours in [
        Hours::always(),
        hours("America/New_York", &["Mon-Sun 00:00-24:00"]),
    ] {
        let now = at("2026-11-23T10:00:00Z");
        assert!(hours.is_open(now));
        assert_eq!(hours.next_open(now), Some(now));
        assert_eq!(hours.closes_at(now), None);
        assert_eq!(
            hours.business_ms_between(now, now.plus_ms(30 * DAY)),
            30 * DAY
        );
        assert_eq!(hours.after_business_ms(now, DAY), Some(now.plus_ms(DAY)));
    }
}

// ---- where the clocks change ----

#[rstest]
// New York leaps from 02:00 to 03:00 on 2026-03-08 and repeats 01:00–02:00 on 2026-11-01.
#[case::leap("America/New_York", "Sun 01:00-04:00", "2026-03-08T05:00:00Z", 2 * HOUR)]
#[case::leap_start("America/New_York", "Sun 02:30-04:00", "2026-03-08T05:00:00Z", HOUR)]
#[case::leap_end("America/New_York", "Sun 01:00-02:30", "2026-03-08T05:00:00Z", HOUR)]
#[case::leap_whole("America/New_York", "Sun 02:10-02:50", "2026-03-08T05:00:00Z", 0)]
#[case::repeat("America/New_York", "Sun 00:00-04:00", "2026-11-01T04:00:00Z", 5 * HOUR)]
#[case::repeat_inside("America/New_York", "Sun 01:00-01:30", "2026-11-01T04:00:00Z", 90 * MINUTE)]
// Lord Howe moves its clocks by half an hour: 02:00 to 02:30 on 2026-10-04, back on 2026-04-05.
#[case::half_leap("Australia/Lord_Howe", "Sun 01:00-03:00", "2026-10-03T14:00:00Z", 90 * MINUTE)]
#[case::half_repeat("Australia/Lord_Howe", "Sun 01:00-03:00", "2026-04-04T13:30:00Z", 150 * MINUTE)]
#[case::half_gap("Australia/Lord_Howe", "Sun 02:15-03:00", "2026-10-03T14:00:00Z", 30 * MINUTE)]
// Cairo's midnight of 2026-04-24 does not exist: the clocks leap from 00:00 to 01:00.
#[case::no_midnight("Africa/Cairo", "Fri 00:00-06:00", "2026-04-23T12:00:00Z", 5 * HOUR)]
#[case::until_no_midnight("Africa/Cairo", "Thu 22:00-24:00", "2026-04-23T12:00:00Z", 2 * HOUR)]
#[case::no_change("Asia/Shanghai", "Sun 01:00-04:00", "2026-03-07T16:00:00Z", 3 * HOUR)]
fn counts_real_time_when_the_clocks_change(
    #[case] zone: &str,
    #[case] line: &str,
    #[case] from: &str,
    #[case] expected: i64,
) {
    let from = at(from);
    let open = hours(zone, &[line]).business_ms_between(from, from.plus_ms(DAY));
    assert_eq!(open, expected);
}

#[test]
fn a_skipped_opening_time_opens_at_the_leap() {
    let cairo = hours("Africa/Cairo", &["Fri 00:00-06:00"]);
    let opens = cairo.next_open(at("2026-04-23T12:00:00Z"));
    assert_eq!(opens, Some(at("2026-04-23T22:00:00Z")));
    let island = hours("Australia/Lord_Howe", &["Sun 02:15-03:00"]);
    let opens = island.next_open(at("2026-10-03T14:00:00Z"));
    assert_eq!(opens, Some(at("2026-10-03T15:30:00Z")));
}

// ---- deadlines ----

#[rstest]
#[case("2026-11-23T10:00:00+08:00", 60, Some("2026-11-23T11:00:00+08:00"))]
#[case("2026-11-23T17:30:00+08:00", 60, Some("2026-11-24T09:30:00+08:00"))]
#[case("2026-11-21T12:00:00+08:00", 0, Some("2026-11-23T09:00:00+08:00"))]
#[case("2026-11-27T17:00:00+08:00", 120, Some("2026-11-27T23:00:00+08:00"))]
#[case("2026-11-23T10:00:00+08:00", 60 * 24 * 365, None)]
fn counts_deadlines_in_open_time(
    #[case] from: &str,
    #[case] minutes: i64,
    #[case] expected: Option<&str>,
) {
    let due = shop().after_business_ms(at(from), minutes * MINUTE);
    assert_eq!(due, expected.map(at));
}

#[test]
fn time_that_runs_backwards_is_no_business_time() {
    let (early, late) = (
        at("2026-11-23T10:00:00+08:00"),
        at("2026-11-25T10:00:00+08:00"),
    );
    assert_eq!(shop().business_ms_between(late, early), 0);
    assert_eq!(shop().business_ms_between(early, late), 18 * HOUR);
}

#[test]
fn moments_outside_the_calendar_are_closed() {
    for far in [Timestamp(i64::MAX), Timestamp(i64::MIN)] {
        assert!(!shop().is_open(far));
        assert_eq!(shop().next_open(far), None);
        assert_eq!(shop().business_ms_between(far, far), 0);
    }
}

// ---- in words ----

#[rstest]
#[case(&["Mon-Sun 09:00-21:00"], "9:00–21:00", "09:00–21:00")]
#[case(&["Mon-Fri 09:00-18:00", "Sat 10:00-14:00"], "周一至周五 9:00–18:00，周六 10:00–14:00", "Mon–Fri 09:00–18:00, Sat 10:00–14:00")]
#[case(&["Mon-Sun 09:00-12:00", "Mon-Sun 13:30-18:00"], "9:00–12:00，13:30–18:00", "09:00–12:00, 13:30–18:00")]
#[case(&["Mon-Sun 00:00-24:00"], "24 小时", "24 hours")]
#[case(&["Fri 22:00-02:00"], "周五 22:00–2:00", "Fri 22:00–02:00")]
fn says_its_hours(#[case] open: &[&str], #[case] zh: &str, #[case] en: &str) {
    let hours = hours("Asia/Shanghai", open);
    assert_eq!(hours.in_words(Language::Zh), zh);
    assert_eq!(hours.in_words(Language::En), en);
}

#[rstest]
#[case("2026-11-23T22:00:00+08:00", "9:00", "09:00")]
#[case("2026-11-28T03:00:00+08:00", "周一 9:00", "Mon 09:00")]
#[case("2026-09-30T18:00:00+08:00", "周一 9:00", "Mon 09:00")]
fn says_when_it_opens_next(#[case] now: &str, #[case] zh: &str, #[case] en: &str) {
    let said = |language| shop().next_open_in_words(at(now), language).unwrap();
    assert_eq!(said(Language::Zh), zh);
    assert_eq!(said(Language::En), en);
}

#[test]
fn a_far_opening_is_said_with_its_date() {
    let mut settings = settings("Asia/Shanghai", &["Mon-Sun 09:00-21:00"]);
    settings.closed_on = (1..=7).map(|day| format!("2026-10-{day:02}")).collect();
    let hours = Hours::parse(&settings).unwrap();
    let now = at("2026-09-30T22:00:00+08:00");
    let said = |language| hours.next_open_in_words(now, language).unwrap();
    assert_eq!(said(Language::Zh), "10月8日 9:00");
    assert_eq!(said(Language::En), "8 Oct 09:00");
}

// ---- bad settings ----

#[rstest]
#[case("Asia/Peking", &["Mon 09:00-18:00"], "hours.timezone")]
#[case("Asia/Shanghai", &["09:00-18:00"], "hours.open")]
#[case("Asia/Shanghai", &["Mo-Fr 09:00-18:00"], "\"Mo\"")]
#[case("Asia/Shanghai", &["Mon 9-18"], "\"9-18\"")]
#[case("Asia/Shanghai", &["Mon 09:00-09:00"], "\"09:00-09:00\"")]
#[case("Asia/Shanghai", &["Mon 09:60-10:00"], "\"09:60-10:00\"")]
#[case("Asia/Shanghai", &["Mon 24:00-02:00"], "\"24:00-02:00\"")]
#[case("Asia/Shanghai", &["Mon 09:00-25:00"], "\"09:00-25:00\"")]
#[case("Asia/Shanghai", &["Mon +9:00-18:00"], "\"+9:00-18:00\"")]
#[case("Asia/Shanghai", &["Mon,, 09:00-18:00"], "\"\" in")]
#[case("Asia/Shanghai", &[], "no day is open")]
fn says_what_is_wrong(#[case] zone: &str, #[case] open: &[&str], #[case] expected: &str) {
    let errors = Hours::parse(&settings(zone, open)).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    let said = errors[0].to_string();
    assert!(said.contains(expected), "{said}");
}

#[test]
fn reports_every_problem_at_once() {
    let mut settings = settings("Nowhere", &["Mon 9", "Tag 09:00-10:00"]);
    settings.closed_on = vec!["2026-02-30".to_owned(), "2026-10-01".to_owned()];
    settings.open_on = vec!["2026-10-01".to_owned(), "2026-10-10 10".to_owned()];
    let errors = Hours::parse(&settings).unwrap_err();
    assert_eq!(errors.len(), 6, "{errors:#?}");
}

#[test]
fn is_read_from_the_configuration_file() {
    let text = "timezone = \"Asia/Shanghai\"\nopen = [\"Mon-Sun 09:00-21:00\"]\nclosed_on = [\"2026-10-01\"]";
    let settings: HoursSettings = toml::from_str(text).unwrap();
    assert!(Hours::parse(&settings).is_ok());
    assert!(toml::from_str::<HoursSettings>(&format!("{text}\nopens = 1")).is_err());
}

proptest! {
    /// The parts of a stretch of time have together as much open time as the whole, and a
    /// moment is open exactly if the minute from it counts.
    #[test]
    fn open_time_adds_up(start in 0_i64..4_000_000_000_000, a in 0_i64..20, b in 0_i64..20, zone in 0_usize..4) {
        let zone = ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"][zone];
        let hours = hours(zone, &["Mon-Fri 09:00-18:00", "Fri 22:00-02:30", "Sun 00:00-03:00"]);
        let from = Timestamp(start - start % MINUTE);
        let middle = from.plus_ms(a * 7 * HOUR);
        let end = middle.plus_ms(b * 5 * HOUR);
        let parts = hours.business_ms_between(from, middle) + hours.business_ms_between(middle, end);
        prop_assert_eq!(hours.business_ms_between(from, end), parts);
        let minute = hours.business_ms_between(from, from.plus_ms(MINUTE));
        prop_assert_eq!(hours.is_open(from), minute == MINUTE);
        let opens = hours.next_open(from).unwrap();
        prop_assert!(hours.is_open(opens));
        prop_assert_eq!(hours.business_ms_between(from, opens), 0);
    }

    #[test]
    fn any_settings_are_read_or_refused(zone in "[A-Za-z/]{0,12}", line in "\\PC{0,30}", date in "\\PC{0,14}") {
        let mut settings = settings(&zone, &[&line]);
        settings.open_on = vec![date];
        let read = Hours::parse(&settings);
        prop_assert!(read.is_err() || !settings.open.is_empty());
    }
}

#[test]
fn the_zone_is_the_configured_one() {
    let zone = shop().zone();
    assert_eq!(zone.name(), "Asia/Shanghai");
    assert!(zone.timestamp_millis_opt(0).single().is_some());
}
