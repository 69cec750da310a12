//! The team room's data, as a page or a script uses it: real HTTP, both kinds of database.

mod access;
mod knowledge;
mod learning;
mod lines;
pub(crate) mod live;
pub(crate) mod office;
mod page;
mod sign_in;
mod team;
mod threads;
