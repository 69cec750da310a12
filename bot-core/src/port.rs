//! The traits that the outside implements.

pub mod answerer;
