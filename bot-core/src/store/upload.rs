//! Files that came ahead of their messages, by the names of their blobs.

use crate::domain::time::{DAY, Timestamp};
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::{execute, fetch_all};

/// A file that no message has brought is kept for so long.
const UNUSED: i64 = DAY;
/// The upload of a file that a message has brought stays readable by its link for so long.
const USED: i64 = 30 * DAY;

/// Records an upload, before its blob is written: no blob is ever without a row. The same again
/// is kept as long as a new one.
///
/// # Errors
/// When the database fails.
pub async fn record(tx: &mut Tx<'_>, blob: &str, at: Timestamp) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO upload (blob, at) VALUES ($1, $2) \
         ON CONFLICT (blob) DO UPDATE SET at = excluded.at";
    execute!(tx, INSERT, blob, at.0).map(|_| ())
}

/// A message has brought the file.
///
/// # Errors
/// When the database fails.
pub async fn used(tx: &mut Tx<'_>, blob: &str) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE upload SET used = TRUE WHERE blob = $1 AND NOT used";
    execute!(tx, UPDATE, blob).map(|_| ())
}

/// Uploads whose time is over, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn old(tx: &mut Tx<'_>, now: Timestamp, most: i64) -> Result<Vec<String>, StoreError> {
    let rows = fetch_all!(
        tx,
        (String,),
        "SELECT blob FROM upload WHERE at < $2 OR (at < $1 AND NOT used) ORDER BY at LIMIT $3",
        now.plus_ms(-UNUSED).0,
        now.plus_ms(-USED).0,
        most
    )?;
    Ok(rows.into_iter().map(|(blob,)| blob).collect())
}

/// Forgets an upload, after its blob.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx<'_>, blob: &str) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM upload WHERE blob = $1", blob).map(|_| ())
}
