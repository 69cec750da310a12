//! frontdesk: a customer-service bot framework in one binary.

pub mod cli;
pub mod config;
pub mod demo;
pub mod health;
pub mod model;
mod pdf;
mod peer;
pub mod run;
pub mod telemetry;
pub mod wiring;

pub use wiring::Frontdesk;
