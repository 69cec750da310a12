//! A message taken apart into clauses, and read as a string of known words.

use std::cmp::Reverse;

use crate::domain::text::{fold, is_han};

/// Longer messages than this are not searched for wishes beyond their beginning; nobody asks
/// for a human after two thousand characters, and a pasted log must not cost time.
const READ_CHARS: usize = 2_000;

/// Folded text without stretched letters: "hiiii" is "hi", "嗯嗯嗯嗯" is "嗯".
pub(super) fn plain(text: &str) -> String {
    let head: String = text.chars().take(READ_CHARS).collect();
    squeeze(&fold(&head))
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
