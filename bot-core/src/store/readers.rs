//! SQLite's reading connections.
//!
//! A general pool asks a connection before and after each use whether it still lives. Here that
//! would cost more than the read: each question is a trip to the connection's thread and back, and
//! nobody can hang up on a file.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::store::error::StoreError;
use crate::store::pool::{Run, Tx};
use crate::store::sqlite_link::SqliteLink;

/// Connections that only read. Cheap to clone; they are made when they are needed.
#[derive(Clone)]
pub(super) struct Readers(Arc<Shared>);

struct Shared {
    options: SqliteConnectOptions,
    permits: Semaphore,
    /// The one used last is taken first: its pages are still at hand.
    idle: Mutex<Vec<SqliteLink>>,
    /// How long a caller waits for a free connection.
    wait: Duration,
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Readers")
    }
}

impl Readers {
    /// At most `most` connections.
    pub(super) fn new(options: SqliteConnectOptions, most: usize, wait: Duration) -> Self {
        Self(Arc::new(Shared {
            options: options.read_only(true).create_if_missing(false),
            permits: Semaphore::new(most),
            idle: Mutex::default(),
            wait,
        }))
    }

    /// Runs a job that reads. A connection comes back only from a job that was not broken off.
    pub(super) async fn read<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        F: for<'t> FnOnce(&'t mut Tx<'_>) -> Run<'t, T> + Send,
    {
        let _permit = self.permit().await?;
        let mut link = self.link().await?;
        let outcome = job(&mut Tx::Sqlite(&mut link)).await;
        if !outcome.as_ref().is_err_and(StoreError::spoils_connection) {
            self.idle().push(link);
        }
        outcome
    }

    async fn permit(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        if let Ok(permit) = self.0.permits.try_acquire() {
            return Ok(permit);
        }
        let free = tokio::time::timeout(self.0.wait, self.0.permits.acquire()).await;
        let busy = || StoreError::Unavailable("no reading connection became free".to_owned());
        let closed = |_| StoreError::Unavailable("the database is closed".to_owned());
        free.map_err(|_| busy())?.map_err(closed)
    }

    async fn link(&self) -> Result<SqliteLink, StoreError> {
        let idle = self.idle().pop();
        match idle {
            Some(link) => Ok(link),
            None => Ok(SqliteConnection::connect_with(&self.0.options)
                .await?
                .into()),
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteLink>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all connections; reads that come later are refused.
    pub(super) async fn close(&self) {
        self.0.permits.close();
        let links = std::mem::take(&mut *self.idle());
        for link in links {
            if let Err(error) = link.into_connection().close().await {
                tracing::warn!(%error, "a reading connection did not close cleanly");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch_one;
    use crate::store::sqlite;

    async fn readers(folder: &tempfile::TempDir, wait: Duration) -> Readers {
        let path = folder.path().join("read.db").display().to_string();
        let options = sqlite::options(&path).unwrap();
        // Readers never make the file.
        let made = SqliteConnection::connect_with(&options).await.unwrap();
        made.close().await.unwrap();
        Readers::new(options, 1, wait)
    }

    async fn one(readers: &Readers) -> Result<i64, StoreError> {
        let read = readers
            .read(|tx| Box::pin(async move { fetch_one!(tx, (i64,), "SELECT CAST(1 AS BIGINT)") }));
        Ok(read.await?.0)
    }

    #[tokio::test]
    async fn a_connection_is_used_again_and_a_spoilt_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder, Duration::from_secs(5)).await;
        assert_eq!(one(&readers).await.unwrap(), 1);
        assert_eq!(readers.idle().len(), 1);
        let refused = readers.read(|_| {
            Box::pin(async { Err::<(), _>(StoreError::Refused("no such table".into())) })
        });
        assert!(refused.await.is_err());
        assert_eq!(readers.idle().len(), 1);
        let spoilt = readers
            .read(|_| Box::pin(async { Err::<(), _>(StoreError::Unavailable("disk".into())) }));
        assert!(spoilt.await.is_err());
        assert_eq!(readers.idle().len(), 0);
        assert_eq!(one(&readers).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_reader_that_is_broken_off_leaves_no_connection_behind_and_blocks_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder, Duration::from_secs(5)).await;
        {
            let endless =
                readers.read(|_| Box::pin(std::future::pending::<Result<(), StoreError>>()));
            tokio::select! {
                biased;
                _ = endless => {}
                () = tokio::task::yield_now() => {}
            }
        }
        assert_eq!(readers.idle().len(), 0);
        assert_eq!(one(&readers).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn who_finds_no_free_connection_hears_it_in_time() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder, Duration::ZERO).await;
        let inner = readers.clone();
        let nested = readers.read(|_| Box::pin(async move { one(&inner).await }));
        assert!(matches!(nested.await, Err(StoreError::Unavailable(_))));
        readers.close().await;
        assert!(matches!(
            one(&readers).await,
            Err(StoreError::Unavailable(_))
        ));
    }
}
