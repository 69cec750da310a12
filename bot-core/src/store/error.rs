//! How a database can fail, narrowed to what callers decide upon.

use std::io;

/// A failed read or write. Nothing of the failed transaction was kept.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is busy or another transaction was in the way; trying again may help.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// The database is out of reach or out of space; it may come back.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A unique index refused the row.
    #[error("already stored ({0})")]
    Duplicate(String),
    /// A stored value cannot be opened or read.
    #[error("a stored value is unreadable: {0}")]
    Unreadable(String),
    /// A statement that the database refuses; a fault of ours.
    #[error("the database refused a statement: {0}")]
    Refused(String),
    /// The database is another program's, a newer one's, or another key's.
    #[error("{0}")]
    Foreign(String),
}

impl StoreError {
    /// Whether the connection should be thrown away: its state is unknown.
    #[must_use]
    pub const fn spoils_connection(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// A connection that could not be had: whatever the reason, no statement is to blame for it.
    pub(super) fn no_connection(error: sqlx::Error) -> Self {
        match Self::from(error) {
            told @ (Self::Busy(_) | Self::Unavailable(_)) => told,
            Self::Duplicate(why)
            | Self::Unreadable(why)
            | Self::Refused(why)
            | Self::Foreign(why) => Self::Unavailable(why),
        }
    }
}

/// `SQLite`'s result codes that mean "no room, no memory, no file" rather than a fault of the text.
/// Source: <https://www.sqlite.org/rescode.html> (primary code = code & 0xff).
const SQLITE_UNAVAILABLE: [i32; 6] = [7, 8, 10, 11, 13, 14];
/// `SQLITE_BUSY` and `SQLITE_LOCKED`.
const SQLITE_BUSY: [i32; 2] = [5, 6];
/// `SQLITE_IOERR_FSYNC` and `SQLITE_IOERR_DIR_FSYNC`.
const SQLITE_FSYNC: [i32; 2] = [1034, 1290];
/// PostgreSQL: `serialization_failure`, `deadlock_detected`, `lock_not_available`.
const POSTGRES_BUSY: [&str; 3] = ["40001", "40P01", "55P03"];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(cause) => from_database(cause.as_ref()),
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnNotFound(_) => Self::Unreadable(error.to_string()),
            sqlx::Error::RowNotFound => {
                Self::Unreadable("a row that must exist is missing".to_owned())
            }
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

fn from_database(cause: &(dyn sqlx::error::DatabaseError + 'static)) -> StoreError {
    if cause.is_unique_violation() {
        return StoreError::Duplicate(cause.constraint().unwrap_or("unique index").to_owned());
    }
    let code = cause.code().unwrap_or_default();
    if cause
        .try_downcast_ref::<sqlx::sqlite::SqliteError>()
        .is_some()
    {
        return from_sqlite(code.parse().unwrap_or(1), cause.message());
    }
    from_postgres(&code, cause.message())
}

fn from_sqlite(code: i32, message: &str) -> StoreError {
    if SQLITE_FSYNC.contains(&code) {
        // After a failed fsync nobody knows what reached the disk; only a restart reads the truth.
        tracing::error!(code, "the disk refused to sync; stopping at once");
        std::process::abort();
    }
    let primary = code & 0xff;
    if SQLITE_BUSY.contains(&primary) {
        StoreError::Busy(message.to_owned())
    } else if SQLITE_UNAVAILABLE.contains(&primary) {
        StoreError::Unavailable(message.to_owned())
    } else {
        StoreError::Refused(message.to_owned())
    }
}

fn from_postgres(code: &str, message: &str) -> StoreError {
    if POSTGRES_BUSY.contains(&code) {
        return StoreError::Busy(message.to_owned());
    }
    // Classes 08 (connection), 53 (resources), 57 (operator) and 58 (system) pass by themselves.
    match code.get(..2) {
        Some("08" | "53" | "57" | "58") => StoreError::Unavailable(message.to_owned()),
        _ => StoreError::Refused(message.to_owned()),
    }
}
