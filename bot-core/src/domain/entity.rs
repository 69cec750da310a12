//! Things that a customer names: order numbers, models, amounts, dates, links. They are found by their form
//! and checked, and stand on the agent's card; connectors and forms build on them.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::domain::language::Language;
use crate::domain::mask;
use crate::domain::text::fold;

/// What kind of thing was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// An order or parcel: `20261124001`, `SO-10234`.
    Order,
    /// A product's model: `X200`, `iphone 15`.
    Model,
    /// An amount of money, with its currency.
    Amount,
    /// A day of the calendar.
    Date,
    /// A web address.
    Link,
}

impl EntityKind {
    /// What it is called.
    #[must_use]
    pub const fn named(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::Zh, Self::Order) => "单号",
            (Language::Zh, Self::Model) => "型号",
            (Language::Zh, Self::Amount) => "金额",
            (Language::Zh, Self::Date) => "日期",
            (Language::Zh, Self::Link) => "链接",
            (Language::En, Self::Order) => "Order",
            (Language::En, Self::Model) => "Model",
            (Language::En, Self::Amount) => "Amount",
            (Language::En, Self::Date) => "Date",
            (Language::En, Self::Link) => "Link",
        }
    }
}

/// A thing that was named.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entity {
    /// What kind.
    pub kind: EntityKind,
    /// How it is written, in one form: full-width characters as plain ones, letters of codes in capitals,
    /// dates as `2026-12-01`.
    pub value: String,
}

/// So much of a text is looked at, in characters.
const LOOKED_AT: usize = 2_000;
/// So many things of one text are taken.
const MOST: usize = 12;

/// What is looked for, in this order; what one finds is not looked at by those after it.
static FORMS: LazyLock<Vec<(EntityKind, Regex)>> = LazyLock::new(|| {
    let forms = [
        (
            EntityKind::Link,
            r"https?://[^\s<>\u{4e00}-\u{9fff}，。；！？）】]+",
        ),
        (
            EntityKind::Date,
            r"(?-u:\b)(?:20\d\d)[-/.年]\s?(?:1[0-2]|0?[1-9])[-/.月]\s?(?:3[01]|[12]\d|0?[1-9])(?:日|(?-u:\b))",
        ),
        (
            EntityKind::Amount,
            r"(?:[¥$€£]|(?-u:\b)(?:rmb|cny|usd|eur|gbp)\s?)\d[\d,]*(?:\.\d{1,2})?|(?-u:\b)\d[\d,]*(?:\.\d{1,2})?\s?(?:元|块钱|块|美元|欧元|rmb(?-u:\b)|cny(?-u:\b)|usd(?-u:\b)|eur(?-u:\b)|dollars?(?-u:\b)|euros?(?-u:\b)|yuan(?-u:\b))",
        ),
        (
            EntityKind::Order,
            r"(?:订单号?|单号|运单号?|order(?: (?:no\.?|number|id))?|tracking(?: (?:no\.?|number))?)\s?(?:是|为|is)?\s?[:：#]?\s?#?([a-z0-9][a-z0-9-]{3,31})",
        ),
        (
            EntityKind::Order,
            r"(?-u:\b)[a-z]{1,6}-?\d{5,20}(?-u:\b)|(?-u:\b)\d{8,20}(?-u:\b)",
        ),
        (
            EntityKind::Model,
            r"(?-u:\b)(?:iphone|ipad|galaxy|pixel|macbook|mate|redmi|xperia)\s?\d{1,3}[a-z]{0,3}(?-u:\b)|(?-u:\b)[a-z]{1,6}-?\d{2,4}[a-z]{0,3}(?-u:\b)",
        ),
    ];
    let compiled = forms.into_iter();
    compiled
        .filter_map(|(kind, form)| Some((kind, Regex::new(form).ok()?)))
        .collect()
});

/// What a text names, in the order of kinds.
#[must_use]
pub fn named_in(text: &str) -> Vec<Entity> {
    let head: String = text.chars().take(LOOKED_AT).collect();
    let mut rest = lowered(&without_private(&head));
    let mut found: Vec<Entity> = Vec::new();
    for (kind, form) in FORMS.iter() {
        let hits: Vec<_> = form
            .captures_iter(&rest)
            .filter_map(|hit| {
                let whole = hit.get(0)?;
                let value = hit.get(1).unwrap_or(whole).as_str();
                Some((whole.range(), checked(*kind, value)?))
            })
            .collect();
        for (range, value) in hits {
            rest.replace_range(range.clone(), &" ".repeat(range.len()));
            let entity = Entity { kind: *kind, value };
            if !found.contains(&entity) {
                found.push(entity);
            }
        }
    }
    found.truncate(MOST);
    found
}

/// Cards, identity numbers, phones and e-mail addresses are no order numbers, and are not repeated.
fn without_private(text: &str) -> String {
    let mut plain = text.to_owned();
    for finding in mask::find(text).into_iter().rev() {
        plain.replace_range(finding.range.clone(), &" ".repeat(finding.range.len()));
    }
    plain
}

/// Full-width characters as plain ones, in small letters, character by character; links keep their case
/// only where it does not matter.
fn lowered(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '￥' => '¥',
        '　' => ' ',
        c => c,
    });
    plain.flat_map(char::to_lowercase).collect()
}

/// The value in its one form; `None` if its form promised too much.
fn checked(kind: EntityKind, value: &str) -> Option<String> {
    let value = value.trim();
    match kind {
        EntityKind::Date => date(value),
        EntityKind::Order => {
            let digits = value.bytes().filter(u8::is_ascii_digit).count();
            (digits >= 4).then(|| value.to_uppercase())
        }
        EntityKind::Model => is_model(value).then(|| value.to_uppercase()),
        EntityKind::Amount => Some(value.replace(' ', "")),
        EntityKind::Link => Some(value.trim_end_matches(['.', ',', ')', '?', '!']).to_owned()),
    }
}

fn date(value: &str) -> Option<String> {
    let numbers = value
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty());
    let numbers: Vec<u32> = numbers.filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = numbers.as_slice() else {
        return None;
    };
    let day = NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, *month, *day)?;
    Some(day.format("%Y-%m-%d").to_string())
}

/// "top 10" and "v2" are no models; neither is a size or a unit.
fn is_model(value: &str) -> bool {
    const WORDS: [&str; 14] = [
        "top", "no", "day", "days", "in", "of", "at", "v", "q", "usb", "mp", "gb", "page", "covid",
    ];
    let letters = value
        .split(|c: char| !c.is_ascii_lowercase())
        .next()
        .unwrap_or_default();
    !WORDS.contains(&letters) && fold(value).chars().count() >= 3
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("我的订单20261124001到哪了", &[(EntityKind::Order, "20261124001")])]
    #[case("订单号是 so-10234，谢谢", &[(EntityKind::Order, "SO-10234")])]
    #[case("order number: AB1234", &[(EntityKind::Order, "AB1234")])]
    #[case("where is SF1234567890", &[(EntityKind::Order, "SF1234567890")])]
    #[case("Ｘ２００坏了", &[(EntityKind::Model, "X200")])]
    #[case("my iPhone 15 case", &[(EntityKind::Model, "IPHONE 15")])]
    #[case("扣了我￥１２８．５０", &[(EntityKind::Amount, "¥128.50")])]
    #[case("退我 30 元", &[(EntityKind::Amount, "30元")])]
    #[case("I paid $1,299.00 on 2026/11/24", &[(EntityKind::Date, "2026-11-24"), (EntityKind::Amount, "$1,299.00")])]
    #[case("2026年2月30日", &[])]
    #[case("看 https://shop.example.com/p/1。", &[(EntityKind::Link, "https://shop.example.com/p/1")])]
    #[case("call me at 13812345678", &[])]
    #[case("my card is 4539578763621486", &[])]
    #[case("怎么退货", &[])]
    #[case("within 7 days", &[])]
    #[case("", &[])]
    fn things_are_found(#[case] text: &str, #[case] expected: &[(EntityKind, &str)]) {
        let found = named_in(text);
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.kind, one.value.as_str()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "\\PC{0,300}") {
            prop_assert!(named_in(&text).len() <= MOST);
        }
    }
}
