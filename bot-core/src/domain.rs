//! Pure types and decisions: no I/O, no clock, no randomness.

pub mod answer;
pub mod command;
pub mod content;
pub mod conversation;
pub mod decide;
pub mod delivery;
pub mod draft;
pub mod effect;
pub mod event;
pub mod forbidden;
pub mod hours;
pub mod id;
pub mod inbound;
pub mod intent;
pub mod language;
pub mod mask;
pub mod phrase;
pub mod pick;
pub mod place;
pub mod policy;
pub mod prompt;
pub mod reading;
pub mod text;
pub mod ticket;
pub mod time;
pub(crate) mod wordlist;
