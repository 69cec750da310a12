//! How SQLite is opened: WAL, every commit synced.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use crate::store::error::StoreError;

/// The options of every connection.
pub(super) fn options(path: &str) -> Result<SqliteConnectOptions, StoreError> {
    if let Some(folder) = Path::new(path).parent() {
        std::fs::create_dir_all(folder)?;
    }
    // Not by an address, in which a folder's `?`, `#` or `%` would mean something else.
    Ok(SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous())
        .foreign_keys(false)
        .busy_timeout(Duration::from_secs(5))
        .pragma("secure_delete", "fast")
        .pragma("cache_size", "-8000")
        // 16 MB: at full load the default would copy the log into the file every few commits.
        .pragma("wal_autocheckpoint", "4000")
        .statement_cache_capacity(256))
}

/// `FULL`: an acknowledged row survives a power cut. A debug build may lower it, so that the test
/// of the promise can be seen to fail.
fn synchronous() -> SqliteSynchronous {
    #[cfg(debug_assertions)]
    if std::env::var("FRONTDESK_TEST_SYNCHRONOUS").is_ok_and(|mode| mode == "normal") {
        return SqliteSynchronous::Normal;
    }
    SqliteSynchronous::Full
}
