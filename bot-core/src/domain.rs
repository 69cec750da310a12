//! Pure types and decisions: no I/O, no clock, no randomness.

pub mod answer;
pub mod id;
pub mod language;
