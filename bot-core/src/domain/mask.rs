//! Finds what must not be read by everybody (cards, identity numbers, phones, e-mails), and
//! masks it.

mod number;
mod scan;
mod window;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use scan::Spots;

/// A kind of personal data that is recognised by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitive {
    /// A bank card: 13 to 19 digits with a valid check digit.
    Card,
    /// A Chinese resident identity number: 18 characters, or 15 digits in the old form.
    Identity,
    /// A mobile number of mainland China, or any number written with its country code (`+44 …`).
    Phone,
    /// An e-mail address.
    Email,
}

/// How much of a text is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaskLevel {
    /// Nothing.
    None,
    /// Card and identity numbers.
    #[default]
    Sensitive,
    /// Phones and e-mail addresses too.
    All,
}

impl MaskLevel {
    /// Whether this level hides `kind`.
    #[must_use]
    pub const fn hides(self, kind: Sensitive) -> bool {
        match self {
            Self::None => false,
            Self::Sensitive => matches!(kind, Sensitive::Card | Sensitive::Identity),
            Self::All => true,
        }
    }
}

/// One piece of personal data in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where it stands, in bytes; both ends are on character boundaries.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Sensitive,
}

/// Everything sensitive in `text`, in order and without overlaps.
///
/// Full-width digits and single spaces or hyphens between digits are read as people mean them.
/// A number counts only as a whole: never inside a longer number or a code with letters, and
/// cards and phones not right after "订单号", "运单", "order no." and the like. Identity numbers
/// must carry a valid region, birth date and check character; cards a valid check digit and
/// an issuer's prefix (after "卡号" or "card" the check digit suffices).
#[must_use]
pub fn find(text: &str) -> Vec<Finding> {
    let spots = Spots::of(text);
    let mut findings = scan::numbers(&spots);
    findings.extend(scan::addresses(&spots));
    findings.sort_by_key(|finding| finding.range.start);
    findings.dedup_by(|later, earlier| later.range.start < earlier.range.end);
    findings
}

/// `text` with what `level` hides masked: `110***********002X`, `**** 1234`, `138****5678`,
/// `l***@example.com`.
#[must_use]
pub fn mask(text: &str, level: MaskLevel) -> String {
    mask_from(text, 0, level)
}

/// Masks `text` knowing the same writer's message before it, so that a card or identity number
/// split over two messages is caught when its second half arrives.
#[must_use]
pub fn mask_after(before: &str, text: &str, level: MaskLevel) -> String {
    let head = scan::trailing_digits(before);
    let digits_follow = text
        .trim_start()
        .starts_with(|c| number::digit(c).is_some());
    if head.is_empty() || !digits_follow {
        return mask(text, level);
    }
    let joined = format!("{head}{}", text.trim_start());
    mask_from(&joined, head.len(), level)
}

/// Masks `text` and gives what stands from byte `from` on.
fn mask_from(text: &str, from: usize, level: MaskLevel) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut done = from;
    for Finding { range, kind } in find(text) {
        if !level.hides(kind) || range.end <= from {
            continue;
        }
        masked.push_str(text.get(done..range.start).unwrap_or_default());
        let found = text.get(range.clone()).unwrap_or_default();
        if range.start < from {
            masked.push_str("****");
        } else {
            masked.push_str(&stars(found, kind));
        }
        done = range.end;
    }
    masked.push_str(text.get(done..).unwrap_or_default());
    masked
}

/// The masked form of one finding.
fn stars(found: &str, kind: Sensitive) -> String {
    match kind {
        Sensitive::Card => format!("**** {}", last(&number::characters(found), 4)),
        Sensitive::Identity => {
            let all = number::characters(found);
            let hidden = "*".repeat(all.chars().count().saturating_sub(7));
            format!("{}{hidden}{}", first(&all, 3), last(&all, 4))
        }
        Sensitive::Phone => {
            let all = number::characters(found);
            format!("{}****{}", first(&all, 3), last(&all, 4))
        }
        Sensitive::Email => {
            let (name, host) = found.split_once(['@', '＠']).unwrap_or((found, ""));
            format!("{}***@{host}", first(name, 1))
        }
    }
}

fn first(text: &str, count: usize) -> String {
    text.chars().take(count).collect()
}

fn last(text: &str, count: usize) -> String {
    let skipped = text.chars().count().saturating_sub(count);
    text.chars().skip(skipped).collect()
}

#[cfg(test)]
mod tests;
