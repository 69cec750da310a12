//! Lists of articles, for people who look through them.

use bot_core::fetch_all;
use bot_core::store::{Db, StoreError, Tx};

use crate::article::{Article, Status};
use crate::store::row::ArticleRow;

/// Which articles, newest change first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those that stand there.
    pub status: Option<Status>,
    /// Only those of this space; of all if it is empty.
    pub space: String,
    /// Only those whose id, question or answer holds this; all if it is empty.
    pub words: String,
    /// So many of them are passed over.
    pub skip: i64,
    /// At most so many.
    pub most: i64,
}

/// Articles that fit, newest change first.
///
/// # Errors
/// When the database fails.
pub async fn listed(db: &Db, filter: Filter) -> Result<Vec<Article>, StoreError> {
    db.read(|tx| Box::pin(async move { listed_in(tx, &filter).await }))
        .await
}

async fn listed_in(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<Article>, StoreError> {
    let words = filter.words.to_lowercase();
    let escaped = words
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    let rows = fetch_all!(
        tx,
        ArticleRow,
        "SELECT * FROM article WHERE ($1 = '' OR status = $1) AND ($2 = '' OR space = $2)
             AND ($3 = '' OR lower(external_id) LIKE $4 ESCAPE '!' OR lower(question) LIKE $4 ESCAPE '!'
                 OR lower(answer) LIKE $4 ESCAPE '!')
         ORDER BY updated_at DESC, id LIMIT $5 OFFSET $6",
        filter.status.map_or("", Status::word),
        filter.space.as_str(),
        words,
        format!("%{escaped}%"),
        filter.most,
        filter.skip
    )?;
    rows.into_iter().map(ArticleRow::read).collect()
}

/// The names of all spaces.
///
/// # Errors
/// When the database fails.
pub async fn spaces(db: &Db) -> Result<Vec<String>, StoreError> {
    const SELECT: &str = "SELECT DISTINCT space FROM article ORDER BY space";
    let rows = db.read(|tx| Box::pin(async move { fetch_all!(tx, (String,), SELECT) }));
    Ok(rows.await?.into_iter().map(|row| row.0).collect())
}
