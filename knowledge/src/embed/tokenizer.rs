//! Cuts a text into the pieces that the model knows: the likeliest way, each piece having its own
//! likelihood (a unigram model; Kudo 2018, arXiv:1804.10959), found by Viterbi's algorithm.

use fst::Map;

use crate::embed::normalizer::Normalizer;

/// Stands for a character that no piece has.
const UNKNOWN: u32 = 0;
const BEGIN: u32 = 1;
const END: u32 = 2;

/// Cuts texts.
pub(super) struct Tokenizer {
    normalizer: Normalizer,
    /// Each piece with its number.
    pieces: Map<Vec<u8>>,
    /// Each piece's log likelihood, by number.
    scores: Vec<f32>,
    unknown: f64,
}

/// The best way to a place in the text.
#[derive(Clone, Copy)]
struct Step {
    score: f64,
    from: usize,
    piece: u32,
}

impl Tokenizer {
    pub(super) fn new(normalizer: Normalizer, pieces: Map<Vec<u8>>, scores: Vec<f32>) -> Self {
        let lowest = scores.iter().copied().fold(0.0, f32::min);
        Self {
            normalizer,
            pieces,
            scores,
            unknown: f64::from(lowest) - 10.0,
        }
    }

    /// The numbers of a text's pieces between the two marks of its ends; of a long text the first `most`.
    pub(super) fn pieces(&self, text: &str, most: usize) -> Vec<u32> {
        let normalized = self.normalizer.normalize(text);
        let mut pieces = vec![BEGIN];
        match normalized.is_empty() {
            true => pieces.push(UNKNOWN),
            false => pieces.extend(self.likeliest(&normalized).into_iter().take(most)),
        }
        pieces.push(END);
        pieces
    }

    fn likeliest(&self, text: &str) -> Vec<u32> {
        let start = Step {
            score: f64::NEG_INFINITY,
            from: 0,
            piece: UNKNOWN,
        };
        let mut best = vec![start; text.len() + 1];
        best[0].score = 0.0;
        for (at, c) in text.char_indices() {
            self.leave(at, c.len_utf8(), text, &mut best);
        }
        let mut pieces = Vec::new();
        let mut at = text.len();
        while at > 0 {
            pieces.push(best[at].piece);
            at = best[at].from;
        }
        pieces.reverse();
        pieces
    }

    /// Tries every piece that begins at a place, and the unknown one where no piece is one character.
    fn leave(&self, at: usize, width: usize, text: &str, best: &mut [Step]) {
        let base = best[at].score;
        let mut is_known = false;
        let mut arrive = |length: usize, piece: u32, score: f64| {
            let step = &mut best[at + length];
            // Of two equal ways the one that was found first stays.
            if base + score > step.score {
                (step.score, step.from, step.piece) = (base + score, at, piece);
            }
        };
        for (length, piece) in self.beginning(text.as_bytes().get(at..).unwrap_or_default()) {
            is_known |= length == width;
            let score = self.scores.get(piece as usize).copied();
            arrive(length, piece, score.map_or(self.unknown, f64::from));
        }
        if !is_known {
            arrive(width, UNKNOWN, self.unknown);
        }
    }

    /// The pieces with which a text begins, with their lengths in bytes, the shortest first.
    fn beginning(&self, text: &[u8]) -> Vec<(usize, u32)> {
        let fst = self.pieces.as_fst();
        let (mut node, mut number) = (fst.root(), 0);
        let mut found = Vec::new();
        for (length, byte) in (1..).zip(text) {
            let Some(index) = node.find_input(*byte) else {
                break;
            };
            let transition = node.transition(index);
            number += transition.out.value();
            node = fst.node(transition.addr);
            if node.is_final() {
                let piece = number + node.final_output().value();
                found.push((length, u32::try_from(piece).unwrap_or(UNKNOWN)));
            }
        }
        found
    }
}
