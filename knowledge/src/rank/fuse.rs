//! Two opinions become one: the classifier's and BM25's, by how many examples there are.

use crate::rank::softmax::{MOST_CLASSES, softmax};

/// An article with both opinions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fused {
    pub(crate) article: usize,
    /// Share among the allowed articles, from 0 to 1.
    pub(crate) probability: f32,
    /// The fused score before it became a share.
    pub(crate) raw: f32,
    /// BM25 as a share of a perfect phrase; 0 when it was not found.
    pub(crate) lexical: f32,
}

/// How sharply BM25 decides: a perfect phrase against a missing one is this many log odds.
const SHARPNESS: f32 = 10.0;

/// Weight of the classifier for articles with so many examples; the rest is BM25's.
///
/// With one example there is nothing to generalise from; measured on CLINC150's validation part.
fn trust(examples: f32) -> f32 {
    (examples - 1.0).max(0.0) / (examples + 1.5)
}

/// What there is to go by.
#[derive(Clone, Copy, Default)]
pub(crate) struct Opinions<'o> {
    /// What BM25 found: the best share per article.
    pub(crate) lexical: &'o [(usize, f32)],
    /// The classifier's scores over words, one per article, or none at all.
    pub(crate) classified: &'o [f32],
    /// The scores by meaning, one per article, or none at all.
    pub(crate) meant: &'o [f32],
    /// How many examples each article has.
    pub(crate) examples: &'o [u32],
}

/// Weight of the meaning beside the words. Measured on the validation parts.
const MEANT: f32 = 0.7;
/// In large bases so many articles that are near in meaning are looked at besides those that share words.
const NEAREST: usize = 100;

/// Fuses the opinions on the allowed articles; best first.
pub(crate) fn fuse(opinions: Opinions<'_>, allowed: &dyn Fn(usize) -> bool) -> Vec<Fused> {
    let mut fused: Vec<Fused> = candidates(opinions, allowed)
        .into_iter()
        .map(|article| blank(article, 0.0))
        .collect();
    place_lexical(&mut fused, opinions.lexical);
    if opinions.classified.is_empty() {
        fused.iter_mut().for_each(|f| f.raw = SHARPNESS * f.lexical);
    } else {
        mix(&mut fused, opinions.classified, opinions.examples);
    }
    if !opinions.meant.is_empty() {
        with_meaning(&mut fused, opinions.meant);
    }
    finish(&mut fused);
    fused
}

/// The articles that are looked at, in their own order: all of a base that has a classifier, otherwise
/// those that were found.
fn candidates(opinions: Opinions<'_>, allowed: &dyn Fn(usize) -> bool) -> Vec<usize> {
    let all = opinions.classified.len().max(opinions.meant.len());
    if all > 0 && all <= MOST_CLASSES {
        return (0..all).filter(|article| allowed(*article)).collect();
    }
    let mut found: Vec<usize> = (0..opinions.meant.len())
        .filter(|article| allowed(*article))
        .collect();
    let score = |article: &usize| opinions.meant[*article];
    if found.len() > NEAREST {
        found.select_nth_unstable_by(NEAREST, |a, b| score(b).total_cmp(&score(a)));
        found.truncate(NEAREST);
    }
    found.extend(opinions.lexical.iter().map(|(article, _)| *article));
    found.sort_unstable();
    found.dedup();
    found
}

fn with_meaning(fused: &mut [Fused], meant: &[f32]) {
    let by_words = log_shares(fused.iter().map(|f| f.raw));
    let by_meaning = log_shares(fused.iter().map(|f| meant[f.article]));
    for ((f, words), meaning) in fused.iter_mut().zip(by_words).zip(by_meaning) {
        f.raw = (1.0 - MEANT) * words + MEANT * meaning;
    }
}

const fn blank(article: usize, lexical: f32) -> Fused {
    Fused {
        article,
        probability: 0.0,
        raw: 0.0,
        lexical,
    }
}

/// `fused` is sorted by article.
fn place_lexical(fused: &mut [Fused], lexical: &[(usize, f32)]) {
    for (article, share) in lexical {
        if let Ok(at) = fused.binary_search_by_key(article, |f| f.article) {
            fused[at].lexical = *share;
        }
    }
}

fn mix(fused: &mut [Fused], classified: &[f32], examples: &[u32]) {
    let total: u32 = fused.iter().map(|f| examples[f.article]).sum();
    let trust = trust(total as f32 / fused.len().max(1) as f32);
    let by_classifier = log_shares(fused.iter().map(|f| classified[f.article]));
    let by_lexical = log_shares(fused.iter().map(|f| SHARPNESS * f.lexical));
    for ((f, c), l) in fused.iter_mut().zip(by_classifier).zip(by_lexical) {
        f.raw = trust * c + (1.0 - trust) * l;
    }
}

fn log_shares(scores: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut shares: Vec<f32> = scores.collect();
    softmax(&mut shares);
    shares
        .iter_mut()
        .for_each(|share| *share = share.max(1e-9).ln());
    shares
}

fn finish(fused: &mut [Fused]) {
    let mut shares: Vec<f32> = fused.iter().map(|f| f.raw).collect();
    softmax(&mut shares);
    for (f, share) in fused.iter_mut().zip(shares) {
        f.probability = share;
    }
    fused.sort_by(|a, b| b.raw.total_cmp(&a.raw).then(a.article.cmp(&b.article)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_classifier_bm25_decides() {
        let fused = fuse(
            Opinions {
                lexical: &[(3, 0.9), (1, 0.2)],
                examples: &[1; 4],
                ..Opinions::default()
            },
            &|_| true,
        );
        assert_eq!(fused.iter().map(|f| f.article).collect::<Vec<_>>(), [3, 1]);
        assert!(fused[0].probability > 0.9);
    }

    #[test]
    fn what_is_not_allowed_has_no_share() {
        let fused = fuse(
            Opinions {
                lexical: &[(0, 0.9)],
                classified: &[9.0, 1.0, 0.0],
                examples: &[9; 3],
                ..Opinions::default()
            },
            &|article| article != 0,
        );
        assert_eq!(fused.iter().map(|f| f.article).collect::<Vec<_>>(), [1, 2]);
        let sum: f32 = fused.iter().map(|f| f.probability).sum();
        assert!((sum - 1.0).abs() < 1e-5);
    }

    #[test]
    fn more_examples_mean_more_trust() {
        assert_eq!(trust(1.0), 0.0);
        assert!(trust(5.0) > trust(2.0) && trust(100.0) > 0.95);
    }
}
