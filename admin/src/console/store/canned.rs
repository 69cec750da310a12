//! Canned replies, for completion.

use bot_core::fetch_all;
use bot_core::store::{StoreError, Tx};

/// A canned reply.
#[derive(Debug, sqlx::FromRow)]
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
