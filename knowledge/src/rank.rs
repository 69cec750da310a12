//! Which article answers a text, and how likely.
//!
//! A softmax classifier over words and pieces of words, trained on the articles' own questions,
//! is fused with BM25 by the number of examples, and with what a model of sentences makes of the text
//! where one is installed; a calibrator turns what they saw into the probability that the best article
//! is right.

use std::sync::Arc;

use crate::analyzer::{Analysis, folded};
use crate::embed::Encoder;
use crate::index::{Found, IndexError, LexicalIndex};
use crate::rank::build::Gathered;
use crate::rank::features::{Sparse, Vectorizer, cosine};
use crate::rank::fuse::{Fused, Opinions, fuse};
use crate::rank::meaning::{Meaning, Sense};
use crate::rank::softmax::Softmax;
use crate::spelling::Spelling;

mod build;
pub mod calibrate;
mod dense;
mod directions;
mod features;
mod fuse;
pub(crate) mod likeness;
mod meaning;
mod softmax;

pub use calibrate::{Calibrator, Logistic, Signals};

/// Name and version of the way of ranking; stored with every answer.
pub const BY_WORDS: &str = "lexical-2";
/// The same where a model of sentences takes part.
pub const BY_MEANING: &str = "lexical-2+use-multilingual-3";
/// From this probability on a text is taken as it stands.
const SURE: f64 = 0.8;
/// Phrases that a search looks at.
const SEARCHED: usize = 400;
/// Articles among which the classifier decides in large bases, and most that are ranked.
const RANKED: usize = 200;
/// Phrases whose likeness to the text is measured.
const COMPARED: usize = 16;

/// A phrase, folded, with its article.
type Phrase = (Box<str>, u32);

/// Whether the classifier is trained while a ranker is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effort {
    /// Only the index: ready within a moment, less exact.
    IndexOnly,
    /// Index and classifier.
    Full,
}

/// An article that may answer a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// The article's number, in the order in which the articles were given.
    pub article: usize,
    /// Fused log probability; larger is better, comparable within one text only.
    pub score: f64,
    /// Calibrated probability that it answers the text, from 0 to 1.
    pub probability: f64,
}

/// Everything a text led to.
#[derive(Clone, Debug, Default)]
pub struct Ranking {
    /// The text as it was looked up.
    pub looked_up: String,
    /// The best articles, best first; at most 200.
    pub ranked: Vec<Ranked>,
    /// What the calibrator saw; `None` when nothing was found.
    pub signals: Option<Signals>,
}

impl Ranking {
    /// The probability of the best article; none is as good as zero.
    #[must_use]
    pub fn sureness(&self) -> f64 {
        self.ranked.first().map_or(0.0, |best| best.probability)
    }
}

/// Ranks the articles it was built from. It never changes and is shared between threads.
pub struct Ranker {
    index: LexicalIndex,
    vectorizer: Vectorizer,
    classifier: Option<Softmax>,
    calibrator: Calibrator,
    /// Every phrase, folded, with its article.
    phrases: Vec<Phrase>,
    /// How many phrases each article has.
    examples: Vec<u32>,
    /// The phrases' vectors, or none in a large base.
    vectors: Vec<Sparse>,
    spelling: Spelling,
    meaning: Option<Meaning>,
}

impl Ranker {
    /// Builds a ranker; each article is given by its phrases. `None` when `go_on` said no.
    ///
    /// # Errors
    /// When the index cannot be built.
    pub fn build<'a, P: Iterator<Item = &'a str>>(
        articles: impl Iterator<Item = P>,
        effort: Effort,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, IndexError> {
        let mut gathered = Gathered::new()?;
        for phrases in articles {
            gathered.add(phrases)?;
            if !go_on() {
                return Ok(None);
            }
        }
        gathered.finish(effort, go_on)
    }

    /// How many articles are ranked.
    #[must_use]
    pub const fn articles(&self) -> usize {
        self.examples.len()
    }

    /// How many phrases there are.
    #[must_use]
    pub const fn phrases(&self) -> usize {
        self.phrases.len()
    }

    /// Whether a classifier was trained.
    #[must_use]
    pub const fn is_trained(&self) -> bool {
        self.classifier.is_some()
    }

    /// Whether a model of sentences takes part.
    #[must_use]
    pub const fn understands(&self) -> bool {
        self.meaning.is_some()
    }

    /// Name and version of the way of ranking.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match &self.meaning {
            Some(_) => BY_MEANING,
            None => BY_WORDS,
        }
    }

    /// Ranks the allowed articles for a text.
    ///
    /// # Errors
    /// When the index cannot be searched.
    pub fn rank(&self, text: &str, allowed: &dyn Fn(usize) -> bool) -> Result<Ranking, IndexError> {
        let as_written = self.rank_folded(folded(text), allowed)?;
        if as_written.sureness() >= SURE {
            return Ok(as_written);
        }
        let Some(meant) = self.spelling.corrected(&as_written.looked_up) else {
            return Ok(as_written);
        };
        let as_meant = self.rank_folded(meant, allowed)?;
        Ok(if as_meant.sureness() > as_written.sureness() {
            as_meant
        } else {
            as_written
        })
    }

    fn rank_folded(
        &self,
        looked_up: String,
        allowed: &dyn Fn(usize) -> bool,
    ) -> Result<Ranking, IndexError> {
        let analysis = Analysis::of_folded(&looked_up);
        let mut found = self.index.search(&analysis, SEARCHED)?;
        found
            .hits
            .retain(|hit| allowed(self.article_of(hit.phrase)));
        let vector = self.vectorizer.vector(&analysis);
        let sense = self.sense(&looked_up, &found, allowed);
        let fused = self.fused(&found, &vector, sense.as_ref(), allowed);
        let signals = self.signals(&fused, &found, &vector);
        let Some(signals) = signals.map(|signals| signals.with_meaning(sense.as_ref(), &fused))
        else {
            return Ok(Ranking {
                looked_up,
                ..Ranking::default()
            });
        };
        Ok(Ranking {
            ranked: self.calibrated(&fused, &signals),
            looked_up,
            signals: Some(signals),
        })
    }

    fn article_of(&self, phrase: usize) -> usize {
        self.phrases
            .get(phrase)
            .map_or(0, |(_, article)| *article as usize)
    }

    fn sense(&self, text: &str, found: &Found, allowed: &dyn Fn(usize) -> bool) -> Option<Sense> {
        let meaning = self.meaning.as_ref().filter(|_| !text.trim().is_empty())?;
        let found = found.hits.iter().map(|hit| hit.phrase);
        let sense = meaning.read(text, &self.phrases, self.examples.len(), found);
        Some(sense.only(allowed))
    }

    fn fused(
        &self,
        found: &Found,
        vector: &Sparse,
        sense: Option<&Sense>,
        allowed: &dyn Fn(usize) -> bool,
    ) -> Vec<Fused> {
        let lexical = self.best_by_article(found);
        let classified = match &self.classifier {
            Some(classifier) if !vector.is_empty() => classifier.scores(vector),
            _ => Vec::new(),
        };
        let opinions = Opinions {
            lexical: &lexical,
            classified: &classified,
            meant: sense.map_or(&[], |sense| &sense.scores),
            examples: &self.examples,
        };
        let mut fused = fuse(opinions, allowed);
        fused.truncate(RANKED);
        fused
    }

    /// Each found article's best phrase, as a share of a perfect one.
    fn best_by_article(&self, found: &Found) -> Vec<(usize, f32)> {
        let mut seen = std::collections::HashSet::new();
        let hits = found
            .hits
            .iter()
            .map(|hit| (self.article_of(hit.phrase), hit.score));
        hits.filter(|(article, _)| seen.insert(*article))
            .map(|(article, score)| (article, score / found.perfect.max(f32::EPSILON)))
            .take(RANKED)
            .collect()
    }

    fn signals(&self, fused: &[Fused], found: &Found, vector: &Sparse) -> Option<Signals> {
        let top = fused.first()?;
        let second = fused.get(1);
        let (own, best) = self.likeness(top.article, found, vector);
        Some(Signals {
            trained: self.classifier.is_some(),
            log_top: f64::from(top.probability.max(1e-6).ln()),
            margin: f64::from(top.probability - second.map_or(0.0, |s| s.probability)),
            raw: f64::from(top.raw),
            lift: f64::from((top.probability * fused.len() as f32).max(1e-6).ln()),
            lead: f64::from(second.map_or(6.0, |second| top.raw - second.raw)),
            lexical: f64::from(top.lexical),
            own_likeness: f64::from(own),
            best_likeness: f64::from(best),
            coverage: f64::from(found.coverage),
            agreement: f64::from(u8::from(
                found
                    .hits
                    .first()
                    .is_some_and(|hit| self.article_of(hit.phrase) == top.article),
            )),
            substance: f64::from(found.substance),
            articles: self.examples.len() as f64,
            ..Signals::default()
        })
    }

    /// How like the text the nearest phrase of one article is, and the nearest of all.
    fn likeness(&self, article: usize, found: &Found, vector: &Sparse) -> (f32, f32) {
        let (mut own, mut best) = (0.0_f32, 0.0_f32);
        let mut own_left = COMPARED / 2;
        for (rank, hit) in found.hits.iter().enumerate() {
            let is_own = self.article_of(hit.phrase) == article;
            if rank >= COMPARED && (!is_own || own_left == 0) {
                continue;
            }
            let likeness = self.likeness_of(hit.phrase, vector);
            best = best.max(likeness);
            if is_own {
                own = own.max(likeness);
                own_left = own_left.saturating_sub(1);
            }
        }
        (own, best)
    }

    fn likeness_of(&self, phrase: usize, vector: &Sparse) -> f32 {
        if let Some(kept) = self.vectors.get(phrase) {
            return cosine(kept, vector);
        }
        self.phrases.get(phrase).map_or(0.0, |(text, _)| {
            cosine(&self.vectorizer.vector(&Analysis::of_folded(text)), vector)
        })
    }

    /// The best article gets the calibrated probability; what is left goes to the others in
    /// proportion, none of them above it.
    fn calibrated(&self, fused: &[Fused], signals: &Signals) -> Vec<Ranked> {
        let top = self.calibrator.probability(signals);
        let first = fused
            .first()
            .map_or(1.0, |f| f64::from(f.probability))
            .max(1e-9);
        let rest = (1.0 - first).max(1e-9);
        let share = |f: &Fused| f64::from(f.probability) / rest * (1.0 - top);
        (0..)
            .zip(fused)
            .map(|(place, f)| Ranked {
                article: f.article,
                score: f64::from(f.raw),
                probability: if place == 0 { top } else { share(f).min(top) },
            })
            .collect()
    }

    /// Goes by the meaning too, as this encoder has it. Phrases that the ranker `before` knew are not read
    /// again. `None` when `go_on` said no.
    #[must_use]
    pub fn understanding(
        mut self,
        encoder: &Arc<Encoder>,
        before: Option<&Self>,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let before = before.and_then(|before| Some((before.meaning.as_ref()?, &*before.phrases)));
        let articles = self.examples.len();
        self.meaning = Some(Meaning::build(
            encoder,
            &self.phrases,
            articles,
            before,
            go_on,
        )?);
        Some(self)
    }

    /// Takes another calibrator.
    #[must_use]
    pub fn with_calibrator(mut self, calibrator: Calibrator) -> Self {
        self.calibrator = calibrator;
        self
    }
}

#[cfg(test)]
mod tests;
