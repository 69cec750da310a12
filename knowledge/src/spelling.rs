//! Slips of the pen: English words with a letter wrong, Chinese words that sound the same, and Chinese
//! written in Latin letters.
//!
//! Only what the articles themselves say is ever put in the place of what was written, and a text is
//! looked up as it stands too: whoever wrote what they meant loses nothing.

use std::collections::HashMap;

use crate::analyzer::Analysis;
use crate::background;
use crate::spelling::sound::Sounds;

mod sound;

/// Of larger bases every so-many-th phrase is read: what is said often is found all the same.
const READ: usize = 100_000;
/// Shorter words have too many neighbours.
const SHORTEST: usize = 4;
/// From this length on two letters may be wrong.
const LONG: usize = 8;

/// The words of a base, by how they are written and by how they sound.
#[derive(Debug, Default)]
pub(crate) struct Spelling {
    /// Words, by first letter, each with how many phrases have it.
    words: HashMap<char, Vec<(Box<str>, u32)>>,
    sounds: Sounds,
}

impl Spelling {
    /// Learns the words of folded phrases.
    pub(crate) fn of<'p>(phrases: impl ExactSizeIterator<Item = &'p str>) -> Self {
        let every = phrases.len().div_ceil(READ).max(1);
        let mut counted: HashMap<String, u32> = HashMap::new();
        let mut sounds = Sounds::default();
        for phrase in phrases.step_by(every) {
            let analysis = Analysis::of_folded(phrase);
            for word in analysis.words.into_iter().filter(|word| is_plain(word)) {
                *counted.entry(word).or_default() += 1;
            }
            analysis.runs.iter().for_each(|run| sounds.learn(run));
        }
        let mut words: HashMap<char, Vec<(Box<str>, u32)>> = HashMap::new();
        for (word, count) in counted {
            if let Some(first) = word.chars().next() {
                let word = word.into_boxed_str();
                words.entry(first).or_default().push((word, count));
            }
        }
        // The same base corrects in the same way each time.
        words.values_mut().for_each(|same| same.sort_unstable());
        Self { words, sounds }
    }

    /// A folded text as it may have been meant; `None` if nothing in it looks like a slip.
    pub(crate) fn corrected(&self, text: &str) -> Option<String> {
        let mut corrected = String::with_capacity(text.len());
        for piece in pieces(text) {
            match self.meant(piece, text) {
                Some(meant) => corrected.push_str(&meant),
                None => corrected.push_str(piece),
            }
        }
        let corrected = self.sounds.corrected(&corrected).unwrap_or(corrected);
        (corrected != text).then_some(corrected)
    }

    /// What a word of a text was meant to be.
    fn meant(&self, word: &str, text: &str) -> Option<String> {
        if !is_plain(word) || self.knows(word) || is_common(word) {
            return None;
        }
        let sounded = || self.sounds.of_letters(word, text);
        self.nearest(word).map(str::to_owned).or_else(sounded)
    }

    fn knows(&self, word: &str) -> bool {
        let same = word.chars().next().and_then(|first| self.words.get(&first));
        same.is_some_and(|same| {
            let found = same.binary_search_by(|(known, _)| (**known).cmp(word));
            found.is_ok()
        })
    }

    /// The word of the base that is one slip away: the nearest, and of equally near ones the most common.
    /// Who mistypes a word seldom mistypes its first letter.
    fn nearest(&self, word: &str) -> Option<&str> {
        let length = word.len();
        if length < SHORTEST {
            return None;
        }
        let same = self.words.get(&word.chars().next()?)?;
        let near = same
            .iter()
            .filter(|(known, _)| known.len().abs_diff(length) <= 2);
        let slips = near.filter_map(|(known, count)| Some((slips(word, known)?, *count, known)));
        let best = slips.min_by_key(|(slips, count, _)| (*slips, std::cmp::Reverse(*count)))?;
        Some(best.2)
    }
}

/// How many slips turn one word into another, if so few that it may be the same.
fn slips(word: &str, known: &str) -> Option<usize> {
    let slips = strsim::osa_distance(word, known);
    let shorter = word.len().min(known.len());
    let allowed = match shorter {
        0..SHORTEST => return None,
        SHORTEST..LONG => 1,
        _ => 2,
    };
    // "lamb" is no slip of "lamp": in a short word another letter makes another word.
    let replaced = word.len() == known.len() && shorter < 6 && !is_swapped(word, known);
    (slips <= allowed && !replaced).then_some(slips)
}

/// Whether both have the same letters.
fn is_swapped(word: &str, known: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters: Vec<u8> = word.bytes().collect();
        letters.sort_unstable();
        letters
    };
    sorted(word) == sorted(known)
}

/// Words of Latin letters alone: numbers and names of models are what they are.
fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Whether people say this word whatever they ask about.
fn is_common(word: &str) -> bool {
    let stem = Analysis::of_folded(word).stems.into_iter().next();
    background::with(word) > 0.0 || stem.is_some_and(|stem| background::with(&stem) > 0.0)
}

/// A text cut where runs of Latin letters begin and end.
fn pieces(text: &str) -> Vec<&str> {
    let mut cuts = vec![0];
    let mut before = None;
    for (at, c) in text.char_indices() {
        let is_letter = c.is_ascii_lowercase();
        if before.is_some_and(|before| before != is_letter) {
            cuts.push(at);
        }
        before = Some(is_letter);
    }
    cuts.push(text.len());
    let pieces = cuts.windows(2).filter_map(|cut| text.get(cut[0]..cut[1]));
    pieces.filter(|piece| !piece.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn shop() -> Spelling {
        let phrases = [
            "how do i return a lamp",
            "where is my refund",
            "warranty of the batteries",
            "can i get an invoice",
            "怎么退货",
            "运费是多少",
            "可以开发票吗",
            "台灯保修多久",
        ];
        Spelling::of(phrases.into_iter())
    }

    #[rstest]
    #[case("where is my refnud", Some("where is my refund"))]
    #[case("how long is the waranty", Some("how long is the warranty"))]
    #[case("can i get an invioce", Some("can i get an invoice"))]
    #[case("new battereis", Some("new batteries"))]
    #[case("retrun it", Some("return it"))]
    #[case("where is my refund", None)]
    #[case("a recipe for lamb", None)]
    #[case("order a12345", None)]
    #[case("怎么退或", Some("怎么退货"))]
    #[case("云费多少", Some("运费多少"))]
    #[case("开发飘", Some("开发票"))]
    #[case("怎么退货", None)]
    #[case("推活", None)]
    #[case("zenme tuihuo", Some("怎么 退货"))]
    #[case("tuihuo", Some("退货"))]
    #[case("yunfei shi duoshao", Some("运费 shi 多少"))]
    #[case("今天天气怎么样", None)]
    #[case("", None)]
    fn slips_are_corrected(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(shop().corrected(text).as_deref(), expected, "{text}");
    }

    proptest! {
        #[test]
        fn any_text_can_be_corrected(text in "\\PC{0,100}") {
            let _corrected = shop().corrected(&crate::analyzer::folded(&text));
        }
    }
}
