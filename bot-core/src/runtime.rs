//! The parts that move: intake, desk, courier, slots, timers, files, jobs, and the loops around their steps.
//! The only part of this crate that knows the other three.

pub mod bulletin;
pub mod core;
pub mod corrections;
pub mod courier;
pub mod crash;
pub mod desk;
pub mod engine;
pub mod feed;
pub mod files;
pub mod housekeeping;
pub mod intake;
pub mod jobs;
pub mod lanes;
pub mod leases;
pub mod listening;
pub mod nodes;
pub mod phrase;
pub mod relay;
pub mod signals;
pub mod slots;
pub mod supervisor;
pub mod team_room;
pub mod timers;
