//! From a message to an answer or a human's thread, on both databases.

mod day;
mod editing;
mod fallback;
mod files;
mod flood;
mod housekeeping;
mod merging;
mod search;
