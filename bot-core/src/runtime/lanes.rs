//! Lanes as actors: one task per lane that has work, none for those that have not.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use crate::domain::id::LaneId;
use crate::domain::time::SECOND;
use crate::runtime::core::Core;
use crate::runtime::desk::{Desk, Stepped};
use crate::runtime::leases::Hold;
use crate::runtime::supervisor::Supervisor;
use crate::store::{StoreError, inbox};

/// How often the database is asked for lanes whose hint was lost.
const SWEEP: i64 = SECOND;
/// Lanes taken up in one sweep.
const SWEPT: i64 = 1_000;
/// A lane whose database is out of reach waits so long.
const PAUSE: Duration = Duration::from_millis(500);

/// Runs lanes.
#[derive(Clone, Debug)]
pub struct Lanes {
    core: Core,
    desk: Arc<Desk>,
    supervisor: Supervisor,
}

impl Lanes {
    /// Lanes of this core, decided by this desk.
    #[must_use]
    pub const fn new(core: Core, desk: Arc<Desk>, supervisor: Supervisor) -> Self {
        Self {
            core,
            desk,
            supervisor,
        }
    }

    /// Runs lanes until it is told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        let mut hints = self.core.signals.lanes();
        while !stop.is_cancelled() {
            self.sweep().await;
            let until = self.core.now().plus_ms(SWEEP);
            let swept = async { self.core.clock.wait_until(until).await };
            tokio::pin!(swept);
            loop {
                tokio::select! {
                    hint = hints.recv() => match hint {
                        Ok(lane) => self.wake(lane),
                        Err(RecvError::Lagged(_) | RecvError::Closed) => break,
                    },
                    () = &mut swept => break,
                    () = stop.cancelled() => break,
                }
            }
        }
    }

    async fn sweep(&self) {
        let shards = self.core.leases.shards();
        match self
            .core
            .db
            .read(|tx| Box::pin(inbox::waiting_lanes(tx, shards, SWEPT)))
            .await
        {
            Ok(lanes) => lanes.into_iter().for_each(|lane| self.wake(lane)),
            Err(error) => tracing::warn!(%error, "lanes wait for the database"),
        }
    }

    /// Starts a lane's task, or tells the running one that there is more; other processes' lanes are
    /// left to them.
    fn wake(&self, lane: LaneId) {
        let Some(hold) = self.core.leases.lane(lane) else {
            return;
        };
        if !self.core.signals.begin(lane) {
            return;
        }
        let this = self.clone();
        self.supervisor
            .spawn("lane", async move { this.work(lane, &hold).await });
    }

    async fn work(&self, lane: LaneId, hold: &Hold) {
        while !hold.ended.is_cancelled() {
            let Ok(_permit) = self.desk.turns().acquire().await else {
                break;
            };
            match self.desk.step(lane).await {
                Ok(Stepped::Done | Stepped::Again) => {}
                // What was accepted since the row was taken up has left a hint.
                Ok(Stepped::Last | Stepped::Idle) => {
                    if self.core.signals.is_over(lane) {
                        return;
                    }
                }
                Err(error) => self.pause(lane, &error).await,
            }
        }
        self.core.signals.stop(lane);
    }

    async fn pause(&self, lane: LaneId, error: &StoreError) {
        tracing::warn!(%lane, %error, "the lane waits for the database");
        tokio::time::sleep(PAUSE).await;
    }
}
