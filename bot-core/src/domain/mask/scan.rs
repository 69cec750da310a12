//! Walks a text and proposes the stretches that may be numbers or addresses.

use std::ops::Range;

use super::number;
use super::{Finding, Sensitive};
use crate::domain::text::is_unseen;

/// Longer than any number that is looked for (`0086` and a mobile number, 19 digits of a card).
const LONGEST: usize = 19;
/// How far back a number's own name is looked for, in characters.
const LOOK_BACK: usize = 48;
/// RFC 5321: the longest local part and host.
const LOCAL_PART: usize = 64;
const HOST: usize = 253;

/// What names a number that is neither a card nor a phone.
const ORDER_NAMES: &[&str] = &[
    "订单",
    "訂單",
    "运单",
    "運單",
    "单",
    "單",
    "快递",
    "快遞",
    "物流",
    "流水",
    "序列",
    "工单",
    "交易",
    "编",
    "編",
    "order",
    "tracking",
    "waybill",
    "parcel",
    "shipment",
    "invoice",
    "imei",
    "serial",
    "sn",
    "ref",
    "reference",
    "ticket",
    "transaction",
    "case",
    "sku",
    "po",
];
/// What names a card.
const CARD_NAMES: &[&str] = &["卡", "card", "visa", "mastercard", "unionpay", "银联"];
/// What may stand right before an identity number, even without a space.
const IDENTITY_NAMES: &[&str] = &["id", "idcard", "sfz", "证", "證"];
/// What may stand between a number's name and the number.
const LINKS: &[&str] = &[
    "号码", "號碼", "号", "號", "码", "碼", "是", "为", "為", "的", "和", "及", "number", "no",
    "num", "id", "is", "are", "and", "code",
];

/// One visible character with its place in the original text, its width folded.
#[derive(Clone, Copy, Debug)]
struct Spot {
    c: char,
    start: usize,
    end: usize,
}

/// The visible characters of a text.
pub(super) struct Spots(Vec<Spot>);

impl Spots {
    pub(super) fn of(text: &str) -> Self {
        let spots = text
            .char_indices()
            .filter(|&(_, c)| !is_unseen(c) || c == '\n');
        Self(
            spots
                .map(|(start, c)| Spot {
                    c: halved(c),
                    start,
                    end: start + c.len_utf8(),
                })
                .collect(),
        )
    }

    fn char(&self, index: usize) -> Option<char> {
        self.0.get(index).map(|spot| spot.c)
    }

    fn char_before(&self, index: usize) -> Option<char> {
        self.char(index.checked_sub(1)?)
    }

    /// The bytes of the original text under these spots.
    fn bytes(&self, spots: &Range<usize>) -> Range<usize> {
        let start = self.0.get(spots.start).map_or(0, |spot| spot.start);
        let end = spots.end.checked_sub(1).and_then(|last| self.0.get(last));
        start..end.map_or(start, |spot| spot.end)
    }

    /// The few characters before `index`, in small letters, without what merely links a name
    /// to its number; numbers of the same list are skipped too.
    fn name_before(&self, index: usize) -> String {
        let from = index.saturating_sub(LOOK_BACK);
        let spots = self.0.get(from..index).unwrap_or_default();
        let before: String = spots.iter().map(|s| s.c.to_ascii_lowercase()).collect();
        let mut name = before.as_str();
        loop {
            let shorter = without_link(name);
            if shorter.len() == name.len() {
                return name.to_owned();
            }
            name = shorter;
        }
    }
}

fn without_link(name: &str) -> &str {
    let name = name
        .trim_end_matches(|c: char| c == ' ' || c.is_ascii_digit() || "#:,、-/(=\"'.".contains(c));
    LINKS
        .iter()
        .find_map(|link| name.strip_suffix(link))
        .unwrap_or(name)
}

fn halved(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

/// Digits that stand together, with single separators between them: one or more groups.
struct Run {
    groups: Vec<Range<usize>>,
}

/// Every card, identity number and phone.
pub(super) fn numbers(spots: &Spots) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut at = 0;
    while let Some(run) = next_run(spots, at) {
        at = run.groups.last().map_or(spots.0.len(), |group| group.end);
        run_findings(spots, &run, &mut findings);
    }
    findings
}

fn next_run(spots: &Spots, from: usize) -> Option<Run> {
    let is_digit = |index: usize| spots.char(index).is_some_and(|c| c.is_ascii_digit());
    let mut start = (from..spots.0.len()).find(|&index| is_digit(index))?;
    let mut groups = Vec::new();
    loop {
        let end = (start..).find(|&index| !is_digit(index)).unwrap_or(start);
        groups.push(start..end);
        let next = end + separator(spots, end);
        if next == end || !is_digit(next) {
            return Some(Run { groups });
        }
        start = next;
    }
}

/// The length of the separator at `index`: a space, a hyphen, or both around each other.
fn separator(spots: &Spots, index: usize) -> usize {
    let separates = |at| matches!(spots.char(at), Some(' ' | '-'));
    (0..3)
        .take_while(|offset| separates(index + offset))
        .count()
}

fn run_findings(spots: &Spots, run: &Run, findings: &mut Vec<Finding>) {
    let mut first = 0;
    while first < run.groups.len() {
        match longest_window(spots, run, first) {
            Some((next, finding)) => {
                findings.push(finding);
                first = next;
            }
            None => first += 1,
        }
    }
}

/// The longest number that begins with group `first`, and the group after it.
fn longest_window(spots: &Spots, run: &Run, first: usize) -> Option<(usize, Finding)> {
    let mut length = 0;
    let fits = |group: &&Range<usize>| {
        length += group.len();
        length <= LONGEST
    };
    let most = run.groups[first..].iter().take_while(fits).count();
    (1..=most).rev().find_map(|count| {
        let window = Window {
            spots,
            run,
            groups: first..first + count,
        };
        let (kind, found) = window.kind()?;
        let range = spots.bytes(&found);
        Some((first + count, Finding { range, kind }))
    })
}

/// Some neighbouring groups of a run, read as one number.
struct Window<'a> {
    spots: &'a Spots,
    run: &'a Run,
    groups: Range<usize>,
}

impl Window<'_> {
    /// What the window is, and the spots that it covers.
    fn kind(&self) -> Option<(Sensitive, Range<usize>)> {
        let whole = self.start()..self.end();
        let digits = self.digits();
        if let Some(end) = self.identity_end(&digits) {
            return Some((Sensitive::Identity, whole.start..end));
        }
        if !self.ends_alone(whole.end) {
            return None;
        }
        if self.is_card(&digits) {
            return Some((Sensitive::Card, whole));
        }
        self.phone(&digits).map(|found| (Sensitive::Phone, found))
    }

    fn start(&self) -> usize {
        self.run.groups[self.groups.start].start
    }

    fn end(&self) -> usize {
        self.run.groups[self.groups.end - 1].end
    }

    fn digits(&self) -> Vec<u8> {
        let spots = self.run.groups[self.groups.clone()]
            .iter()
            .cloned()
            .flatten();
        spots
            .filter_map(|index| number::digit(self.spots.char(index)?))
            .collect()
    }

    /// Where an identity number that begins here ends, its X included.
    fn identity_end(&self, digits: &[u8]) -> Option<usize> {
        if !self.begins_alone(IDENTITY_NAMES) {
            return None;
        }
        let end = self.end();
        match digits.len() {
            17 => {
                let check = end + separator(self.spots, end).min(1);
                let mut values = digits.to_vec();
                values.push(10);
                let crossed = matches!(self.spots.char(check), Some('x' | 'X'));
                (crossed && self.ends_alone(check + 1) && number::is_identity(&values))
                    .then_some(check + 1)
            }
            18 => (self.ends_alone(end) && number::is_identity(digits)).then_some(end),
            15 => (self.ends_alone(end) && self.is_old_identity(digits)).then_some(end),
            _ => None,
        }
    }

    fn is_old_identity(&self, digits: &[u8]) -> bool {
        number::is_old_identity(digits) && !self.named(ORDER_NAMES) && !self.is_card(digits)
    }

    fn is_card(&self, digits: &[u8]) -> bool {
        (13..=LONGEST).contains(&digits.len())
            && self.is_card_shaped()
            && number::luhn(digits)
            && self.begins_alone(CARD_NAMES)
            && !self.named(ORDER_NAMES)
            && (number::has_issuer(digits) || self.named(CARD_NAMES))
    }

    /// Cards are written in one piece, in equal pieces with a shorter or joined rest, or as
    /// their issuer's prefix and the rest.
    fn is_card_shaped(&self) -> bool {
        let lengths: Vec<usize> = self.run.groups[self.groups.clone()]
            .iter()
            .map(Range::len)
            .collect();
        match lengths.as_slice() {
            [_] | [6, 7..=13] | [4, 6, 4..=6] => true,
            [head @ .., tail] => head.iter().all(|&length| length == head[0]) && *tail <= 7,
            [] => false,
        }
    }

    /// A mobile number with or without its country code, or any number after a plus.
    fn phone(&self, digits: &[u8]) -> Option<Range<usize>> {
        if self.named(ORDER_NAMES) || !self.begins_alone(&["tel", "phone", "mobile"]) {
            return None;
        }
        if number::is_mobile(digits) && self.is_phone_shaped() && !self.continues_a_code() {
            return Some(self.start()..self.end());
        }
        let code = [&[0, 0, 8, 6][..], &[8, 6]]
            .into_iter()
            .find(|code| digits.strip_prefix(*code).is_some_and(number::is_mobile));
        if let Some(code) = code {
            return Some(self.after_digits(code.len())..self.end());
        }
        let abroad = self.spots.char_before(self.start()) == Some('+');
        (abroad && (8..=15).contains(&digits.len())).then(|| self.start()..self.end())
    }

    fn is_phone_shaped(&self) -> bool {
        let mut lengths = self.run.groups[self.groups.clone()].iter().map(Range::len);
        matches!(
            (
                lengths.next(),
                lengths.next(),
                lengths.next(),
                lengths.next()
            ),
            (Some(11), None, ..)
                | (Some(3), Some(8), None, _)
                | (Some(3), Some(4), Some(4), None)
                | (Some(3), Some(3), Some(5), None)
                | (Some(4), Some(4), Some(3), None)
        )
    }

    /// Whether a hyphen ties the window to digits before it, as in `2026-13800001111`.
    fn continues_a_code(&self) -> bool {
        let tied = self.spots.char_before(self.start()) == Some('-');
        let before = self.groups.start.checked_sub(1);
        let country = before.and_then(|index| self.run.groups.get(index));
        tied && country.is_none_or(|group| !self.is_country(group))
    }

    fn is_country(&self, group: &Range<usize>) -> bool {
        let code: String = group.clone().filter_map(|i| self.spots.char(i)).collect();
        code == "86" || code == "0086"
    }

    /// The spot after the first `count` digits and their separators.
    fn after_digits(&self, count: usize) -> usize {
        let spots = self.run.groups[self.groups.clone()]
            .iter()
            .cloned()
            .flatten();
        spots.skip(count).next().unwrap_or_else(|| self.end())
    }

    /// Whether nothing before belongs to the same code: no letter (except of `names`), no
    /// decimal point.
    fn begins_alone(&self, names: &[&str]) -> bool {
        match self.spots.char_before(self.start()) {
            Some('.') => !self.digit_at(self.start().checked_sub(2)),
            Some(c) if c.is_ascii_alphabetic() => names.contains(&self.letters_before().as_str()),
            Some('_') => false,
            _ => true,
        }
    }

    /// The Latin letters that touch the window.
    fn letters_before(&self) -> String {
        let from = self.start().saturating_sub(LOOK_BACK);
        let before = self.spots.0.get(from..self.start()).unwrap_or_default();
        let letters = before.iter().rev().map(|spot| spot.c);
        let mut word: Vec<char> = letters.take_while(char::is_ascii_alphabetic).collect();
        word.reverse();
        word.iter().collect::<String>().to_ascii_lowercase()
    }

    /// Whether nothing from spot `end` on belongs to the same code.
    fn ends_alone(&self, end: usize) -> bool {
        match self.spots.char(end) {
            Some('.') => !self.digit_at(Some(end + 1)),
            Some(c) => !(c.is_ascii_alphanumeric() || c == '_'),
            None => true,
        }
    }

    fn digit_at(&self, index: Option<usize>) -> bool {
        let c = index.and_then(|index| self.spots.char(index));
        c.is_some_and(|c| c.is_ascii_digit())
    }

    fn named(&self, names: &[&str]) -> bool {
        let before = self.spots.name_before(self.start());
        let last_word = before.rsplit(|c: char| !c.is_ascii_alphabetic()).next();
        names.iter().any(|name| {
            if name.is_ascii() {
                last_word.is_some_and(|word| word == *name || word.strip_suffix('s') == Some(name))
            } else {
                before.ends_with(name)
            }
        })
    }
}

/// Every e-mail address.
pub(super) fn addresses(spots: &Spots) -> Vec<Finding> {
    let ats = (0..spots.0.len()).filter(|&index| spots.char(index) == Some('@'));
    ats.filter_map(|at| address(spots, at)).collect()
}

fn address(spots: &Spots, at: usize) -> Option<Finding> {
    let local = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let host = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let earliest = at.saturating_sub(LOCAL_PART);
    let start = (earliest..at)
        .rev()
        .take_while(|&i| spots.char(i).is_some_and(local))
        .last()?;
    let hosted = |&i: &usize| spots.char(i).is_some_and(host);
    let mut end = (at + 1..at + 1 + HOST).take_while(hosted).last()? + 1;
    while matches!(spots.char_before(end), Some('.' | '-')) {
        end -= 1;
    }
    let name: String = (at + 1..end).filter_map(|i| spots.char(i)).collect();
    let (domain, top) = name.rsplit_once('.')?;
    let well_formed =
        !domain.is_empty() && top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic());
    let range = spots.bytes(&(start..end));
    well_formed.then_some(Finding {
        range,
        kind: Sensitive::Email,
    })
}

/// The digits (with their separators) that end a text, at most as many as a number has.
pub(super) fn trailing_digits(text: &str) -> &str {
    let text = text.trim_end();
    let belongs = |c: char| number::digit(c).is_some() || c == ' ' || c == '-';
    let head = text.trim_end_matches(belongs);
    let digits = text.strip_prefix(head).unwrap_or_default();
    let count = digits
        .chars()
        .filter(|&c| number::digit(c).is_some())
        .count();
    if (1..LONGEST).contains(&count) {
        digits
    } else {
        ""
    }
}
