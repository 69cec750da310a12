//! The website widget as a browser meets it: the real binary, real HTTP, real `WebSocket`s.

mod conversation;
mod doors;
pub(crate) mod visitor;
