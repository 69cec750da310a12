//! Learning: what customers ask that nothing answers well, what agents replied to it, and which choices
//! customers made become suggestions. Nothing is published without a person.

use std::sync::Arc;

use bot_core::domain::time::{DAY, Timestamp};
use bot_core::store::StoreError;
use bot_core::store::record::Records;

use crate::answerer::snapshot::Snapshot;
use crate::index::IndexError;
use crate::keeper::Keeper;
use crate::store::suggestion;

mod decide;
mod draft;
mod gather;
mod picks;

pub use decide::DecideError;
pub use draft::{Body, Draft, DraftKind};

/// What was asked in these days is looked at.
const DAYS: i64 = 30;
/// So many questions, the newest.
const MOST: i64 = 20_000;

/// Makes suggestions.
#[derive(Debug)]
pub struct Learner {
    keeper: Keeper,
    records: Arc<Records>,
}

/// Why nothing was learned.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The articles could not be searched.
    #[error(transparent)]
    Search(#[from] IndexError),
    /// It was broken off by a panic.
    #[error("learning was broken off")]
    BrokenOff,
}

impl Learner {
    /// Learns from these records.
    #[must_use]
    pub const fn new(keeper: Keeper, records: Arc<Records>) -> Self {
        Self { keeper, records }
    }

    /// Looks at what was asked lately; says how many suggestions are new. The heavy work runs on a blocking
    /// thread. Called now and then.
    ///
    /// # Errors
    /// See [`LearnError`].
    pub async fn learn(&self, now: Timestamp) -> Result<usize, LearnError> {
        let asked = self.records.asked(now.plus_ms(-DAYS * DAY), MOST).await?;
        let (snapshot, encoder) = (self.keeper.base.snapshot(), self.keeper.base.encoder());
        let drafting = move || drafts(&asked, &snapshot, encoder.as_deref(), now);
        let drafts = tokio::task::spawn_blocking(drafting).await;
        let drafts = drafts.map_err(|_| LearnError::BrokenOff)??;
        let key = self.records.system_key().clone();
        Ok(suggestion::merge(&self.keeper.db, key, drafts, now).await?)
    }
}

/// Everything that could be suggested, the most frequent first.
fn drafts(
    asked: &[bot_core::store::record::AskedQuestion],
    snapshot: &Snapshot,
    encoder: Option<&crate::embed::Encoder>,
    now: Timestamp,
) -> Result<Vec<Draft>, IndexError> {
    let mut drafts = gather::open_questions(asked, snapshot, encoder, now)?;
    drafts.extend(picks::phrasings(asked, snapshot, now)?);
    drafts.sort_by_key(|draft| std::cmp::Reverse(draft.count));
    Ok(drafts)
}

#[cfg(test)]
mod tests;
