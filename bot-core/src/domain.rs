//! Pure types and decisions: no I/O, no clock, no randomness.

pub mod answer;
pub mod content;
pub mod delivery;
pub mod forbidden;
pub mod hours;
pub mod id;
pub mod inbound;
pub mod language;
pub mod mask;
pub mod phrase;
pub mod pick;
pub mod place;
pub mod text;
pub mod time;
