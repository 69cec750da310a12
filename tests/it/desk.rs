//! From a message to an answer or a human's thread, on both databases.

mod again;
mod day;
