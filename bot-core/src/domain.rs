//! Pure types and decisions: no I/O, no clock, no randomness.

pub mod answer;
pub mod forbidden;
pub mod hours;
pub mod id;
pub mod language;
pub mod mask;
pub mod pick;
pub mod text;
pub mod time;
