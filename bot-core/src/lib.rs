#![doc = include_str!("../README.md")]

pub mod domain;
pub mod port;
pub mod runtime;
pub mod store;
