//! What shows other processes that this one lives, and lets it hear from them.
//!
//! Of a file there is one server: a lock beside it, which the system lets go with the process. On
//! PostgreSQL it is a connection with an advisory lock, which the server lets go with the connection;
//! hints of the other processes come over the same connection.

use std::fs::{File, TryLockError};
use std::future::pending;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};

use crate::store::error::StoreError;
use crate::store::pool::StorageUrl;

/// The channel on which processes tell each other.
pub const CHANNEL: &str = "frontdesk";

/// An open session; it ends with this.
pub enum Session {
    /// The lock of a file.
    Sqlite(File),
    /// A connection with its lock.
    Postgres(Box<PgListener>),
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session")
    }
}

impl Session {
    /// Opens a session; on PostgreSQL under the given key.
    ///
    /// # Errors
    /// When the database is out of reach, or, on SQLite, another process serves it.
    pub(super) async fn open(url: &StorageUrl, key: i64) -> Result<Self, StoreError> {
        match url {
            StorageUrl::Sqlite(path) => lock(path).map(Self::Sqlite),
            StorageUrl::Postgres(options) => connect(options, key).await,
        }
    }

    /// The next hint of another process.
    ///
    /// # Errors
    /// When the session is over; it has to be opened anew.
    pub async fn hear(&mut self) -> Result<String, StoreError> {
        let Self::Postgres(listener) = self else {
            return pending().await;
        };
        let lost = || StoreError::Unavailable("the session with the database ended".to_owned());
        let told = listener.try_recv().await?.ok_or_else(lost)?;
        Ok(told.payload().to_owned())
    }
}

fn lock(path: &str) -> Result<File, StoreError> {
    let beside = format!("{path}.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(beside)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Refused(format!(
            "another process serves {path} already; only PostgreSQL can be shared by several"
        ))),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// A connection of its own, outside those that are lent.
async fn connect(options: &PgConnectOptions, key: i64) -> Result<Session, StoreError> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .connect_lazy_with(options.clone());
    let opened = PgListener::connect_with(&pool).await;
    let mut listener = opened.map_err(StoreError::no_connection)?;
    // A lost connection has lost its lock too, and must not be mended behind our back.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    const LOCK: &str = "SELECT pg_try_advisory_lock($1)";
    let locked: bool = sqlx::query_scalar(LOCK)
        .bind(key)
        .fetch_one(&mut listener)
        .await?;
    if !locked {
        return Err(StoreError::Busy("the last session still stands".to_owned()));
    }
    Ok(Session::Postgres(Box::new(listener)))
}
