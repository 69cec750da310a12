//! Questions whose right article is known.

use bot_core::store::{Db, StoreError};
use bot_core::{execute, fetch_all};
use serde::Serialize;

use crate::article::{ExternalId, SpaceName};
use crate::store::Change;

/// A question whose right article is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct TestQuestion {
    /// Its words; no two tests have the same.
    pub question: String,
    /// The right article's space.
    pub space: String,
    /// The right article; none where a person is to answer.
    pub external_id: Option<String>,
}

/// Keeps a question with its right article; over what was kept for it before.
///
/// # Errors
/// When the database fails.
pub async fn keep_test(
    db: &Db,
    question: String,
    right: Option<(SpaceName, ExternalId)>,
    change: Change,
) -> Result<(), StoreError> {
    let given = std::sync::Arc::new((question, right, change));
    db.write(move |tx| {
        let given = std::sync::Arc::clone(&given);
        Box::pin(async move {
            let (question, right, change) = &*given;
            execute!(
                tx,
                "INSERT INTO kb_test (id, question, space, external_id, at, author)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (question) DO UPDATE SET
                 space = excluded.space, external_id = excluded.external_id, at = excluded.at,
                 author = excluded.author",
                change.cause,
                question.as_str(),
                right.as_ref().map_or("", |(space, _)| space.as_str()),
                right.as_ref().map(|(_, id)| id.as_str()),
                change.at.0,
                change.author.as_str()
            )
            .map(|_| ())
        })
    })
    .await
}

/// Forgets a question; says whether it was kept.
///
/// # Errors
/// When the database fails.
pub async fn forget_test(db: &Db, question: String) -> Result<bool, StoreError> {
    db.write(move |tx| {
        let question = question.clone();
        Box::pin(async move {
            let gone = execute!(tx, "DELETE FROM kb_test WHERE question = $1", question)?;
            Ok(gone > 0)
        })
    })
    .await
}

/// All of them, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn tests(db: &Db) -> Result<Vec<TestQuestion>, StoreError> {
    const SELECT: &str = "SELECT question, space, external_id FROM kb_test ORDER BY at, id";
    db.read(|tx| Box::pin(async move { fetch_all!(tx, TestQuestion, SELECT) }))
        .await
}
