//! The arithmetic of numbers: check digits, issuers, regions, dates.

use chrono::NaiveDate;

/// The first two digits of identity numbers: the provinces.
const PROVINCES: &[u8] = &[
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52,
    53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91,
];
/// GB 11643: the weight of each of the first seventeen digits.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// GB 11643: the check character for each remainder; 10 stands for X.
const CHECKS: [u8; 11] = [1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2];
/// Nobody alive was born before or will show a document after these years.
const BIRTH_YEARS: std::ops::RangeInclusive<i32> = 1900..=2049;

/// The value of an ASCII or full-width digit.
pub(super) fn digit(c: char) -> Option<u8> {
    let value = match c {
        '0'..='9' => c as u32 - '0' as u32,
        '０'..='９' => c as u32 - '０' as u32,
        _ => return None,
    };
    u8::try_from(value).ok()
}

/// The digits of a found number, and its X, in plain ASCII.
pub(super) fn characters(found: &str) -> String {
    found
        .chars()
        .filter_map(|c| match c {
            'x' | 'X' | 'ｘ' | 'Ｘ' => Some('X'),
            _ => digit(c).map(|value| char::from(b'0' + value)),
        })
        .collect()
}

/// ISO 7812: whether the last digit is right (Luhn).
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &value)| match (place % 2, u32::from(value)) {
            (0, value) => value,
            (_, value) if value > 4 => value * 2 - 9,
            (_, value) => value * 2,
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|&value| value != 0)
}

/// Whether an issuer of payment cards gives out numbers of this beginning and length.
pub(super) fn has_issuer(digits: &[u8]) -> bool {
    let begins = |count: usize| value(digits.get(..count).unwrap_or_default());
    match digits.len() {
        13 => begins(1) == 4 || is_maestro(begins(2)),
        14 => matches!(begins(2), 36 | 38 | 39) || matches!(begins(3), 300..=305),
        15 => matches!(begins(2), 34 | 37),
        16 => {
            matches!(begins(1), 4)
                || matches!(begins(2), 51..=55)
                || matches!(begins(4), 2221..=2720 | 3528..=3589)
                || is_long(begins(2), begins(3))
        }
        17 | 18 => is_long(begins(2), begins(3)),
        19 => begins(1) == 4 || is_long(begins(2), begins(3)),
        _ => false,
    }
}

/// Prefixes used with 16 to 19 digits: `UnionPay` (62, 81), Discover (60, 64, 65),
/// Maestro, and the older Chinese bank prefixes in 9.
const fn is_long(two: u32, three: u32) -> bool {
    matches!(two, 60 | 62 | 64 | 65 | 81 | 95) || matches!(three, 940 | 984) || is_maestro(two)
}

const fn is_maestro(two: u32) -> bool {
    matches!(two, 50 | 56 | 57 | 58 | 63 | 67)
}

/// Whether 18 values (the last may be 10 for X) are a resident identity number.
pub(super) fn is_identity(values: &[u8]) -> bool {
    let (Some(head), Some(&check)) = (values.get(..17), values.last()) else {
        return false;
    };
    values.len() == 18
        && has_province(head)
        && is_birth(value(&head[6..10]), &head[10..14])
        && checks(head, check)
}

/// Whether 15 digits are an identity number of the form used until 1999.
pub(super) fn is_old_identity(digits: &[u8]) -> bool {
    digits.len() == 15
        && has_province(digits)
        && is_birth(1900 + value(&digits[6..8]), &digits[8..12])
}

fn checks(head: &[u8], check: u8) -> bool {
    let sum: u32 = head
        .iter()
        .zip(WEIGHTS)
        .map(|(&value, weight)| u32::from(value) * weight)
        .sum();
    usize::try_from(sum % 11).is_ok_and(|rest| CHECKS[rest] == check)
}

fn has_province(digits: &[u8]) -> bool {
    digits
        .get(..2)
        .is_some_and(|two| PROVINCES.contains(&(two[0] * 10 + two[1])))
}

fn is_birth(year: u32, month_day: &[u8]) -> bool {
    let month_day = value(month_day);
    let year = i32::try_from(year).unwrap_or_default();
    BIRTH_YEARS.contains(&year)
        && NaiveDate::from_ymd_opt(year, month_day / 100, month_day % 100).is_some()
}

/// Whether 11 digits are a mobile number of mainland China.
pub(super) fn is_mobile(digits: &[u8]) -> bool {
    digits.len() == 11 && digits[0] == 1 && matches!(digits[1], 3..=9)
}

/// The number that a few digits write.
fn value(digits: &[u8]) -> u32 {
    digits
        .iter()
        .fold(0, |sum, &digit| sum * 10 + u32::from(digit))
}
