//! Short questions that live on the one before: "那运费呢？", "and to Japan?".

use bot_core::domain::text::{fold, is_han};

/// Words with which such a question begins; the longest that fits counts.
const CHINESE: [&str; 7] = ["那么", "那", "还有", "以及", "如果是", "要是", "换成"];
const ENGLISH: [&str; 8] = [
    "and what about ",
    "and how about ",
    "what about ",
    "how about ",
    "what if it is ",
    "and ",
    "or ",
    "also ",
];
/// What follows 那 or 还有 where they are part of another word, or of a question of its own: 那个, 还有货吗.
const OWN: [char; 14] = [
    '个', '里', '边', '些', '种', '次', '天', '时', '儿', '货', '没', '吗', '多', '几',
];
/// Longer ones say enough by themselves.
const MOST_HAN: usize = 12;
const MOST_WORDS: usize = 8;

/// The question as it was meant, if it lives on one before; `previous` has the newest last.
pub(crate) fn completed(text: &str, previous: &[String]) -> Option<String> {
    let rest = rest(text)?;
    let is_whole = |turn: &&String| self::rest(turn).is_none();
    let before = previous.iter().rev().find(is_whole).or(previous.last())?;
    let before = before.trim().trim_end_matches(is_end);
    (!before.is_empty()).then(|| format!("{before} {rest}"))
}

/// What a follow-up adds; `None` for any other text.
fn rest(text: &str) -> Option<String> {
    let folded = fold(text);
    let folded = folded.trim().trim_end_matches(is_end);
    let han = folded.chars().filter(|c| is_han(*c)).count();
    let rest = match han {
        0 => english(folded)?,
        1..=MOST_HAN => chinese(folded)?,
        _ => return None,
    };
    let rest = rest.trim_matches(is_end);
    (!rest.is_empty()).then(|| rest.to_owned())
}

fn english(text: &str) -> Option<&str> {
    let is_short = text.split_whitespace().count() <= MOST_WORDS;
    let rest = ENGLISH.iter().find_map(|lead| text.strip_prefix(lead));
    rest.filter(|_| is_short)
}

fn chinese(text: &str) -> Option<&str> {
    let led = CHINESE.iter().find_map(|lead| text.strip_prefix(lead));
    let led = led.filter(|rest| !rest.starts_with(OWN));
    let open = led.unwrap_or(text);
    match open.strip_suffix('呢') {
        Some(rest) => Some(rest),
        None => led,
    }
}

fn is_end(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '?' | '!' | '.' | ',' | ';' | '？' | '！' | '。' | '，' | '；' | '、'
        )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("那运费呢？", "怎么退货？", Some("怎么退货 运费"))]
    #[case("那麼運費呢", "怎么退货", Some("怎么退货 运费"))]
    #[case("发票呢", "怎么退货", Some("怎么退货 发票"))]
    #[case("换成大号可以吗", "怎么换货", Some("怎么换货 大号可以吗"))]
    #[case(
        "and to Japan?",
        "How much is shipping?",
        Some("How much is shipping to japan")
    )]
    #[case(
        "What about batteries",
        "How long is the warranty?",
        Some("How long is the warranty batteries")
    )]
    #[case("那个怎么用", "怎么退货", None)]
    #[case("还有货吗", "台灯多少钱", None)]
    #[case("How do I return it?", "How much is shipping?", None)]
    #[case("呢", "怎么退货", None)]
    #[case("and", "How much is shipping?", None)]
    #[case("", "怎么退货", None)]
    #[case("那我上周三买的蓝色台灯现在到底发货了没有呢", "怎么退货", None)]
    fn a_follow_up_lives_on_the_question_before(
        #[case] text: &str,
        #[case] before: &str,
        #[case] expected: Option<&str>,
    ) {
        let whole = completed(text, &[before.to_owned()]);
        assert_eq!(whole.as_deref(), expected);
        assert_eq!(completed(text, &[]), None);
    }

    #[test]
    fn several_in_a_row_live_on_the_same_question() {
        let before = ["怎么退货".to_owned(), "那运费呢".to_owned()];
        assert_eq!(
            completed("那发票呢", &before).as_deref(),
            Some("怎么退货 发票")
        );
        let only = ["那运费呢".to_owned()];
        assert_eq!(
            completed("那发票呢", &only).as_deref(),
            Some("那运费呢 发票")
        );
    }
}
