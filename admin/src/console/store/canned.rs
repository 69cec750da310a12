//! Canned replies.

use bot_core::store::{StoreError, Tx};
use bot_core::{execute, fetch_all};

/// A canned reply.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(in crate::console) struct Canned {
    /// What it is called.
    pub(in crate::console) name: String,
    /// Its language, `zh` or `en`.
    pub(in crate::console) language: String,
    /// Its words.
    pub(in crate::console) text: String,
}

/// All of them, by name.
pub(in crate::console) async fn all(tx: &mut Tx<'_>) -> Result<Vec<Canned>, StoreError> {
    fetch_all!(
        tx,
        Canned,
        "SELECT name, language, text FROM canned ORDER BY name, language LIMIT 1000"
    )
}

/// Keeps one, in the place of what was kept under its name in its language.
pub(in crate::console) async fn keep(tx: &mut Tx<'_>, canned: &Canned) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO canned (name, language, text) VALUES ($1, $2, $3) \
         ON CONFLICT (name, language) DO UPDATE SET text = excluded.text";
    execute!(tx, INSERT, &canned.name, &canned.language, &canned.text).map(|_| ())
}

/// Forgets one; `false` when there is none.
pub(in crate::console) async fn forget(
    tx: &mut Tx<'_>,
    name: &str,
    language: &str,
) -> Result<bool, StoreError> {
    const DELETE: &str = "DELETE FROM canned WHERE name = $1 AND language = $2";
    Ok(execute!(tx, DELETE, name, language)? > 0)
}
