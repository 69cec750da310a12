//! Reading articles.

use bot_core::domain::id::ArticleId;
use bot_core::store::{Db, StoreError, Tx};
use bot_core::{execute, fetch_all, fetch_optional};
use uuid::Uuid;

use crate::article::{Article, Content};
use crate::store::raise_version;
use crate::store::row::ArticleRow;

const PAGE: usize = 2_000;
/// So many articles are named where a reference fits several.
const MOST_FOUND: i64 = 6;

/// What a reference (`id`, or `space/id`) leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// This article.
    One(Box<Article>),
    /// Several of this id, in different spaces.
    Several(Vec<Article>),
    /// None; these ids begin or end alike.
    None(Vec<String>),
}

/// The newest revision of an article.
///
/// # Errors
/// When the database fails.
pub async fn article(db: &Db, id: ArticleId) -> Result<Option<Article>, StoreError> {
    db.read(move |tx| Box::pin(async move { by_id(tx, id).await }))
        .await
}

pub(super) async fn by_id(tx: &mut Tx<'_>, id: ArticleId) -> Result<Option<Article>, StoreError> {
    const SELECT: &str = "SELECT * FROM article WHERE id = $1";
    let row = fetch_optional!(tx, ArticleRow, SELECT, id.0)?;
    row.map(ArticleRow::read).transpose()
}

pub(super) async fn stored(
    tx: &mut Tx<'_>,
    content: &Content,
) -> Result<Option<Article>, StoreError> {
    let (space, id) = (content.space.as_str(), content.external_id.as_str());
    let row = fetch_optional!(
        tx,
        ArticleRow,
        "SELECT * FROM article WHERE space = $1 AND external_id = $2",
        space,
        id
    )?;
    row.map(ArticleRow::read).transpose()
}

/// Finds an article by what people call it: its external id, with `space/` before it where several
/// spaces have it.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &Db, reference: &str) -> Result<Found, StoreError> {
    let reference = reference.trim().to_owned();
    db.read(|tx| Box::pin(async move { find_in(tx, &reference).await }))
        .await
}

async fn find_in(tx: &mut Tx<'_>, reference: &str) -> Result<Found, StoreError> {
    let mut found = named(tx, reference).await?;
    match found.len() {
        0 => Ok(Found::None(alike(tx, reference).await?)),
        1 => Ok(Found::One(Box::new(found.remove(0)))),
        _ => Ok(Found::Several(found)),
    }
}

async fn named(tx: &mut Tx<'_>, reference: &str) -> Result<Vec<Article>, StoreError> {
    let whole = fetch_all!(
        tx,
        ArticleRow,
        "SELECT * FROM article WHERE external_id = $1 ORDER BY space LIMIT $2",
        reference,
        MOST_FOUND
    )?;
    let rows = match (whole.is_empty(), reference.split_once('/')) {
        (true, Some((space, id))) => fetch_all!(
            tx,
            ArticleRow,
            "SELECT * FROM article WHERE space = $1 AND external_id = $2",
            space,
            id
        )?,
        _ => whole,
    };
    rows.into_iter().map(ArticleRow::read).collect()
}

/// Ids that hold these words, for somebody who mistyped one.
async fn alike(tx: &mut Tx<'_>, reference: &str) -> Result<Vec<String>, StoreError> {
    let plain: String = reference
        .chars()
        .filter(|c| !matches!(c, '%' | '_' | '\\'))
        .take(20)
        .collect();
    if plain.is_empty() {
        return Ok(Vec::new());
    }
    let rows = fetch_all!(
        tx,
        (String,),
        "SELECT external_id FROM article WHERE lower(external_id) LIKE $1
         ORDER BY length(external_id), external_id LIMIT $2",
        format!("%{}%", plain.to_lowercase()),
        MOST_FOUND
    )?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Doubts the revision that answers; says whether it was not doubted before, and answers still.
///
/// # Errors
/// When the database fails.
pub async fn doubt(db: &Db, id: ArticleId, live: i64) -> Result<bool, StoreError> {
    const DOUBT: &str = "UPDATE article SET doubted = live WHERE id = $1 AND live = $2
         AND (doubted IS NULL OR doubted <> live)";
    db.write(move |tx| {
        Box::pin(async move {
            let doubted = execute!(tx, DOUBT, id.0, live)? > 0;
            if doubted {
                raise_version(tx).await?;
            }
            Ok(doubted)
        })
    })
    .await
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

/// Reads the newest revision of every article, in pages so that no reading holds a connection for long.
///
/// # Errors
/// When the database fails.
pub async fn all_articles(db: &Db) -> Result<Vec<Article>, StoreError> {
    paged(
        db,
        "SELECT * FROM article WHERE id > $1 ORDER BY id LIMIT 2000",
    )
    .await
}

/// Reads the revision of every article that answers.
///
/// # Errors
/// When the database fails.
pub async fn live_articles(db: &Db) -> Result<Vec<Article>, StoreError> {
    let select =
        "SELECT r.*, r.article_id AS id, r.at AS updated_at, a.live, a.edited_by, a.doubted
         FROM article a JOIN article_revision r ON r.article_id = a.id AND r.revision = a.live
         WHERE a.id > $1 ORDER BY a.id LIMIT 2000";
    paged(db, select).await
}

async fn paged(db: &Db, select: &'static str) -> Result<Vec<Article>, StoreError> {
    let mut articles: Vec<Article> = Vec::new();
    loop {
        let after = articles.last().map(|article| article.id.0);
        let page = page_after(db, select, after).await?;
        let last = page.len() < PAGE;
        articles.extend(page);
        if last {
            return Ok(articles);
        }
    }
}

async fn page_after(
    db: &Db,
    select: &'static str,
    after: Option<Uuid>,
) -> Result<Vec<Article>, StoreError> {
    let after = after.unwrap_or_default();
    let read =
        db.read(move |tx| Box::pin(async move { fetch_all!(tx, ArticleRow, select, after) }));
    read.await?.into_iter().map(ArticleRow::read).collect()
}
