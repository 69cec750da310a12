//! Writes a text the one way in which the model's pieces are written: its own table of characters,
//! single spaces, each shown as `▁`.

/// A space inside a text of pieces (U+2581).
pub(super) const SPACE: char = '\u{2581}';

/// The table: a double-array trie over bytes (as `darts-clone` lays it out, which `SentencePiece` uses for
/// its precompiled tables) whose values are places in a text of replacements, each ended by a zero.
pub(super) struct Normalizer {
    units: Vec<u32>,
    replacements: Vec<u8>,
}

/// One cell of the trie.
#[derive(Clone, Copy)]
struct Unit(u32);

impl Unit {
    const fn offset(self) -> usize {
        ((self.0 >> 10) << ((self.0 & 0x200) >> 6)) as usize
    }

    const fn is_for(self, byte: u8) -> bool {
        self.0 & 0x8000_00FF == byte as u32
    }

    const fn has_value(self) -> bool {
        self.0 & 0x100 != 0
    }

    const fn value(self) -> usize {
        (self.0 & 0x7FFF_FFFF) as usize
    }
}

impl Normalizer {
    pub(super) const fn new(units: Vec<u32>, replacements: Vec<u8>) -> Self {
        Self {
            units,
            replacements,
        }
    }

    /// The text as the pieces have it; empty when nothing is left of it.
    pub(super) fn normalize(&self, text: &str) -> String {
        let mut written = String::with_capacity(text.len() + 8);
        let mut left = text;
        while let Some((replacement, rest)) = self.next(left) {
            replacement.chars().for_each(|c| write(&mut written, c));
            left = rest;
        }
        written.truncate(written.trim_end_matches(SPACE).len());
        written
    }

    /// What the beginning of a text is replaced by, and the rest; the longest entry counts.
    fn next<'t>(&'t self, text: &'t str) -> Option<(&'t str, &'t str)> {
        let first = text.chars().next()?;
        let found = self.longest(text.as_bytes());
        let known =
            found.and_then(|(value, length)| Some((self.replacement(value)?, text.get(length..)?)));
        known.or_else(|| Some(text.split_at(first.len_utf8())))
    }

    /// The value of the longest entry that a text begins with, and its length in bytes.
    fn longest(&self, bytes: &[u8]) -> Option<(usize, usize)> {
        let mut at = self.unit(0)?.offset();
        let mut found = None;
        for (length, byte) in (1..).zip(bytes) {
            at ^= *byte as usize;
            let Some(unit) = self.unit(at).filter(|unit| unit.is_for(*byte)) else {
                break;
            };
            at ^= unit.offset();
            if unit.has_value() {
                found = self.unit(at).map(|leaf| (leaf.value(), length));
            }
        }
        found
    }

    fn unit(&self, at: usize) -> Option<Unit> {
        self.units.get(at).copied().map(Unit)
    }

    fn replacement(&self, at: usize) -> Option<&str> {
        let text = self.replacements.get(at..)?;
        let end = text.iter().position(|byte| *byte == 0)?;
        std::str::from_utf8(text.get(..end)?).ok()
    }
}

/// Every text begins with a space; several count as one.
fn write(written: &mut String, c: char) {
    if written.is_empty() && c != ' ' {
        written.push(SPACE);
    }
    match c {
        ' ' if written.is_empty() || written.ends_with(SPACE) => {}
        ' ' => written.push(SPACE),
        c => written.push(c),
    }
}
