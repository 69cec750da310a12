//! Text as the index and the classifier see it: folded, cut into words and unspaced runs.
//!
//! Languages that separate their words give stemmed words; Chinese and other unspaced scripts
//! give runs of characters, of which single characters and pairs are the search terms. No
//! dictionary is needed.

use bot_core::domain::text::{fold, is_han};
use tantivy::tokenizer::{Language as StemLanguage, Stemmer, TextAnalyzer, WhitespaceTokenizer};

/// So many characters of a text are looked at; what comes after adds cost, no meaning.
pub const LOOKED_AT_CHARS: usize = 2_000;
/// A "word" longer than this is noise or a line of base64; its beginning stands for it.
const WORD_CHARS: usize = 40;

/// A text, taken apart once and used by the index and by the classifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// Words as they were written (folded), in order.
    pub words: Vec<String>,
    /// The same words, stemmed as English; as many as `words`.
    pub stems: Vec<String>,
    /// Runs of characters that stand without spaces.
    pub runs: Vec<Vec<char>>,
}

/// Folds a text for looking up, and bounds it.
#[must_use]
pub fn folded(text: &str) -> String {
    fold(&text.chars().take(LOOKED_AT_CHARS).collect::<String>())
}

impl Analysis {
    /// Takes a folded text apart.
    #[must_use]
    pub fn of_folded(text: &str) -> Self {
        let mut cutter = Cutter::default();
        text.chars().for_each(|c| cutter.push(c));
        let (words, runs) = cutter.finish();
        let stems = stemmed(&words);
        Self { words, stems, runs }
    }

    /// Folds a text and takes it apart.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self::of_folded(&folded(text))
    }

    /// The terms under which the text is found: stems, and single characters and pairs of runs.
    pub fn terms(&self) -> impl Iterator<Item = String> {
        let han = self.runs.iter().flat_map(|run| {
            let singles = run.iter().map(char::to_string);
            singles.chain(run.windows(2).map(|pair| pair.iter().collect()))
        });
        self.stems.iter().cloned().chain(han)
    }

    /// Whether nothing is left that could be looked up.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty() && self.runs.is_empty()
    }
}

/// Collects words and runs while characters pass by.
#[derive(Default)]
struct Cutter {
    words: Vec<String>,
    runs: Vec<Vec<char>>,
    word: String,
    word_chars: usize,
    run: Vec<char>,
}

impl Cutter {
    fn push(&mut self, c: char) {
        if is_unspaced(c) {
            self.end_word();
            self.run.push(c);
        } else if c.is_alphanumeric() || c == '_' || c == '\'' {
            self.end_run();
            self.push_letter(c);
        } else {
            self.end_word();
            self.end_run();
        }
    }

    fn push_letter(&mut self, c: char) {
        if self.word_chars < WORD_CHARS {
            self.word.push(c);
            self.word_chars += 1;
        }
    }

    fn end_word(&mut self) {
        let word = self.word.trim_matches('\'');
        if !word.is_empty() {
            self.words.push(word.to_owned());
        }
        self.word.clear();
        self.word_chars = 0;
    }

    fn end_run(&mut self) {
        if !self.run.is_empty() {
            self.runs.push(std::mem::take(&mut self.run));
        }
    }

    fn finish(mut self) -> (Vec<String>, Vec<Vec<char>>) {
        self.end_word();
        self.end_run();
        (self.words, self.runs)
    }
}

/// Whether words of this script stand without spaces: Han, kana, Thai, Lao, Khmer, Burmese.
const fn is_unspaced_block(c: char) -> bool {
    matches!(
        c,
        '\u{3040}'..='\u{30ff}' | '\u{0e00}'..='\u{0eff}' | '\u{1780}'..='\u{17ff}' | '\u{1000}'..='\u{109f}'
    )
}

fn is_unspaced(c: char) -> bool {
    is_han(c) || is_unspaced_block(c)
}

/// The words' English stems; a word that the stemmer would drop stands for itself.
fn stemmed(words: &[String]) -> Vec<String> {
    if words.is_empty() {
        return Vec::new();
    }
    let mut analyzer = TextAnalyzer::builder(WhitespaceTokenizer::default())
        .filter(Stemmer::new(StemLanguage::English))
        .build();
    let line = words.join(" ");
    let mut stream = analyzer.token_stream(&line);
    let mut stems = Vec::with_capacity(words.len());
    while stream.advance() {
        stems.push(stream.token().text.replace('\'', ""));
    }
    debug_assert_eq!(stems.len(), words.len());
    stems
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Where are my ORDERS?", &["where", "are", "my", "order"])]
    #[case("退货", &["退", "货", "退货"])]
    #[case("退貨", &["退", "货", "退货"])]
    #[case("ＡＢＣ１２３", &["abc123"])]
    #[case("iPhone15坏了", &["iphone15", "坏", "了", "坏了"])]
    #[case("what's shipping", &["what", "ship"])]
    #[case("don't", &["dont"])]
    #[case("运费 多少", &["运", "费", "多", "少", "运费", "费多", "多少"])]
    #[case("運費，多少", &["运", "费", "运费", "多", "少", "多少"])]
    #[case("😀!?", &[])]
    #[case("", &[])]
    fn gives_terms(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(Analysis::of(text).terms().collect::<Vec<_>>(), expected);
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart(text in "\\PC{0,400}") {
            let analysis = Analysis::of(&text);
            prop_assert_eq!(analysis.words.len(), analysis.stems.len());
            prop_assert!(analysis.terms().all(|term| !term.contains(' ')));
        }
    }
}
