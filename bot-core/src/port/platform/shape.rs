//! The default way to cut a content into calls: text at paragraph, sentence, word; files apart.

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::content::Content;
use crate::port::platform::Abilities;

/// Characters that each part leaves free: what goes once more carries the mark `↻ ` before its text.
pub const MARK_ROOM: usize = 2;

/// Splits a content so that each part fits one message. Choices stay with the last part.
#[must_use]
pub fn split(content: Content, abilities: &Abilities) -> Vec<Content> {
    let mut texts = cut(
        &content.text,
        abilities.text_limit.saturating_sub(MARK_ROOM),
    );
    let last = texts.pop().unwrap_or_default();
    let mut parts: Vec<Content> = texts.into_iter().map(|text| bare(&content, text)).collect();
    parts.push(Content {
        text: last,
        ..content
    });
    parts
}

fn bare(whole: &Content, text: String) -> Content {
    Content {
        text,
        kind: whole.kind,
        from: whole.from.clone(),
        ..Content::default()
    }
}

/// Cuts a text into pieces of at most `limit` characters, at the best break near each end.
#[must_use]
pub fn cut(text: &str, limit: usize) -> Vec<String> {
    let limit = limit.max(1);
    let mut pieces = Vec::new();
    let mut piece: Vec<&str> = Vec::new();
    let mut length = 0;
    for grapheme in text.graphemes(true) {
        let chars = grapheme.chars().count();
        if length + chars > limit && !piece.is_empty() {
            let rest = piece.split_off(best_break(&piece));
            pieces.push(piece.concat().trim_end().to_owned());
            piece = rest;
            length = piece.iter().map(|part| part.chars().count()).sum();
        }
        length += chars;
        piece.push(grapheme);
    }
    if !piece.is_empty() || pieces.is_empty() {
        pieces.push(piece.concat());
    }
    pieces
}

/// After a line's end, else a sentence's, else a word's, if one stands in the second half.
fn best_break(piece: &[&str]) -> usize {
    let half = piece.len() / 2;
    let after = |ends: &[&str]| {
        let found = piece.iter().rposition(|part| ends.contains(part));
        found.map(|at| at + 1).filter(|at| *at > half)
    };
    after(&["\n", "\r\n"])
        .or_else(|| after(&["。", "！", "？", ".", "!", "?"]))
        .or_else(|| after(&[" ", "，", ",", "；"]))
        .unwrap_or(piece.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_where_a_reader_would_pause() {
        assert_eq!(cut("one two three", 9), ["one two", "three"]);
        assert_eq!(cut("你好。再见吧", 4), ["你好。", "再见吧"]);
        assert_eq!(cut("", 4), [""]);
        assert_eq!(cut("👨‍👩‍👧👨‍👩‍👧", 5), ["👨‍👩‍👧", "👨‍👩‍👧"]);
    }

    proptest::proptest! {
        #[test]
        fn loses_only_spaces_at_the_cuts(text in "\\PC{0,200}", limit in 8usize..40) {
            let squeeze = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            proptest::prop_assert_eq!(squeeze(&cut(&text, limit).concat()), squeeze(&text));
        }
    }
}
