//! The master key: from the configuration, or from the file beside a SQLite database.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bot_core::store::MasterKey;
use rand::RngCore as _;

use crate::config::{Database, Storage};

/// The master key of a desk. Only for a new SQLite database one is made, in a file that nobody else
/// can read: a database without its key cannot be opened again by a new one.
///
/// # Errors
/// When there is none for a database that exists, or the file cannot be read or written.
pub fn master_key(storage: &Storage) -> anyhow::Result<MasterKey> {
    if let Some(secret) = &storage.master_key {
        return Ok(MasterKey::parse(secret.expose())?);
    }
    let (Database::Sqlite(database), Some(file)) = (&storage.database, storage.key_file()) else {
        bail!(
            "[security] master_key is missing: write 32 random bytes in base64, e.g. from `openssl rand -base64 32`"
        );
    };
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok(MasterKey::parse(&text)?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(database, &file),
        Err(error) => Err(error).with_context(|| format!("the key file {}", file.display())),
    }
}

fn make(database: &Path, file: &Path) -> anyhow::Result<MasterKey> {
    if database.exists() {
        bail!(
            "{} exists, but its key file {} does not: put the key back, or set [security] master_key",
            database.display(),
            file.display()
        );
    }
    let mut secret = [0; 32];
    rand::rng().fill_bytes(&mut secret);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    write_private(file, &STANDARD.encode(secret))
        .with_context(|| format!("the key file {} cannot be written", file.display()))?;
    Ok(MasterKey::new(secret))
}

/// Synced, folder and all: a database whose key was lost in a power cut would be lost too.
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(file)?;
    written.write_all(text.as_bytes())?;
    written.sync_all()?;
    match file.parent() {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
