#![doc = include_str!("../README.md")]

pub mod analyzer;
pub mod answerer;
pub mod article;
mod background;
pub mod diff;
pub mod doubt;
pub mod embed;
pub mod evaluate;
pub mod explain;
pub mod export;
mod follow_up;
pub mod health;
pub mod import;
pub mod index;
pub mod keeper;
pub mod learn;
pub mod order;
pub mod rank;
pub mod regression;
pub mod rehearse;
pub mod says;
mod spelling;
pub mod store;
