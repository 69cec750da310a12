//! The courier: hands the outbox to the platforms, one call a row, in the order of each destination.

mod backoff;
mod budget;
mod fallback;
mod outcome;
mod route;

use std::sync::Arc;

use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::crash_point;
use crate::domain::delivery::{Action, DeliveryState};
use crate::domain::id::{DeliveryId, LaneId};
use crate::domain::place::Destination;
use crate::domain::time::{SECOND, Timestamp};
use crate::port::platform::{Delivery, DeliveryError, Platform};
use crate::runtime::core::Core;
use crate::runtime::supervisor::Supervisor;
use crate::store::StoreError;
use crate::store::outbox::{self, Head};

use budget::Budgets;
use route::Route;

pub use backoff::pause;

/// Rows looked at in one step.
const BATCH: i64 = 64;
/// Calls that are under way at the same time.
const AT_ONCE: usize = 32;
/// Why nothing can be sent on a channel.
const REMOVED: &str = "the channel is not in the configuration";
/// The longest sleep, so that rows queued by others are seen.
const NAP: i64 = SECOND;

/// Hands rows to platforms.
#[derive(Clone, Debug)]
pub struct Courier {
    core: Core,
    budgets: Arc<Budgets>,
    permits: Arc<Semaphore>,
}

/// A row that was committed as being sent.
struct Claimed {
    head: Head,
    route: Route,
    platform: Arc<dyn Platform>,
    delivery: Delivery,
}

impl Courier {
    /// The courier of this core.
    #[must_use]
    pub fn new(core: Core) -> Self {
        Self {
            core,
            budgets: Arc::default(),
            permits: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// After a restart: nobody knows how the rows ended that were being sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recover(&self) -> Result<usize, StoreError> {
        let left = self
            .core
            .db
            .read(|tx| Box::pin(outbox::left_sending(tx)))
            .await?;
        for head in &left {
            self.recover_one(head.clone()).await?;
        }
        Ok(left.len())
    }

    async fn recover_one(&self, head: Head) -> Result<(), StoreError> {
        match self.prepare(head.clone()).await? {
            Some(claimed) => {
                let lost =
                    DeliveryError::Unknown("the process ended while it was being sent".to_owned());
                self.conclude(&claimed, Err(lost)).await
            }
            None => self.drop_row(&head, "it has nowhere to go").await,
        }
    }

    /// Delivers what is due; gives how many rows were tried or released.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let released = self.release().await?;
        let claimed = self.claim_due().await?;
        let tried = claimed.len();
        let concluded = join_all(claimed.into_iter().map(|one| self.deliver(one))).await;
        concluded.into_iter().collect::<Result<(), StoreError>>()?;
        Ok(released + tried)
    }

    /// Delivers until it is told to stop. A slow call holds up its own destination only.
    pub async fn run(&self, supervisor: &Supervisor) {
        let stop = supervisor.stop();
        while !stop.is_cancelled() {
            match self.round(supervisor).await {
                Ok(0) => self.rest(&stop).await,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the courier waits for the database");
                    self.rest(&stop).await;
                }
            }
        }
    }

    async fn round(&self, supervisor: &Supervisor) -> Result<usize, StoreError> {
        let released = self.release().await?;
        let claimed = self.claim_due().await?;
        let tried = claimed.len();
        for one in claimed {
            let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else {
                break;
            };
            let this = self.clone();
            supervisor.spawn("delivery", async move {
                if let Err(error) = this.deliver(one).await {
                    tracing::warn!(%error, "a delivery's outcome was not stored; it is unknown after a restart");
                }
                this.core.signals.courier.notify_one();
                drop(permit);
            });
        }
        Ok(released + tried)
    }

    async fn rest(&self, stop: &CancellationToken) {
        let now = self.core.now();
        let latest = now.plus_ms(NAP);
        let next = self
            .core
            .db
            .read(|tx| Box::pin(outbox::next_due(tx, now)))
            .await;
        let until = next
            .ok()
            .and_then(|waiting| waiting.next)
            .map_or(latest, |at| at.min(latest));
        tokio::select! {
            () = self.core.clock.wait_until(until) => {}
            () = self.core.signals.courier.notified() => {}
            () = stop.cancelled() => {}
        }
    }

    /// Lets the readers of local feeds see the rows whose hold is over.
    async fn release(&self) -> Result<usize, StoreError> {
        let now = self.core.now();
        let rows = self
            .core
            .db
            .read(|tx| Box::pin(outbox::releasable(tx, now, BATCH)))
            .await?;
        for (lane, row, _) in &rows {
            let (lane, row) = (*lane, *row);
            self.core
                .db
                .write(move |tx| Box::pin(outbox::release(tx, lane, row)))
                .await?;
            self.core.signals.feed(lane);
        }
        Ok(rows.len())
    }

    /// Commits the due heads that have a budget as being sent.
    async fn claim_due(&self) -> Result<Vec<Claimed>, StoreError> {
        let now = self.core.now();
        let heads = self
            .core
            .db
            .read(|tx| Box::pin(outbox::heads(tx, now, BATCH)))
            .await?;
        let mut claimed = Vec::new();
        for head in heads {
            if let Some(one) = self.claim(head, now).await? {
                claimed.push(one);
            }
        }
        Ok(claimed)
    }

    async fn claim(&self, head: Head, now: Timestamp) -> Result<Option<Claimed>, StoreError> {
        if self.core.account(&head.channel).is_none() {
            match self.homeless_thread(&head) {
                Some(thread) => self.no_thread(&head, thread, REMOVED).await?,
                None => self.hold(&head, REMOVED).await?,
            }
            return Ok(None);
        }
        let Some(prepared) = self.prepare(head.clone()).await? else {
            self.drop_row(&head, "it has nowhere to go").await?;
            return Ok(None);
        };
        let abilities = prepared.platform.abilities(&prepared.delivery.place);
        if !self.budgets.take(&head.channel, &abilities.budgets, now) {
            return Ok(None);
        }
        let (lane, row) = (LaneId(head.lane), DeliveryId(head.id));
        crash_point!("courier.before_claim");
        let ours = self
            .core
            .db
            .write(move |tx| Box::pin(outbox::claim(tx, lane, row)))
            .await?;
        Ok(ours.then_some(prepared))
    }

    async fn prepare(&self, head: Head) -> Result<Option<Claimed>, StoreError> {
        let Some(account) = self.core.account(&head.channel) else {
            return Ok(None);
        };
        let platform = Arc::clone(&account.platform);
        let prepared = self.route(&head).await?;
        Ok(prepared.map(|(route, delivery)| Claimed {
            head,
            route,
            platform,
            delivery,
        }))
    }

    async fn route(&self, head: &Head) -> Result<Option<(Route, Delivery)>, StoreError> {
        let keyring = self.core.keyring.clone();
        self.core
            .db
            .read(|tx| {
                let head = head.clone();
                Box::pin(async move { route::find(tx, &keyring, &head).await })
            })
            .await
    }

    async fn deliver(&self, claimed: Claimed) -> Result<(), StoreError> {
        crash_point!("courier.before_send");
        let outcome = match route::never_arrived(&claimed.delivery) {
            Some(reason) => Err(DeliveryError::Permanent(reason.to_owned())),
            None => claimed.platform.deliver(&claimed.delivery).await,
        };
        crash_point!("courier.after_send");
        self.conclude(&claimed, outcome).await
    }

    async fn hold(&self, head: &Head, why: &'static str) -> Result<(), StoreError> {
        self.end(head, DeliveryState::Held, why).await
    }

    async fn drop_row(&self, head: &Head, why: &'static str) -> Result<(), StoreError> {
        self.end(head, DeliveryState::Superseded, why).await
    }

    async fn end(
        &self,
        head: &Head,
        state: DeliveryState,
        why: &'static str,
    ) -> Result<(), StoreError> {
        let (lane, row) = (LaneId(head.lane), DeliveryId(head.id));
        self.core
            .db
            .write(move |tx| Box::pin(outbox::settle_as(tx, lane, row, state, Some(why))))
            .await
            .map(|_| ())
    }
}

/// Whether a row opens a thread, in which later rows of its destination can only then be said.
fn opens(delivery: &Delivery) -> bool {
    matches!(delivery.action, Action::OpenThread { .. })
        && delivery.destination == Destination::Thread
}
