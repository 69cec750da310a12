//! Calls to addresses that others chose: files of customers, and pushes to an app.
//!
//! A stranger's URL must not reach what only this machine can reach. Names are resolved inside the
//! connector and refused if *any* of their addresses is not public, so that what was checked is what is
//! connected to; literal addresses are checked when the URL is read; redirects are followed by hand and
//! each of them is checked again. No proxy of the environment is used, and no credentials are sent.

mod client;
mod guard;
mod resolve;

pub use client::{FetchLimits, Fetched, Fetcher, GetError, PostError, Posted, Poster};
pub use guard::{Allowed, Guard, Refusal};
pub use resolve::{Lookup, SystemLookup};

#[cfg(test)]
mod tests;
