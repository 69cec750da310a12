//! The bytes of files: in a folder beside SQLite, in chunked rows of PostgreSQL. They are sealed
//! before they come here, and addressed by a hash that is keyed per identity.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::store::error::StoreError;
use crate::store::pool::{Db, Tx};
use crate::{execute, fetch_all};

/// The ending of a file that is being written.
const PART: &str = "part";
/// Bytes of one chunk row.
const CHUNK: usize = 256 * 1024;

/// Where blobs are kept.
#[derive(Clone, Debug)]
pub enum Blobs {
    /// Files in a folder, two levels deep.
    Folder(PathBuf),
    /// Rows in the database.
    Rows(Db),
}

impl Blobs {
    /// Keeps a blob; it has reached the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        match self {
            Self::Folder(folder) => {
                let path = path(folder, name)?;
                blocking(move || write(&path, &bytes)).await
            }
            Self::Rows(db) => put_rows(db, name.to_owned(), bytes).await,
        }
    }

    /// Deletes a blob, if it is there.
    ///
    /// # Errors
    /// When it cannot be deleted.
    pub async fn remove(&self, name: &str) -> Result<(), StoreError> {
        match self {
            Self::Folder(folder) => {
                let path = path(folder, name)?;
                blocking(move || match std::fs::remove_file(&path) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                    Ok(()) | Err(_) => Ok(()),
                })
                .await
            }
            Self::Rows(db) => remove_rows(db, name.to_owned()).await,
        }
    }

    /// Reads a blob.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub async fn get(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        match self {
            Self::Folder(folder) => {
                let path = path(folder, name)?;
                blocking(move || std::fs::read(&path)).await
            }
            Self::Rows(db) => get_rows(db, name.to_owned()).await,
        }
    }

    /// Removes what a process left half written when it was killed; only its one server may, and
    /// before it writes itself. Gives how many files that were.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        match self {
            Self::Folder(folder) => {
                let folder = folder.clone();
                blocking(move || sweep(&folder)).await
            }
            Self::Rows(_) => Ok(0),
        }
    }
}

/// Removes what a process left half written when it was killed; gives how many files.
fn sweep(folder: &Path) -> std::io::Result<usize> {
    let mut swept = 0;
    for shelf in entries(folder)? {
        for file in entries(&shelf)? {
            if file.extension().is_some_and(|ending| ending == PART) {
                std::fs::remove_file(file)?;
                swept += 1;
            }
        }
    }
    Ok(swept)
}

/// What is in a folder; nothing where there is none.
fn entries(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect()
}

/// Names are hexadecimal: nothing else may come near a path.
fn path(folder: &Path, name: &str) -> Result<PathBuf, StoreError> {
    let hexadecimal = name.bytes().all(|byte| byte.is_ascii_hexdigit());
    match (name.get(..2), hexadecimal && name.len() == 64) {
        (Some(first), true) => Ok(folder.join(first).join(name)),
        _ => Err(StoreError::Refused("this is not a blob's name".to_owned())),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|error| StoreError::Unavailable(error.to_string()))??)
}

/// The file, then its folders: a name that is on the disk leads to bytes that are.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    make(folder)?;
    // The same file can come twice at the same time; each has a part of its own.
    let part = path.with_extension(format!("{}.{PART}", Uuid::new_v4().simple()));
    let written = write_part(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        drop(std::fs::remove_file(&part));
    }
    written?;
    sync(folder)?;
    folder.parent().map_or(Ok(()), sync)
}

fn write_part(part: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::File::create_new(part)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a folder with those above it; each is named on the disk before anything is in it.
fn make(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let Some(above) = folder.parent().filter(|above| *above != Path::new("")) else {
        return std::fs::create_dir_all(folder);
    };
    make(above)?;
    std::fs::create_dir_all(folder)?;
    sync(above)
}

fn sync(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

async fn put_rows(db: &Db, name: String, bytes: Vec<u8>) -> Result<(), StoreError> {
    db.write(move |tx| {
        let (name, bytes) = (name.clone(), bytes.clone());
        Box::pin(async move { put_chunks(tx, &name, &bytes).await })
    })
    .await
}

async fn remove_rows(db: &Db, name: String) -> Result<(), StoreError> {
    db.write(move |tx| {
        let name = name.clone();
        Box::pin(async move {
            execute!(tx, "DELETE FROM blob_chunk WHERE blob = $1", &name).map(|_| ())
        })
    })
    .await
}

async fn put_chunks(tx: &mut Tx<'_>, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM blob_chunk WHERE blob = $1", name)?;
    for (part, chunk) in (0_i64..).zip(bytes.chunks(CHUNK)) {
        execute!(
            tx,
            "INSERT INTO blob_chunk (blob, part, bytes) VALUES ($1, $2, $3) \
             ON CONFLICT (blob, part) DO UPDATE SET bytes = excluded.bytes",
            name,
            part,
            chunk
        )?;
    }
    Ok(())
}

async fn get_rows(db: &Db, name: String) -> Result<Vec<u8>, StoreError> {
    let chunks = db
        .read(|tx| {
            Box::pin(async move {
                fetch_all!(
                    tx,
                    (Vec<u8>,),
                    "SELECT bytes FROM blob_chunk WHERE blob = $1 ORDER BY part",
                    &name
                )
            })
        })
        .await?;
    if chunks.is_empty() {
        return Err(StoreError::Unavailable("the file is not there".to_owned()));
    }
    Ok(chunks.into_iter().flat_map(|(bytes,)| bytes).collect())
}
