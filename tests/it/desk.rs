//! From a message to an answer or a human's thread, on both databases.

mod again;
mod answerer;
mod breaking;
mod courier;
mod day;
mod drafts;
mod editing;
mod fallback;
mod files;
mod first;
mod flood;
mod housekeeping;
mod merging;
mod opening;
mod search;
mod thread;
mod undo;
