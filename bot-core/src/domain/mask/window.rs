//! Decides what a few neighbouring groups of digits are.

use std::ops::Range;

use super::scan::{LONGEST, Run, Spots, separator};
use super::{Sensitive, number};
use crate::domain::wordlist::words;

/// The longest name that may touch a number.
const LONGEST_NAME: usize = 12;

/// What names a number that is neither a card nor a phone.
const ORDER_NAMES: &[&str] = words! {
    "订单" "訂單" "运单" "運單" "单" "單" "快递" "快遞" "物流" "流水" "序列" "工单" "交易" "编"
    "編" "order" "tracking" "waybill" "parcel" "shipment" "invoice" "imei" "serial" "sn" "ref"
    "reference" "ticket" "transaction" "case" "sku" "po"
};
/// What names a card.
const CARD_NAMES: &[&str] = &["卡", "card", "visa", "mastercard", "unionpay", "银联"];
/// What may stand right before an identity number, even without a space.
const IDENTITY_NAMES: &[&str] = &["id", "idcard", "sfz", "证", "證"];

/// Some neighbouring groups of a run, read as one number.
pub(super) struct Window<'a> {
    pub(super) spots: &'a Spots,
    pub(super) run: &'a Run,
    /// Which of the run's groups.
    pub(super) groups: Range<usize>,
}

impl Window<'_> {
    /// What the window is, and the spots that it covers.
    pub(super) fn kind(&self) -> Option<(Sensitive, Range<usize>)> {
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
        let mut spots = self.run.groups[self.groups.clone()]
            .iter()
            .cloned()
            .flatten();
        spots.nth(count).unwrap_or_else(|| self.end())
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
        let before = (0..self.start()).rev();
        let letters = before.filter_map(|index| self.spots.char(index));
        let mut word: Vec<char> = letters
            .take(LONGEST_NAME)
            .take_while(char::is_ascii_alphabetic)
            .collect();
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
