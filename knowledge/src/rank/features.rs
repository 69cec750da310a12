//! TF-IDF vectors over words and pieces of words.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::analyzer::Analysis;
use crate::background;

/// A sparse vector: feature numbers in rising order, each with its weight.
pub(crate) type Sparse = Vec<(u32, f32)>;

/// Pieces of a word from this length …
const PIECE_FROM: usize = 2;
/// … to this one, the word's edges counting as characters.
const PIECE_TO: usize = 4;
/// Neighbouring unspaced characters, up to so many.
const HAN_TO: usize = 3;

/// Turns texts into vectors; the vocabulary is that of the articles it was fitted on.
#[derive(Debug, Default)]
pub(crate) struct Vectorizer {
    vocabulary: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
    idf: Vec<f32>,
}

/// How large a vocabulary may become.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VocabularyLimit {
    /// Features found in fewer phrases are left out.
    pub(crate) min_phrases: u32,
    /// Of the rest, the most frequent are kept.
    pub(crate) features: usize,
}

impl Vectorizer {
    /// Learns the vocabulary and how telling each feature is.
    pub(crate) fn fit<'a>(
        phrases: impl Iterator<Item = &'a Analysis>,
        limit: VocabularyLimit,
    ) -> Self {
        let mut frequency: HashMap<u64, u32, BuildHasherDefault<Hashed>> = HashMap::default();
        let mut total = 0_usize;
        for phrase in phrases {
            total += 1;
            for (feature, _, _) in counted(phrase) {
                *frequency.entry(feature).or_default() += 1;
            }
        }
        Self::select(frequency.into_iter().collect(), total, limit)
    }

    fn select(mut found: Vec<(u64, u32)>, total: usize, limit: VocabularyLimit) -> Self {
        found.retain(|(_, phrases)| *phrases >= limit.min_phrases);
        // The order must not depend on the map's: the same articles give the same model.
        found.sort_unstable_by_key(|(feature, phrases)| (std::cmp::Reverse(*phrases), *feature));
        found.truncate(limit.features);
        let elsewhere = elsewhere();
        let idf = found.iter().map(|(feature, phrases)| {
            let with = elsewhere.get(feature).copied().unwrap_or_default();
            idf(total as f32 + background::QUESTIONS, *phrases as f32 + with)
        });
        Self {
            idf: idf.collect(),
            vocabulary: (0_u32..)
                .zip(&found)
                .map(|(number, (feature, _))| (*feature, number))
                .collect(),
        }
    }

    /// How many features there are.
    pub(crate) const fn len(&self) -> usize {
        self.idf.len()
    }

    /// The vector of a text: its words and its pieces, each part of length one.
    pub(crate) fn vector(&self, text: &Analysis) -> Sparse {
        let mut parts: [Sparse; 2] = [Vec::new(), Vec::new()];
        for (feature, part, count) in counted(text) {
            if let Some(number) = self.vocabulary.get(&feature) {
                let weight = (1.0 + (count as f32).ln()) * self.idf[*number as usize];
                parts[part as usize].push((*number, weight));
            }
        }
        parts.iter_mut().for_each(normalise);
        let mut whole = parts.concat();
        whole.sort_unstable_by_key(|(number, _)| *number);
        whole
    }
}

/// The scalar product of two vectors.
pub(crate) fn dot(a: &Sparse, b: &Sparse) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some((x, v)), Some((y, w))) = (a.get(i), b.get(j)) {
        if x == y {
            sum += v * w;
        }
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    sum
}

/// The cosine of the angle between two vectors: 1 for the same direction, 0 without an overlap.
pub(crate) fn cosine(a: &Sparse, b: &Sparse) -> f32 {
    let length = (square(a) * square(b)).sqrt();
    if length > 0.0 {
        dot(a, b) / length
    } else {
        0.0
    }
}

/// The square of a vector's length.
fn square(vector: &Sparse) -> f32 {
    vector.iter().map(|(_, weight)| weight * weight).sum()
}

fn normalise(part: &mut Sparse) {
    let length = square(part).sqrt();
    if length > 0.0 {
        part.iter_mut().for_each(|(_, w)| *w /= length);
    }
}

fn idf(total: f32, with: f32) -> f32 {
    ((1.0 + total) / (1.0 + with)).ln() + 1.0
}

/// In how many questions that people ask elsewhere each feature of a common term occurs: as in the
/// most common term that has it.
fn elsewhere() -> HashMap<u64, f32, BuildHasherDefault<Hashed>> {
    let mut with: HashMap<u64, f32, BuildHasherDefault<Hashed>> = HashMap::default();
    for (term, questions) in background::terms() {
        for (feature, _, _) in counted(&Analysis::of_folded(term)) {
            let most = with.entry(feature).or_default();
            *most = most.max(questions);
        }
    }
    with
}

/// The part of the vector to which a feature belongs.
#[derive(Clone, Copy)]
enum Part {
    Words = 0,
    Pieces = 1,
}

/// The features of a text with their part and how often they occur.
fn counted(text: &Analysis) -> Vec<(u64, Part, u32)> {
    let mut all: Vec<(u64, Part)> = Vec::with_capacity(128);
    push_words(&text.stems, &mut all);
    text.words
        .iter()
        .for_each(|word| push_pieces(word, &mut all));
    text.runs.iter().for_each(|run| push_run(run, &mut all));
    all.sort_unstable_by_key(|(feature, _)| *feature);
    all.chunk_by(|a, b| a.0 == b.0)
        .map(|same| (same[0].0, same[0].1, same.len() as u32))
        .collect()
}

fn push_words(stems: &[String], all: &mut Vec<(u64, Part)>) {
    for stem in stems {
        all.push((hash('w', stem.chars()), Part::Words));
    }
    for pair in stems.windows(2) {
        let both = pair[0].chars().chain([' ']).chain(pair[1].chars());
        all.push((hash('w', both), Part::Words));
    }
}

fn push_pieces(word: &str, all: &mut Vec<(u64, Part)>) {
    let edged: Vec<char> = [' '].into_iter().chain(word.chars()).chain([' ']).collect();
    for length in PIECE_FROM..=PIECE_TO {
        for piece in edged.windows(length) {
            all.push((hash('p', piece.iter().copied()), Part::Pieces));
        }
    }
}

/// Single characters count as words too: else one Latin word in a Chinese sentence would weigh as
/// much as the whole rest.
fn push_run(run: &[char], all: &mut Vec<(u64, Part)>) {
    for c in run {
        all.push((hash('w', [*c].into_iter()), Part::Words));
    }
    for length in 1..=HAN_TO {
        for piece in run.windows(length) {
            all.push((hash('h', piece.iter().copied()), Part::Pieces));
        }
    }
}

/// FNV-1a over the characters, with a last stir so that the low bits are good too.
fn hash(kind: char, text: impl Iterator<Item = char>) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for c in [kind].into_iter().chain(text) {
        state = (state ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3);
    }
    (state ^ (state >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Keys are hashes already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hashed: u64) {
        self.0 = hashed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: VocabularyLimit = VocabularyLimit {
        min_phrases: 1,
        features: 1_000,
    };

    fn vectorizer(texts: &[&str]) -> (Vectorizer, Vec<Sparse>) {
        let analyses: Vec<_> = texts.iter().map(|text| Analysis::of(text)).collect();
        let fitted = Vectorizer::fit(analyses.iter(), ALL);
        let vectors = analyses.iter().map(|a| fitted.vector(a)).collect();
        (fitted, vectors)
    }

    #[test]
    fn like_texts_are_near_and_others_are_far() {
        let (_, vectors) = vectorizer(&["return an order", "returning orders", "opening hours"]);
        let near = cosine(&vectors[0], &vectors[1]);
        let far = cosine(&vectors[0], &vectors[2]);
        assert!(near > 0.4 && far < 0.2, "{near} {far}");
        assert!((cosine(&vectors[0], &vectors[0]) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn an_unknown_text_has_an_empty_vector_and_no_similarity() {
        let (fitted, vectors) = vectorizer(&["退货"]);
        let unknown = fitted.vector(&Analysis::of("hello"));
        assert!(unknown.is_empty());
        assert_eq!(cosine(&unknown, &vectors[0]), 0.0);
    }

    #[test]
    fn the_vocabulary_keeps_the_most_frequent() {
        let analyses = [Analysis::of("甲乙"), Analysis::of("甲丙")];
        let limit = VocabularyLimit {
            min_phrases: 1,
            features: 2,
        };
        let fitted = Vectorizer::fit(analyses.iter(), limit);
        assert_eq!(fitted.len(), 2);
        assert_eq!(fitted.vector(&analyses[0]).len(), 2);
    }
}
