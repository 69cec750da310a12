//! Reads a bare choice ("1", "①", "第二个", "the first one") and a survey's rating.
//!
//! Both take the whole message: "1个月" or "the first order" choose nothing.

use crate::domain::text::{fold, is_unseen};
use crate::domain::wordlist::words;

/// Lists are never longer; a larger number is an order's or a ticket's.
const LONGEST_LIST: usize = 20;

/// What a customer picked from a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The n-th entry, counted from 1; may be past the list's end.
    Nth(usize),
    /// The last entry.
    Last,
    /// None of the entries: "以上都不是", "none of these".
    NoneOfThese,
}

impl Pick {
    /// The place in a list of `length` entries, counted from 0; `None` for none of these, or if
    /// the list is shorter.
    #[must_use]
    pub fn index(self, length: usize) -> Option<usize> {
        let index = match self {
            Self::Nth(place) => place.checked_sub(1)?,
            Self::Last => length.checked_sub(1)?,
            Self::NoneOfThese => return None,
        };
        (index < length).then_some(index)
    }
}

/// Words around a choice that change nothing: `我选…吧`, `the … one please`.
const AROUND_FRONT: &[&str] = words! {
    "我想选" "我要选" "我选择" "我选" "选择" "选" "那就" "就选" "就" "是" "我要" "要" "应该是"
    "回复" "请选" "the " "option " "choice " "number " "no. " "no." "no " "answer " "item "
    "i choose " "i pick " "i'll take " "i want " "choose " "pick " "select " "it's "
    "my answer is " "#" "(" "[" "【" "第"
};
const AROUND_BACK: &[&str] = words! {
    "吧" "啊" "呢" "哦" "呀" "谢谢" "的" "这个" "个" "项" "条" "种" "款" "号" "题" "张" "选项"
    "那个" " one" " option" " choice" " answer" " please" " pls" " thanks" " thank you" ")" "]"
    "】" "." "、" "," "。" " "
};

/// Ways to say that nothing fits, folded. The buttons' own words are among them.
const NONE: &[&str] = words! {
    "以上都不是" "以上都不是,转人工" "以上都不对" "以上皆非" "都不是" "都不对" "都不是我要的"
    "都不是我要问的" "都没有" "没有一个是" "没有一个对" "没有我要的" "没有我要问的"
    "没有我想问的" "没有对的" "不是这些" "不是这几个" "这些都不是" "这几个都不是" "这都不是"
    "一个都不是" "全都不是" "全不是" "没有合适的" "none" "none of these" "none of them"
    "none of those" "none of the above" "none of the options" "none of these options" "neither"
    "neither of them" "neither of these" "not these" "not any of these" "nothing fits"
    "no match" "none of these, get a person" "none apply" "none of these apply"
};

/// The choice that the whole of `text` makes; `None` if it says anything else.
#[must_use]
pub fn choice(text: &str) -> Option<Pick> {
    let folded = fold(&plain_marks(text)?);
    if NONE.contains(&folded.as_str()) {
        return Some(Pick::NoneOfThese);
    }
    let core = bare(&folded);
    if matches!(core, "最后" | "最后一" | "末" | "last") {
        return Some(Pick::Last);
    }
    let place = place(core).or_else(|| place(&folded))?;
    (1..=LONGEST_LIST)
        .contains(&place)
        .then_some(Pick::Nth(place))
}

/// The rating from 1 to 5 that the whole of `text` gives: a number, stars, or the survey's words.
/// A number beside words wins over them ("评5 非常满意").
#[must_use]
pub fn rating(text: &str) -> Option<u8> {
    if let Some(stars) = stars(text) {
        return Some(stars);
    }
    let folded = fold(&plain_marks(text)?);
    let core = strip(&folded, RATING_FRONT, RATING_BACK);
    let given = rated_number(core).or_else(|| in_words(core));
    given.or_else(|| {
        let (number, words) = core.split_once([' ', ',', '，', ':'])?;
        let number = rated_number(strip(number, &[], RATING_BACK))?;
        in_words(words.trim()).map(|_| number)
    })
}

const RATING_FRONT: &[&str] = words! {
    "我给" "给你" "给您" "给个" "给" "打" "评分" "评价" "评" "我" "选" "你们" "服务" "rating "
    "rate " "i rate " "i give " "i'd give " "give " "a " "score " ":" " "
};
const RATING_BACK: &[&str] = words! {
    "星好评" "星" "分" "颗星" "好评" "吧" "啊" "哦" "谢谢" " stars" " star" " points" " please"
    " thanks" "/5" " out of 5" "了" " "
};

/// The words of the scale from 1 to 5, as the survey's buttons and customers say them.
const SCALE: [&[&str]; 5] = [VERY_BAD, BAD, NEUTRAL, GOOD, VERY_GOOD];
const VERY_BAD: &[&str] = words! {
    "非常不满意" "很不满意" "十分不满意" "极不满意" "差评" "很差" "太差" "very dissatisfied"
    "very unsatisfied" "very bad" "terrible" "awful" "horrible"
};
const BAD: &[&str] = words! {
    "不满意" "不太满意" "比较不满意" "dissatisfied" "unsatisfied" "not satisfied" "bad" "poor"
};
const NEUTRAL: &[&str] = words! {
    "一般" "一般般" "还行" "还可以" "凑合" "neutral" "average" "so-so"
};
const GOOD: &[&str] = &["满意", "比较满意", "satisfied", "good"];
const VERY_GOOD: &[&str] = words! {
    "非常满意" "很满意" "十分满意" "特别满意" "超级满意" "好评" "very satisfied" "excellent"
    "perfect"
};

fn in_words(text: &str) -> Option<u8> {
    let place = SCALE.iter().position(|words| words.contains(&text))?;
    u8::try_from(place + 1).ok()
}

fn rated_number(text: &str) -> Option<u8> {
    let number = u8::try_from(place(text)?).ok()?;
    (1..=5).contains(&number).then_some(number)
}

/// `★★★★☆`, `⭐⭐⭐`: the full stars, if there is nothing else and at most five in all.
fn stars(text: &str) -> Option<u8> {
    let (mut full, mut empty) = (0, 0);
    for c in text
        .chars()
        .filter(|c| !is_unseen(*c) && !c.is_whitespace())
    {
        match c {
            '★' | '⭐' | '🌟' | '✮' | '✭' => full += 1,
            '☆' => empty += 1,
            _ => return None,
        }
    }
    (full > 0 && full + empty <= 5).then_some(full)
}

/// Encircled and keycap numbers as digits. `None` if the text is too long to be a bare choice,
/// so that a long message costs nothing here.
fn plain_marks(text: &str) -> Option<String> {
    const LONGEST_CHOICE: usize = 60;
    let shown = text
        .chars()
        .filter(|&c| !matches!(c, '\u{20e3}' | '\u{fe0f}'));
    let plain: String = shown
        .clone()
        .take(LONGEST_CHOICE + 1)
        .flat_map(mark)
        .collect();
    (shown.count() <= LONGEST_CHOICE).then_some(plain)
}

fn mark(c: char) -> Vec<char> {
    let base = match c {
        '①'..='⑳' => '①',
        '⑴'..='⒇' => '⑴',
        '⒈'..='⒛' => '⒈',
        '❶'..='❿' => '❶',
        '➀'..='➉' => '➀',
        '➊'..='➓' => '➊',
        '㈠'..='㈩' => '㈠',
        '㊀'..='㊉' => '㊀',
        '🔟' => return vec!['1', '0'],
        other => return vec![other],
    };
    (c as u32 - base as u32 + 1).to_string().chars().collect()
}

fn bare(folded: &str) -> &str {
    strip(folded, AROUND_FRONT, AROUND_BACK)
}

/// `text` without any of `front` before it and `back` behind it, as often as they come; a word
/// that is all there is stays.
fn strip<'a>(text: &'a str, front: &[&str], back: &[&str]) -> &'a str {
    let mut rest = text;
    loop {
        let shorter = front.iter().find_map(|word| rest.strip_prefix(word));
        let shorter = shorter.or_else(|| back.iter().find_map(|word| rest.strip_suffix(word)));
        match shorter {
            Some(shorter) if !shorter.is_empty() => rest = shorter,
            _ => return rest,
        }
    }
}

/// A number in digits, in Chinese or in English, cardinal or ordinal.
fn place(text: &str) -> Option<usize> {
    let digits = text
        .strip_suffix("st")
        .or_else(|| text.strip_suffix("nd"))
        .or_else(|| text.strip_suffix("rd"))
        .or_else(|| text.strip_suffix("th"))
        .unwrap_or(text);
    if (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        return digits.parse().ok();
    }
    english(text).or_else(|| chinese(text))
}

fn english(text: &str) -> Option<usize> {
    const WORDS: [[&str; 2]; 10] = [
        ["one", "first"],
        ["two", "second"],
        ["three", "third"],
        ["four", "fourth"],
        ["five", "fifth"],
        ["six", "sixth"],
        ["seven", "seventh"],
        ["eight", "eighth"],
        ["nine", "ninth"],
        ["ten", "tenth"],
    ];
    let index = WORDS.iter().position(|words| words.contains(&text))?;
    Some(index + 1)
}

/// 一 to 二十, 两 and the formal 壹 … 拾.
fn chinese(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    let value = match (chars.next()?, chars.next(), chars.next()) {
        ('十' | '拾', None, None) => 10,
        ('十' | '拾', Some(unit), None) => 10 + unit_of(unit)?,
        (ten, Some('十' | '拾'), None) => 10 * unit_of(ten)?,
        (unit, None, None) => unit_of(unit)?,
        _ => return None,
    };
    Some(value)
}

fn unit_of(c: char) -> Option<usize> {
    const UNITS: [&str; 9] = [
        "一壹",
        "二贰两",
        "三叁",
        "四肆",
        "五伍",
        "六陆",
        "七柒",
        "八捌",
        "九玖",
    ];
    let index = UNITS.iter().position(|unit| unit.contains(c))?;
    Some(index + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[test]
    fn reads_the_first() {
        let texts: &[&str] = words! {
            "1" " 1 " "１" "①" "⑴" "⒈" "❶" "➀" "1️⃣" "㈠" "1." "1、" "1)" "(1)" "【1】" "一"
            "壹" "第一个" "第一個" "第1个" "第一" "第一项" "第一条" "第一种吧" "选1" "選1"
            "选第一个" "我选1" "我选第一个吧" "1号" "就第一个" "那就第一个吧，谢谢" "是第一个"
            "the first one" "First" "first one please" "1st" "the 1st one" "option 1"
            "Option One" "number 1" "no. 1" "#1" "one" "the first option"
            "I'll take the first one" "1 please"
        };
        for text in texts {
            assert_eq!(choice(text), Some(Pick::Nth(1)), "{text}");
        }
    }

    #[rstest]
    #[case("②", 2)]
    #[case("第二项", 2)]
    #[case("两", 2)]
    #[case("选3", 3)]
    #[case("option 2", 2)]
    #[case("the second", 2)]
    #[case("3rd", 3)]
    #[case("third one", 3)]
    #[case("十", 10)]
    #[case("第十二个", 12)]
    #[case("二十", 20)]
    #[case("⑳", 20)]
    #[case("🔟", 10)]
    #[case("6", 6)]
    fn reads_others(#[case] text: &str, #[case] place: usize) {
        assert_eq!(choice(text), Some(Pick::Nth(place)), "{text}");
    }

    #[rstest]
    #[case("最后一个", Some(Pick::Last))]
    #[case("the last one", Some(Pick::Last))]
    #[case("以上都不是", Some(Pick::NoneOfThese))]
    #[case("以上都不是，转人工", Some(Pick::NoneOfThese))]
    #[case("都不是！", Some(Pick::NoneOfThese))]
    #[case("沒有我要問的", Some(Pick::NoneOfThese))]
    #[case("None of these.", Some(Pick::NoneOfThese))]
    #[case("None of these, get a person", Some(Pick::NoneOfThese))]
    #[case("none of the above", Some(Pick::NoneOfThese))]
    fn reads_last_and_none(#[case] text: &str, #[case] expected: Option<Pick>) {
        assert_eq!(choice(text), expected, "{text}");
    }

    #[test]
    fn is_no_choice() {
        let texts: &[&str] = words! {
            "" "0" "21" "1042" "#1042" "1个月" "2天了" "一直没到" "第一次购买" "第一个订单没到"
            "the first order" "one more thing" "1 order missing" "¥1" "1.5" "-1" "12:30" "1+1"
            "😀" "选" "第" "最好" "都是" "none of my orders arrived" "谢谢" "ok" "(" "the"
        };
        for text in texts {
            assert_eq!(choice(text), None, "{text}");
        }
    }

    #[rstest]
    #[case("5", 5)]
    #[case("５分", 5)]
    #[case("评5 非常满意", 5)]
    #[case("5 非常满意", 5)]
    #[case("5星", 5)]
    #[case("五星好评", 5)]
    #[case("给五星", 5)]
    #[case("打4分", 4)]
    #[case("★★★★", 4)]
    #[case("★★★☆☆", 3)]
    #[case("⭐⭐⭐⭐⭐", 5)]
    #[case("⭐️⭐️", 2)]
    #[case("①", 1)]
    #[case("非常满意", 5)]
    #[case("非常滿意！", 5)]
    #[case("满意", 4)]
    #[case("一般", 3)]
    #[case("不满意", 2)]
    #[case("非常不满意", 1)]
    #[case("差评", 1)]
    #[case("2 不满意", 2)]
    #[case("4/5", 4)]
    #[case("4 out of 5", 4)]
    #[case("5 stars", 5)]
    #[case("1 star", 1)]
    #[case("Five stars", 5)]
    #[case("Very satisfied", 5)]
    #[case("dissatisfied", 2)]
    #[case("terrible!", 1)]
    fn reads_ratings(#[case] text: &str, #[case] expected: u8) {
        assert_eq!(rating(text), Some(expected), "{text}");
    }

    #[test]
    fn is_no_rating() {
        let texts: &[&str] = words! {
            "" "0" "6" "10分" "5分钟还没回" "★★★★★★" "☆☆" "ok" "好的" "谢谢" "5/10" "1042"
            "一般多久发货" "not good enough, where is my order" "5 days late"
        };
        for text in texts {
            assert_eq!(rating(text), None, "{text}");
        }
    }

    #[rstest]
    #[case(Pick::Nth(1), 3, Some(0))]
    #[case(Pick::Nth(4), 3, None)]
    #[case(Pick::Nth(0), 3, None)]
    #[case(Pick::Last, 3, Some(2))]
    #[case(Pick::Last, 0, None)]
    #[case(Pick::NoneOfThese, 3, None)]
    fn points_into_a_list(
        #[case] pick: Pick,
        #[case] length: usize,
        #[case] expected: Option<usize>,
    ) {
        assert_eq!(pick.index(length), expected);
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in any::<String>()) {
            let _read = (choice(&text), rating(&text));
        }
    }
}
