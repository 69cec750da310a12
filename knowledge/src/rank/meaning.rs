//! What a model of sentences makes of the articles' phrases and of a text.

use std::collections::HashMap;
use std::sync::Arc;

use crate::embed::{Encoder, Vector};
use crate::rank::Phrase;
use crate::rank::dense::Dense;
use crate::rank::directions::{Direction, Directions, nearness};
use crate::rank::softmax::MOST_CLASSES;

/// Bases with more phrases measure only those that share words with the text: half a kilobyte is read for
/// each.
const ALL_MEASURED: usize = 100_000;
/// Where there is no classifier: a text that is the same as a phrase against one that has nothing to do
/// Texts whose vectors are made at once.
const AT_ONCE: usize = 4_096;
/// with it is this many log odds.
const SHARPNESS: f32 = 20.0;

/// The phrases' vectors with a classifier over them.
pub(crate) struct Meaning {
    encoder: Arc<Encoder>,
    vectors: Directions,
    classifier: Option<Dense>,
}

/// Phrases with what was made of them.
pub(crate) type Read<'r> = (&'r Meaning, &'r [Phrase]);

/// What a text means, seen from the articles.
pub(crate) struct Sense {
    /// Each article's score; their softmax are shares.
    pub(crate) scores: Vec<f32>,
    /// How near each article's nearest phrase is, from -1 to 1.
    pub(crate) near: Vec<f32>,
}

impl Sense {
    /// Without the articles that may not be shown: what is near one of them says nothing about the others.
    pub(crate) fn only(mut self, allowed: &dyn Fn(usize) -> bool) -> Self {
        for (article, (score, near)) in self.scores.iter_mut().zip(&mut self.near).enumerate() {
            if !allowed(article) {
                (*score, *near) = (f32::NEG_INFINITY, -1.0);
            }
        }
        self
    }
}

impl Meaning {
    /// Reads all phrases and learns which article they belong to; what was read `before` is not read
    /// again. `None` when `go_on` said no.
    pub(crate) fn build(
        encoder: &Arc<Encoder>,
        phrases: &[Phrase],
        articles: usize,
        before: Option<Read<'_>>,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let vectors = vectors(encoder, phrases, before, go_on)?;
        let mut meaning = Self {
            encoder: Arc::clone(encoder),
            vectors,
            classifier: None,
        };
        if (2..=MOST_CLASSES).contains(&articles) {
            meaning.classifier = Some(meaning.train(phrases, articles, go_on)?);
        }
        Some(meaning)
    }

    fn train(
        &self,
        phrases: &[Phrase],
        articles: usize,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Dense> {
        let all = self.vectors.rows()?;
        let labels: Vec<u32> = phrases.iter().map(|(_, article)| *article).collect();
        Dense::train(&all, &labels, articles, go_on)
    }

    /// What a text means; `found` are the phrases that share words with it.
    pub(crate) fn read(
        &self,
        text: &str,
        phrases: &[Phrase],
        articles: usize,
        found: impl Iterator<Item = usize>,
    ) -> Sense {
        let vector = self.encoder.encode(text);
        let near = self.near(&vector, phrases, articles, found);
        let scores = match &self.classifier {
            Some(classifier) => classifier.scores(&vector),
            None => near.iter().map(|near| near * SHARPNESS).collect(),
        };
        Sense { scores, near }
    }

    fn near(
        &self,
        vector: &Vector,
        phrases: &[Phrase],
        articles: usize,
        found: impl Iterator<Item = usize>,
    ) -> Vec<f32> {
        let mut text = Directions::default();
        text.push(vector);
        let mut near = vec![-1.0_f32; articles];
        let Some(text) = text.get(0) else {
            return near;
        };
        let mut measure = |phrase: usize, direction: Direction<'_>| {
            if let Some((_, article)) = phrases.get(phrase) {
                let best = &mut near[*article as usize];
                *best = best.max(nearness(direction, text));
            }
        };
        match phrases.len() > ALL_MEASURED {
            true => found.for_each(|phrase| {
                if let Some(direction) = self.vectors.get(phrase) {
                    measure(phrase, direction);
                }
            }),
            false => {
                for (phrase, direction) in self.vectors.iter().enumerate() {
                    measure(phrase, direction);
                }
            }
        }
        near
    }
}

fn vectors(
    encoder: &Encoder,
    phrases: &[Phrase],
    before: Option<Read<'_>>,
    go_on: &dyn Fn() -> bool,
) -> Option<Directions> {
    let (meaning, read) = before.map_or((None, &[][..]), |(meaning, read)| (Some(meaning), read));
    let known: HashMap<&str, Direction<'_>> = (0..)
        .zip(read)
        .filter_map(|(at, (text, _))| Some((&**text, meaning?.vectors.get(at)?)))
        .collect();
    let texts = phrases.iter().map(|(text, _)| &**text);
    let new: Vec<&str> = texts.filter(|text| !known.contains_key(text)).collect();
    let made = directions(encoder, &new, go_on)?;
    let (mut made, mut vectors) = (made.iter(), Directions::default());
    for (text, _) in phrases {
        match known.get(&**text) {
            Some(direction) => vectors.take_over(*direction),
            None => vectors.take_over(made.next()?),
        }
    }
    Some(vectors)
}

/// As bytes from the beginning: the vectors of a large base would take a gigabyte as they come.
fn directions(encoder: &Encoder, texts: &[&str], go_on: &dyn Fn() -> bool) -> Option<Directions> {
    let mut made = Directions::default();
    for part in texts.chunks(AT_ONCE) {
        let vectors = encoder.encode_all(part.iter().copied(), go_on)?;
        vectors.iter().for_each(|vector| made.push(vector));
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rank::fuse::{Opinions, fuse};
    use crate::rank::{Signals, calibrate::MeaningSignals};

    #[test]
    fn an_article_that_may_not_be_shown_makes_no_other_one_surer() {
        let sense = Sense {
            scores: vec![0.0, 9.0, 1.0],
            near: vec![0.1, 0.9, 0.2],
        };
        let sense = sense.only(&|article| article != 1);
        let opinions = Opinions {
            meant: &sense.scores,
            examples: &[1; 3],
            ..Opinions::default()
        };
        let fused = fuse(opinions, &|article| article != 1);
        let seen = Signals::default().with_meaning(Some(&sense), &fused);
        let MeaningSignals {
            best, agreement, ..
        } = seen.meaning.unwrap();
        assert!((best - 0.2).abs() < 1e-6 && agreement == 1.0, "{seen:?}");
        assert_eq!(fused[0].article, 2);
    }
}
