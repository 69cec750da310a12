//! A message taken apart into clauses, and read as a string of known words.

use std::borrow::Cow;
use std::cmp::Reverse;

use crate::domain::text::{fold, is_han};

/// Of a longer message only the beginning and the end are searched for wishes: a pasted log must
/// not cost time, and a long complaint that ends in "转人工" must still reach a human.
const HEAD_CHARS: usize = 1_500;
const TAIL_CHARS: usize = 500;

/// A message and its plain text, made once for everything that is looked for in it.
#[derive(Clone, Debug)]
pub(super) struct Wording<'t> {
    /// As it was written.
    pub(super) text: &'t str,
    /// See [`plain`].
    pub(super) plain: String,
}

impl<'t> Wording<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let plain = plain(text);
        Self { text, plain }
    }

    /// It ends as a question does.
    pub(super) fn asks(&self) -> bool {
        self.text.trim_end().ends_with(['?', '？'])
    }
}

/// Folded text without stretched letters: "hiiii" is "hi", "嗯嗯嗯嗯" is "嗯". Lines stay lines.
fn plain(text: &str) -> String {
    let ends = ends(text);
    let lines = ends.lines().map(|line| squeeze(&fold(line)));
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

/// What follows the last white space, folded, if it is short and Chinese: folding joins it to
/// what stands before, but a space may be meant as a comma ("东西坏了 人工").
pub(super) fn last_piece(text: &str) -> Option<String> {
    const LONGEST_WISH: usize = 12;
    let piece = text.split_whitespace().next_back()?;
    let short = piece.chars().nth(LONGEST_WISH).is_none();
    (short && piece.chars().any(is_han)).then(|| fold(piece))
}

fn ends(text: &str) -> Cow<'_, str> {
    let Some((cut, _)) = text.char_indices().nth(HEAD_CHARS + TAIL_CHARS) else {
        return Cow::Borrowed(text);
    };
    let rest = text.get(cut..).unwrap_or_default();
    let tail: Vec<char> = rest.chars().rev().take(TAIL_CHARS).collect();
    let head = text.chars().take(HEAD_CHARS);
    // The mark keeps the two from reading as one clause.
    Cow::Owned(
        head.chain(['\n', '。'])
            .chain(tail.into_iter().rev())
            .collect(),
    )
}

fn squeeze(folded: &str) -> String {
    let mut plain = String::with_capacity(folded.len());
    let mut chars = folded.chars().peekable();
    while let Some(c) = chars.next() {
        let mut repeats = 1;
        while chars.next_if_eq(&c).is_some() {
            repeats += 1;
        }
        let kept = if c.is_alphabetic() && repeats >= 3 {
            1
        } else {
            repeats
        };
        plain.extend(std::iter::repeat_n(c, kept));
    }
    plain
}

/// The clauses of a plain text: what stands between its punctuation marks.
pub(super) fn clauses(plain: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| ",.;:!?，。、；：！？…~\n|/()（）".contains(c);
    plain
        .split(ends)
        .map(str::trim)
        .filter(|clause| !clause.is_empty())
}

/// The Latin words of a clause; a Chinese character stands between words.
pub(super) fn words(clause: &str) -> Vec<&str> {
    let parts = clause.split(|c: char| !(c.is_alphanumeric() || c == '\'') || is_han(c));
    parts.filter(|word| !word.is_empty()).collect()
}

/// Reads `text` as nothing but words of these groups (longest first), with any punctuation and
/// emoji between them, and counts the words of each group; a
/// word of several groups belongs to the first. `None` if there is anything else.
pub(super) fn made_of<const N: usize>(text: &str, groups: [&[&str]; N]) -> Option<[usize; N]> {
    let mut counts = [0; N];
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        if rest.is_empty() {
            return Some(counts);
        }
        let (group, word) = longest(rest, &groups)?;
        counts[group] += 1;
        rest = rest.strip_prefix(word).unwrap_or_default();
    }
}

fn longest<'w, const N: usize>(rest: &str, groups: &[&[&'w str]; N]) -> Option<(usize, &'w str)> {
    let all = groups.iter().enumerate();
    all.flat_map(|(group, words)| words.iter().map(move |word| (group, *word)))
        .filter(|(_, word)| begins_with(rest, word))
        .max_by_key(|(group, word)| (word.len(), Reverse(*group)))
}

/// Whether `text` begins with `word`, as a whole word if it is a Latin one.
fn begins_with(text: &str, word: &str) -> bool {
    let Some(rest) = text.strip_prefix(word) else {
        return false;
    };
    let latin = |c: char| (c.is_alphanumeric() || c == '\'') && !is_han(c);
    !(word.ends_with(latin) && rest.starts_with(latin))
}

/// `text` without any of `words` at its beginning, as often as they come.
pub(super) fn without_front<'t>(text: &'t str, words: &[&str]) -> &'t str {
    let mut rest = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    while let Some((_, word)) = longest(rest, &[words]) {
        let after = rest.strip_prefix(word).unwrap_or_default();
        rest = after.trim_start_matches(|c: char| !c.is_alphanumeric());
    }
    rest
}

/// `text` without any of `words` at its end, as often as they come. Latin words are cut whole.
pub(super) fn without_back<'t>(text: &'t str, words: &[&str]) -> &'t str {
    let latin = |c: char| (c.is_alphanumeric() || c == '\'') && !is_han(c);
    let mut rest = text;
    loop {
        let cut = words.iter().find_map(|word| {
            let shorter = rest.strip_suffix(word)?;
            (!(word.starts_with(latin) && shorter.ends_with(latin))).then_some(shorter)
        });
        match cut {
            Some(shorter) => rest = shorter.trim_end_matches(|c: char| !c.is_alphanumeric()),
            None => return rest,
        }
    }
}
