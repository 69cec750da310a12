//! The record of imports.

use bot_core::domain::time::Timestamp;
use bot_core::store::{Db, StoreError, Tx};
use bot_core::{execute, fetch_all, fetch_optional};
use serde::Serialize;
use uuid::Uuid;

use crate::store::{Change, Written};

/// An import that wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct ImportRecord {
    /// Which act it was.
    #[serde(skip)]
    pub id: Uuid,
    /// What people call it.
    pub number: i64,
    /// When, in UTC milliseconds.
    pub at: i64,
    /// Who.
    pub author: String,
    /// The files' names, one a line.
    pub files: String,
    /// New articles.
    pub created: i64,
    /// Changed articles.
    pub updated: i64,
    /// Articles that were the same.
    pub unchanged: i64,
    /// Rows that were not accepted.
    pub rejected: i64,
    /// When it was undone.
    pub undone_at: Option<i64>,
}

/// Records what an import did; gives its number. Done twice, it is recorded once.
///
/// # Errors
/// When the database fails.
pub async fn record_import(
    db: &Db,
    change: Change,
    files: String,
    written: Written,
    rejected: u64,
) -> Result<i64, StoreError> {
    let given = std::sync::Arc::new((change, files));
    db.write(move |tx| {
        let given = std::sync::Arc::clone(&given);
        Box::pin(async move { record(tx, &given.0, &given.1, written, rejected).await })
    })
    .await
}

async fn record(
    tx: &mut Tx<'_>,
    change: &Change,
    files: &str,
    written: Written,
    rejected: u64,
) -> Result<i64, StoreError> {
    execute!(
        tx,
        "INSERT INTO kb_import (id, at, files, created, updated, unchanged, rejected, author, number)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT coalesce(max(number), 0) + 1 FROM kb_import))
         ON CONFLICT (id) DO NOTHING",
        change.cause,
        change.at.0,
        files,
        written.created.cast_signed(),
        written.updated.cast_signed(),
        written.unchanged.cast_signed(),
        rejected.cast_signed(),
        change.author.as_str()
    )?;
    let number = fetch_optional!(
        tx,
        (i64,),
        "SELECT number FROM kb_import WHERE id = $1",
        change.cause
    )?;
    Ok(number.map_or(0, |row| row.0))
}

/// The newest imports, the last one first.
///
/// # Errors
/// When the database fails.
pub async fn imports(db: &Db, most: i64) -> Result<Vec<ImportRecord>, StoreError> {
    const SELECT: &str =
        "SELECT id, number, at, author, files, created, updated, unchanged, rejected,
         undone_at FROM kb_import ORDER BY number DESC LIMIT $1";
    db.read(move |tx| Box::pin(async move { fetch_all!(tx, ImportRecord, SELECT, most) }))
        .await
}

/// An import, by its number.
///
/// # Errors
/// When the database fails.
pub async fn import_numbered(db: &Db, number: i64) -> Result<Option<ImportRecord>, StoreError> {
    db.read(move |tx| Box::pin(async move { numbered(tx, Some(number)).await }))
        .await
}

pub(super) async fn numbered(
    tx: &mut Tx<'_>,
    number: Option<i64>,
) -> Result<Option<ImportRecord>, StoreError> {
    const SELECT: &str =
        "SELECT id, number, at, author, files, created, updated, unchanged, rejected,
         undone_at FROM kb_import WHERE $1 < 0 AND undone_at IS NULL OR number = $1
         ORDER BY number DESC LIMIT 1";
    fetch_optional!(tx, ImportRecord, SELECT, number.unwrap_or(-1))
}

pub(super) async fn mark_undone(
    tx: &mut Tx<'_>,
    id: Uuid,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE kb_import SET undone_at = $1 WHERE id = $2",
        now.0,
        id
    )
    .map(|_| ())
}
