//! Many articles are written at once: what an import brings. Nothing of it answers before it was
//! published by [`crate::store::publish_waiting`].

use std::sync::Arc;

use bot_core::fetch_all;
use bot_core::port::clock::Ids;
use bot_core::store::{Db, StoreError, Tx};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::article::{Article, Content, Live, Stage, Status};
use crate::store::article::stored;
use crate::store::change::{insert, update};
use crate::store::row::ArticleRow;
use crate::store::{Change, revision};

/// Articles as an import brings them, at most [`crate::store::BATCH`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// What they say.
    pub contents: Vec<Content>,
    /// Which of them are to answer.
    pub publish: Publish,
    /// Whether their space asks for a second pair of eyes.
    pub reviewed: bool,
}

/// Which articles of an import are to answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Publish {
    /// None: they are drafts, also where an older revision answers.
    Nothing,
    /// Those that do already, with their new words.
    #[default]
    WhatAnswers,
    /// All.
    All,
}

/// What writing articles did, or would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Written {
    /// New articles.
    pub created: u64,
    /// Articles that were there and changed.
    pub updated: u64,
    /// Articles that were there, the same.
    pub unchanged: u64,
    /// Articles that say the same as another one; they are left out.
    pub repeated: u64,
    /// Articles that somebody has archived; they are left as they are.
    pub archived: u64,
    /// Of the new and the changed: those that somebody has to read before they answer.
    pub in_review: u64,
}

impl Written {
    /// Adds what another batch did.
    pub const fn add(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.repeated += other.repeated;
        self.archived += other.archived;
        self.in_review += other.in_review;
    }

    fn count(&mut self, outcome: Outcome, stage: Stage) {
        let (count, is_new) = match outcome {
            Outcome::Created => (&mut self.created, true),
            Outcome::Updated => (&mut self.updated, true),
            Outcome::Unchanged => (&mut self.unchanged, false),
            Outcome::Repeated => (&mut self.repeated, false),
            Outcome::Archived => (&mut self.archived, false),
        };
        *count += 1;
        self.in_review += u64::from(is_new && stage.status == Status::Review);
    }
}

/// What becomes of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Created,
    Updated,
    Unchanged,
    Repeated,
    Archived,
}

/// Inserts or updates articles by their external ids.
///
/// # Errors
/// When the database fails; then nothing of this batch was written.
pub async fn write_articles(
    db: &Db,
    ids: &dyn Ids,
    batch: Batch,
    change: Change,
) -> Result<Written, StoreError> {
    let fresh = batch.contents.iter().map(|_| ids.fresh(change.at));
    let fresh: Vec<Uuid> = fresh.collect();
    let given = Arc::new((batch, fresh, change));
    db.write(move |tx| {
        let given = Arc::clone(&given);
        Box::pin(async move { write_batch(tx, &given.0, &given.1, &given.2).await })
    })
    .await
}

async fn write_batch(
    tx: &mut Tx<'_>,
    batch: &Batch,
    fresh: &[Uuid],
    change: &Change,
) -> Result<Written, StoreError> {
    let mut written = Written::default();
    for (content, id) in batch.contents.iter().zip(fresh) {
        let before = stored(tx, content).await?;
        let stage = batch.stage(before.as_ref());
        let outcome = outcome(tx, before.as_ref(), content, stage, change.cause).await?;
        match (outcome, &before) {
            (Outcome::Created, None) => insert(tx, *id, content, stage, change).await?,
            (Outcome::Updated, Some(before)) if !is_ours(tx, before, change.cause).await? => {
                update(tx, before, content, stage, change).await?;
            }
            _ => {}
        }
        written.count(outcome, stage);
    }
    Ok(written)
}

/// What [`write_articles`] would do; nothing is written.
///
/// # Errors
/// When the database fails.
pub async fn foresee(db: &Db, batch: Batch) -> Result<Written, StoreError> {
    db.read(|tx| Box::pin(async move { foresee_in(tx, &batch).await }))
        .await
}

async fn foresee_in(tx: &mut Tx<'_>, batch: &Batch) -> Result<Written, StoreError> {
    let mut written = Written::default();
    for content in &batch.contents {
        let before = stored(tx, content).await?;
        let stage = batch.stage(before.as_ref());
        let outcome = outcome(tx, before.as_ref(), content, stage, Uuid::nil()).await?;
        written.count(outcome, stage);
    }
    Ok(written)
}

/// What becomes of a row of an import, also when it is read a second time.
async fn outcome(
    tx: &mut Tx<'_>,
    before: Option<&Article>,
    content: &Content,
    stage: Stage,
    cause: Uuid,
) -> Result<Outcome, StoreError> {
    let Some(before) = before else {
        return Ok(match repeats(tx, content).await? {
            true => Outcome::Repeated,
            false => Outcome::Created,
        });
    };
    if is_ours(tx, before, cause).await? {
        return Ok(match before.revision {
            1 => Outcome::Created,
            _ => Outcome::Updated,
        });
    }
    let stands = before.is_live() || stage.status == Status::Draft || before.status == stage.status;
    Ok(match before.status == Status::Archived {
        true => Outcome::Archived,
        false if before.content == *content && stands && !before.waits() => Outcome::Unchanged,
        false => Outcome::Updated,
    })
}

/// Whether this import has written the newest revision: what a crash broke off is done once.
async fn is_ours(tx: &mut Tx<'_>, before: &Article, cause: Uuid) -> Result<bool, StoreError> {
    revision::is_by(tx, before.id, before.revision, cause).await
}

/// Whether another article says the same.
async fn repeats(tx: &mut Tx<'_>, content: &Content) -> Result<bool, StoreError> {
    const SELECT: &str =
        "SELECT * FROM article WHERE digest = $1 AND status <> 'archived' ORDER BY id LIMIT 5";
    let rows = fetch_all!(tx, ArticleRow, SELECT, content.digest())?;
    for row in rows {
        let mut other = row.read()?.content;
        other.external_id = content.external_id.clone();
        other.source.clone_from(&content.source);
        if other == *content {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Batch {
    /// Where a row leads; what is published waits until the whole import is written.
    fn stage(&self, before: Option<&Article>) -> Stage {
        let answers = before.is_some_and(|before| before.live.is_some() || before.waits());
        let publish = match self.publish {
            Publish::Nothing => false,
            Publish::WhatAnswers => answers,
            Publish::All => true,
        };
        let status = match (publish, self.reviewed) {
            (false, _) => Status::Draft,
            (true, true) => Status::Review,
            (true, false) => Status::Published,
        };
        Stage {
            status,
            live: Live::AsBefore,
        }
    }
}
