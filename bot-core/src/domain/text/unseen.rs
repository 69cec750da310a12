//! Characters that a reader does not see, and the few of them that change what is seen.

/// Whether `c` leaves no mark of its own on the screen, or has no business in a message:
/// controls, direction marks, zero-width characters, variation selectors, tags, noncharacters.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control() || is_format(c) || is_selector(c) || is_noncharacter(c)
}

fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}')
}

fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xfffe == 0xfffe
}

/// Whether the unseen `c` shapes its neighbours and must stay: a joiner between two emoji, a
/// joiner inside a script that is written with it, the emoji style of the sign before it.
pub(super) fn joins(before: Option<char>, c: char, next: Option<char>) -> bool {
    match (before, c, next) {
        (Some(a), '\u{200d}', Some(b)) => (pictures(a) && pictures(b)) || both_shaped(a, b),
        (Some(a), '\u{200c}', Some(b)) => both_shaped(a, b),
        (Some(a), '\u{fe0f}' | '\u{fe0e}', _) => styled(a),
        _ => false,
    }
}

/// An emoji, or a part of one that a joiner may follow.
fn pictures(c: char) -> bool {
    matches!(c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}') || is_pictograph(c)
}

/// Signs that have an emoji style and a text style.
fn styled(c: char) -> bool {
    is_pictograph(c) || matches!(c, '0'..='9' | '#' | '*' | '©' | '®')
}

/// Whether `c` is an emoji or one of the signs that are drawn like one.
pub(crate) fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{25ff}' | '\u{2b00}'..='\u{2bff}'
        | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{3030}' | '\u{303d}' | '\u{3297}'
        | '\u{3299}')
}

/// Letters of scripts whose spelling uses the zero-width joiners (Arabic, Persian, Indic).
fn both_shaped(a: char, b: char) -> bool {
    let shaped = |c| matches!(c, '\u{600}'..='\u{77f}' | '\u{8a0}'..='\u{dff}');
    shaped(a) && shaped(b)
}
