//! Walks a text and proposes the stretches that may be numbers or addresses.

use std::ops::Range;

use super::window::Window;
use super::{Finding, Sensitive, number};
use crate::domain::text::is_unseen;
use crate::domain::wordlist::words;

/// Longer than any number that is looked for (`0086` and a mobile number, 19 digits of a card).
pub(super) const LONGEST: usize = 19;
/// How far back a number's own name is looked for, in characters.
const LOOK_BACK: usize = 48;
/// RFC 5321: the longest local part and host.
const LOCAL_PART: usize = 64;
const HOST: usize = 253;

/// What may stand between a number's name and the number.
const LINKS: &[&str] = words! {
    "号码" "號碼" "号" "號" "码" "碼" "是" "为" "為" "的" "和" "及" "number" "no" "num" "id"
    "is" "are" "and" "code"
};

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

    pub(super) fn char(&self, index: usize) -> Option<char> {
        self.0.get(index).map(|spot| spot.c)
    }

    pub(super) fn char_before(&self, index: usize) -> Option<char> {
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
    pub(super) fn name_before(&self, index: usize) -> String {
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
pub(super) struct Run {
    pub(super) groups: Vec<Range<usize>>,
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
pub(super) fn separator(spots: &Spots, index: usize) -> usize {
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
