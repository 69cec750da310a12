//! Whether a message holds enough to act on.

use super::courtesy::GREETINGS;
use super::wording::{Wording, without_back, without_front};
use crate::domain::text::is_han;
use crate::domain::wordlist::words;

/// What makes a message substantive: six Han characters, or four words; together they add up.
const HAN: usize = 6;
const WORDS: usize = 4;
/// Politeness that begins or ends a message and does not count.
const POLITE: &[&str] = words! {
    "请" "请问" "麻烦" "麻烦你" "麻烦您" "帮我" "帮忙" "拜托" "劳驾" "谢谢" "谢谢你" "谢谢您"
    "多谢" "不好意思" "打扰一下" "亲" "喂" "嗯" "额" "呃" "那个" "想问一下" "问一下" "问下"
    "please" "pls" "plz" "thanks" "thank you" "thx" "sorry" "excuse me" "ok" "okay" "well" "um"
    "uh"
};
/// The fewest digits of an order number.
const ORDER_DIGITS: usize = 6;
/// … and where letters stand beside them.
const ORDER_DIGITS_WITH_LETTERS: usize = 4;

/// Whether the message says enough to be handed to a human at once when no article answers it:
/// six Han characters, four words, or an order number, politeness and greetings not counted.
/// "我那个订单", "hello?" and a lone picture sign do not.
pub(super) fn is_substantive(said: &Wording<'_>) -> bool {
    let core = without_front(&said.plain, POLITE);
    let core = without_front(without_front(core, GREETINGS), POLITE);
    let core = without_back(core, POLITE);
    let (han, words) = weigh(core);
    han * WORDS + words * HAN >= HAN * WORDS || names_order(&said.plain)
}

/// Han characters (kana and Hangul syllables weigh the same), and words of other scripts.
fn weigh(core: &str) -> (usize, usize) {
    let syllable = |c: char| {
        is_han(c)
            || matches!(c, '\u{3041}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}' | '\u{e01}'..='\u{e3a}')
    };
    let han = core.chars().filter(|c| syllable(*c)).count();
    let words =
        core.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '-') || syllable(c));
    let words = words
        .filter(|word| word.chars().any(char::is_alphabetic))
        .count();
    (han, words)
}

/// A token such as `20261124001`, `SO-10234` or `A12345`; no date, price or time.
fn names_order(plain: &str) -> bool {
    let tokens = plain
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':')));
    tokens
        .map(|token| token.trim_matches(['-', '_', '.', '/', ':']))
        .any(is_order_number)
}

fn is_order_number(token: &str) -> bool {
    let digits = token.chars().filter(char::is_ascii_digit).count();
    let lettered = token.chars().any(|c| c.is_ascii_alphabetic());
    let least = if lettered {
        ORDER_DIGITS_WITH_LETTERS
    } else {
        ORDER_DIGITS
    };
    digits >= least && !token.contains(['.', '/', ':']) && !is_date(token)
}

/// `2026-11-24`.
fn is_date(token: &str) -> bool {
    let lengths: Vec<usize> = token.split('-').map(str::len).collect();
    matches!(lengths.as_slice(), [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4])
}
