//! The languages the desk speaks.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::text::is_han;
use crate::domain::wordlist::words;

/// A language that phrases, answers and customers can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese, Simplified or Traditional.
    Zh,
    /// English; also what is spoken to everybody else.
    #[default]
    En,
}

/// Words that Chinese writers use as well; they say nothing about the language.
const SHARED: &[&str] = words! {
    "ok" "okay" "hi" "hello" "hey" "bye" "thx" "tks" "ty" "pls" "plz" "app" "vip" "id" "qq"
    "wifi" "yes" "no" "lol" "haha" "emm" "emmm" "sku" "bug" "cool" "sorry"
};

/// Words that only an English sentence has; one of them makes a short text English.
const ENGLISH: &[&str] = words! {
    "the" "a" "an" "is" "are" "was" "were" "be" "been" "do" "does" "did" "don't" "have" "has"
    "had" "can" "can't" "could" "will" "would" "should" "i" "i'm" "i've" "my" "me" "we" "our"
    "you" "your" "it" "it's" "this" "that" "these" "there" "what" "what's" "where" "when" "why"
    "how" "who" "which" "to" "for" "from" "with" "of" "on" "in" "at" "and" "or" "not" "but" "if"
    "please" "thanks" "thank" "help" "human" "agent" "operator" "representative" "person"
    "someone" "anyone" "refund" "return" "returns" "cancel" "order" "orders" "shipping"
    "delivery" "payment" "price" "invoice" "broken" "wrong" "missing" "late" "need" "want" "get"
    "delete" "data" "good" "morning" "afternoon" "evening" "none" "option" "first" "second"
    "third" "account" "password" "problem" "issue" "question" "support" "track" "tracking"
};

/// So many Latin words are a sentence, in whatever language, and English is the nearest to it.
const SENTENCE_WORDS: usize = 4;
/// So many letters of neither script are a clear "neither Chinese nor English".
const OTHER_LETTERS: usize = 4;

impl Language {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The language a text is clearly written in.
    ///
    /// Chinese characters are weighed against Latin words. Numbers, links, product names, emoji
    /// and words that everybody uses ("ok", "hi") decide nothing: `None`. Text in any other
    /// script is answered in English.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let shares = Shares::of(text);
        if shares.other >= OTHER_LETTERS && shares.other > shares.words * 4 {
            return Some(Self::En);
        }
        if shares.han > shares.words {
            return Some(Self::Zh);
        }
        (shares.words > shares.han && shares.is_sentence()).then_some(Self::En)
    }

    /// The language of a locale tag such as `zh-CN`, `zh_TW.UTF-8` or `en-US`; `None` for the
    /// languages the desk does not speak and for what is no tag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_', '.']).next()?;
        match primary.to_ascii_lowercase().as_str() {
            "zh" | "zho" | "chi" | "cmn" | "yue" | "wuu" => Some(Self::Zh),
            "en" | "eng" => Some(Self::En),
            _ => None,
        }
    }

    /// The two-letter code: `zh` or `en`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What a text consists of, as far as it tells the language.
#[derive(Default)]
struct Shares {
    /// Chinese characters.
    han: usize,
    /// Latin words that are not shared by all.
    words: usize,
    /// Of those, words that only English has.
    english: usize,
    /// Letters of other scripts; kana count here, so that Japanese is not taken for Chinese.
    other: usize,
}

impl Shares {
    fn of(text: &str) -> Self {
        let mut shares = Self::default();
        for piece in text.split_whitespace().filter(|piece| !is_reference(piece)) {
            piece.chars().for_each(|c| shares.count_letter(c));
            piece
                .split(|c: char| !is_latin_word(c))
                .for_each(|word| shares.count_word(word));
        }
        shares
    }

    fn count_letter(&mut self, c: char) {
        if is_han(c) {
            self.han += 1;
        } else if c.is_alphabetic() && !is_latin_word(c) {
            self.other += 1;
        }
    }

    fn count_word(&mut self, word: &str) {
        let word = word
            .trim_matches(['\'', '’'])
            .to_lowercase()
            .replace('’', "'");
        let counts = word == "i" || word == "a" || word.chars().count() > 1;
        let lettered = word.chars().all(|c| c.is_alphabetic() || c == '\'');
        if counts && lettered && !SHARED.contains(&word.as_str()) {
            self.words += 1;
            self.english += usize::from(ENGLISH.contains(&word.as_str()));
        }
    }

    const fn is_sentence(&self) -> bool {
        self.english > 0 || self.words >= SENTENCE_WORDS
    }
}

/// Links and addresses are written alike in every language.
fn is_reference(piece: &str) -> bool {
    piece.contains("://") || piece.contains('@') || piece.starts_with("www.")
}

fn is_latin_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '\'' | '’' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("我的订单到哪了", Some(Language::Zh))]
    #[case("請問幾點營業", Some(Language::Zh))]
    #[case("好", Some(Language::Zh))]
    #[case("ok好的", Some(Language::Zh))]
    #[case("我的iPhone 15 Pro Max坏了", Some(Language::Zh))]
    #[case("order 12345 退款", Some(Language::Zh))]
    #[case("看 https://example.com/where/is/my/order 这个", Some(Language::Zh))]
    #[case("where is my order", Some(Language::En))]
    #[case("Where’s my parcel?", Some(Language::En))]
    #[case("what does 退款 mean", Some(Language::En))]
    #[case("human", Some(Language::En))]
    #[case("refund", Some(Language::En))]
    #[case("Thank you!", Some(Language::En))]
    #[case("I", Some(Language::En))]
    #[case("¿Dónde está mi pedido?", Some(Language::En))]
    #[case("где мой заказ", Some(Language::En))]
    #[case("注文はどこですか", Some(Language::En))]
    #[case("주문 어디에 있나요", Some(Language::En))]
    #[case("", None)]
    #[case("12345", None)]
    #[case("👍👍", None)]
    #[case("ok", None)]
    #[case("OK!!", None)]
    #[case("hello?", None)]
    #[case("iPhone 15 Pro Max", None)]
    #[case("SO-20261124", None)]
    #[case("https://example.com/where-is-my-order", None)]
    #[case("li@example.com", None)]
    #[case("where 哪里", Some(Language::Zh))]
    #[case("refund 退", None)]
    fn hears_the_language(#[case] text: &str, #[case] expected: Option<Language>) {
        assert_eq!(Language::of_text(text), expected, "{text}");
    }

    #[rstest]
    #[case("zh-CN", Some(Language::Zh))]
    #[case("zh_TW", Some(Language::Zh))]
    #[case("zh", Some(Language::Zh))]
    #[case("ZH-Hant-HK", Some(Language::Zh))]
    #[case("yue", Some(Language::Zh))]
    #[case("zh_CN.UTF-8", Some(Language::Zh))]
    #[case("en-US", Some(Language::En))]
    #[case("EN_gb", Some(Language::En))]
    #[case("fr-FR", None)]
    #[case("english", None)]
    #[case("", None)]
    #[case("-", None)]
    fn reads_locale_tags(#[case] tag: &str, #[case] expected: Option<Language>) {
        assert_eq!(Language::from_tag(tag), expected, "{tag}");
    }

    #[test]
    fn codes_read_back() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.code()), Some(language));
            assert_eq!(language.to_string(), language.code());
        }
    }
}
