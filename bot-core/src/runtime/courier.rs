//! The courier: hands the outbox to the platforms, one call a row, in the order of each destination.

mod backoff;
mod budget;
mod claim;
mod fallback;
mod outcome;
pub(super) mod route;

use std::sync::Arc;
use std::time::Instant;

use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::crash_point;
use crate::domain::delivery::{Action, DeliveryState};
use crate::domain::event::HeldFor;
use crate::domain::id::{DeliveryId, LaneId};
use crate::domain::place::Destination;
use crate::domain::time::SECOND;
use crate::port::platform::{Delivery, DeliveryError, Platform};
use crate::runtime::core::Core;
use crate::runtime::leases::{Hold, LeaseName};
use crate::runtime::supervisor::Supervisor;
use crate::store::outbox::{self, Head};
use crate::store::{StoreError, slot};

use budget::Budgets;
use claim::NO_CHANNEL;
use route::Route;

pub use backoff::pause;

/// Local rows released in one step.
const BATCH: i64 = 64;
/// Calls that are under way at the same time.
const AT_ONCE: usize = 32;
/// So long after its last deadline no try of a request comes any more, in milliseconds.
const STRANDED: i64 = 30 * SECOND;
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
    /// The lease is kept until the row is settled.
    hold: Option<Arc<Hold>>,
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

    /// A channel is ours now: nobody knows how its rows ended that were being sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_over(&self, hold: &Hold) -> Result<usize, StoreError> {
        let LeaseName::Channel(channel) = &hold.name else {
            return Ok(0);
        };
        let left = self.left_sending(Some(channel.clone())).await?;
        for head in &left {
            crash_point!("courier.before_recovery");
            self.recover_one(head.clone(), hold.epoch).await?;
            crash_point!("courier.after_recovery");
        }
        self.welcome_back(channel.clone()).await?;
        Ok(left.len())
    }

    /// Rows that were being sent on a channel that is in nobody's configuration any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recover_homeless(&self) -> Result<(), StoreError> {
        for head in self.left_sending(None).await? {
            let channel = &head.channel;
            if self.core.account(channel).is_none() && !self.core.leases.is_elsewhere(channel) {
                self.hold(&head, HeldFor::Channel, NO_CHANNEL).await?;
            }
        }
        Ok(())
    }

    async fn left_sending(&self, channel: Option<String>) -> Result<Vec<Head>, StoreError> {
        let read = self
            .core
            .db
            .read(|tx| Box::pin(async move { outbox::left_sending(tx, channel.as_deref()).await }));
        read.await
    }

    /// Rows that were held because their channel was missing go on when it is back, unless a failing
    /// row of their age would be given up.
    async fn welcome_back(&self, channel: String) -> Result<(), StoreError> {
        let since = self.core.now().plus_ms(-outcome::GIVE_UP);
        let let_go = self.core.db.write(move |tx| {
            let channel = channel.clone();
            Box::pin(async move { outbox::let_go(tx, &channel, NO_CHANNEL, since).await })
        });
        let_go.await.map(|_| ())
    }

    /// Rows that rode on a request, and that no try of it has handed over in time.
    async fn find_stranded(&self) -> Result<usize, StoreError> {
        let since = self.core.now().plus_ms(-STRANDED);
        let stranded = self
            .core
            .db
            .read(|tx| Box::pin(slot::stranded(tx, since)))
            .await?;
        let mut found = 0;
        for head in stranded {
            let Some(hold) = self.core.leases.channel(&head.channel) else {
                continue;
            };
            self.recover_one(head, hold.epoch).await?;
            found += 1;
        }
        Ok(found)
    }

    async fn recover_one(&self, mut head: Head, epoch: i64) -> Result<(), StoreError> {
        let (lane, row) = (LaneId(head.lane), DeliveryId(head.id));
        let taking = self
            .core
            .db
            .write(move |tx| Box::pin(outbox::take_over(tx, lane, row, epoch)));
        if !taking.await? {
            return Ok(());
        }
        head.epoch = Some(epoch);
        match self.prepare(head.clone()).await? {
            Some(claimed) => {
                let lost = DeliveryError::Unknown("nobody saw how its sending ended".to_owned());
                self.conclude(&claimed, Err(lost)).await
            }
            None => self.drop_row(&head, "it has nowhere to go").await,
        }
    }

    /// Delivers what is due; gives how many rows were tried, released or settled otherwise.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let released = self.release().await? + self.find_stranded().await?;
        let (claimed, settled) = self.claim_due().await?;
        let tried = claimed.len();
        let concluded = join_all(claimed.into_iter().map(|one| self.deliver(one))).await;
        concluded.into_iter().collect::<Result<(), StoreError>>()?;
        Ok(released + settled + tried)
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
        let released = self.release().await? + self.find_stranded().await?;
        let (claimed, settled) = self.claim_due().await?;
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
                this.core.signals.courier();
                drop(permit);
            });
        }
        Ok(released + settled + tried)
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
            () = self.core.signals.for_courier() => {}
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
            hold: None,
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
            // A process that was stopped for a while may find that the channel is another's.
            None if !self.core.leases.are_current(Instant::now()) => {
                Err(DeliveryError::Temporary("the lease ran out".to_owned()))
            }
            None => claimed.platform.deliver(&claimed.delivery).await,
        };
        crash_point!("courier.after_send");
        self.conclude(&claimed, outcome).await
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
        let (lane, row, epoch) = (LaneId(head.lane), DeliveryId(head.id), head.epoch);
        self.core
            .db
            .write(move |tx| Box::pin(outbox::settle_as(tx, lane, row, epoch, state, Some(why))))
            .await
            .map(|_| ())
    }
}

/// Whether a row opens a thread, in which later rows of its destination can only then be said.
fn opens(delivery: &Delivery) -> bool {
    matches!(delivery.action, Action::OpenThread { .. })
        && delivery.destination == Destination::Thread
}
