//! Articles in the database.

use bot_core::domain::time::Timestamp;
use bot_core::store::{Db, StoreError, Tx};
use bot_core::{execute, fetch_one};
use uuid::Uuid;

mod article;
mod batch;
mod change;
mod import;
mod listing;
mod publish;
mod revision;
mod row;
pub mod suggestion;
mod test_question;
mod undo;

pub use article::{Found, all_articles, article, doubt, find, has_articles, live_articles};
pub use batch::{Batch, Publish, Written, foresee, write_articles};
pub use change::{Edit, Saved, create, save};
pub use import::{ImportRecord, import_numbered, imports, record_import};
pub use listing::{Filter, listed, spaces};
pub use publish::{publish_waiting, restate, waiting};
pub use revision::{Revision, history, revision};
pub use test_question::{TestQuestion, forget_test, keep_test, tests};
pub use undo::{Undone, undo};

/// Most articles that one transaction writes, so that an import never holds up the desk.
pub const BATCH: usize = 500;

/// Who changes articles, when, why, and by which act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The act: an import, a command, a request. Done twice, it changes an article once.
    pub cause: Uuid,
    /// Who, as people know them: an agent's name, or `shell`.
    pub author: String,
    /// Why, in their words; may be empty.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// The version that every change of a live article raises.
///
/// # Errors
/// When the database fails.
pub async fn version(db: &Db) -> Result<i64, StoreError> {
    db.read(|tx| Box::pin(async move { read_version(tx).await }))
        .await
}

async fn read_version(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    fetch_one!(tx, (i64,), "SELECT version FROM kb_version WHERE id = 1").map(|row| row.0)
}

async fn raise_version(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE kb_version SET version = version + 1 WHERE id = 1"
    )
    .map(|_| ())
}
