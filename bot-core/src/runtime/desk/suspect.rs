//! What may have broken a process: it is tried again with care.

use crate::domain::id::LaneId;
use crate::runtime::desk::{CHANCES, Desk, Stepped, TURNS};
use crate::store::{StoreError, inbox};

impl Desk {
    /// After the unclean end of who held these shards, what was waiting in them may be to blame: it
    /// gets three chances, and the last one alone, while nothing else moves.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub(in crate::runtime) async fn suspect(&self, shards: i64) -> Result<(), StoreError> {
        let db = &self.core.db;
        let waiting = db
            .write(move |tx| Box::pin(inbox::suspect_all(tx, shards)))
            .await?;
        tracing::warn!(waiting, "the last process did not end in good order");
        let suspects = db.read(|tx| Box::pin(inbox::suspects(tx, shards))).await?;
        if suspects.is_empty() {
            return Ok(());
        }
        let _all = self.turns.acquire_many(TURNS).await;
        for lane in suspects {
            while self.step_alone(lane).await? != Stepped::Idle {}
        }
        Ok(())
    }

    /// Settles a row that two processes may have broken on: whoever breaks this process is found, and
    /// the innocent are not blamed a third time.
    async fn step_alone(&self, lane: LaneId) -> Result<Stepped, StoreError> {
        let Some((row, _)) = self
            .oldest(lane)
            .await?
            .filter(|(row, _)| row.boots >= CHANCES - 1)
        else {
            return Ok(Stepped::Idle);
        };
        if row.boots < CHANCES {
            let seq = row.seq;
            self.core
                .db
                .write(move |tx| Box::pin(inbox::broke(tx, lane, seq)))
                .await?;
        }
        self.fenced(lane, row).await
    }
}
