//! Small facts about the database itself.

use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::{execute, fetch_optional};

/// Reads one.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT value FROM meta WHERE name = $1",
        name
    )?;
    Ok(row.map(|(value,)| value))
}

/// Writes one.
///
/// # Errors
/// When the database fails.
pub async fn set(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        value
    )
    .map(|_| ())
}
