//! The team room page, used as agents use it: at three sizes, in both languages, all day long.

mod day;
mod drafts;
pub(super) mod injection;
mod knowledge;
mod network;
mod office;
mod people;
mod reading;
mod writing;
