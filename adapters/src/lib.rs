#![doc = include_str!("../README.md")]

pub mod fetch;
pub mod standard_webhooks;
pub mod web;
