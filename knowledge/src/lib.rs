#![doc = include_str!("../README.md")]

pub mod analyzer;
pub mod answerer;
pub mod article;
mod background;
pub mod embed;
pub mod evaluate;
pub mod explain;
pub mod export;
mod follow_up;
pub mod import;
pub mod index;
pub mod rank;
pub mod rehearse;
mod spelling;
pub mod store;
