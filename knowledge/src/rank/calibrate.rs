//! From what a ranking looks like to the probability that it is right.
//!
//! The signals speak no language and no base's words, so that one small model, trained once,
//! serves every base. How its numbers were made: `knowledge/calibration/README.md`.

use crate::rank::fuse::Fused;
use crate::rank::meaning::Sense;
use crate::rank::softmax::softmax;

/// What a ranking looks like.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Signals {
    /// Whether a classifier took part.
    pub trained: bool,
    /// Log of the best article's share.
    pub log_top: f64,
    /// Its share less the second's.
    pub margin: f64,
    /// Its fused score.
    pub raw: f64,
    /// Log of how many times its share is that of an even split among all articles.
    pub lift: f64,
    /// Log of its share over the second's.
    pub lead: f64,
    /// Its BM25 score as a share of a perfect phrase's.
    pub lexical: f64,
    /// Likeness (cosine) of its nearest phrase.
    pub own_likeness: f64,
    /// Likeness of the nearest phrase of all.
    pub best_likeness: f64,
    /// Share of the text's telling weight that the index knows.
    pub coverage: f64,
    /// 1 when BM25's best article is the same, else 0.
    pub agreement: f64,
    /// How much the text says that the index knows: the sum of its terms' telling weights.
    pub substance: f64,
    /// How many articles there are to choose from.
    pub articles: f64,
    /// What a model of sentences saw, where there is one.
    pub meaning: Option<MeaningSignals>,
}

/// What a ranking looks like to a model of sentences.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct MeaningSignals {
    /// How near the text the best article's nearest phrase is (cosine).
    pub own: f64,
    /// How near the nearest phrase of all is.
    pub best: f64,
    /// 1 when the best article by meaning alone is the same, else 0.
    pub agreement: f64,
    /// Log of the best article's share by meaning alone.
    pub log_share: f64,
}

impl MeaningSignals {
    fn of(sense: &Sense, top: usize) -> Self {
        let mut shares = sense.scores.clone();
        softmax(&mut shares);
        let largest = |numbers: &[f32]| numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let of_top = |numbers: &[f32]| numbers.get(top).copied().unwrap_or_default();
        Self {
            own: f64::from(of_top(&sense.near)),
            best: f64::from(largest(&sense.near)),
            agreement: f64::from(u8::from(of_top(&shares) >= largest(&shares))),
            log_share: f64::from(of_top(&shares).max(1e-6).ln()),
        }
    }
}

/// How many inputs the calibrator has.
pub const INPUTS: usize = 18;

impl Signals {
    /// The calibrator's inputs; none is infinite or missing.
    #[must_use]
    pub fn inputs(&self) -> [f64; INPUTS] {
        let meaning = self.meaning.unwrap_or_default();
        let inputs = [
            self.log_top.clamp(-14.0, 0.0),
            self.margin.clamp(0.0, 1.0),
            self.lexical.clamp(0.0, 1.5),
            self.own_likeness.clamp(0.0, 1.0),
            self.best_likeness.clamp(0.0, 1.0),
            self.coverage.clamp(0.0, 1.0),
            self.coverage.clamp(0.0, 1.0).powi(2),
            self.agreement.clamp(0.0, 1.0),
            (self.own_likeness - self.best_likeness).clamp(-1.0, 0.0),
            self.lift.clamp(0.0, 8.0),
            self.lead.clamp(0.0, 6.0),
            self.substance.clamp(0.0, 200.0).ln_1p(),
            self.articles.clamp(0.0, 10_000.0).ln_1p(),
            meaning.own.clamp(-1.0, 1.0),
            meaning.best.clamp(-1.0, 1.0),
            meaning.best.clamp(0.0, 1.0).powi(2),
            meaning.agreement.clamp(0.0, 1.0),
            meaning.log_share.clamp(-14.0, 0.0),
        ];
        inputs.map(|input| if input.is_finite() { input } else { 0.0 })
    }

    /// With what a model of sentences saw of it.
    pub(super) fn with_meaning(self, sense: Option<&Sense>, fused: &[Fused]) -> Self {
        let top = fused.first().map(|top| top.article);
        let meaning = sense
            .zip(top)
            .map(|(sense, top)| MeaningSignals::of(sense, top));
        Self { meaning, ..self }
    }

    /// The signals by name, for `/why`.
    #[must_use]
    pub fn named(&self) -> Vec<(String, f64)> {
        let words = [
            ("trained", f64::from(u8::from(self.trained))),
            ("log_top", self.log_top),
            ("margin", self.margin),
            ("raw", self.raw),
            ("lift", self.lift),
            ("lead", self.lead),
            ("lexical", self.lexical),
            ("own_likeness", self.own_likeness),
            ("best_likeness", self.best_likeness),
            ("coverage", self.coverage),
            ("agreement", self.agreement),
            ("substance", self.substance),
            ("articles", self.articles),
        ];
        let meaning = self.meaning.map(|meaning| {
            [
                ("own_nearness", meaning.own),
                ("best_nearness", meaning.best),
                ("meaning_agreement", meaning.agreement),
                ("meaning_log_share", meaning.log_share),
            ]
        });
        let all = words.into_iter().chain(meaning.into_iter().flatten());
        all.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// One logistic model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Logistic {
    /// Added to the weighted inputs.
    pub bias: f64,
    /// One weight per input.
    pub weights: [f64; INPUTS],
}

impl Logistic {
    /// The probability for these inputs.
    #[must_use]
    pub fn probability(&self, inputs: &[f64; INPUTS]) -> f64 {
        let sum: f64 = self.weights.iter().zip(inputs).map(|(w, x)| w * x).sum();
        1.0 / (1.0 + (-(self.bias + sum)).exp())
    }

    /// Fits a model to judged rankings by gradient descent on standardised inputs; `ridge` pulls the weights
    /// towards zero, and so towards each other where inputs say the same.
    #[must_use]
    pub fn fit(rows: &[([f64; INPUTS], bool)], ridge: f64) -> Self {
        let (means, spreads) = moments(rows);
        let standard = |x: &[f64; INPUTS]| -> [f64; INPUTS] {
            std::array::from_fn(|i| (x[i] - means[i]) / spreads[i])
        };
        let rows: Vec<_> = rows
            .iter()
            .map(|(x, y)| (standard(x), f64::from(u8::from(*y))))
            .collect();
        let fitted = descend(&rows, ridge);
        let weights: [f64; INPUTS] = std::array::from_fn(|i| fitted.weights[i] / spreads[i]);
        let moved: f64 = (0..INPUTS).map(|i| weights[i] * means[i]).sum();
        Self {
            bias: fitted.bias - moved,
            weights,
        }
    }
}

const ROUNDS: usize = 3_000;
const RATE: f64 = 0.5;

fn descend(rows: &[([f64; INPUTS], f64)], ridge: f64) -> Logistic {
    let mut model = Logistic {
        bias: 0.0,
        weights: [0.0; INPUTS],
    };
    let scale = RATE / rows.len().max(1) as f64;
    for _ in 0..ROUNDS {
        let (mut bias, mut weights) = (0.0, [0.0; INPUTS]);
        for (x, y) in rows {
            let off = model.probability(x) - y;
            bias += off;
            (0..INPUTS).for_each(|i| weights[i] += off * x[i]);
        }
        model.bias -= scale * bias;
        (0..INPUTS).for_each(|i| {
            model.weights[i] -= scale * weights[i] + RATE * ridge * model.weights[i];
        });
    }
    model
}

fn moments(rows: &[([f64; INPUTS], bool)]) -> ([f64; INPUTS], [f64; INPUTS]) {
    let count = rows.len().max(1) as f64;
    let means: [f64; INPUTS] =
        std::array::from_fn(|i| rows.iter().map(|(x, _)| x[i]).sum::<f64>() / count);
    let spreads = std::array::from_fn(|i| {
        let squares: f64 = rows.iter().map(|(x, _)| (x[i] - means[i]).powi(2)).sum();
        (squares / count).sqrt().max(1e-6)
    });
    (means, spreads)
}

/// Judges rankings: one model where a classifier took part, one where BM25 stood alone, one where the
/// meaning was known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibrator {
    /// For rankings in which a classifier took part.
    pub trained: Logistic,
    /// For rankings by BM25 alone.
    pub lexical: Logistic,
    /// For rankings in which a model of sentences took part.
    pub meant: Logistic,
}

impl Calibrator {
    /// The probability that the best article is right.
    #[must_use]
    pub fn probability(&self, signals: &Signals) -> f64 {
        let model = match (signals.meaning, signals.trained) {
            (Some(_), _) => &self.meant,
            (None, true) => &self.trained,
            (None, false) => &self.lexical,
        };
        let known = match signals.meaning {
            Some(_) => 1.0,
            None => (signals.coverage.max(0.0) / MOSTLY_STRANGE).clamp(LEAST_KNOWN, 1.0),
        };
        model.probability(&signals.inputs()) * known
    }
}

/// Below this coverage most of what a text says is strange to the articles, and what the words that are
/// left point to is right three times in five at the most, whatever the calibrator says (the validation
/// parts, cut into bases of 3 to 150 articles; with a model of sentences it is four times in five, and
/// the probability stays).
const MOSTLY_STRANGE: f64 = 0.2;
/// So much of the probability is left in any case: the article may still be offered as a choice.
const LEAST_KNOWN: f64 = 0.6;

impl Default for Calibrator {
    /// The numbers that `cargo run --release --example calibrate` printed.
    fn default() -> Self {
        Self {
            trained: Logistic {
                bias: -5.131,
                weights: [
                    0.536, 1.505, 0.765, 2.062, 2.07, 0.352, 0.083, 0.461, 3.598, -0.505, 0.535,
                    0.327, 0.684, 0.0, 0.0, 0.0, 0.0, 0.0,
                ],
            },
            lexical: Logistic {
                bias: -5.705,
                weights: [
                    0.249, 4.638, -5.927, 3.393, 3.342, 1.753, -0.597, 1.104, 10.777, 1.242,
                    -0.495, 0.337, 0.005, 0.0, 0.0, 0.0, 0.0, 0.0,
                ],
            },
            meant: Logistic {
                bias: -2.908,
                weights: [
                    0.119, 0.570, 0.739, 0.797, 0.834, 0.030, 0.020, 0.328, 1.331, 0.082, 0.143,
                    0.062, -0.013, 0.957, 0.875, 0.679, 0.425, 0.144,
                ],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fitting_finds_what_tells_right_from_wrong() {
        let row = |x: f64, y: bool| {
            let mut inputs = [0.0; INPUTS];
            inputs[1] = x;
            (inputs, y)
        };
        let rows: Vec<_> = (0..200)
            .map(|i| row(f64::from(i) / 200.0, i > 100))
            .collect();
        let model = Logistic::fit(&rows, 1e-4);
        assert!(model.probability(&rows[10].0) < 0.1);
        assert!(model.probability(&rows[190].0) > 0.9);
    }

    #[test]
    fn missing_numbers_give_a_probability_all_the_same() {
        let signals = Signals {
            log_top: f64::NAN,
            margin: f64::INFINITY,
            raw: f64::NEG_INFINITY,
            ..Signals::default()
        };
        let probability = Calibrator::default().probability(&signals);
        assert!((0.0..=1.0).contains(&probability));
    }

    #[test]
    fn fitting_nothing_is_harmless() {
        assert!(
            Logistic::fit(&[], 1e-4)
                .probability(&[1.0; INPUTS])
                .is_finite()
        );
    }
}
