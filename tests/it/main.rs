//! The product's integration tests: one binary, spoken in the product's own words.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod channels;
mod console;
#[cfg(debug_assertions)]
mod crash;
mod demo;
mod desk;
mod house;
mod jobs;
mod kb;
mod kb_import;
#[path = "../../examples/line_chat/line_chat.rs"]
mod line_chat;
mod line_guests;
mod nodes;
mod operations;
mod process;
mod recall;
mod slots;
mod store;
mod widget;
mod windows;
