//! The arithmetic: every piece has a vector; three convolutions look at two, three and five pieces in a
//! row; the mean of both over the text goes through a last, small network.

use std::ops::Range;

use ndarray::{Array1, Array2, ArrayView1, Axis};

use crate::embed::{DIMENSIONS, Vector};

/// Width of each convolution.
pub(super) const CONVOLVED: usize = 256;
/// The convolutions: how many pieces each looks at, and how many of them come before its own.
pub(super) const ORDERS: [(usize, usize); 3] = [(2, 0), (3, 1), (5, 2)];
/// The pieces' vectors are in so many parts, each with its own scale: piece `n` is in part `n % 17`.
pub(super) const PARTS: usize = 17;

/// The pieces' vectors, as bytes; a row becomes numbers when it is needed.
pub(super) struct Table {
    pub(super) rows: Vec<u8>,
    pub(super) low: Vec<f32>,
    pub(super) scale: Vec<f32>,
}

/// `x · weights + bias`.
pub(super) struct Linear {
    pub(super) weights: Array2<f32>,
    pub(super) bias: Array1<f32>,
}

/// Brings a row to mean 0 and variance 1, then stretches and moves it.
pub(super) struct Norm {
    pub(super) gain: Array1<f32>,
    pub(super) bias: Array1<f32>,
    pub(super) epsilon: f32,
}

/// One convolution: two layers, each added to what went in.
pub(super) struct Convolution {
    pub(super) first: Linear,
    pub(super) second: Linear,
}

/// The last network, with its shortcuts.
pub(super) struct Head {
    pub(super) first: Array2<f32>,
    pub(super) past_first: Array2<f32>,
    pub(super) second: Array2<f32>,
    pub(super) third: Array2<f32>,
    pub(super) past_third: Array2<f32>,
    pub(super) fourth: Array2<f32>,
}

/// All of it.
pub(super) struct Network {
    pub(super) table: Table,
    /// What the convolutions look at, beside each other; brought to one mean and variance together.
    pub(super) project: Linear,
    pub(super) projected: Norm,
    pub(super) convolutions: Vec<Convolution>,
    pub(super) norm: Norm,
    pub(super) mean: Linear,
    pub(super) head: Head,
    pub(super) epsilon: f32,
}

impl Network {
    /// The vectors of texts that are given by their pieces.
    pub(super) fn encode(&self, texts: &[Vec<u32>]) -> Vec<Vector> {
        if texts.is_empty() {
            return Vec::new();
        }
        let bounds = bounds(texts);
        let pieces: Vec<u32> = texts.iter().flatten().copied().collect();
        let seen = self.seen(&pieces, &bounds);
        let vectors = self.head.apply(&self.mean(&seen, &bounds), self.epsilon);
        vectors.rows().into_iter().map(|row| row.to_vec()).collect()
    }

    /// What is known of each piece: its own vector, and what each convolution makes of it.
    fn seen(&self, pieces: &[u32], bounds: &[Range<usize>]) -> Array2<f32> {
        let own = self.table.rows_of(pieces);
        let mut projected = self.project.apply(&own);
        self.projected.apply(&mut projected);
        let mut parts = vec![own];
        let inputs = projected.axis_chunks_iter(Axis(1), CONVOLVED);
        for ((convolution, order), x) in self.convolutions.iter().zip(ORDERS).zip(inputs) {
            parts.push(convolution.apply(x.to_owned(), order, bounds));
        }
        let mut seen = beside(&parts);
        self.norm.apply(&mut seen);
        seen
    }

    /// The sum over each text, divided by the root of its length. The sum is taken first, so that the
    /// product has one row a text and not one a piece.
    fn mean(&self, seen: &Array2<f32>, bounds: &[Range<usize>]) -> Array2<f32> {
        let mut sums = Array2::zeros((bounds.len(), seen.ncols()));
        for (mut sum, text) in sums.rows_mut().into_iter().zip(bounds) {
            sum.assign(
                &seen
                    .slice_axis(Axis(0), text.clone().into())
                    .sum_axis(Axis(0)),
            );
        }
        let mut means = sums.dot(&self.mean.weights);
        for (mut mean, text) in means.rows_mut().into_iter().zip(bounds) {
            let length = text.len() as f32;
            mean.scaled_add(length, &self.mean.bias);
            mean /= length.sqrt();
        }
        means
    }
}

/// Where each text stands among all pieces.
fn bounds(texts: &[Vec<u32>]) -> Vec<Range<usize>> {
    let mut from = 0;
    let ranges = texts.iter().map(|text| {
        let range = from..from + text.len();
        from = range.end;
        range
    });
    ranges.collect()
}

impl Table {
    fn rows_of(&self, pieces: &[u32]) -> Array2<f32> {
        let mut rows = Array2::zeros((pieces.len(), DIMENSIONS));
        for (mut row, piece) in rows.rows_mut().into_iter().zip(pieces) {
            let piece = *piece as usize;
            let (low, scale) = (self.low[piece % PARTS], self.scale[piece % PARTS]);
            let bytes = ArrayView1::from(&self.rows[piece * DIMENSIONS..][..DIMENSIONS]);
            row.zip_mut_with(&bytes, |number, byte| {
                *number = f32::from(*byte) * scale + low
            });
        }
        rows
    }
}

impl Linear {
    fn apply(&self, x: &Array2<f32>) -> Array2<f32> {
        x.dot(&self.weights) + &self.bias
    }
}

impl Norm {
    fn apply(&self, x: &mut Array2<f32>) {
        for mut row in x.rows_mut() {
            let mean = row.mean().unwrap_or_default();
            row -= mean;
            let variance = row.dot(&row) / row.len().max(1) as f32;
            row /= (variance + self.epsilon).sqrt();
            row *= &self.gain;
            row += &self.bias;
        }
    }
}

impl Convolution {
    fn apply(
        &self,
        mut x: Array2<f32>,
        order: (usize, usize),
        bounds: &[Range<usize>],
    ) -> Array2<f32> {
        for layer in [&self.first, &self.second] {
            let made = layer.apply(&windows(&x, order, bounds));
            x.zip_mut_with(&made, |x, made| *x += made.max(0.0));
        }
        x
    }
}

/// Rows that belong together, beside each other.
pub(super) fn beside(parts: &[Array2<f32>]) -> Array2<f32> {
    let rows = parts.first().map_or(0, Array2::nrows);
    let width: usize = parts.iter().map(Array2::ncols).sum();
    let mut all = Vec::with_capacity(rows * width);
    for row in 0..rows {
        parts.iter().for_each(|part| all.extend(part.row(row)));
    }
    Array2::from_shape_vec((rows, width), all).unwrap_or_default()
}

/// Each piece's row with its neighbours' rows beside it; zeros beyond the ends of its text.
fn windows(
    x: &Array2<f32>,
    (order, before): (usize, usize),
    bounds: &[Range<usize>],
) -> Array2<f32> {
    let width = order * CONVOLVED;
    let mut windows = vec![0.0; x.nrows() * width];
    for text in bounds {
        for at in text.clone() {
            let window = &mut windows[at * width..][..width];
            for (slot, place) in window.chunks_exact_mut(CONVOLVED).enumerate() {
                let neighbour = (at + slot).checked_sub(before);
                if let Some(row) = neighbour.filter(|one| text.contains(one)) {
                    place
                        .iter_mut()
                        .zip(x.row(row))
                        .for_each(|(to, from)| *to = *from);
                }
            }
        }
    }
    Array2::from_shape_vec((x.nrows(), width), windows).unwrap_or_default()
}

impl Head {
    fn apply(&self, mean: &Array2<f32>, epsilon: f32) -> Array2<f32> {
        let relu = |x: Array2<f32>| x.mapv_into(|number| number.max(0.0));
        let first = relu(mean.dot(&self.first));
        let second = relu(mean.dot(&self.past_first) + first.dot(&self.second));
        let third = relu(second.dot(&self.third));
        let mut last = second.dot(&self.past_third) + third.dot(&self.fourth);
        last.mapv_inplace(f32::tanh);
        for mut row in last.rows_mut() {
            let length = row.dot(&row).max(epsilon).sqrt();
            row /= length;
        }
        last
    }
}
