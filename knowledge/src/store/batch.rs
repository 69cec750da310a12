//! Many articles are written at once: what an import brings. Nothing of it answers before it was
//! published by [`crate::store::publish_waiting`].

use std::sync::Arc;

use bot_core::fetch_all;
use bot_core::port::clock::Ids;
use bot_core::store::{Db, StoreError, Tx};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use crate::article::{Article, Content, Live, Stage, Status};
use crate::store::Change;
use crate::store::change::{insert, update};
use crate::store::row::ArticleRow;

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
        let known = Known::of(tx, content, change.cause).await?;
        let stage = batch.stage(known.before.as_ref());
        let outcome = known.outcome(content, stage);
        match (outcome, &known.before) {
            (Outcome::Created, None) => insert(tx, *id, content, stage, change).await?,
            (Outcome::Updated, Some(before)) if !known.is_ours => {
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
        let known = Known::of(tx, content, Uuid::nil()).await?;
        let stage = batch.stage(known.before.as_ref());
        written.count(known.outcome(content, stage), stage);
    }
    Ok(written)
}

/// What is known of a row before it is written.
struct Known {
    /// The article with its id.
    before: Option<Article>,
    /// This import has written its newest revision: what a crash broke off is done once.
    is_ours: bool,
    /// Another article says the same.
    is_repeated: bool,
}

#[derive(FromRow)]
struct KnownRow {
    #[sqlx(flatten)]
    article: ArticleRow,
    ours: i64,
}

impl Known {
    /// One look for all of it: an import has very many rows.
    async fn of(tx: &mut Tx<'_>, content: &Content, cause: Uuid) -> Result<Self, StoreError> {
        let rows = fetch_all!(
            tx,
            KnownRow,
            "SELECT a.*, (SELECT count(*) FROM article_revision r WHERE r.cause = $1
                 AND r.article_id = a.id AND r.revision = a.revision) AS ours
             FROM article a WHERE (a.space = $2 AND a.external_id = $3)
                 OR (a.digest = $4 AND a.status <> 'archived')
             ORDER BY (CASE WHEN a.space = $2 AND a.external_id = $3 THEN 0 ELSE 1 END), a.id LIMIT 6",
            cause,
            content.space.as_str(),
            content.external_id.as_str(),
            content.digest()
        )?;
        let mut known = Self {
            before: None,
            is_ours: false,
            is_repeated: false,
        };
        for row in rows {
            let (article, ours) = (row.article.read()?, row.ours > 0);
            let one = &article.content;
            if (&one.space, &one.external_id) == (&content.space, &content.external_id) {
                known.is_ours = ours;
                known.before = Some(article);
            } else {
                known.is_repeated |= says_the_same(one, content);
            }
        }
        Ok(known)
    }

    /// What becomes of the row, also when it is read a second time.
    fn outcome(&self, content: &Content, stage: Stage) -> Outcome {
        let Some(before) = &self.before else {
            return match self.is_repeated {
                true => Outcome::Repeated,
                false => Outcome::Created,
            };
        };
        if self.is_ours {
            return match before.revision {
                1 => Outcome::Created,
                _ => Outcome::Updated,
            };
        }
        let stands =
            before.is_live() || stage.status == Status::Draft || before.status == stage.status;
        match before.status == Status::Archived {
            true => Outcome::Archived,
            false if before.content == *content && stands && !before.waits() => Outcome::Unchanged,
            false => Outcome::Updated,
        }
    }
}

/// Equal digests are equal words, but for chance.
fn says_the_same(one: &Content, other: &Content) -> bool {
    let same = Content {
        external_id: other.external_id.clone(),
        source: other.source.clone(),
        ..one.clone()
    };
    same == *other
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
