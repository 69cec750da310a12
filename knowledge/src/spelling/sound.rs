//! How Chinese words sound: pairs of characters by their pinyin, without tones, and without the
//! differences that many speakers do not make (zh and z, ch and c, sh and s, -ng and -n).

use std::collections::HashMap;

use bot_core::domain::text::is_han;
use pinyin::ToPinyin as _;

use crate::background;

/// The longest spelling of a syllable: zhuang.
const SYLLABLE: usize = 6;

/// The pairs of characters that a base says, by how they sound.
#[derive(Debug, Default)]
pub(super) struct Sounds {
    /// Each pair with how often it is said.
    pairs: HashMap<[char; 2], u32>,
    /// The most common pair of each sound.
    by_sound: HashMap<Box<str>, [char; 2]>,
    /// The same as it is spelt in full, without tones.
    by_letters: HashMap<Box<str>, [char; 2]>,
}

impl Sounds {
    /// Learns the pairs of a run of characters.
    pub(super) fn learn(&mut self, run: &[char]) {
        for pair in run.windows(2) {
            let pair = [pair[0], pair[1]];
            let Some([first, second]) = spelt(pair) else {
                continue;
            };
            let count = self.pairs.entry(pair).or_default();
            *count += 1;
            let count = *count;
            let letters = format!("{first}{second}");
            let sound = format!("{}{}", rough(first), rough(second));
            for (map, key) in [(&mut self.by_sound, sound), (&mut self.by_letters, letters)] {
                let best = map.entry(key.into_boxed_str()).or_insert(pair);
                if self.pairs.get(best).is_none_or(|known| *known < count) {
                    *best = pair;
                }
            }
        }
    }

    /// A text with the base's pairs in the place of others that sound the same.
    pub(super) fn corrected(&self, text: &str) -> Option<String> {
        let mut chars: Vec<char> = text.chars().collect();
        let mut changed = false;
        for at in 1..chars.len() {
            let pair = [chars[at - 1], chars[at]];
            let Some(meant) = self.meant(pair) else {
                continue;
            };
            // A character that makes sense with its other neighbour stays.
            let before = at.checked_sub(2).map(|first| [chars[first], pair[0]]);
            let after = chars.get(at + 1).map(|next| [pair[1], *next]);
            let known =
                |pair: Option<[char; 2]>| pair.is_some_and(|one| self.pairs.contains_key(&one));
            let stays = [known(before), known(after)];
            if (0..2).all(|one| !stays[one] || meant[one] == pair[one]) {
                [chars[at - 1], chars[at]] = meant;
                changed = true;
            }
        }
        changed.then(|| chars.into_iter().collect())
    }

    /// What a pair was meant to be, if the base does not say it but says one that sounds the same and
    /// shares a character with it.
    fn meant(&self, pair: [char; 2]) -> Option<[char; 2]> {
        if !pair.iter().all(|c| is_han(*c)) || self.pairs.contains_key(&pair) {
            return None;
        }
        if background::with(&pair.iter().collect::<String>()) > 0.0 {
            return None;
        }
        let [first, second] = spelt(pair)?;
        let sound = format!("{}{}", rough(first), rough(second));
        let meant = *self.by_sound.get(sound.as_str())?;
        let shares = meant[0] == pair[0] || meant[1] == pair[1];
        shares.then_some(meant)
    }

    /// Chinese that was written in Latin letters: `tuihuo`. All of the word must be read.
    pub(super) fn of_letters(&self, word: &str, text: &str) -> Option<String> {
        // Between Chinese characters a Latin word is a name.
        if self.by_letters.is_empty() || text.chars().any(is_han) {
            return None;
        }
        let mut read = String::new();
        let mut rest = word;
        while !rest.is_empty() {
            let (pair, length) = self.longest(rest)?;
            read.extend(pair);
            rest = rest.get(length..)?;
        }
        Some(read)
    }

    fn longest(&self, rest: &str) -> Option<([char; 2], usize)> {
        let most = rest.len().min(2 * SYLLABLE);
        (2..=most).rev().find_map(|length| {
            let pair = self.by_letters.get(rest.get(..length)?)?;
            Some((*pair, length))
        })
    }
}

/// Both characters in pinyin, without tones; ü is written v.
fn spelt(pair: [char; 2]) -> Option<[&'static str; 2]> {
    let plain = |c: char| c.to_pinyin().map(pinyin::Pinyin::plain);
    Some([plain(pair[0])?, plain(pair[1])?])
}

/// A syllable without the differences that many speakers do not make.
fn rough(syllable: &str) -> String {
    let onset = ["zh", "ch", "sh"]
        .iter()
        .find(|onset| syllable.starts_with(**onset));
    let rest = onset.and_then(|onset| syllable.strip_prefix(onset));
    let begin = onset.and_then(|onset| onset.get(..1)).unwrap_or_default();
    let whole = format!("{begin}{}", rest.unwrap_or(syllable));
    match whole.strip_suffix("ng") {
        Some(before) => format!("{before}n"),
        None => whole,
    }
}
