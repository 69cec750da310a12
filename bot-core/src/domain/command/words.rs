//! A line's words: parted by white space of any width, kept together by quotation marks.

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word without its quotation marks.
    pub text: String,
    /// It stood in quotation marks: it is never taken for a flag or a time span.
    pub quoted: bool,
    /// Where it begins in the line, in bytes, with its quotation mark.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// What closes a quotation. The plain apostrophe is none: it stands inside English words.
const fn closing(open: char) -> Option<char> {
    match open {
        '"' => Some('"'),
        '“' => Some('”'),
        '「' => Some('」'),
        '『' => Some('』'),
        _ => None,
    }
}

/// The words of a line. A quotation mark that is never closed is an ordinary character.
#[must_use]
pub fn words(line: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(word) = next_word(line, from) {
        from = word.end;
        found.push(word);
    }
    found
}

fn next_word(line: &str, from: usize) -> Option<Word> {
    let rest = line.get(from..)?;
    let text = rest.trim_start();
    let start = from + rest.len() - text.len();
    let first = text.chars().next()?;
    Some(quotation(text, first, start).unwrap_or_else(|| bare(text, start)))
}

fn bare(text: &str, start: usize) -> Word {
    let word = text.split(char::is_whitespace).next().unwrap_or_default();
    Word {
        text: word.to_owned(),
        quoted: false,
        start,
        end: start + word.len(),
    }
}

fn quotation(text: &str, open: char, start: usize) -> Option<Word> {
    let close = closing(open)?;
    let (inside, _) = text.strip_prefix(open)?.split_once(close)?;
    Some(Word {
        text: inside.to_owned(),
        quoted: true,
        start,
        end: start + open.len_utf8() + inside.len() + close.len_utf8(),
    })
}
