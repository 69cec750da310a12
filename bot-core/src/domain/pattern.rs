//! A word to look for in comparable text: Chinese anywhere, Latin words and numbers as whole words,
//! `injur*` as every word that begins so.

use crate::domain::text::{fold, is_han};

/// What is looked for, folded, and where it may begin and end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    needle: String,
    /// The characters of the needle, as [`letters`] gives them.
    letters: u128,
    /// It must not go on to the left or right: Latin letters and digits do not touch it.
    whole_left: bool,
    whole_right: bool,
}

impl Pattern {
    /// `None` when nothing is left of it once punctuation is taken away.
    pub(crate) fn new(written: &str) -> Option<Self> {
        let folded = fold(written);
        let open_end = folded.ends_with('*');
        let needle = unhyphenated(folded.trim_end_matches('*').trim_end());
        let (first, last) = (needle.chars().next()?, needle.chars().next_back()?);
        Some(Self {
            whole_left: !is_han(first),
            whole_right: !is_han(last) && !open_end,
            letters: letters(&needle),
            needle,
        })
    }

    /// Whether a text with these characters may hold the pattern: a quick no for most.
    pub(crate) const fn may_be_among(&self, letters: u128) -> bool {
        self.letters & !letters == 0
    }

    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.places(text).next().is_some()
    }

    /// Where the pattern stands in `text`, in bytes.
    fn places<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        text.match_indices(&self.needle)
            .map(|(at, _)| at)
            .filter(|&at| self.stands_alone(text, at))
    }

    fn stands_alone(&self, text: &str, at: usize) -> bool {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + self.needle.len()..);
        let after = after.and_then(|tail| tail.chars().next());
        let free = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
        (!self.whole_left || free(before)) && (!self.whole_right || free(after))
    }

    pub(crate) fn blank_out(&self, text: &mut String) {
        if !self.is_in(text) {
            return;
        }
        let mut blanked = String::with_capacity(text.len());
        let mut done = 0;
        for at in self.places(text) {
            blanked.push_str(text.get(done..at).unwrap_or_default());
            blanked.push('|');
            done = at + self.needle.len();
        }
        blanked.push_str(text.get(done..).unwrap_or_default());
        *text = blanked;
    }
}

/// Which characters a text has, each as one of 128 bits; several characters share a bit.
pub(crate) fn letters(text: &str) -> u128 {
    text.chars()
        .fold(0, |seen, c| seen | 1 << (u32::from(c) % u128::BITS))
}

/// "self-harm" and "self harm" are one word; the hyphens of numbers stay.
pub(crate) fn unhyphenated(folded: &str) -> String {
    let mut previous = ' ';
    let mut letters = folded.chars().peekable();
    let mut plain = String::with_capacity(folded.len());
    while let Some(c) = letters.next() {
        let joins = c == '-'
            && previous.is_alphabetic()
            && letters.peek().is_some_and(|next| next.is_alphabetic());
        plain.push(if joins { ' ' } else { c });
        previous = c;
    }
    plain
}
