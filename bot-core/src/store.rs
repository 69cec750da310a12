//! What is kept: one file per family of tables, over SQLite or PostgreSQL with the same SQL text.

mod error;
mod keyring;
mod pool;
mod seal;
mod sqlite;
mod writer;

pub use error::StoreError;
pub use keyring::Keyring;
pub use pool::{Db, Run, StorageUrl, Tx};
pub use seal::{DataKey, KeyError, MasterKey, Sealed, Spot};
