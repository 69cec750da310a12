//! Answers that were wrong are made right: each conversation hears of it through its own lane.

use std::sync::Arc;

use crate::domain::id::{ConversationId, MessageId};
use crate::runtime::core::Core;
use crate::runtime::intake::{Stored, internal};
use crate::store::{StoreError, inbox};

/// So many are handed on in one transaction.
const BATCH: usize = 200;

/// Sends corrections on their way. Cheap to clone.
#[derive(Clone)]
pub struct Corrections {
    core: Core,
}

impl std::fmt::Debug for Corrections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Corrections").finish_non_exhaustive()
    }
}

/// A message that is to be corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Where it was said.
    pub conversation: ConversationId,
    /// The message.
    pub message: MessageId,
    /// The answer in it that was wrong.
    pub was: String,
    /// What is right.
    pub now: String,
    /// What it is about.
    pub title: String,
    /// It is the last one in its conversation.
    pub newest: bool,
}

impl Corrections {
    /// Hands them to the conversations' lanes.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    /// Has messages corrected to what is right by `standard` (an article and its revision): by the same one
    /// each is corrected once.
    ///
    /// # Errors
    /// When the database fails; some may be on their way already.
    pub async fn send(&self, standard: &str, wrong: Vec<Wrong>) -> Result<(), StoreError> {
        for batch in wrong.chunks(BATCH) {
            let rows = batch.iter().map(|one| {
                let lane = one.conversation.lane();
                let key = format!("correct:{standard}:{}", one.message.0);
                let stored = Stored::Correct {
                    message: one.message,
                    was: one.was.clone(),
                    now: one.now.clone(),
                    title: one.title.clone(),
                    newest: one.newest,
                };
                (lane, internal(&self.core, lane, key, &stored))
            });
            let rows: Arc<Vec<_>> = Arc::new(rows.collect());
            let given = Arc::clone(&rows);
            let accept = self.core.db.write(move |tx| {
                let rows = Arc::clone(&given);
                Box::pin(async move {
                    for (_, row) in rows.iter() {
                        inbox::accept(tx, row).await?;
                    }
                    Ok(())
                })
            });
            accept.await?;
            for (lane, _) in rows.iter() {
                self.core.signals.lane(*lane);
            }
        }
        Ok(())
    }
}
