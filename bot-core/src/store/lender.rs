//! Connections that are lent out, one job at a time.
//!
//! A general pool asks a connection before and after each use whether it still lives. On the hot
//! path that would cost more than the work: with SQLite each question is a trip to the connection's
//! thread and back, with PostgreSQL one to the server. So a connection that was used a moment ago is
//! trusted, and only one that a job gave back in good order is lent again.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::store::error::StoreError;
use crate::store::pool::{Run, Tx, wait_for_the_disk};
use crate::store::sqlite_link::SqliteLink;

/// A connection that lay idle for longer is asked whether it still lives.
const TRUSTED: Duration = Duration::from_secs(1);

/// A connection that can be lent.
#[async_trait]
pub(super) trait Lendable: Sized + Send {
    /// How it is made.
    type Options: Send + Sync;

    async fn connect(options: &Self::Options) -> Result<Self, StoreError>;
    /// Whether it is still there after a rest.
    async fn is_alive(&mut self) -> bool;
    async fn close(self) -> Result<(), sqlx::Error>;
    fn tx(&mut self) -> Tx<'_>;
}

#[async_trait]
impl Lendable for SqliteLink {
    type Options = SqliteConnectOptions;

    async fn connect(options: &Self::Options) -> Result<Self, StoreError> {
        let made = SqliteConnection::connect_with(options).await;
        Ok(made.map_err(StoreError::no_connection)?.into())
    }

    /// Nobody can hang up on a file.
    async fn is_alive(&mut self) -> bool {
        true
    }

    async fn close(self) -> Result<(), sqlx::Error> {
        self.into_connection().close().await
    }

    fn tx(&mut self) -> Tx<'_> {
        Tx::Sqlite(self)
    }
}

#[async_trait]
impl Lendable for PgConnection {
    type Options = PgConnectOptions;

    async fn connect(options: &Self::Options) -> Result<Self, StoreError> {
        let made = <Self as sqlx::Connection>::connect_with(options).await;
        let mut link = made.map_err(StoreError::no_connection)?;
        wait_for_the_disk(&mut link).await?;
        Ok(link)
    }

    async fn is_alive(&mut self) -> bool {
        self.ping().await.is_ok()
    }

    async fn close(self) -> Result<(), sqlx::Error> {
        sqlx::Connection::close(self).await
    }

    fn tx(&mut self) -> Tx<'_> {
        Tx::Postgres(self)
    }
}

/// Lends connections, which are made when they are needed. Cheap to clone.
pub(super) struct Lender<L: Lendable>(Arc<Shared<L>>);

struct Shared<L: Lendable> {
    options: L::Options,
    permits: Arc<Semaphore>,
    /// The one used last is lent first: its pages are still at hand.
    idle: Mutex<Vec<(L, Instant)>>,
    /// How long a caller waits for a free connection.
    wait: Duration,
}

/// A connection that is lent; it ends with this unless it is given back.
pub(super) struct Loan<L: Lendable> {
    link: L,
    lender: Lender<L>,
    permit: OwnedSemaphorePermit,
}

impl<L: Lendable> Clone for Lender<L> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<L: Lendable> fmt::Debug for Lender<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lender")
    }
}

impl<L: Lendable> Lender<L> {
    /// At most `most` connections at a time.
    pub(super) fn new(options: L::Options, most: usize, wait: Duration) -> Self {
        Self(Arc::new(Shared {
            options,
            permits: Arc::new(Semaphore::new(most)),
            idle: Mutex::default(),
            wait,
        }))
    }

    /// Runs a job on a connection, without a transaction around it.
    pub(super) async fn run<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        F: for<'t> FnOnce(&'t mut Tx<'_>) -> Run<'t, T> + Send,
    {
        let mut loan = self.lend().await?;
        let outcome = job(&mut loan.tx()).await;
        if !outcome.as_ref().is_err_and(StoreError::spoils_connection) {
            loan.give_back();
        }
        outcome
    }

    /// A connection for a while.
    pub(super) async fn lend(&self) -> Result<Loan<L>, StoreError> {
        let permit = self.permit().await?;
        let link = match self.rested().await {
            Some(link) => link,
            None => L::connect(&self.0.options).await?,
        };
        let lender = self.clone();
        Ok(Loan {
            link,
            lender,
            permit,
        })
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let permits = Arc::clone(&self.0.permits);
        if let Ok(permit) = Arc::clone(&permits).try_acquire_owned() {
            return Ok(permit);
        }
        let free = tokio::time::timeout(self.0.wait, permits.acquire_owned()).await;
        let none = || StoreError::Unavailable("no connection became free in time".to_owned());
        let closed = |_: AcquireError| StoreError::Unavailable("the database is closed".to_owned());
        free.map_err(|_| none())?.map_err(closed)
    }

    async fn rested(&self) -> Option<L> {
        loop {
            let (mut link, since) = self.idle().pop()?;
            if since.elapsed() < TRUSTED || link.is_alive().await {
                return Some(link);
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(L, Instant)>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all connections; who asks for one later is refused.
    pub(super) async fn close(&self) {
        self.0.permits.close();
        let links = std::mem::take(&mut *self.idle());
        for (link, _) in links {
            if let Err(error) = link.close().await {
                tracing::warn!(%error, "a connection did not close cleanly");
            }
        }
    }
}

impl<L: Lendable> Loan<L> {
    /// What is done on it.
    pub(super) fn tx(&mut self) -> Tx<'_> {
        self.link.tx()
    }

    /// The connection is as it was; the next one may have it.
    pub(super) fn give_back(self) {
        let Self {
            link,
            lender,
            permit,
        } = self;
        lender.idle().push((link, Instant::now()));
        drop(permit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch_one;
    use crate::store::sqlite;

    fn readers(folder: &tempfile::TempDir, wait: Duration) -> Lender<SqliteLink> {
        let path = folder.path().join("read.db").display().to_string();
        let options = sqlite::options(&path).unwrap();
        Lender::new(options, 1, wait)
    }

    async fn one(readers: &Lender<SqliteLink>) -> Result<i64, StoreError> {
        let read = readers
            .run(|tx| Box::pin(async move { fetch_one!(tx, (i64,), "SELECT CAST(1 AS BIGINT)") }));
        Ok(read.await?.0)
    }

    #[tokio::test]
    async fn a_connection_is_used_again_and_a_spoilt_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder, Duration::from_secs(5));
        assert_eq!(one(&readers).await.unwrap(), 1);
        assert_eq!(readers.idle().len(), 1);
        let refused = readers
            .run(|_| Box::pin(async { Err::<(), _>(StoreError::Refused("no such table".into())) }));
        assert!(refused.await.is_err());
        assert_eq!(readers.idle().len(), 1);
        let spoilt = readers
            .run(|_| Box::pin(async { Err::<(), _>(StoreError::Unavailable("disk".into())) }));
        assert!(spoilt.await.is_err());
        assert_eq!(readers.idle().len(), 0);
        assert_eq!(one(&readers).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_reader_that_is_broken_off_leaves_no_connection_behind_and_blocks_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let readers = readers(&folder, Duration::from_secs(5));
        {
            let endless =
                readers.run(|_| Box::pin(std::future::pending::<Result<(), StoreError>>()));
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
        let readers = readers(&folder, Duration::ZERO);
        let inner = readers.clone();
        let nested = readers.run(|_| Box::pin(async move { one(&inner).await }));
        assert!(matches!(nested.await, Err(StoreError::Unavailable(_))));
        readers.close().await;
        assert!(matches!(
            one(&readers).await,
            Err(StoreError::Unavailable(_))
        ));
    }
}
