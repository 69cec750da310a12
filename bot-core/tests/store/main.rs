//! The store's promises, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod accepting;
mod batches;
mod blobs;
mod desk;
mod migrations;
mod outbox;
mod sealing;
mod versions;
