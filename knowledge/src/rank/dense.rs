//! Softmax regression over sentences' vectors, one class per article, trained on its questions.
//!
//! Adam (Kingma & Ba 2015, arXiv:1412.6980) on small batches: some hundred steps reach what a full
//! optimiser reaches, within a second. It is deterministic: the same articles give the same model.

use ndarray::{Array1, Array2, Axis};

use crate::rank::softmax::{shuffle, softmax};

/// Examples of one step.
const BATCH: usize = 256;
/// Steps in all. Measured on the validation parts of CLINC150 and MASSIVE: 300 are half a point worse.
const STEPS: usize = 600;
/// The first step's size; the last is next to nothing.
const RATE: f32 = 0.1;
/// How strongly weights are pulled towards zero (1/C of the whole set).
const DECAY: f32 = 0.1;
/// How long the mean of the gradients, and that of their squares, is remembered.
const REMEMBERED: (f32, f32) = (0.9, 0.98);

/// A trained classifier.
pub(crate) struct Dense {
    /// One column an article.
    weights: Array2<f32>,
}

impl Dense {
    /// Learns to tell `classes` apart; each row of `vectors` belongs to the class at its place. `None`
    /// when `go_on` said no.
    pub(crate) fn train(
        vectors: &Array2<f32>,
        labels: &[u32],
        classes: usize,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let mut adam = Adam::new(vectors.ncols(), classes);
        let mut batches = Batches::new(labels.len());
        for step in 1..=STEPS {
            let batch = batches.next();
            let x = vectors.select(Axis(0), batch);
            let decay = DECAY / labels.len().max(1) as f32;
            let gradient = x.t().dot(&adam.off(&x, labels, batch)) + &adam.weights * decay;
            adam.step(step, &gradient);
            if !go_on() {
                return None;
            }
        }
        Some(Self {
            weights: adam.weights,
        })
    }

    /// Each class's score; their softmax are the probabilities.
    pub(crate) fn scores(&self, vector: &[f32]) -> Vec<f32> {
        let vector = Array1::from_iter(vector.iter().copied());
        vector.dot(&self.weights).to_vec()
    }
}

struct Adam {
    weights: Array2<f32>,
    mean: Array2<f32>,
    square: Array2<f32>,
}

impl Adam {
    fn new(inputs: usize, classes: usize) -> Self {
        let zeros = || Array2::zeros((inputs, classes));
        Self {
            weights: zeros(),
            mean: zeros(),
            square: zeros(),
        }
    }

    /// How far off the probabilities are, for each example of a batch and each class.
    fn off(&self, x: &Array2<f32>, labels: &[u32], batch: &[usize]) -> Array2<f32> {
        let mut off = x.dot(&self.weights);
        for (mut row, example) in off.rows_mut().into_iter().zip(batch) {
            if let Some(shares) = row.as_slice_mut() {
                softmax(shares);
            }
            row[labels[*example] as usize] -= 1.0;
            row /= batch.len() as f32;
        }
        off
    }

    fn step(&mut self, step: usize, gradient: &Array2<f32>) {
        let (keep, keep_square) = REMEMBERED;
        let rate = RATE * (1.0 - step as f32 / (STEPS + 1) as f32);
        // Both means begin at zero, and are too small by so much in the beginning.
        let (young, young_square) = (
            1.0 - keep.powi(step as i32),
            1.0 - keep_square.powi(step as i32),
        );
        ndarray::Zip::from(&mut self.weights)
            .and(&mut self.mean)
            .and(&mut self.square)
            .and(gradient)
            .for_each(|weight, mean, square, gradient| {
                *mean = keep * *mean + (1.0 - keep) * gradient;
                *square = keep_square * *square + (1.0 - keep_square) * gradient * gradient;
                *weight -= rate * (*mean / young) / ((*square / young_square).sqrt() + 1e-8);
            });
    }
}

/// The examples in ever new orders, some at a time.
struct Batches {
    order: Vec<u32>,
    batch: Vec<usize>,
    at: usize,
    round: u64,
}

impl Batches {
    fn new(examples: usize) -> Self {
        Self {
            order: (0_u32..).take(examples).collect(),
            batch: Vec::new(),
            at: examples,
            round: 0,
        }
    }

    fn next(&mut self) -> &[usize] {
        let size = BATCH.min(self.order.len());
        if self.at + size > self.order.len() {
            shuffle(&mut self.order, self.round);
            self.round += 1;
            self.at = 0;
        }
        let batch = &self.order[self.at..self.at + size];
        self.batch = batch.iter().map(|example| *example as usize).collect();
        self.at += size;
        &self.batch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corners() -> (Array2<f32>, Vec<u32>) {
        let rows = [[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]];
        (ndarray::arr2(&rows), vec![0, 0, 1, 1])
    }

    #[test]
    fn it_learns_which_corner_is_whose() {
        let (vectors, labels) = corners();
        let model = Dense::train(&vectors, &labels, 2, &|| true).unwrap();
        let scores = model.scores(&[0.8, 0.2]);
        assert!(scores[0] > scores[1] + 1.0, "{scores:?}");
        assert_eq!(
            scores,
            Dense::train(&vectors, &labels, 2, &|| true)
                .unwrap()
                .scores(&[0.8, 0.2])
        );
    }

    #[test]
    fn it_stops_when_nobody_waits_for_it() {
        let (vectors, labels) = corners();
        assert!(Dense::train(&vectors, &labels, 2, &|| false).is_none());
    }
}
