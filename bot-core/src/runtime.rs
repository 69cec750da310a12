//! The parts that move; the only part of this crate that knows the other three.

pub mod phrase;
