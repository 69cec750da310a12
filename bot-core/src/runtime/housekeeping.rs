//! What is over is forgotten, a little at a time, so that nobody waits for it.

use tokio_util::sync::CancellationToken;

use crate::domain::time::SECOND;
use crate::runtime::core::Core;
use crate::store::blob::Blobs;
use crate::store::{StoreError, handoff, inbox, slot, upload};

/// How often old rows are looked for.
const PAUSE: i64 = 600 * SECOND;
/// Rows forgotten in one transaction.
const STEP: i64 = 500;
/// Files deleted in one step.
const FILES: i64 = 50;

/// Forgets what is over.
#[derive(Clone, Debug)]
pub struct Housekeeping {
    core: Core,
    blobs: Blobs,
}

impl Housekeeping {
    /// The housekeeping of this core, whose files are in these blobs.
    #[must_use]
    pub const fn new(core: Core, blobs: Blobs) -> Self {
        Self { core, blobs }
    }

    /// Takes away what the last process left half written.
    ///
    /// # Errors
    /// When the blob store fails.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let swept = self.blobs.sweep().await?;
        if swept > 0 {
            tracing::info!(swept, "half-written files were removed");
        }
        Ok(())
    }

    /// Forgets a bounded number of everything that is over; gives how much that was.
    ///
    /// # Errors
    /// When the database or the blob store fails.
    pub async fn step(&self) -> Result<u64, StoreError> {
        let now = self.core.now();
        let db = &self.core.db;
        let rows = db
            .write(move |tx| Box::pin(inbox::forget(tx, now, STEP)))
            .await?;
        let handoffs = db
            .write(move |tx| Box::pin(handoff::forget(tx, now, STEP)))
            .await?;
        let slots = db
            .write(move |tx| Box::pin(slot::forget(tx, now, STEP)))
            .await?;
        Ok(rows + handoffs + slots + self.forget_uploads().await?)
    }

    /// The blob goes first: a row without one is tried again, a blob without a row would stay for ever.
    async fn forget_uploads(&self) -> Result<u64, StoreError> {
        let now = self.core.now();
        let db = &self.core.db;
        let old = db.read(|tx| Box::pin(upload::old(tx, now, FILES))).await?;
        for blob in &old {
            self.blobs.remove(blob).await?;
            let blob = blob.clone();
            db.write(move |tx| {
                let blob = blob.clone();
                Box::pin(async move { upload::forget(tx, &blob).await })
            })
            .await?;
        }
        Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
    }

    /// Forgets until it is told to stop.
    pub async fn run(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            match self.step().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::warn!(%error, "what is over was not forgotten"),
            }
            tokio::select! {
                () = self.core.clock.wait_until(self.core.now().plus_ms(PAUSE)) => {}
                () = stop.cancelled() => {}
            }
        }
    }
}
