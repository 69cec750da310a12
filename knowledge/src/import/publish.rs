//! The end of an import: what it is to answer with is looked at as a whole, and goes live or waits.

use bot_core::store::{Db, StoreError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::answerer::preview::Intent;
use crate::answerer::{KnowledgeBase, RefreshError};
use crate::article::Status;
use crate::regression::Preview;
use crate::store::{publish_waiting, restate, waiting};

/// What became of the articles that an import is to publish.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Publication {
    /// So many answer now.
    pub published: u64,
    /// So many are drafts, because test questions would fare worse.
    pub held_back: u64,
    /// What they do, or would do, to the test questions.
    pub preview: Preview,
}

/// Why articles were not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The test questions could not be asked.
    #[error("the test questions could not be asked: {0}")]
    Preview(#[from] RefreshError),
}

/// Publishes what waits of an act, unless test questions would fare worse; `force` publishes it all the
/// same. May be called again after it was broken off.
///
/// # Errors
/// When the database fails, or the test questions cannot be asked.
pub async fn publish(
    db: &Db,
    base: &KnowledgeBase,
    cause: Uuid,
    force: bool,
) -> Result<Publication, PublishError> {
    let publish = waiting(db, cause).await?;
    if publish.is_empty() {
        return Ok(Publication::default());
    }
    let intent = Intent {
        publish,
        ..Intent::default()
    };
    let mut publication = Publication {
        preview: base.preview(db, intent).await?,
        ..Publication::default()
    };
    if publication.preview.worse.is_empty() || force {
        publication.published = publish_all(db, cause).await?;
    } else {
        publication.held_back = restate_all(db, cause, Status::Published, Status::Draft).await?;
    }
    Ok(publication)
}

async fn publish_all(db: &Db, cause: Uuid) -> Result<u64, StoreError> {
    let mut published = 0;
    loop {
        match publish_waiting(db, cause).await? {
            0 => return Ok(published),
            some => published += some,
        }
    }
}

/// Takes everything of an act that does not answer from one state into another; says how many.
///
/// # Errors
/// When the database fails.
pub async fn restate_all(
    db: &Db,
    cause: Uuid,
    from: Status,
    to: Status,
) -> Result<u64, StoreError> {
    let mut changed = 0;
    loop {
        match restate(db, cause, from, to).await? {
            0 => return Ok(changed),
            some => changed += some,
        }
    }
}
