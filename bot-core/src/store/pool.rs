//! The two databases behind one handle, and the macros that run one SQL text on either.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::Connection;
use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::store::error::StoreError;
use crate::store::lender::Lender;
use crate::store::session::Session;
use crate::store::sqlite;
use crate::store::sqlite_link::SqliteLink;
use crate::store::writer::Writer;

/// What a job does inside its transaction.
pub type Run<'t, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 't>>;

/// A running transaction on either database.
#[derive(Debug)]
pub enum Tx<'c> {
    /// On SQLite.
    Sqlite(&'c mut SqliteLink),
    /// On PostgreSQL.
    Postgres(&'c mut PgConnection),
}

/// Runs a statement on either database; gives the number of rows it touched.
#[macro_export]
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $tx {
            $crate::store::Tx::Sqlite(link) => {
                let call = link.call($sql)$(.with($arg))*;
                link.execute(call).await
            }
            $crate::store::Tx::Postgres(link) => sqlx::query($sql)$(.bind($arg))*
                .execute(&mut **link).await.map(|done| done.rows_affected())
                .map_err($crate::store::StoreError::from),
        }
    };
}

/// Runs a statement whose result nobody needs, at the latest with the end of its job. Until then
/// it may wait to travel with the next one; so its failure may be heard later, but always by the job.
#[macro_export]
macro_rules! queue {
    ($tx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $tx {
            $crate::store::Tx::Sqlite(link) => {
                let call = link.call($sql)$(.with($arg))*;
                link.keep(call);
                Ok(())
            }
            $crate::store::Tx::Postgres(link) => sqlx::query($sql)$(.bind($arg))*
                .execute(&mut **link).await.map(|_| ())
                .map_err($crate::store::StoreError::from),
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! fetch_rows {
    ($how:ident, $tx:expr, $row:ty, $sql:expr $(, $arg:expr)*) => {
        match $tx {
            $crate::store::Tx::Sqlite(link) => {
                let call = link.call($sql)$(.with($arg))*;
                match call.ready() {
                    Ok((text, values)) => sqlx::query_as_with::<_, $row, _>(text, values)
                        .$how(link.connection()).await
                        .map_err($crate::store::StoreError::from),
                    Err(error) => Err(error),
                }
            }
            $crate::store::Tx::Postgres(link) => sqlx::query_as::<_, $row>($sql)$(.bind($arg))*
                .$how(&mut **link).await
                .map_err($crate::store::StoreError::from),
        }
    };
}

/// Reads all rows of a query as the given type (a tuple, or one that derives `sqlx::FromRow`).
#[macro_export]
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::fetch_rows!(fetch_all, $tx, $row, $sql $(, $arg)*)
    };
}

/// Reads at most one row.
#[macro_export]
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::fetch_rows!(fetch_optional, $tx, $row, $sql $(, $arg)*)
    };
}

/// Reads the one row that must exist.
#[macro_export]
macro_rules! fetch_one {
    ($tx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::fetch_rows!(fetch_one, $tx, $row, $sql $(, $arg)*)
    };
}

impl Tx<'_> {
    /// Runs what [`queue!`] left waiting.
    pub(super) async fn flush(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(link) => link.flush().await,
            Self::Postgres(_) => Ok(()),
        }
    }
}

/// A `[storage] url`, checked.
#[derive(Clone, Debug)]
pub enum StorageUrl {
    /// A file.
    Sqlite(String),
    /// A PostgreSQL server and database.
    Postgres(Box<PgConnectOptions>),
}

impl FromStr for StorageUrl {
    type Err = StoreError;

    fn from_str(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Ok(Self::Sqlite(path.trim_start_matches("//").to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(url)?;
            return Ok(Self::Postgres(Box::new(options)));
        }
        Err(StoreError::Refused(
            "the storage url must begin with sqlite: or postgres://".to_owned(),
        ))
    }
}

/// Names the database without its password.
impl fmt::Display for StorageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.write_str(path),
            Self::Postgres(server) => {
                let (host, port) = (server.get_host(), server.get_port());
                let name = server.get_database().unwrap_or_default();
                write!(f, "{name} on {host}:{port}")
            }
        }
    }
}

/// A handle to the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    url: Arc<StorageUrl>,
    readers: Readers,
    writer: Arc<Writer>,
}

#[derive(Clone, Debug)]
enum Readers {
    Sqlite(Lender<SqliteLink>),
    Postgres(Lender<PgConnection>),
}

/// How long a caller waits for a free connection before it hears that the database is unavailable.
const ACQUIRE: Duration = Duration::from_secs(5);
/// How often a file is opened while another process is in the way, and the pause between.
const OPENINGS: usize = 20;
const OPENING_PAUSE: Duration = Duration::from_millis(50);
const READERS: usize = 4;
const POSTGRES_CONNECTIONS: usize = 16;

impl Db {
    /// Opens the database, brings its tables up to date, and starts its writer.
    ///
    /// # Errors
    /// When it cannot be reached or created, or its tables are newer than this program.
    pub async fn open(url: &StorageUrl) -> Result<Self, StoreError> {
        match url {
            StorageUrl::Sqlite(path) => Self::open_sqlite(url, path).await,
            StorageUrl::Postgres(options) => Self::open_postgres(url, (**options).clone()).await,
        }
    }

    async fn open_sqlite(url: &StorageUrl, path: &str) -> Result<Self, StoreError> {
        let options = sqlite::options(path)?;
        let mut connection = connect_sqlite(&options).await?;
        migrate_sqlite(&mut connection).await?;
        let reading = options.clone().read_only(true).create_if_missing(false);
        let readers = Readers::Sqlite(Lender::new(reading, READERS, ACQUIRE));
        Ok(Self {
            url: Arc::new(url.clone()),
            readers,
            writer: Arc::new(Writer::sqlite(connection, options)),
        })
    }

    async fn open_postgres(
        url: &StorageUrl,
        options: PgConnectOptions,
    ) -> Result<Self, StoreError> {
        let mut connection = PgConnection::connect_with(&options)
            .await
            .map_err(StoreError::no_connection)?;
        sqlx::migrate!("./migrations/postgres")
            .run(&mut connection)
            .await
            .map_err(migration)?;
        connection.close().await?;
        let lender = Lender::new(options, POSTGRES_CONNECTIONS, ACQUIRE);
        let writer = Writer::postgres(lender.clone());
        Ok(Self {
            url: Arc::new(url.clone()),
            readers: Readers::Postgres(lender),
            writer: Arc::new(writer),
        })
    }

    /// Reads outside the writer's way. The job sees one consistent state per statement.
    ///
    /// # Errors
    /// What the job returns, or that no connection could be had.
    pub async fn read<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        F: for<'t> FnOnce(&'t mut Tx<'_>) -> Run<'t, T> + Send,
    {
        match &self.readers {
            Readers::Sqlite(lender) => lender.run(job).await,
            Readers::Postgres(lender) => lender.run(job).await,
        }
    }

    /// Runs the job in a transaction and returns after its commit has reached the disk.
    ///
    /// The job may run more than once: it must have no effect outside `Tx`.
    ///
    /// # Errors
    /// What the job returns (nothing of it was kept), or that the database failed.
    pub async fn write<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        F: for<'t> Fn(&'t mut Tx<'_>) -> Run<'t, T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        self.writer.write(job).await
    }

    /// Like [`Db::write`], sharing its commit with other accepts on PostgreSQL too.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn accept<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        F: for<'t> Fn(&'t mut Tx<'_>) -> Run<'t, T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        self.writer.accept(job).await
    }

    /// Shows other processes that this one serves the database; `key` is its own.
    ///
    /// # Errors
    /// When the database is out of reach, or, on SQLite, another process serves it.
    pub async fn session(&self, key: i64) -> Result<Session, StoreError> {
        Session::open(&self.url, key).await
    }

    /// Which database this is, for people.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.readers {
            Readers::Sqlite(_) => "sqlite",
            Readers::Postgres(_) => "postgres",
        }
    }

    /// Whether a trivial question is answered.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read(|tx| {
            Box::pin(async move { fetch_one!(tx, (i64,), "SELECT CAST(1 AS BIGINT)").map(|_| ()) })
        })
        .await
    }

    /// Ends all connections after the running jobs. On SQLite the writer is the last, since only it
    /// can move the log into the one file that an operator may copy then.
    pub async fn close(&self) {
        match &self.readers {
            Readers::Sqlite(lender) => {
                lender.close().await;
                self.writer.close().await;
            }
            Readers::Postgres(lender) => {
                self.writer.close().await;
                lender.close().await;
            }
        }
    }
}

/// A server may be set not to; stricter settings than ours are left as they are.
pub(super) async fn wait_for_the_disk(link: &mut PgConnection) -> Result<(), sqlx::Error> {
    const SET: &str = "SELECT set_config('synchronous_commit', 'on', false) \
         WHERE current_setting('synchronous_commit') = 'off'";
    sqlx::query(SET).execute(link).await.map(|_| ())
}

/// Two processes that turn a new file to its log at the same moment get in each other's way, and
/// SQLite tells one of them at once instead of letting it wait.
async fn connect_sqlite(options: &SqliteConnectOptions) -> Result<SqliteConnection, StoreError> {
    let mut made = SqliteConnection::connect_with(options).await;
    for _ in 0..OPENINGS {
        match made.map_err(StoreError::no_connection) {
            Err(StoreError::Busy(_)) => tokio::time::sleep(OPENING_PAUSE).await,
            outcome => return outcome,
        }
        made = SqliteConnection::connect_with(options).await;
    }
    made.map_err(StoreError::no_connection)
}

/// All steps in one transaction, begun with the write lock: several processes may be the first.
async fn migrate_sqlite(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut all = connection.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::migrate!("./migrations/sqlite")
        .run(&mut *all)
        .await
        .map_err(migration)?;
    Ok(all.commit().await?)
}

fn migration(error: MigrateError) -> StoreError {
    let unfit =
        |told: String| StoreError::Foreign(format!("the tables do not fit this program: {told}"));
    match error {
        MigrateError::Execute(cause) => cause.into(),
        MigrateError::ExecuteMigration(cause, step) => match StoreError::from(cause) {
            passing @ (StoreError::Busy(_) | StoreError::Unavailable(_)) => passing,
            other => unfit(format!("migration {step}: {other}")),
        },
        other => unfit(other.to_string()),
    }
}
