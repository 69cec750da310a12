//! Customers' text: made safe to store and show ([`clean`]), and made comparable ([`fold`]).

mod unseen;

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::GraphemeCursor;
use zhconv::{Variant, get_builtin_converter};

use unseen::joins;

pub(crate) use unseen::{is_pictograph, is_unseen};

/// More combining marks than this on one letter are decoration that spills over other lines.
const MARKS_PER_LETTER: usize = 6;

/// Text that may be stored, shown and sent on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// The text without what cannot be seen, its lines ended by `\n`, trimmed.
    pub text: String,
    /// Whether `text` differs from what came in.
    pub changed: bool,
    /// Whether the text was longer than the limit and its end is missing.
    pub truncated: bool,
}

/// Makes a customer's text safe: drops control characters, direction overrides, invisible
/// characters (also those that hide a message, such as Unicode tags) and stacks of combining
/// marks; turns tabs into spaces and every line end into `\n`; trims.
///
/// At most `limit_chars` Unicode scalar values are kept; a cut never parts a letter from its
/// accents or an emoji from its modifiers.
#[must_use]
pub fn clean(raw: &str, limit_chars: usize) -> Cleaned {
    let mut text = String::with_capacity(raw.len().min(limit_chars.saturating_mul(4)));
    let mut left = limit_chars;
    let mut truncated = false;
    for c in Visible::of(raw.trim()) {
        if text.is_empty() && c.is_whitespace() {
            continue;
        }
        if left == 0 {
            truncated = !c.is_whitespace();
            if truncated {
                drop_parted_cluster(&mut text, c);
                break;
            }
            continue;
        }
        text.push(c);
        left -= 1;
    }
    text.truncate(text.trim_end().len());
    let changed = text != raw;
    Cleaned {
        text,
        changed,
        truncated,
    }
}

/// The longest name of a file, in characters.
const FILE_NAME: usize = 120;
/// The longest ending that is kept when a name is cut, with its dot.
const ENDING: usize = 12;

/// Makes the name of somebody's file safe to show and to store under: no control characters, no
/// separators of paths, nothing that hides the file, at most 120 characters. The ending survives a cut.
#[must_use]
pub fn file_name(raw: &str) -> String {
    let plain: String = clean(raw, usize::MAX)
        .text
        .chars()
        .map(|c| match c {
            '\n' => ' ',
            '/' | '\\' | ':' | '\u{2044}' | '\u{2215}' | '\u{29f8}' | '\u{ff0f}' | '\u{ff3c}' => {
                '_'
            }
            other => other,
        })
        .collect();
    let name = plain
        .trim()
        .trim_start_matches(|c: char| c == '.' || c.is_whitespace());
    if name.chars().count() <= FILE_NAME {
        return name.trim().to_owned();
    }
    let ending = name.rfind('.').and_then(|dot| name.get(dot..));
    let ending = ending
        .filter(|ending| ending.chars().count() <= ENDING)
        .unwrap_or_default();
    let stem = clean(name, FILE_NAME - ending.chars().count()).text;
    format!("{}{ending}", stem.trim_end())
}

/// Removes the last cluster of `text` if `next`, which did not fit, would have belonged to it.
fn drop_parted_cluster(text: &mut String, next: char) {
    let end = text.len();
    text.push(next);
    let mut cursor = GraphemeCursor::new(end, text.len(), true);
    let parts = !cursor.is_boundary(text, 0).unwrap_or(true);
    let start = cursor.prev_boundary(text, 0).ok().flatten();
    text.truncate(if parts { start.unwrap_or(end) } else { end });
}

/// The characters of a text that a reader can see, with line ends as `\n`.
struct Visible<'a> {
    rest: Peekable<Chars<'a>>,
    before: Option<char>,
    marks: usize,
}

impl<'a> Visible<'a> {
    fn of(raw: &'a str) -> Self {
        Self {
            rest: raw.chars().peekable(),
            before: None,
            marks: 0,
        }
    }

    fn keeps(&mut self, c: char) -> bool {
        if is_unseen(c) {
            let next = self.rest.peek().copied();
            return joins(self.before, c, next);
        }
        self.marks = if is_combining_mark(c) {
            self.marks + 1
        } else {
            0
        };
        self.marks <= MARKS_PER_LETTER
    }
}

impl Iterator for Visible<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        loop {
            let c = match self.rest.next()? {
                '\r' => {
                    self.rest.next_if_eq(&'\n');
                    '\n'
                }
                '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
                '\t' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' => ' ',
                other => other,
            };
            if c == '\n' || self.keeps(c) {
                self.before = Some(c);
                return Some(c);
            }
        }
    }
}

/// Makes two spellings of the same words equal, for matching; never for showing.
///
/// Full-width letters become half-width, Traditional characters Simplified, capitals small;
/// white space becomes single spaces and vanishes between Han characters; what cannot be seen
/// and the punctuation of politeness at both ends (`！`, `~`, `。`, `…`, `?`) is dropped.
/// Characters that mean more than their plain form (①, ½, ², ™) stay as they are.
#[must_use]
pub fn fold(text: &str) -> String {
    let plain = composed(Visible::of(text).flat_map(Halved::of).collect());
    let simplified = simplify(&plain);
    let mut folded = String::with_capacity(simplified.len());
    for c in simplified.chars().flat_map(char::to_lowercase) {
        push_folded(&mut folded, one_spelling(c));
    }
    strip_courtesy(&folded).to_owned()
}

/// Letters and their marks as one character each; most text is so already.
fn composed(text: String) -> String {
    let is_so = text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes;
    if is_so { text } else { text.nfc().collect() }
}

/// Traditional Chinese as Simplified; text without Han characters comes back untouched.
///
/// The tables are built into the program and unpacked once, at the first use.
fn simplify(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_han) {
        Cow::Owned(get_builtin_converter(Variant::ZhHans).convert(text))
    } else {
        Cow::Borrowed(text)
    }
}

/// Spellings that neither width nor the tables bring together.
const fn one_spelling(c: char) -> char {
    match c {
        '’' => '\'',
        '妳' => '你',
        other => other,
    }
}

fn push_folded(folded: &mut String, c: char) {
    if c.is_whitespace() {
        if !folded.ends_with(' ') && !folded.is_empty() {
            folded.push(' ');
        }
        return;
    }
    if is_han(c) && folded.ends_with(' ') {
        let before = folded.trim_end_matches(' ');
        if before.chars().next_back().is_some_and(is_han) {
            folded.truncate(before.len());
        }
    }
    folded.push(c);
}

fn strip_courtesy(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_courtesy(c))
}

/// Punctuation that adds a tone and no meaning when it begins or ends a message.
fn is_courtesy(c: char) -> bool {
    matches!(
        c,
        '!' | '?'
            | '.'
            | ','
            | ';'
            | ':'
            | '~'
            | '。'
            | '、'
            | '…'
            | '·'
            | '～'
            | '〜'
            | '"'
            | '\''
            | '“'
            | '”'
            | '‘'
            | '「'
            | '」'
            | '『'
            | '』'
            | '《'
            | '》'
            | '⋯'
            | '¡'
            | '¿'
    )
}

/// The plain spelling of one character: itself, or what its compatibility form stands for.
struct Halved {
    chars: [char; 3],
    next: usize,
    len: usize,
}

impl Halved {
    fn of(c: char) -> Self {
        let mut halved = Self {
            chars: [c; 3],
            next: 0,
            len: 0,
        };
        if has_plain_form(c) {
            decompose_compatible(c, |part| halved.push(part));
        } else {
            halved.push(c);
        }
        halved
    }

    fn push(&mut self, c: char) {
        if let Some(slot) = self.chars.get_mut(self.len) {
            *slot = c;
            self.len += 1;
        }
    }
}

impl Iterator for Halved {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let c = (self.next < self.len).then(|| self.chars[self.next])?;
        self.next += 1;
        Some(c)
    }
}

/// Full-width and half-width forms, compatibility ideographs, radicals, styled mathematical
/// letters and the Latin ligatures: the same word in another dress.
fn has_plain_form(c: char) -> bool {
    matches!(c,
        '\u{ff01}'..='\u{ffee}' | '\u{3000}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}'
        | '\u{2e80}'..='\u{2fd5}' | '\u{1d400}'..='\u{1d7ff}' | '\u{fb00}'..='\u{fb04}')
}

/// Whether `c` is a Chinese character.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' | '〇' | '々')
}

#[cfg(test)]
mod tests;
