//! Builds a ranker: the index, the vocabulary, the classifier.

use crate::analyzer::{Analysis, folded};
use crate::index::{IndexBuilder, IndexError};
use crate::rank::calibrate::Calibrator;
use crate::rank::features::{Sparse, Vectorizer, VocabularyLimit};
use crate::rank::softmax::{Example, MOST_CLASSES, Softmax, Training};
use crate::rank::{Effort, Phrase, Ranker};
use crate::spelling::Spelling;

/// The vectors of so many phrases are kept, about half a kilobyte each; larger bases make those
/// that are compared anew for each text.
const KEPT_VECTORS: usize = 4_000;
/// Weights of the classifier while it is trained: so many are 100 MB.
const MOST_WEIGHTS: usize = 25_000_000;
/// The vocabulary of a large base is learned from so many phrases.
const SAMPLED: usize = 20_000;
/// Most features.
const MOST_FEATURES: usize = 150_000;
/// Bases with more phrases leave out features that occur only once.
const ONCE_IS_ENOUGH: usize = 16_000;

/// A ranker in the making.
pub(super) struct Gathered {
    builder: IndexBuilder,
    phrases: Vec<Phrase>,
    examples: Vec<u32>,
}

impl Gathered {
    pub(super) fn new() -> Result<Self, IndexError> {
        Ok(Self {
            builder: IndexBuilder::new()?,
            phrases: Vec::new(),
            examples: Vec::new(),
        })
    }

    pub(super) fn add<'a>(
        &mut self,
        phrases: impl Iterator<Item = &'a str>,
    ) -> Result<(), IndexError> {
        let article = self.examples.len() as u32;
        let before = self.phrases.len();
        for phrase in phrases {
            let folded = folded(phrase);
            self.builder.add(&Analysis::of_folded(&folded))?;
            self.phrases.push((folded.into_boxed_str(), article));
        }
        self.examples.push((self.phrases.len() - before) as u32);
        Ok(())
    }

    pub(super) fn finish(
        self,
        effort: Effort,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Option<Ranker>, IndexError> {
        let mut ranker = Ranker {
            index: self.builder.finish()?,
            vectorizer: vectorizer(&self.phrases, self.examples.len()),
            classifier: None,
            calibrator: Calibrator::default(),
            spelling: Spelling::of(self.phrases.iter().map(|(text, _)| &**text)),
            phrases: self.phrases,
            examples: self.examples,
            vectors: Vec::new(),
            meaning: None,
        };
        ranker.vectors = ranker.kept_vectors();
        if effort == Effort::Full && ranker.can_train() {
            ranker.classifier = ranker.train(Training::default(), go_on);
            if ranker.classifier.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(ranker))
    }
}

impl Ranker {
    /// Whether there is something to train: one question per article teaches nothing that BM25
    /// does not know, and too many articles are told apart by the index alone.
    pub(crate) fn can_train(&self) -> bool {
        (2..=MOST_CLASSES).contains(&self.examples.len())
            && self.phrases.len() > self.examples.len()
            && self.vectorizer.len() > 0
    }

    fn kept_vectors(&self) -> Vec<Sparse> {
        if self.phrases.len() > KEPT_VECTORS {
            return Vec::new();
        }
        let vector = |(text, _): &Phrase| {
            let mut vector = self.vectorizer.vector(&Analysis::of_folded(text));
            vector.shrink_to_fit();
            vector
        };
        self.phrases.iter().map(vector).collect()
    }

    fn train(&self, training: Training, go_on: &dyn Fn() -> bool) -> Option<Softmax> {
        let vector = |text: &str| self.vectorizer.vector(&Analysis::of_folded(text));
        let examples: Vec<Example> = self
            .phrases
            .iter()
            .map(|(text, article)| (vector(text), *article as usize))
            .collect();
        let (features, classes) = (self.vectorizer.len(), self.examples.len());
        Softmax::train(&examples, features, classes, training, go_on)
    }
}

fn vectorizer(phrases: &[Phrase], articles: usize) -> Vectorizer {
    let every = phrases.len().div_ceil(SAMPLED).max(1);
    let analyses: Vec<Analysis> = phrases
        .iter()
        .step_by(every)
        .map(|(text, _)| Analysis::of_folded(text))
        .collect();
    let limit = VocabularyLimit {
        min_phrases: if analyses.len() > ONCE_IS_ENOUGH {
            2
        } else {
            1
        },
        features: MOST_FEATURES.min(MOST_WEIGHTS / articles.clamp(1, MOST_CLASSES)),
    };
    Vectorizer::fit(analyses.iter(), limit)
}
