//! What an import has written goes live, when it is whole and was looked at.

use bot_core::store::{Db, StoreError, Tx};
use bot_core::{execute, fetch_all};
use uuid::Uuid;

use crate::article::{Article, Status};
use crate::store::raise_version;
use crate::store::row::ArticleRow;

const SELECT: &str = "SELECT a.* FROM article a JOIN article_revision r
     ON r.article_id = a.id AND r.revision = a.revision
     WHERE r.cause = $1 AND a.status = 'published' AND (a.live IS NULL OR a.live <> a.revision)
     ORDER BY a.id";

/// What waits to be published.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &Db, cause: Uuid) -> Result<Vec<Article>, StoreError> {
    let read =
        db.read(move |tx| Box::pin(async move { fetch_all!(tx, ArticleRow, SELECT, cause) }));
    read.await?.into_iter().map(ArticleRow::read).collect()
}

/// Publishes the next of what waits, at most [`crate::store::BATCH`]; says how many.
///
/// # Errors
/// When the database fails.
pub async fn publish_waiting(db: &Db, cause: Uuid) -> Result<u64, StoreError> {
    const PUBLISH: &str = "UPDATE article SET live = revision WHERE id IN (
             SELECT a.id FROM article a JOIN article_revision r
             ON r.article_id = a.id AND r.revision = a.revision
             WHERE r.cause = $1 AND a.status = 'published'
                 AND (a.live IS NULL OR a.live <> a.revision) ORDER BY a.id LIMIT 500)";
    db.write(move |tx| {
        Box::pin(async move {
            let published = execute!(tx, PUBLISH, cause)?;
            if published > 0 {
                raise_version(tx).await?;
            }
            Ok(published)
        })
    })
    .await
}

/// Takes the next of what an act has left in one state, and does not answer, into another, at most
/// [`crate::store::BATCH`]; says how many.
///
/// # Errors
/// When the database fails.
pub async fn restate(db: &Db, cause: Uuid, from: Status, to: Status) -> Result<u64, StoreError> {
    db.write(move |tx| Box::pin(async move { restate_in(tx, cause, from, to).await }))
        .await
}

async fn restate_in(
    tx: &mut Tx<'_>,
    cause: Uuid,
    from: Status,
    to: Status,
) -> Result<u64, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid, i64),
        "SELECT a.id, a.revision FROM article a JOIN article_revision r
         ON r.article_id = a.id AND r.revision = a.revision
         WHERE r.cause = $1 AND a.status = $2 AND (a.live IS NULL OR a.live <> a.revision)
         ORDER BY a.id LIMIT 500",
        cause,
        from.word()
    )?;
    for (id, revision) in &rows {
        execute!(
            tx,
            "UPDATE article SET status = $1 WHERE id = $2",
            to.word(),
            *id
        )?;
        execute!(
            tx,
            "UPDATE article_revision SET status = $1 WHERE article_id = $2 AND revision = $3",
            to.word(),
            *id,
            *revision
        )?;
    }
    Ok(rows.len() as u64)
}
