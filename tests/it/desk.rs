//! From a message to an answer or a human's thread, on both databases.

mod again;
mod answerer;
mod breaking;
mod courier;
mod day;
mod editing;
mod files;
mod first;
mod merging;
mod opening;
mod thread;
mod undo;
