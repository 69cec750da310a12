//! How like each other texts are, by their words and pieces of words.

use crate::analyzer::Analysis;
use crate::rank::features::{Sparse, Vectorizer, VocabularyLimit, cosine};

/// Compares texts by the words that they themselves have.
#[derive(Debug)]
pub(crate) struct Likeness(Vectorizer);

/// A text, ready to be compared.
#[derive(Debug)]
pub(crate) struct TextVector(Sparse);

impl Likeness {
    /// Learns which words tell these texts apart.
    pub(crate) fn of(texts: &[Analysis]) -> Self {
        let limit = VocabularyLimit {
            min_phrases: 1,
            features: 200_000,
        };
        Self(Vectorizer::fit(texts.iter(), limit))
    }

    pub(crate) fn vector(&self, text: &Analysis) -> TextVector {
        TextVector(self.0.vector(text))
    }
}

impl TextVector {
    /// From 0 to 1.
    pub(crate) fn likeness(&self, other: &Self) -> f32 {
        cosine(&self.0, &other.0)
    }
}
