//! A database of its own for every test, with a customer or two.

use bot_core::domain::id::{InboxId, LaneId};
use bot_core::domain::time::Timestamp;
use bot_core::store::identity::{self, Account, NewAccount};
use bot_core::store::inbox::{self, NewRow};
use bot_core::store::{Db, Keyring, MasterKey, SqliteLink, StorageUrl, StoreError, Tx};
use bot_core::{fetch_all, fetch_one};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use uuid::Uuid;

/// Monday, 2 November 2026, 10:00 in Shanghai.
pub(crate) const NOW: Timestamp = Timestamp(1_793_584_800_000);

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

/// An open database in a temporary place.
pub(crate) struct Desk {
    pub(crate) db: Db,
    pub(crate) keyring: Keyring,
    pub(crate) url: String,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn master() -> MasterKey {
    MasterKey::new([7; 32])
}

/// The address of an empty database.
pub(crate) async fn empty(on: On, folder: &tempfile::TempDir) -> String {
    match on {
        On::Sqlite => format!("sqlite:{}", folder.path().join("desk.db").display()),
        On::Postgres => empty_postgres().await,
    }
}

/// The server is the one that `./test` started; a test without one fails rather than being skipped.
async fn empty_postgres() -> String {
    let server =
        std::env::var("FRONTDESK_TEST_POSTGRES").expect("FRONTDESK_TEST_POSTGRES: run ./test");
    let name = format!("t{}", Uuid::new_v4().simple());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    admin.execute(create).await.unwrap();
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}

pub(crate) async fn open(url: &str) -> Result<Db, StoreError> {
    Db::open(&url.parse::<StorageUrl>().unwrap()).await
}

/// A connection of a stranger, past the store.
pub(crate) enum Stranger {
    Sqlite(Box<SqliteLink>),
    Postgres(PgConnection),
}

impl Stranger {
    pub(crate) async fn connect(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            let connection = SqliteConnection::connect(url).await.unwrap();
            return Self::Sqlite(Box::new(connection.into()));
        }
        Self::Postgres(PgConnection::connect(url).await.unwrap())
    }

    pub(crate) fn tx(&mut self) -> Tx<'_> {
        match self {
            Self::Sqlite(link) => Tx::Sqlite(link),
            Self::Postgres(link) => Tx::Postgres(link),
        }
    }

    pub(crate) async fn run(&mut self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(link) => drop(link.connection().execute(sql).await.unwrap()),
            Self::Postgres(link) => drop(link.execute(sql).await.unwrap()),
        }
    }
}

impl Desk {
    pub(crate) async fn new(on: On) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = empty(on, &folder).await;
        let db = open(&url).await.unwrap();
        let keyring = Keyring::open(&db, master()).await.unwrap();
        Self {
            db,
            keyring,
            url,
            folder,
        }
    }

    /// The same database as another process sees it.
    pub(crate) async fn beside(&self) -> (Db, Keyring) {
        let db = open(&self.url).await.unwrap();
        let keyring = Keyring::open(&db, master()).await.unwrap();
        (db, keyring)
    }

    pub(crate) async fn stranger(&self) -> Stranger {
        Stranger::connect(&self.url).await
    }

    /// A customer's account, made if it is new.
    pub(crate) async fn account(&self, name: &str) -> Account {
        let (keyring, new) = (self.keyring.clone(), first_message_of(name));
        self.db
            .write(move |tx| {
                let (keyring, new) = (keyring.clone(), new.clone());
                Box::pin(async move { identity::find_or_make(tx, &keyring, &new).await })
            })
            .await
            .unwrap()
    }

    /// The stored keys of a lane, in the order of their numbers.
    pub(crate) async fn keys(&self, lane: LaneId) -> Vec<String> {
        let rows = self.db.read(|tx| {
            Box::pin(async move {
                fetch_all!(
                    tx,
                    (String,),
                    "SELECT key FROM inbox WHERE lane = $1 ORDER BY seq",
                    lane.0
                )
            })
        });
        rows.await.unwrap().into_iter().map(|(key,)| key).collect()
    }

    /// How many commits the inbox has seen.
    pub(crate) async fn commits(&self) -> usize {
        if self.db.kind() == "sqlite" {
            return commits_in_wal(&self.folder.path().join("desk.db-wal"));
        }
        let counted = self.db.read(|tx| {
            Box::pin(async move {
                fetch_one!(tx, (i64,), "SELECT COUNT(DISTINCT xmin::text) FROM inbox")
            })
        });
        usize::try_from(counted.await.unwrap().0).unwrap()
    }
}

/// Counts the commit frames (<https://www.sqlite.org/fileformat2.html#walformat>): a frame's header
/// has 24 bytes, and its second number is not zero in the last frame of a transaction.
fn commits_in_wal(path: &std::path::Path) -> usize {
    let bytes = std::fs::read(path).unwrap();
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let frame = 24 + usize::try_from(number(8)).unwrap();
    let of_this_log = |at: &usize| bytes[at + 8..at + 16] == bytes[16..24];
    let frames = (32..=bytes.len() - frame).step_by(frame);
    frames
        .filter(of_this_log)
        .filter(|at| number(at + 4) != 0)
        .count()
}

pub(crate) fn first_message_of(name: &str) -> NewAccount {
    NewAccount {
        channel: "shop".into(),
        account: name.into(),
        place: name.into(),
        name: format!("{name} 女士"),
        ids: [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()],
        at: NOW,
    }
}

/// An event of a customer, under a key.
pub(crate) fn row(account: &Account, key: &str) -> NewRow {
    NewRow {
        lane: account.conversation.lane(),
        id: InboxId(Uuid::now_v7()),
        channel: "shop".into(),
        place: account.identity.to_string(),
        key: key.into(),
        at: NOW,
        raw: b"sealed".to_vec(),
        parked: false,
    }
}

/// Hands a row in as an adapter's intake does.
pub(crate) async fn accept(db: &Db, row: NewRow) -> Result<InboxId, StoreError> {
    db.accept(move |tx| {
        let row = row.clone();
        Box::pin(async move { inbox::accept(tx, &row).await })
    })
    .await
}
