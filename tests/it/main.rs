//! The product's integration tests: one binary, spoken in the product's own words.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod desk;
mod house;
mod kb;
mod store;
