//! Pure types and decisions: no I/O, no clock, no randomness.

pub mod answer;
pub mod content;
pub mod delivery;
pub mod id;
pub mod inbound;
pub mod language;
pub mod place;
pub mod time;
