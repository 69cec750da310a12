//! The lexical index: which phrases share telling terms with a text (BM25).
//!
//! It lives in memory and is built anew from the articles; a built index never changes.

use std::cmp::Reverse;
use std::collections::HashSet;

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, ReloadPolicy, Searcher, TantivyDocument, Term};

use crate::analyzer::Analysis;
use crate::background;

/// Memory that the writer asks for at first; it grows with the articles and is given back.
const WRITER_BYTES: usize = 3_000_000;
/// A text is looked up by so many of its rarest terms.
const MOST_TERMS: usize = 96;
/// BM25's saturation; the library's constant.
const K1: f32 = 1.2;

/// The index could not be built or read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Building failed.
    #[error("the index could not be built: {0}")]
    Build(#[source] tantivy::TantivyError),
    /// A search failed.
    #[error("the index could not be searched: {0}")]
    Search(#[source] tantivy::TantivyError),
}

/// A phrase that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    /// The phrase's number, in the order in which phrases were added.
    pub(crate) phrase: usize,
    /// Its BM25 score.
    pub(crate) score: f32,
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// The best phrases, best first.
    pub(crate) hits: Vec<Hit>,
    /// The score of a phrase that held every term once: what hits are measured by.
    pub(crate) perfect: f32,
    /// Share of the text's telling weight that the index knows, from 0 to 1.
    pub(crate) coverage: f32,
    /// The telling weight of the text's terms that the index knows.
    pub(crate) substance: f32,
}

/// Collects phrases for a [`LexicalIndex`].
pub(crate) struct IndexBuilder {
    writer: tantivy::SingleSegmentIndexWriter,
    field: Field,
}

impl IndexBuilder {
    pub(crate) fn new() -> Result<Self, IndexError> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::WithFreqs);
        let field = schema.add_text_field(
            "phrase",
            TextOptions::default().set_indexing_options(indexing),
        );
        let writer = Index::builder()
            .schema(schema.build())
            .single_segment_index_writer(tantivy::directory::RamDirectory::create(), WRITER_BYTES)
            .map_err(IndexError::Build)?;
        Ok(Self { writer, field })
    }

    /// Adds the next phrase; its number is how many were added before.
    pub(crate) fn add(&mut self, phrase: &Analysis) -> Result<(), IndexError> {
        let tokens = phrase.terms().enumerate().map(token).collect();
        let mut document = TantivyDocument::new();
        document.add_pre_tokenized_text(
            self.field,
            PreTokenizedString {
                text: String::new(),
                tokens,
            },
        );
        self.writer
            .add_document(document)
            .map_err(IndexError::Build)
    }

    pub(crate) fn finish(self) -> Result<LexicalIndex, IndexError> {
        let index = self.writer.finalize().map_err(IndexError::Build)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(IndexError::Build)?;
        Ok(LexicalIndex {
            searcher: reader.searcher(),
            field: self.field,
        })
    }
}

fn token((position, text): (usize, String)) -> Token {
    Token {
        position,
        text,
        ..Token::default()
    }
}

/// An index that is ready.
pub(crate) struct LexicalIndex {
    searcher: Searcher,
    field: Field,
}

/// A term of a query with how telling it is.
struct Weighed {
    term: Term,
    idf: f32,
    /// How much more or less telling it is than the articles alone make it look.
    correction: f32,
    known: bool,
}

impl LexicalIndex {
    /// Finds the phrases that share terms with a text.
    pub(crate) fn search(&self, text: &Analysis, limit: usize) -> Result<Found, IndexError> {
        let terms = self.weighed(text).map_err(IndexError::Search)?;
        let all: f32 = terms.iter().map(|term| term.idf).sum();
        let known: f32 = terms.iter().filter(|t| t.known).map(|t| t.idf).sum();
        if known <= 0.0 || limit == 0 {
            return Ok(Found::default());
        }
        Ok(Found {
            hits: self.hits(&terms, limit).map_err(IndexError::Search)?,
            perfect: all * (K1 + 1.0),
            coverage: known / all,
            substance: known,
        })
    }

    /// The text's terms, the most telling first.
    fn weighed(&self, text: &Analysis) -> tantivy::Result<Vec<Weighed>> {
        let mut seen = HashSet::new();
        let mut terms = Vec::new();
        for word in text.terms().filter(|term| seen.insert(term.clone())) {
            let term = Term::from_field_text(self.field, &word);
            let phrases = self.searcher.doc_freq(&term)?;
            let idf = self.idf(&word, phrases);
            terms.push(Weighed {
                idf,
                correction: idf / self.own_idf(phrases),
                known: phrases > 0,
                term,
            });
        }
        terms.sort_by(|a, b| {
            Reverse(a.known)
                .cmp(&Reverse(b.known))
                .then(b.idf.total_cmp(&a.idf))
        });
        terms.truncate(MOST_TERMS);
        Ok(terms)
    }

    /// How telling a term is among the articles' phrases and what people ask elsewhere.
    fn idf(&self, word: &str, phrases: u64) -> f32 {
        let elsewhere = background::with(word);
        idf(
            self.searcher.num_docs() as f32 + background::QUESTIONS,
            phrases as f32 + elsewhere,
        )
    }

    /// How telling the library takes a term to be.
    fn own_idf(&self, phrases: u64) -> f32 {
        idf(self.searcher.num_docs() as f32, phrases as f32)
    }

    fn hits(&self, terms: &[Weighed], limit: usize) -> tantivy::Result<Vec<Hit>> {
        let clauses = terms.iter().filter(|term| term.known).map(|term| {
            let query = TermQuery::new(term.term.clone(), IndexRecordOption::WithFreqs);
            let corrected = BoostQuery::new(Box::new(query), term.correction);
            (Occur::Should, Box::new(corrected) as Box<dyn Query>)
        });
        let query = BooleanQuery::new(clauses.collect());
        let top = TopDocs::with_limit(limit).order_by_score();
        let found = self.searcher.search(&query, &top)?;
        Ok(found
            .into_iter()
            .map(|(score, address)| Hit {
                phrase: address.doc_id as usize,
                score,
            })
            .collect())
    }
}

/// BM25's measure of how telling a term is that `with` of `all` phrases hold.
fn idf(all: f32, with: f32) -> f32 {
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn index(phrases: &[&str]) -> LexicalIndex {
        let mut builder = IndexBuilder::new().unwrap();
        for phrase in phrases {
            builder.add(&Analysis::of(phrase)).unwrap();
        }
        builder.finish().unwrap()
    }

    #[rstest]
    #[case("我想退货", Some(0))]
    #[case("我想退貨", Some(0))]
    #[case("运费怎么算", Some(1))]
    #[case("where are the orders", Some(2))]
    #[case("ｗｈｅｒｅ ＯＲＤＥＲ", Some(2))]
    #[case("巧克力", None)]
    #[case("", None)]
    #[case("😀", None)]
    fn finds(#[case] text: &str, #[case] expected: Option<usize>) {
        let index = index(&["如何退货", "运费是多少", "Where is my order?"]);
        let found = index.search(&Analysis::of(text), 3).unwrap();
        assert_eq!(found.hits.first().map(|hit| hit.phrase), expected);
    }

    #[test]
    fn a_phrase_found_whole_covers_everything() {
        let index = index(&["如何退货", "运费是多少"]);
        let found = index.search(&Analysis::of("如何退货"), 3).unwrap();
        assert!((found.coverage - 1.0).abs() < 1e-6);
        let half = index.search(&Analysis::of("退货 zebra"), 3).unwrap();
        assert!(half.coverage < 0.9 && half.coverage > 0.1);
    }

    #[test]
    fn an_empty_index_finds_nothing() {
        let found = index(&[]).search(&Analysis::of("anything"), 3).unwrap();
        assert!(found.hits.is_empty());
    }

    #[test]
    fn empty_phrases_keep_their_numbers() {
        let found = index(&["", "退货"])
            .search(&Analysis::of("退货"), 3)
            .unwrap();
        assert_eq!(found.hits[0].phrase, 1);
    }
}
