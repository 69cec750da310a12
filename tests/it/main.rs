//! The product's integration tests: one binary, spoken in the product's own words.

mod desk;
mod house;
