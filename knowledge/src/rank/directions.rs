//! Vectors as bytes: a quarter of the memory, and near enough.

use ndarray::Array2;

use crate::embed::DIMENSIONS;

/// One direction: its bytes, and what a byte's unit is.
pub(super) type Direction<'d> = (&'d [i8], f32);

/// Directions in bytes, one after the other, and what a byte's unit is in each.
#[derive(Default)]
pub(super) struct Directions {
    bytes: Vec<i8>,
    units: Vec<f32>,
}

impl Directions {
    pub(super) fn push(&mut self, vector: &[f32]) {
        let largest = vector
            .iter()
            .fold(f32::EPSILON, |largest, x| largest.max(x.abs()));
        let unit = largest / f32::from(i8::MAX);
        self.bytes
            .extend(vector.iter().map(|x| (x / unit).round() as i8));
        self.units.push(unit);
    }

    pub(super) fn get(&self, at: usize) -> Option<Direction<'_>> {
        let bytes = self.bytes.chunks_exact(DIMENSIONS).nth(at)?;
        Some((bytes, *self.units.get(at)?))
    }

    pub(super) fn take_over(&mut self, (bytes, unit): Direction<'_>) {
        self.bytes.extend_from_slice(bytes);
        self.units.push(unit);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Direction<'_>> {
        let rows = self.bytes.chunks_exact(DIMENSIONS);
        rows.zip(self.units.iter().copied())
    }

    /// All of them as numbers, a row each.
    pub(super) fn rows(&self) -> Option<Array2<f32>> {
        let numbers = self
            .iter()
            .flat_map(|(bytes, unit)| bytes.iter().map(move |byte| f32::from(*byte) * unit));
        Array2::from_shape_vec((self.units.len(), DIMENSIONS), numbers.collect()).ok()
    }
}

/// How near two directions are, from -1 to 1.
pub(super) fn nearness(a: Direction<'_>, b: Direction<'_>) -> f32 {
    let pairs = a.0.iter().zip(b.0);
    let sum: i32 = pairs.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
    sum as f32 * a.1 * b.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::nearness as exact_nearness;

    fn packed(vectors: &[Vec<f32>]) -> Directions {
        let mut packed = Directions::default();
        vectors.iter().for_each(|vector| packed.push(vector));
        packed
    }

    #[test]
    fn bytes_are_as_near_as_numbers() {
        let vector = |turn: f32| -> Vec<f32> {
            let numbers: Vec<f32> = (0..512).map(|n| (n as f32 * 0.7 + turn).sin()).collect();
            let length = exact_nearness(&numbers, &numbers).sqrt();
            numbers.iter().map(|number| number / length).collect()
        };
        let both = [vector(0.0), vector(0.4)];
        let exact = exact_nearness(&both[0], &both[1]);
        let packed = packed(&both);
        let near = nearness(packed.get(0).unwrap(), packed.get(1).unwrap());
        assert!((exact - near).abs() < 0.005, "{exact} {near}");
        let row = packed.rows().unwrap().row(1).to_vec();
        assert!(exact_nearness(&row, &both[1]) > 0.9999);
    }

    #[test]
    fn nothing_is_near_nothing() {
        let nothing = packed(&[vec![0.0; 512]]);
        let nothing = nothing.get(0).unwrap();
        assert_eq!(nearness(nothing, nothing), 0.0);
    }
}
