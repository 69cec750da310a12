//! An import is undone: what it brought is gone, what it changed is as before. What somebody has changed
//! since is left to them.

use bot_core::domain::id::ArticleId;
use bot_core::store::{Db, StoreError, Tx};
use bot_core::{execute, fetch_all};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::article::{Article, Live, Stage, Status};
use crate::store::article::by_id;
use crate::store::change::update;
use crate::store::import::{ImportRecord, mark_undone, numbered};
use crate::store::{Change, raise_version, revision};

/// What undoing an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// The import's number.
    pub number: i64,
    /// Articles that are gone again.
    pub removed: u64,
    /// Articles that say again what they said.
    pub restored: u64,
    /// Articles that were changed since, and left alone.
    pub kept: u64,
}

/// Undoes an import, by its number, or the newest that is not undone; `None` when there is none, or it
/// was undone before.
///
/// # Errors
/// When the database fails; then nothing was undone, or a part that the next try goes on from.
pub async fn undo(
    db: &Db,
    number: Option<i64>,
    change: Change,
) -> Result<Option<Undone>, StoreError> {
    let found = db.read(move |tx| Box::pin(async move { numbered(tx, number).await }));
    let Some(import) = found.await?.filter(|import| import.undone_at.is_none()) else {
        return Ok(None);
    };
    let mut undone = Undone {
        number: import.number,
        ..Undone::default()
    };
    let mut after = Uuid::nil();
    loop {
        let (part, last) = part(db, import.id, after, change.clone()).await?;
        undone.removed += part.removed;
        undone.restored += part.restored;
        undone.kept += part.kept;
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    close(db, &import, &change).await?;
    Ok(Some(undone))
}

async fn close(db: &Db, import: &ImportRecord, change: &Change) -> Result<(), StoreError> {
    let (id, at) = (import.id, change.at);
    db.write(move |tx| Box::pin(async move { mark_undone(tx, id, at).await }))
        .await
}

/// The next articles of an import, and the last one's id unless these were all.
async fn part(
    db: &Db,
    import: Uuid,
    after: Uuid,
    change: Change,
) -> Result<(Undone, Option<Uuid>), StoreError> {
    let change = std::sync::Arc::new(change);
    db.write(move |tx| {
        let change = std::sync::Arc::clone(&change);
        Box::pin(async move { part_in(tx, import, after, &change).await })
    })
    .await
}

async fn part_in(
    tx: &mut Tx<'_>,
    import: Uuid,
    after: Uuid,
    change: &Change,
) -> Result<(Undone, Option<Uuid>), StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid, i64),
        "SELECT article_id, revision FROM article_revision WHERE cause = $1 AND article_id > $2
         ORDER BY article_id LIMIT 500",
        import,
        after
    )?;
    let mut undone = Undone::default();
    for (id, made) in &rows {
        take_back(tx, ArticleId(*id), *made, change, &mut undone).await?;
    }
    if undone.removed + undone.restored > 0 {
        raise_version(tx).await?;
    }
    Ok((undone, rows.last().map(|row| row.0)))
}

async fn take_back(
    tx: &mut Tx<'_>,
    id: ArticleId,
    made: i64,
    change: &Change,
    undone: &mut Undone,
) -> Result<(), StoreError> {
    let Some(article) = by_id(tx, id).await? else {
        return Ok(());
    };
    if article.revision != made {
        undone.kept += 1;
        return Ok(());
    }
    let Some(before) = revision::at(tx, id, made - 1).await? else {
        undone.removed += 1;
        return remove(tx, &article, change).await;
    };
    undone.restored += 1;
    let stage = Stage {
        status: before.status,
        live: answered(revision::replaced(tx, id, made).await?, made),
    };
    update(tx, &article, &before.content, stage, change).await
}

/// What answered before the import's revision; what it said then is the newest again.
const fn answered(replaced: Option<i64>, made: i64) -> Live {
    match replaced {
        None => Live::Nothing,
        Some(one) if one + 1 == made => Live::Newest,
        Some(one) => Live::Revision(one),
    }
}

/// The article goes; its revisions stay, for the answers that it gave.
async fn remove(tx: &mut Tx<'_>, article: &Article, change: &Change) -> Result<(), StoreError> {
    let stage = Stage {
        status: Status::Archived,
        live: Live::Nothing,
    };
    update(tx, article, &article.content, stage, change).await?;
    execute!(tx, "DELETE FROM article WHERE id = $1", article.id.0).map(|_| ())
}
