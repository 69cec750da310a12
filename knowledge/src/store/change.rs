//! One article is written, step by step, by people: nobody's change is overwritten unseen.

use bot_core::domain::id::ArticleId;
use bot_core::port::clock::Ids;
use bot_core::queue;
use bot_core::store::{Db, StoreError, Tx};
use uuid::Uuid;

use crate::article::{Article, Content, Live, Stage, Step};
use crate::store::article::{by_id, stored};
use crate::store::row::listed;
use crate::store::{Change, raise_version, revision};

/// What is to become of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What it is to say; as before without.
    pub content: Option<Content>,
    /// Where it is to stand.
    pub step: Step,
    /// The revision that the one who edits has seen; without, whatever is there is changed.
    pub expected: Option<i64>,
    /// Whether its space asks for a second pair of eyes.
    pub reviewed: bool,
}

/// What came of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The article as it is now.
    Done(Box<Article>),
    /// It was so already.
    Unchanged(Box<Article>),
    /// Somebody else has changed it meanwhile; nothing was written.
    Conflict(Box<Article>),
    /// Who wrote it may not publish it; nothing was written.
    NeedsSomebodyElse(Box<Article>),
    /// Another article has its id; nothing was written.
    Taken(Box<Article>),
    /// There is no such article.
    Gone,
}

/// Writes a new article.
///
/// # Errors
/// When the database fails.
pub async fn create(
    db: &Db,
    ids: &dyn Ids,
    content: Content,
    step: Step,
    reviewed: bool,
    change: Change,
) -> Result<Saved, StoreError> {
    let new = (ids.fresh(change.at), content, change);
    let new = std::sync::Arc::new(new);
    db.write(move |tx| {
        let new = std::sync::Arc::clone(&new);
        Box::pin(async move {
            let (id, content, change) = &*new;
            create_in(tx, *id, content, step, reviewed, change).await
        })
    })
    .await
}

async fn create_in(
    tx: &mut Tx<'_>,
    id: Uuid,
    content: &Content,
    step: Step,
    reviewed: bool,
    change: &Change,
) -> Result<Saved, StoreError> {
    if let Some(made) = revision::made_by(tx, change.cause, None).await? {
        return Ok(by_id(tx, made).await?.map_or(Saved::Gone, done));
    }
    if let Some(other) = stored(tx, content).await? {
        return Ok(Saved::Taken(Box::new(other)));
    }
    // What is new is written and published in one act, so nobody is refused.
    let Ok(stage) = Stage::after(step, true, true, reviewed) else {
        return Ok(Saved::Gone);
    };
    insert(tx, id, content, stage, change).await?;
    if stage.live == Live::Newest {
        raise_version(tx).await?;
    }
    Ok(by_id(tx, ArticleId(id)).await?.map_or(Saved::Gone, done))
}

fn done(article: Article) -> Saved {
    Saved::Done(Box::new(article))
}

/// Changes an article.
///
/// # Errors
/// When the database fails.
pub async fn save(db: &Db, id: ArticleId, edit: Edit, change: Change) -> Result<Saved, StoreError> {
    let wanted = std::sync::Arc::new((edit, change));
    db.write(move |tx| {
        let wanted = std::sync::Arc::clone(&wanted);
        Box::pin(async move { save_in(tx, id, &wanted.0, &wanted.1).await })
    })
    .await
}

pub(super) async fn save_in(
    tx: &mut Tx<'_>,
    id: ArticleId,
    edit: &Edit,
    change: &Change,
) -> Result<Saved, StoreError> {
    let Some(before) = by_id(tx, id).await? else {
        return Ok(Saved::Gone);
    };
    if revision::made_by(tx, change.cause, Some(id))
        .await?
        .is_some()
    {
        return Ok(done(before));
    }
    if edit.expected.is_some_and(|seen| seen != before.revision) {
        return Ok(Saved::Conflict(Box::new(before)));
    }
    let content = edit.content.as_ref().unwrap_or(&before.content);
    if let Some(other) = stored(tx, content).await?.filter(|other| other.id != id) {
        return Ok(Saved::Taken(Box::new(other)));
    }
    let writes = *content != before.content;
    let wrote_it = before.edited_by == change.author;
    let Ok(stage) = Stage::after(edit.step, writes, wrote_it, edit.reviewed) else {
        return Ok(Saved::NeedsSomebodyElse(Box::new(before)));
    };
    if !writes && stands(&before, stage) {
        return Ok(Saved::Unchanged(Box::new(before)));
    }
    update(tx, &before, content, stage, change).await?;
    if stage.live != Live::AsBefore {
        raise_version(tx).await?;
    }
    Ok(by_id(tx, id).await?.map_or(Saved::Gone, done))
}

/// Whether an article stands where a step leads.
pub(super) fn stands(article: &Article, stage: Stage) -> bool {
    let live = match stage.live {
        Live::AsBefore => true,
        Live::Newest => article.is_live(),
        Live::Revision(one) => article.live == Some(one),
        Live::Nothing => article.live.is_none(),
    };
    // A draft that says what is live is no draft.
    let same =
        article.status == stage.status || (stage.live == Live::AsBefore && article.is_live());
    live && same
}

/// The statements may wait to travel with the next one: an import has very many of them.
pub(super) async fn insert(
    tx: &mut Tx<'_>,
    id: Uuid,
    content: &Content,
    stage: Stage,
    change: &Change,
) -> Result<(), StoreError> {
    queue!(
        tx,
        "INSERT INTO article (id, space, external_id, language, category, question, alternatives,
             answer, tags, visibility, status, revision, updated_at, mode, valid_from, valid_until,
             channels, live, edited_by, source, digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13, $14, $15, $16, $17, $18,
             $19, $20)",
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
        stage.status.word(),
        change.at.0,
        content.terms.mode.as_str(),
        content.terms.valid_from.map(|at| at.0),
        content.terms.valid_until.map(|at| at.0),
        listed(&content.terms.channels),
        (stage.live == Live::Newest).then_some(1_i64),
        change.author.as_str(),
        content.source.as_str(),
        content.digest()
    )?;
    revision::keep(tx, id, None, change).await
}

pub(super) async fn update(
    tx: &mut Tx<'_>,
    before: &Article,
    content: &Content,
    stage: Stage,
    change: &Change,
) -> Result<(), StoreError> {
    let live = match stage.live {
        Live::AsBefore => before.live,
        Live::Newest => Some(before.revision + 1),
        Live::Revision(one) => Some(one),
        Live::Nothing => None,
    };
    let writer = match *content == before.content {
        true => before.edited_by.as_str(),
        false => change.author.as_str(),
    };
    queue!(
        tx,
        "UPDATE article SET language = $1, category = $2, question = $3, alternatives = $4,
             answer = $5, tags = $6, visibility = $7, status = $8, revision = revision + 1,
             updated_at = $9, mode = $10, valid_from = $11, valid_until = $12, channels = $13,
             live = $14, edited_by = $15, space = $16, external_id = $17,
             source = $18, digest = $19
         WHERE id = $20",
        content.language.code(),
        content.category.as_str(),
        content.question.as_str(),
        listed(&content.alternatives),
        content.answer.as_str(),
        listed(&content.tags),
        content.visibility.word(),
        stage.status.word(),
        change.at.0,
        content.terms.mode.as_str(),
        content.terms.valid_from.map(|at| at.0),
        content.terms.valid_until.map(|at| at.0),
        listed(&content.terms.channels),
        live,
        writer,
        content.space.as_str(),
        content.external_id.as_str(),
        content.source.as_str(),
        content.digest(),
        before.id.0
    )?;
    revision::keep(tx, before.id.0, before.live, change).await
}
