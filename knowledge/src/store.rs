//! Articles in the database.

use bot_core::domain::answer::AnswerMode;
use bot_core::domain::language::Language;
use bot_core::domain::time::Timestamp;
use bot_core::port::clock::Ids;
use bot_core::store::{Db, StoreError, Tx};
use bot_core::{execute, fetch_all, fetch_one, fetch_optional};
use serde::Serialize;
use uuid::Uuid;

use crate::article::{Article, Content, Status, Terms};

/// Most articles that one transaction writes, so that an import never holds up the desk.
pub const BATCH: usize = 500;

/// What writing articles did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Written {
    /// New articles.
    pub created: u64,
    /// Articles that were there and changed.
    pub updated: u64,
    /// Articles that were there, the same.
    pub unchanged: u64,
}

impl Written {
    /// Adds what another batch did.
    pub const fn add(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
    }
}

#[derive(Debug, sqlx::FromRow)]
struct ArticleRow {
    id: Uuid,
    space: String,
    external_id: String,
    language: String,
    category: String,
    question: String,
    alternatives: String,
    answer: String,
    tags: String,
    visibility: String,
    status: String,
    revision: i64,
    updated_at: i64,
    mode: String,
    valid_from: Option<i64>,
    valid_until: Option<i64>,
    channels: String,
}

impl ArticleRow {
    fn read(self) -> Result<Article, StoreError> {
        let id = self.id;
        let bad = |what: &str| StoreError::Unreadable(format!("article {id}: {what}"));
        Ok(Article {
            id: id.into(),
            revision: self.revision,
            updated_at: self.updated_at,
            status: Status::from_word(&self.status).ok_or_else(|| bad("status"))?,
            content: Content {
                external_id: self.external_id.parse().map_err(|_| bad("external_id"))?,
                space: self.space.parse().map_err(|_| bad("space"))?,
                language: Language::from_tag(&self.language).ok_or_else(|| bad("language"))?,
                category: self.category,
                question: self.question,
                alternatives: unlisted(&self.alternatives).ok_or_else(|| bad("alternatives"))?,
                answer: self.answer,
                tags: unlisted(&self.tags).ok_or_else(|| bad("tags"))?,
                visibility: self.visibility.parse().map_err(|_| bad("visibility"))?,
                terms: Terms {
                    mode: AnswerMode::parse(&self.mode).ok_or_else(|| bad("mode"))?,
                    valid_from: self.valid_from.map(Timestamp),
                    valid_until: self.valid_until.map(Timestamp),
                    channels: unlisted(&self.channels).ok_or_else(|| bad("channels"))?,
                },
            },
        })
    }
}

fn listed(entries: &[String]) -> String {
    serde_json::Value::from(entries).to_string()
}

fn unlisted(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).ok()
}

/// Inserts or updates articles by their external ids, at most [`BATCH`] in one call, and raises
/// the version if anything changed. A published article stays published when it is imported
/// again; `publish` publishes what is still a draft.
///
/// # Errors
/// When the database fails; then nothing of this batch was written.
pub async fn write_articles(
    db: &Db,
    ids: &dyn Ids,
    contents: Vec<Content>,
    publish: bool,
    now: Timestamp,
) -> Result<Written, StoreError> {
    let rows: Vec<(Uuid, Content)> = contents
        .into_iter()
        .map(|content| (ids.fresh(now), content))
        .collect();
    let rows = std::sync::Arc::new(rows);
    db.write(move |tx| {
        let rows = std::sync::Arc::clone(&rows);
        Box::pin(async move { write_batch(tx, &rows, publish, now).await })
    })
    .await
}

async fn write_batch(
    tx: &mut Tx<'_>,
    rows: &[(Uuid, Content)],
    publish: bool,
    now: Timestamp,
) -> Result<Written, StoreError> {
    let mut written = Written::default();
    for (id, content) in rows {
        match stored(tx, content).await? {
            None => {
                insert(tx, *id, content, publish, now).await?;
                written.created += 1;
            }
            Some(before) => {
                let status = if publish {
                    Status::Published
                } else {
                    before.status
                };
                if before.content == *content && before.status == status {
                    written.unchanged += 1;
                } else {
                    update(tx, &before, content, status, now).await?;
                    written.updated += 1;
                }
            }
        }
    }
    if written.created + written.updated > 0 {
        raise_version(tx).await?;
    }
    Ok(written)
}

async fn raise_version(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE kb_version SET version = version + 1 WHERE id = 1"
    )
    .map(|_| ())
}

async fn stored(tx: &mut Tx<'_>, content: &Content) -> Result<Option<Article>, StoreError> {
    fetch_optional!(
        tx,
        ArticleRow,
        "SELECT * FROM article WHERE space = $1 AND external_id = $2",
        content.space.as_str(),
        content.external_id.as_str()
    )?
    .map(ArticleRow::read)
    .transpose()
}

async fn insert(
    tx: &mut Tx<'_>,
    id: Uuid,
    content: &Content,
    publish: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let status = if publish {
        Status::Published
    } else {
        Status::Draft
    };
    execute!(
        tx,
        "INSERT INTO article (id, space, external_id, language, category, question, alternatives,
             answer, tags, visibility, status, revision, updated_at, mode, valid_from, valid_until,
             channels)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13, $14, $15, $16)",
        id,
        content.space.as_str(),
        content.external_id.as_str(),
        content.language.code(),
        content.category.as_str(),
        content.question.as_str(),
        listed(&content.alternatives),
        content.answer.as_str(),
        listed(&content.tags),
        content.visibility.word(),
        status.word(),
        now.0,
        content.terms.mode.as_str(),
        content.terms.valid_from.map(|at| at.0),
        content.terms.valid_until.map(|at| at.0),
        listed(&content.terms.channels)
    )
    .map(|_| ())
}

async fn update(
    tx: &mut Tx<'_>,
    before: &Article,
    content: &Content,
    status: Status,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE article SET language = $1, category = $2, question = $3, alternatives = $4,
             answer = $5, tags = $6, visibility = $7, status = $8, revision = revision + 1,
             updated_at = $9, mode = $10, valid_from = $11, valid_until = $12, channels = $13
         WHERE id = $14",
        content.language.code(),
        content.category.as_str(),
        content.question.as_str(),
        listed(&content.alternatives),
        content.answer.as_str(),
        listed(&content.tags),
        content.visibility.word(),
        status.word(),
        now.0,
        content.terms.mode.as_str(),
        content.terms.valid_from.map(|at| at.0),
        content.terms.valid_until.map(|at| at.0),
        listed(&content.terms.channels),
        before.id.0
    )
    .map(|_| ())
}

/// The version that every change of an article raises.
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

/// Whether there is any article.
///
/// # Errors
/// When the database fails.
pub async fn has_articles(db: &Db) -> Result<bool, StoreError> {
    const SELECT: &str = "SELECT id FROM article LIMIT 1";
    let read = db.read(|tx| Box::pin(async move { fetch_optional!(tx, (Uuid,), SELECT) }));
    Ok(read.await?.is_some())
}

/// Reads every article, in pages so that no reading holds a connection for long.
///
/// # Errors
/// When the database fails.
pub async fn all_articles(db: &Db) -> Result<Vec<Article>, StoreError> {
    let mut articles: Vec<Article> = Vec::new();
    loop {
        let page = page_after(db, articles.last().map(|article| article.id.0)).await?;
        let last = page.len() < PAGE;
        articles.extend(page);
        if last {
            return Ok(articles);
        }
    }
}

const PAGE: usize = 2_000;

async fn page_after(db: &Db, after: Option<Uuid>) -> Result<Vec<Article>, StoreError> {
    let after = after.unwrap_or_default();
    let rows = db
        .read(move |tx| {
            Box::pin(async move {
                fetch_all!(
                    tx,
                    ArticleRow,
                    "SELECT * FROM article WHERE id > $1 ORDER BY id LIMIT 2000",
                    after
                )
            })
        })
        .await?;
    rows.into_iter().map(ArticleRow::read).collect()
}

/// Records what an import did.
///
/// # Errors
/// When the database fails.
pub async fn record_import(
    db: &Db,
    id: Uuid,
    files: String,
    written: Written,
    rejected: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    db.write(move |tx| {
        let files = files.clone();
        Box::pin(async move {
            execute!(
                tx,
                "INSERT INTO kb_import (id, at, files, created, updated, unchanged, rejected)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                id,
                now.0,
                files,
                written.created.cast_signed(),
                written.updated.cast_signed(),
                written.unchanged.cast_signed(),
                rejected.cast_signed()
            )
            .map(|_| ())
        })
    })
    .await
}

#[cfg(test)]
mod tests;
