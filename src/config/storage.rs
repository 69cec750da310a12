//! `[storage]` and `[security]`: where the data lies, and what it is sealed with.

use std::path::{Path, PathBuf};

use bot_core::store::{MasterKey, StorageUrl, StoreError};

use crate::config::keys::Keys;
use crate::config::secret::Secret;

/// The database, the files and the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    /// The database.
    pub database: Database,
    /// The folder for attachments, with SQLite.
    pub files: PathBuf,
    /// The folder for the model of sentences, which may be empty.
    pub model: PathBuf,
    /// The master key; without one a new SQLite database gets its own, in [`Storage::key_file`].
    pub master_key: Option<Secret>,
}

/// Which database holds the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// One file, by its whole path.
    Sqlite(PathBuf),
    /// A server; the address holds its password.
    Postgres(Secret),
}

impl Storage {
    /// The address, as the store opens it.
    ///
    /// # Errors
    /// When a PostgreSQL address cannot be read; `Config` has refused such ones already.
    pub fn url(&self) -> Result<StorageUrl, StoreError> {
        match &self.database {
            Database::Sqlite(path) => Ok(StorageUrl::Sqlite(path.display().to_string())),
            Database::Postgres(url) => url.expose().parse(),
        }
    }

    /// Where the generated master key of a SQLite database lies: beside it.
    #[must_use]
    pub fn key_file(&self) -> Option<PathBuf> {
        match &self.database {
            Database::Sqlite(path) => Some(path.with_extension("key")),
            Database::Postgres(_) => None,
        }
    }
}

pub(super) fn read(mut keys: Keys<'_>, mut security: Keys<'_>) -> Storage {
    let folder = keys.folder();
    let database = keys
        .parsed("url", |url| database(url, &folder))
        .unwrap_or_else(|| Database::Sqlite(folder.join("frontdesk.db")));
    let storage = Storage {
        master_key: master_key(&mut security, &database),
        database,
        files: keys.path("files", "frontdesk-files"),
        model: keys.path("model", "frontdesk-model"),
    };
    keys.finish();
    security.finish();
    storage
}

fn database(url: &str, folder: &Path) -> Result<Database, (String, String)> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        return sqlite(path, folder);
    }
    match url.parse::<StorageUrl>() {
        Ok(StorageUrl::Postgres(_)) => Ok(Database::Postgres(Secret::new(url.to_owned()))),
        _ => Err((
            "is not the address of a database".to_owned(),
            "write \"sqlite:frontdesk.db\", or \"postgres://user:${DB_PASSWORD}@host:5432/name\""
                .to_owned(),
        )),
    }
}

fn sqlite(path: &str, folder: &Path) -> Result<Database, (String, String)> {
    // sqlite:name, sqlite://name and sqlite:///whole/path are all in use.
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path.contains(":memory:") || path.contains('?') {
        return Err((
            "does not name a file".to_owned(),
            "write \"sqlite:frontdesk.db\": messages must outlive the process".to_owned(),
        ));
    }
    Ok(Database::Sqlite(folder.join(path)))
}

fn master_key(keys: &mut Keys<'_>, database: &Database) -> Option<Secret> {
    let key = keys.parsed("master_key", |text| {
        MasterKey::parse(text)
            .map(|_| Secret::new(text.to_owned()))
            .map_err(|error| {
                (
                    error.to_string(),
                    "make one with: openssl rand -base64 32".to_owned(),
                )
            })
    });
    if matches!(database, Database::Postgres(_)) && !keys.was_given("master_key") {
        keys.missing(
            "master_key",
            "\"${FRONTDESK_MASTER_KEY}\"   # openssl rand -base64 32",
        );
    }
    key
}
