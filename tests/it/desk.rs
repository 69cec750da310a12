//! From a message to an answer or a human's thread, on both databases.

mod answerer;
mod breaking;
mod courier;
mod day;
mod first;
mod opening;
mod thread;
mod undo;
