//! What an article said before, who changed it, when and why.

use bot_core::domain::id::ArticleId;
use bot_core::store::{Db, StoreError, Tx};
use bot_core::{fetch_all, fetch_optional, queue};
use serde::Serialize;
use uuid::Uuid;

use crate::article::{Article, Status};
use crate::store::Change;
use crate::store::row::ArticleRow;

/// One change of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Revision {
    /// Its number, from 1.
    pub revision: i64,
    /// When, in UTC milliseconds.
    pub at: i64,
    /// Who made it; empty where that was not kept.
    pub author: String,
    /// Why; may be empty.
    pub reason: String,
    /// Where the article stood after it.
    pub status: Status,
}

/// Keeps what an article's row says now, and which revision answered before.
pub(super) async fn keep(
    tx: &mut Tx<'_>,
    article: Uuid,
    replaced: Option<i64>,
    change: &Change,
) -> Result<(), StoreError> {
    queue!(
        tx,
        "INSERT INTO article_revision
         SELECT id, revision, space, external_id, language, category, question, alternatives, answer,
                tags, visibility, status, mode, valid_from, valid_until, channels, source, $1, $2, $3, $4, $5
         FROM article WHERE id = $6",
        replaced,
        change.at.0,
        change.author.as_str(),
        change.reason.as_str(),
        change.cause,
        article
    )
}

/// An article that an act has changed already; this one, if one is asked for.
pub(super) async fn made_by(
    tx: &mut Tx<'_>,
    cause: Uuid,
    article: Option<ArticleId>,
) -> Result<Option<ArticleId>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        "SELECT article_id FROM article_revision WHERE cause = $1",
        cause
    )?;
    let mut made = rows.into_iter().map(|row| ArticleId(row.0));
    Ok(made.find(|one| article.is_none_or(|article| article == *one)))
}

/// The changes of an article, newest first.
///
/// # Errors
/// When the database fails.
pub async fn history(db: &Db, id: ArticleId) -> Result<Vec<Revision>, StoreError> {
    let read = db.read(move |tx| {
        Box::pin(async move {
            fetch_all!(
                tx,
                (i64, i64, String, String, String),
                "SELECT revision, at, author, reason, status FROM article_revision
                 WHERE article_id = $1 ORDER BY revision DESC",
                id.0
            )
        })
    });
    let rows = read.await?.into_iter();
    rows.map(|(revision, at, author, reason, status)| {
        let status = Status::from_word(&status);
        let bad = || StoreError::Unreadable(format!("article {}: status", id.0));
        Ok(Revision {
            revision,
            at,
            author,
            reason,
            status: status.ok_or_else(bad)?,
        })
    })
    .collect()
}

/// What an article said at a revision.
///
/// # Errors
/// When the database fails.
pub async fn revision(
    db: &Db,
    id: ArticleId,
    revision: i64,
) -> Result<Option<Article>, StoreError> {
    db.read(move |tx| Box::pin(async move { at(tx, id, revision).await }))
        .await
}

pub(super) async fn at(
    tx: &mut Tx<'_>,
    id: ArticleId,
    revision: i64,
) -> Result<Option<Article>, StoreError> {
    let row = fetch_optional!(
        tx,
        ArticleRow,
        "SELECT r.*, r.article_id AS id, r.at AS updated_at, a.live, a.edited_by, a.doubted
         FROM article_revision r JOIN article a ON a.id = r.article_id
         WHERE r.article_id = $1 AND r.revision = $2",
        id.0,
        revision
    )?;
    row.map(ArticleRow::read).transpose()
}

/// The revision that answered before this one was made.
pub(super) async fn replaced(
    tx: &mut Tx<'_>,
    id: ArticleId,
    revision: i64,
) -> Result<Option<i64>, StoreError> {
    let row = fetch_optional!(
        tx,
        (Option<i64>,),
        "SELECT replaced FROM article_revision WHERE article_id = $1 AND revision = $2",
        id.0,
        revision
    )?;
    Ok(row.and_then(|row| row.0))
}
