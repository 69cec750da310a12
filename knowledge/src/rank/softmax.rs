//! Softmax regression over the articles, one class per article, trained on its questions.
//!
//! Training is stochastic gradient descent with step sizes that shrink per feature; the weights
//! that matter are then kept as bytes. Both are deterministic: the same articles give the same
//! model.

use crate::rank::features::Sparse;

/// How the classifier is trained.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Training {
    /// Passes over all examples.
    pub(crate) passes: usize,
    /// The first step's size.
    pub(crate) step: f32,
    /// How strongly weights are pulled towards zero (1/C of the whole set).
    pub(crate) decay: f32,
    /// Share of an example's probability that is spread over all classes.
    pub(crate) smoothing: f32,
}

impl Default for Training {
    fn default() -> Self {
        Self {
            passes: 12,
            step: 2.0,
            decay: 1.0 / 30.0,
            smoothing: 0.05,
        }
    }
}

/// A trained classifier.
#[derive(Debug)]
pub(crate) struct Softmax {
    /// Where each feature's weights begin in `cells`; one more than there are features.
    rows: Vec<u32>,
    /// Class and weight, in units of the feature's scale.
    cells: Vec<(u16, i8)>,
    scales: Vec<f32>,
    /// The classes' own log odds, by their number of examples.
    bias: Vec<f32>,
}

/// An example: its vector, and the class it belongs to.
pub(crate) type Example = (Sparse, usize);

/// Weights below this share of the feature's largest are dropped.
const NEGLIGIBLE: f32 = 0.02;
/// Most classes that a classifier can tell apart.
pub(crate) const MOST_CLASSES: usize = 2_000;

impl Softmax {
    /// Learns to tell `classes` apart from the examples. `go_on` is asked after each pass.
    pub(crate) fn train(
        examples: &[Example],
        features: usize,
        classes: usize,
        training: Training,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let mut trainer = Trainer::new(examples, features, classes, training);
        for pass in 0..training.passes {
            trainer.pass(pass);
            if !go_on() {
                return None;
            }
        }
        Some(trainer.finish())
    }

    /// Each class's score; their softmax are the probabilities.
    pub(crate) fn scores(&self, text: &Sparse) -> Vec<f32> {
        let mut scores = self.bias.clone();
        for (feature, value) in text {
            let feature = *feature as usize;
            let (Some(from), Some(to)) = (self.rows.get(feature), self.rows.get(feature + 1))
            else {
                continue;
            };
            let unit = value * self.scales[feature];
            for (class, weight) in &self.cells[*from as usize..*to as usize] {
                scores[*class as usize] += unit * f32::from(*weight);
            }
        }
        scores
    }
}

struct Trainer<'e> {
    examples: &'e [Example],
    classes: usize,
    training: Training,
    weights: Vec<f32>,
    /// Sum of squared gradients per feature (`AdaGrad`, one rate per row).
    squares: Vec<f32>,
    order: Vec<u32>,
    scores: Vec<f32>,
}

impl<'e> Trainer<'e> {
    fn new(examples: &'e [Example], features: usize, classes: usize, training: Training) -> Self {
        Self {
            examples,
            classes,
            training,
            weights: vec![0.0; features * classes],
            squares: vec![0.0; features],
            order: (0_u32..).take(examples.len()).collect(),
            scores: vec![0.0; classes],
        }
    }

    fn pass(&mut self, pass: usize) {
        shuffle(&mut self.order, pass as u64);
        let left = 1.0 - pass as f32 / self.training.passes as f32;
        for at in 0..self.order.len() {
            let (vector, class) = &self.examples[self.order[at] as usize];
            self.learn(vector, *class, self.training.step * left.max(0.1));
        }
    }

    /// One step downhill on one example.
    fn learn(&mut self, vector: &Sparse, class: usize, step: f32) {
        self.score(vector);
        self.gradient(class);
        let size: f32 = self.scores.iter().map(|g| g * g).sum();
        let shrink = self.training.decay / self.examples.len() as f32;
        for (feature, value) in vector {
            let feature = *feature as usize;
            self.squares[feature] += value * value * size;
            let rate = step / (1.0 + self.squares[feature].sqrt());
            let row = &mut self.weights[feature * self.classes..][..self.classes];
            let (pull, push) = (1.0 - rate * shrink, rate * value);
            for (weight, gradient) in row.iter_mut().zip(&self.scores) {
                *weight = *weight * pull - push * gradient;
            }
        }
    }

    fn score(&mut self, vector: &Sparse) {
        self.scores.fill(0.0);
        for (feature, value) in vector {
            let row = &self.weights[*feature as usize * self.classes..][..self.classes];
            for (score, weight) in self.scores.iter_mut().zip(row) {
                *score += value * weight;
            }
        }
    }

    /// Turns the scores into probabilities, less what they should be.
    fn gradient(&mut self, class: usize) {
        softmax(&mut self.scores);
        let spread = self.training.smoothing / self.classes as f32;
        self.scores.iter_mut().for_each(|score| *score -= spread);
        self.scores[class] -= 1.0 - self.training.smoothing;
    }

    /// Keeps what matters, as bytes. What all classes share moves no probability: the middle of
    /// a row is taken off first, so that most weights vanish.
    fn finish(self) -> Softmax {
        let mut model = Softmax {
            rows: vec![0],
            cells: Vec::new(),
            scales: Vec::new(),
            bias: vec![0.0; self.classes],
        };
        for row in self.weights.chunks_exact(self.classes.max(1)) {
            model.push_row(row);
        }
        model.cells.shrink_to_fit();
        model
    }
}

impl Softmax {
    fn push_row(&mut self, row: &[f32]) {
        let middle = median(row);
        let largest = row.iter().map(|w| (w - middle).abs()).fold(0.0, f32::max);
        let scale = largest / f32::from(i8::MAX);
        for (class, weight) in (0_u16..).zip(row) {
            let apart = weight - middle;
            if apart.abs() > largest * NEGLIGIBLE {
                self.cells.push((class, (apart / scale).round() as i8));
            }
        }
        self.scales.push(scale);
        self.rows.push(self.cells.len() as u32);
    }
}

fn median(row: &[f32]) -> f32 {
    let mut sorted = row.to_vec();
    let half = sorted.len() / 2;
    if sorted.is_empty() {
        return 0.0;
    }
    *sorted.select_nth_unstable_by(half, f32::total_cmp).1
}

/// Scores become probabilities, in place; an empty slice stays empty.
pub(crate) fn softmax(scores: &mut [f32]) {
    let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - top).exp();
        sum += *score;
    }
    if sum > 0.0 {
        scores.iter_mut().for_each(|score| *score /= sum);
    }
}

/// Fisher–Yates with a small fixed generator (SplitMix64): training must be repeatable.
pub(crate) fn shuffle(order: &mut [u32], seed: u64) {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    for at in (1..order.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        order.swap(at, ((z ^ (z >> 31)) % (at as u64 + 1)) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples() -> Vec<Example> {
        vec![
            (vec![(0, 1.0), (2, 0.5)], 0),
            (vec![(0, 0.8), (3, 0.5)], 0),
            (vec![(1, 1.0), (2, 0.5)], 1),
            (vec![(1, 0.8), (3, 0.5)], 1),
        ]
    }

    #[test]
    fn learns_what_tells_classes_apart() {
        let model = Softmax::train(&examples(), 4, 2, Training::default(), &|| true).unwrap();
        let scores = model.scores(&vec![(0, 1.0)]);
        assert!(scores[0] > scores[1] + 1.0, "{scores:?}");
        let scores = model.scores(&vec![(1, 1.0), (3, 1.0)]);
        assert!(scores[1] > scores[0] + 1.0, "{scores:?}");
    }

    #[test]
    fn stops_when_it_is_not_wanted_any_more() {
        assert!(Softmax::train(&examples(), 4, 2, Training::default(), &|| false).is_none());
    }

    #[test]
    fn trains_on_nothing_and_on_one_class() {
        for classes in 0..2 {
            let model = Softmax::train(&[], 0, classes, Training::default(), &|| true).unwrap();
            assert_eq!(model.scores(&vec![(7, 1.0)]), vec![0.0; classes]);
        }
    }

    #[test]
    fn softmax_survives_huge_and_missing_scores() {
        let mut scores = [1e30, -1e30, 0.0];
        softmax(&mut scores);
        assert_eq!(scores, [1.0, 0.0, 0.0]);
        softmax(&mut []);
    }
}
