//! What a message can be found by: its words, and for Chinese its characters and pairs of them.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::text::{fold, is_han};

/// Words longer than this are cut; nobody types more to find one.
const LONGEST: usize = 64;
/// Terms of one message; the rest of a very long one is not found by its words.
const TERMS: usize = 1_000;

/// A run of characters that are alike.
enum Run {
    Han(Vec<char>),
    Word(String),
}

/// The terms under which a text is found: Han characters alone and in pairs, other words whole.
#[must_use]
pub fn terms(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for run in runs(text) {
        match run {
            Run::Word(word) => {
                terms.insert(word);
            }
            Run::Han(run) => {
                terms.extend(run.iter().map(char::to_string));
                terms.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
            }
        }
        if terms.len() >= TERMS {
            break;
        }
    }
    terms
}

/// What is looked for: the terms that a message must have, and the runs of Han characters that must
/// stand in it as they are, which pairs alone do not tell.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Query {
    /// All of these terms.
    pub terms: BTreeSet<String>,
    /// All of these in one piece.
    pub phrases: Vec<String>,
}

impl Query {
    /// Reads what somebody typed.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut query = Self::default();
        // Spaces between Han characters mean nothing in a text, and two words in a search.
        for run in text.split_whitespace().flat_map(runs) {
            match run {
                Run::Word(word) => {
                    query.terms.insert(word);
                }
                Run::Han(run) if run.len() == 1 => {
                    query.terms.extend(run.iter().map(char::to_string));
                }
                Run::Han(run) => {
                    let pairs = run.windows(2).map(|pair| pair.iter().collect::<String>());
                    query.terms.extend(pairs);
                    query.phrases.push(run.into_iter().collect());
                }
            }
        }
        query
    }

    /// Whether a text that has all terms has the phrases too.
    #[must_use]
    pub fn fits(&self, text: &str) -> bool {
        let folded = fold(text);
        self.phrases
            .iter()
            .all(|phrase| folded.contains(phrase.as_str()))
    }
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    for c in fold(text).nfd().filter(|c| !is_combining_mark(*c)) {
        match runs.last_mut() {
            Some(Run::Han(run)) if is_han(c) => run.push(c),
            Some(Run::Word(word)) if is_letter(c) => lengthen(word, c),
            _ if is_han(c) => runs.push(Run::Han(vec![c])),
            _ if is_letter(c) => runs.push(Run::Word(c.to_string())),
            // Something else ends the run before it.
            Some(_) => runs.push(Run::Han(Vec::new())),
            None => {}
        }
    }
    runs.retain(|run| !matches!(run, Run::Han(run) if run.is_empty()));
    runs
}

fn lengthen(word: &mut String, c: char) {
    if word.chars().count() < LONGEST {
        word.push(c);
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_han(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let expected: BTreeSet<String> = expected.iter().map(|&one| one.to_owned()).collect();
        assert_eq!(terms(text), expected, "{text}");
    }

    #[test]
    fn a_text_is_found_by_its_words_and_pairs() {
        check("退款", &["退", "款", "退款"]);
        check("Café  REFUND", &["cafe", "refund"]);
        check("订单A-1234！", &["订", "单", "订单", "a", "1234"]);
        check("ＡＢＣ", &["abc"]);
        check("退，款", &["退", "款"]);
        check("", &[]);
    }

    #[test]
    fn a_query_asks_for_pairs_and_remembers_the_whole() {
        let query = Query::of("退款流程 refund");
        let terms: Vec<&str> = query.terms.iter().map(String::as_str).collect();
        assert_eq!(terms, ["refund", "款流", "流程", "退款"]);
        assert!(query.fits("请问退款流程是什么"));
        assert!(!query.fits("退款，款流，流程"));
        assert!(Query::of("退").fits("任何"));
        assert_eq!(Query::of("流程 退款").phrases, ["流程", "退款"]);
    }

    #[test]
    fn a_query_in_the_other_script_finds_the_same() {
        assert_eq!(Query::of("退貨").terms, Query::of("退货").terms);
    }
}
