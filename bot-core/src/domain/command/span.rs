//! Time spans as people write them.

use crate::domain::language::Language;
use crate::domain::text::fold;
use crate::domain::time::{DAY, HOUR, MINUTE, SECOND};

const WEEK: i64 = 7 * DAY;
/// Longer spans are slips of the finger.
const LONGEST: i64 = 3_660 * DAY;

/// Units and their names, longest first where one name begins another.
const UNITS: &[(&str, i64)] = &[
    ("seconds", SECOND),
    ("second", SECOND),
    ("secs", SECOND),
    ("sec", SECOND),
    ("秒钟", SECOND),
    ("秒", SECOND),
    ("minutes", MINUTE),
    ("minute", MINUTE),
    ("mins", MINUTE),
    ("min", MINUTE),
    ("分钟", MINUTE),
    ("分", MINUTE),
    ("hours", HOUR),
    ("hour", HOUR),
    ("hrs", HOUR),
    ("hr", HOUR),
    ("小时", HOUR),
    ("钟头", HOUR),
    ("时", HOUR),
    ("days", DAY),
    ("day", DAY),
    ("天", DAY),
    ("日", DAY),
    ("weeks", WEEK),
    ("week", WEEK),
    ("星期", WEEK),
    ("周", WEEK),
    ("s", SECOND),
    ("m", MINUTE),
    ("h", HOUR),
    ("d", DAY),
    ("w", WEEK),
];

/// Reads a span such as `30m`, `2h`, `1h30m`, `1.5h`, `7 days`, `2小时`, `30分钟`, `半天`, `两周`;
/// in milliseconds. A bare number is none, nor is nothing at all.
#[must_use]
pub fn parse_span(text: &str) -> Option<i64> {
    let folded = fold(text);
    let mut rest = folded.as_str();
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let (part, after) = one_part(rest)?;
        total = total.checked_add(part)?;
        rest = after.trim_start();
    }
    (0 < total && total <= LONGEST).then_some(total)
}

/// A number and its unit, in milliseconds, and what follows.
fn one_part(text: &str) -> Option<(i64, &str)> {
    let (thousandths, rest) = number(text)?;
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('个').unwrap_or(rest);
    let (unit, rest) = UNITS
        .iter()
        .find_map(|(name, unit)| Some((*unit, rest.strip_prefix(name)?)))?;
    Some((thousandths.checked_mul(unit)? / 1_000, rest))
}

/// A number at the beginning of a text, in thousandths.
fn number(text: &str) -> Option<(i64, &str)> {
    if let Some(rest) = text.strip_prefix('半') {
        return Some((500, rest));
    }
    let (whole, rest) = leading(text, |c| c.is_ascii_digit());
    if whole.is_empty() {
        return chinese(text);
    }
    let whole = whole.parse::<i64>().ok()?.checked_mul(1_000)?;
    let Some(decimals) = rest.strip_prefix('.') else {
        return Some((whole, rest));
    };
    let (decimals, rest) = leading(decimals, |c| c.is_ascii_digit());
    let thousandths: String = decimals.chars().chain("000".chars()).take(3).collect();
    Some((whole + thousandths.parse::<i64>().ok()?, rest))
}

/// A Chinese number up to 99, in thousandths.
fn chinese(text: &str) -> Option<(i64, &str)> {
    let (written, rest) = leading(text, |c| c == '十' || digit(c).is_some());
    let value = match written.split_once('十') {
        Some((tens, ones)) => 10 * single(tens, 1)? + single(ones, 0)?,
        None if written.is_empty() => return None,
        None => single(written, 0)?,
    };
    Some((value * 1_000, rest))
}

/// The value of one digit; of none, the value it then has.
fn single(written: &str, without: i64) -> Option<i64> {
    let mut digits = written.chars();
    match (digits.next(), digits.next()) {
        (None, _) => Some(without),
        (Some(one), None) => digit(one),
        (Some(_), Some(_)) => None,
    }
}

const fn digit(c: char) -> Option<i64> {
    match c {
        '一' => Some(1),
        '二' | '两' => Some(2),
        '三' => Some(3),
        '四' => Some(4),
        '五' => Some(5),
        '六' => Some(6),
        '七' => Some(7),
        '八' => Some(8),
        '九' => Some(9),
        _ => None,
    }
}

fn leading(text: &str, is: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !is(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// A span as people say it, rounded down to the two greatest units: `2 h 5 min`, `2小时5分钟`.
#[must_use]
pub fn spoken_span(ms: i64, language: Language) -> String {
    let names = match language {
        Language::Zh => [
            (DAY, "天"),
            (HOUR, "小时"),
            (MINUTE, "分钟"),
            (SECOND, "秒"),
        ],
        Language::En => [(DAY, " d"), (HOUR, " h"), (MINUTE, " min"), (SECOND, " s")],
    };
    let mut left = ms.max(0);
    let mut parts: Vec<String> = Vec::new();
    for (unit, name) in names {
        let count = left / unit;
        left %= unit;
        if parts.len() < 2 && (count > 0 || unit == SECOND && parts.is_empty()) {
            parts.push(format!("{count}{name}"));
        } else if !parts.is_empty() {
            break; // "1 d 5 min" would sound more exact than it is.
        }
    }
    parts.join(match language {
        Language::Zh => "",
        Language::En => " ",
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("30m", 30 * MINUTE)]
    #[case("2h", 2 * HOUR)]
    #[case("7d", 7 * DAY)]
    #[case("2H", 2 * HOUR)]
    #[case("２ｈ", 2 * HOUR)]
    #[case("1h30m", 90 * MINUTE)]
    #[case("1.5h", 90 * MINUTE)]
    #[case("2 hours", 2 * HOUR)]
    #[case("10 min", 10 * MINUTE)]
    #[case("90s", 90 * SECOND)]
    #[case("2w", 14 * DAY)]
    #[case("2小时", 2 * HOUR)]
    #[case("2 小时", 2 * HOUR)]
    #[case("2個小時", 2 * HOUR)]
    #[case("30分钟", 30 * MINUTE)]
    #[case("1天", DAY)]
    #[case("1天12小时", 36 * HOUR)]
    #[case("半小时", 30 * MINUTE)]
    #[case("半天", 12 * HOUR)]
    #[case("半个小时", 30 * MINUTE)]
    #[case("两小时", 2 * HOUR)]
    #[case("十五分钟", 15 * MINUTE)]
    #[case("二十分钟", 20 * MINUTE)]
    #[case("一个星期", 7 * DAY)]
    #[case("三天", 3 * DAY)]
    fn reads_spans(#[case] text: &str, #[case] ms: i64) {
        assert_eq!(parse_span(text), Some(ms), "{text}");
    }

    #[rstest]
    #[case("")]
    #[case("2")]
    #[case("h")]
    #[case("0h")]
    #[case("2x")]
    #[case("-2h")]
    #[case("2h and more")]
    #[case("monday")]
    #[case("明天")]
    #[case("十十分钟")]
    #[case("二三天")]
    #[case("99999999999999999999d")]
    #[case("9999999999999999d")]
    fn refuses_what_is_no_span(#[case] text: &str) {
        assert_eq!(parse_span(text), None, "{text}");
    }

    #[rstest]
    #[case(0, "0 s", "0秒")]
    #[case(59 * SECOND, "59 s", "59秒")]
    #[case(125 * MINUTE, "2 h 5 min", "2小时5分钟")]
    #[case(DAY, "1 d", "1天")]
    #[case(DAY + 5 * MINUTE, "1 d", "1天")]
    #[case(DAY + 5 * HOUR + MINUTE, "1 d 5 h", "1天5小时")]
    fn says_spans(#[case] ms: i64, #[case] en: &str, #[case] zh: &str) {
        assert_eq!(spoken_span(ms, Language::En), en);
        assert_eq!(spoken_span(ms, Language::Zh), zh);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC*") {
            prop_assert_ne!(parse_span(&text), Some(0));
        }

        #[test]
        fn what_is_said_in_whole_units_reads_back(count in 1_i64..23) {
            for language in Language::ALL {
                let said = spoken_span(count * HOUR, language);
                prop_assert_eq!(parse_span(&said), Some(count * HOUR));
            }
        }
    }
}
