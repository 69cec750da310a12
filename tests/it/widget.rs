//! The website widget as a browser meets it: the real binary, real HTTP, real WebSockets.

mod conversation;
mod doors;
mod visitor;
