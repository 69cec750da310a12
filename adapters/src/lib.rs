#![doc = include_str!("../README.md")]

pub mod standard_webhooks;
