//! The traits that the outside implements, each with its double beside it.

pub mod answerer;
pub mod articles;
pub mod breach;
pub mod clock;
pub mod command;
pub mod intake;
pub mod job;
pub mod platform;
pub mod slot;
