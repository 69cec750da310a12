//! What is kept: one file per family of tables, over SQLite or PostgreSQL with the same SQL text.

pub mod attachment;
pub mod blob;
pub mod board;
pub mod case;
pub mod census;
mod error;
pub mod fact;
pub mod handoff;
pub mod identity;
pub mod inbox;
pub mod job;
mod keyring;
pub mod lease;
mod lender;
pub mod message;
pub mod outbox;
mod pool;
pub mod record;
mod seal;
pub mod search;
pub mod session;
pub mod slot;
mod sqlite;
mod sqlite_link;
pub mod staff;
pub mod thread;
pub mod timer;
pub mod upload;
pub mod window;
mod writer;

pub use error::StoreError;
pub use keyring::Keyring;
pub use pool::{Db, Run, StorageUrl, Tx};
pub use seal::{DataKey, KeyError, MasterKey, Sealed, Spot};
pub use sqlite_link::SqliteLink;
