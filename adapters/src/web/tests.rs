//! Over real HTTP: a served router, a client, a door that remembers.

mod app;
mod callbacks;
mod conformance;
mod desk;
mod files;
mod messages;
mod poll;
mod refusals;
mod script;
