//! Timers: rows whose time has come become events through the same door.

use std::sync::Arc;

use crate::crash_point;
use crate::domain::time::{SECOND, Timestamp};
use crate::runtime::core::Core;
use crate::runtime::intake::{Stored, internal};
use crate::store::inbox::NewRow;
use crate::store::timer::Due;
use crate::store::{StoreError, Tx, inbox, timer};

/// Timers fired in one step at the most.
const BATCH: i64 = 128;
/// The longest sleep, so that timers set by others are seen.
const NAP: i64 = 5 * SECOND;

/// Fires timers.
#[derive(Clone, Debug)]
pub struct Timers {
    core: Core,
}

impl Timers {
    /// Timers of this core.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    /// Fires what is due; gives how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let (now, shards) = (self.core.now(), self.core.leases.shards());
        let due = self
            .core
            .db
            .read(|tx| Box::pin(timer::due(tx, now, shards, BATCH)))
            .await?;
        for due in &due {
            self.fire(*due).await?;
        }
        Ok(due.len())
    }

    async fn fire(&self, due: Due) -> Result<(), StoreError> {
        let stored = Stored::Timer { timer: due.timer };
        let key = format!("{}@{}", due.timer.name(), due.at.0);
        let row = Arc::new(internal(&self.core, due.lane, key, &stored));
        crash_point!("timers.before_fire");
        self.core
            .db
            .write(move |tx| {
                let row = Arc::clone(&row);
                Box::pin(async move { turn_into_event(tx, &due, &row).await })
            })
            .await?;
        crash_point!("timers.after_fire");
        self.core.signals.lane(due.lane);
        Ok(())
    }

    /// Fires timers until it is told to stop.
    pub async fn run(&self, stop: tokio_util::sync::CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.step().await {
                tracing::warn!(%error, "timers wait for the database");
            }
            let until = self.next().await;
            tokio::select! {
                () = self.core.clock.wait_until(until) => {}
                () = self.core.signals.timers.notified() => {}
                () = stop.cancelled() => {}
            }
        }
    }

    async fn next(&self) -> Timestamp {
        let latest = self.core.now().plus_ms(NAP);
        let shards = self.core.leases.shards();
        let db = &self.core.db;
        let next = db.read(|tx| Box::pin(timer::next(tx, shards))).await;
        next.ok().flatten().map_or(latest, |at| at.min(latest))
    }
}

async fn turn_into_event(tx: &mut Tx<'_>, due: &Due, row: &NewRow) -> Result<(), StoreError> {
    if timer::take(tx, due).await? {
        crash_point!("timers.inside_fire");
        inbox::accept(tx, row).await?;
    }
    Ok(())
}
