//! Text files in the encodings that spreadsheets write: UTF-8, UTF-16 and GBK.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use encoding_rs::{Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// So many bytes decide the encoding of a file without a byte order mark.
const LOOKED_AT: usize = 65_536;
/// A row longer than this is no row: most likely a quote was left open.
pub(crate) const LONGEST_ROW: u64 = 8_000_000;

/// A file's bytes as UTF-8.
pub(crate) struct Decoding<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
    fence: Fence,
}

/// How far the reader may go without finishing a row.
#[derive(Clone, Default)]
pub(crate) struct Fence {
    since_row: Rc<Cell<u64>>,
}

impl Fence {
    /// A row was finished.
    pub(crate) fn row_done(&self) {
        self.since_row.set(0);
    }

    fn pass(&self, bytes: usize) -> io::Result<()> {
        self.since_row.set(self.since_row.get() + bytes as u64);
        if self.since_row.get() > LONGEST_ROW {
            return Err(io::Error::other(
                "a row is longer than 8 MB; is a quote left open?",
            ));
        }
        Ok(())
    }
}

impl<R: Read> Decoding<R> {
    /// Looks at the beginning of a file and decodes it from there.
    pub(crate) fn new(mut source: R) -> io::Result<Self> {
        let mut raw = Vec::with_capacity(LOOKED_AT);
        source
            .by_ref()
            .take(LOOKED_AT as u64)
            .read_to_end(&mut raw)?;
        let whole = raw.len() < LOOKED_AT;
        let decoder = encoding_of(&raw, whole).new_decoder_with_bom_removal();
        let mut decoding = Self {
            source,
            decoder,
            raw,
            ready: Vec::new(),
            given: 0,
            ended: false,
            fence: Fence::default(),
        };
        decoding.decode(false);
        Ok(decoding)
    }

    /// The fence that the reader of rows resets.
    pub(crate) fn fence(&self) -> Fence {
        self.fence.clone()
    }

    fn refill(&mut self) -> io::Result<()> {
        self.raw.clear();
        self.source
            .by_ref()
            .take(LOOKED_AT as u64)
            .read_to_end(&mut self.raw)?;
        self.ended = self.raw.is_empty();
        self.decode(self.ended);
        Ok(())
    }

    fn decode(&mut self, last: bool) {
        let mut text = String::new();
        let room = self.decoder.max_utf8_buffer_length(self.raw.len());
        text.reserve(room.unwrap_or(self.raw.len() * 3 + 16));
        // Wrong bytes become U+FFFD: a question mark in a word is better than a lost file.
        let _done = self.decoder.decode_to_string(&self.raw, &mut text, last);
        self.ready = text.into_bytes();
        self.given = 0;
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            if self.ended {
                return Ok(0);
            }
            self.refill()?;
        }
        let mut left = self.ready.get(self.given..).unwrap_or_default();
        let count = left.read(into)?;
        self.given += count;
        self.fence.pass(count)?;
        Ok(count)
    }
}

/// The encoding of a text by its beginning.
fn encoding_of(beginning: &[u8], whole: bool) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(beginning) {
        return encoding;
    }
    if let Some(encoding) = unmarked_utf_16(beginning) {
        return encoding;
    }
    if is_utf_8(beginning, whole) {
        UTF_8
    } else {
        GB18030
    }
}

fn is_utf_8(beginning: &[u8], whole: bool) -> bool {
    match std::str::from_utf8(beginning) {
        Ok(_) => true,
        // The last character may be cut in two.
        Err(error) => !whole && error.error_len().is_none(),
    }
}

/// UTF-16 without a mark shows by its zero bytes (of Latin letters, commas, line ends), which
/// stand on one side only.
fn unmarked_utf_16(beginning: &[u8]) -> Option<&'static Encoding> {
    let zeros = |offset: usize| {
        beginning
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (high_first, low_first) = (zeros(0), zeros(1));
    if high_first + low_first < 2.max(beginning.len() / 100) {
        return None;
    }
    if low_first > 4 * high_first {
        return Some(UTF_16LE);
    }
    (high_first > 4 * low_first).then_some(UTF_16BE)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const TEXT: &str = "id,question,answer\n1,如何退货,七天之内\n";

    fn utf_16(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn decoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        Decoding::new(bytes)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[rstest]
    #[case::utf_8(TEXT.as_bytes().to_vec())]
    #[case::utf_8_bom(format!("\u{feff}{TEXT}").into_bytes())]
    #[case::gbk(encoding_rs::GBK.encode(TEXT).0.into_owned())]
    #[case::utf_16_le(utf_16(TEXT, u16::to_le_bytes))]
    #[case::utf_16_be(utf_16(TEXT, u16::to_be_bytes))]
    #[case::utf_16_le_bom(utf_16(&format!("\u{feff}{TEXT}"), u16::to_le_bytes))]
    #[case::utf_16_be_bom(utf_16(&format!("\u{feff}{TEXT}"), u16::to_be_bytes))]
    fn reads(#[case] bytes: Vec<u8>) {
        assert_eq!(decoded(&bytes), TEXT);
    }

    #[test]
    fn a_character_across_the_first_look_is_whole() {
        let text = "a".to_owned() + &"退".repeat(60_000);
        assert_eq!(decoded(text.as_bytes()), text);
        let gbk = encoding_rs::GBK.encode(&text).0.into_owned();
        assert_eq!(decoded(&gbk), text);
    }

    #[test]
    fn a_row_without_end_is_refused() {
        let endless = io::repeat(b'x');
        let outcome = io::copy(&mut Decoding::new(endless).unwrap(), &mut io::sink());
        assert!(outcome.unwrap_err().to_string().contains("quote"));
    }
}
