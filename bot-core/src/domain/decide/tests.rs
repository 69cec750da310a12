//! The life of a conversation as a table: in this case, on this event, this happens.

mod answers;
mod attended;
mod commands;
mod customer;
pub(crate) mod deeds;
mod deliveries;
mod guarded;
mod handoff;
mod prompts;
pub(crate) mod scene;
mod settling;
mod suggestions;
mod team;
pub(crate) mod then;
mod timers;
