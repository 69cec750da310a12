//! What a call's outcome means for its row, and who hears of it.

use std::sync::Arc;

use crate::crash_point;
use crate::domain::delivery::{Action, DeliveryState};
use crate::domain::event::{HeldFor, Outcome, Report};
use crate::domain::id::{DeliveryId, LaneId, MessageId};
use crate::domain::place::{Address, Destination};
use crate::domain::time::{DAY, MINUTE, SECOND, Timestamp};
use crate::port::platform::{Confirmation, DeliveryError, Receipt};
use crate::runtime::courier::{Claimed, Courier, opens, pause};
use crate::runtime::intake::{Stored, internal};
use crate::store::inbox::NewRow;
use crate::store::outbox::{Head, NotSent};
use crate::store::{StoreError, Tx, inbox, message, outbox, thread, window};

/// A row that has failed for so long is dead.
pub(super) const GIVE_UP: i64 = DAY;
/// An opening with an unknown outcome waits so long for its own echo before it is tried again.
const OPENING_ECHO: i64 = 30 * SECOND;

fn count(channel: &str, outcome: &Result<Receipt, DeliveryError>) {
    let outcome = match outcome {
        Ok(_) => "sent",
        Err(DeliveryError::RetryAfter(_)) => "retry_after",
        Err(DeliveryError::Temporary(_)) => "temporary",
        Err(DeliveryError::Unknown(_)) => "unknown",
        Err(DeliveryError::ThreadGone) => "thread_gone",
        Err(DeliveryError::WindowClosed) => "window_closed",
        Err(DeliveryError::Permanent(_)) => "permanent",
    };
    let channel = channel.to_owned();
    metrics::counter!("frontdesk_calls_total", "channel" => channel, "outcome" => outcome)
        .increment(1);
}

impl Courier {
    /// Stores how a call ended.
    pub(super) async fn conclude(
        &self,
        claimed: &Claimed,
        outcome: Result<Receipt, DeliveryError>,
    ) -> Result<(), StoreError> {
        count(&claimed.head.channel, &outcome);
        match outcome {
            Ok(receipt) => self.sent(claimed, receipt).await,
            Err(DeliveryError::RetryAfter(ms)) => self.frozen(claimed, ms).await,
            Err(DeliveryError::Temporary(reason)) => self.failed(claimed, &reason).await,
            Err(DeliveryError::Unknown(reason)) => self.doubtful(claimed, &reason).await,
            Err(DeliveryError::ThreadGone) => self.thread_gone(claimed).await,
            Err(DeliveryError::WindowClosed) => self.shut_out(claimed).await,
            Err(DeliveryError::Permanent(reason)) => self.dead(claimed, reason).await,
        }
    }

    async fn sent(&self, claimed: &Claimed, receipt: Receipt) -> Result<(), StoreError> {
        let sent = Arc::new(Sent::new(claimed, receipt));
        let lane = LaneId(claimed.head.lane);
        self.core
            .db
            .write(move |tx| {
                let sent = Arc::clone(&sent);
                Box::pin(async move { sent.store(tx).await })
            })
            .await?;
        crash_point!("courier.after_settle");
        self.core.signals.feed(lane);
        if opens(&claimed.delivery) {
            self.core.signals.lane(lane);
        }
        Ok(())
    }

    /// Asked to wait: the channel rests, and no attempt is counted.
    async fn frozen(&self, claimed: &Claimed, ms: i64) -> Result<(), StoreError> {
        let until = self.core.now().plus_ms(ms.max(SECOND));
        self.budgets.freeze(&claimed.head.channel, until);
        self.put_off(claimed, until, false, "the platform asked to wait")
            .await
    }

    async fn failed(&self, claimed: &Claimed, reason: &str) -> Result<(), StoreError> {
        let now = self.core.now();
        if now.since(Timestamp(claimed.head.at)) >= GIVE_UP {
            return self.dead(claimed, reason.to_owned()).await;
        }
        let (_, random) = self.core.fresh().as_u64_pair();
        let until = now.plus_ms(pause(claimed.delivery.attempt + 1, random));
        self.put_off(claimed, until, true, reason).await
    }

    /// It may have arrived: ask the platform first; what looks the same twice is simply done again.
    async fn doubtful(&self, claimed: &Claimed, reason: &str) -> Result<(), StoreError> {
        if claimed.delivery.action.is_idempotent()
            || claimed.delivery.destination == Destination::Callback
        {
            return self.failed(claimed, reason).await;
        }
        match claimed.platform.confirm(&claimed.delivery).await {
            Confirmation::Found(receipt) => self.sent(claimed, receipt).await,
            Confirmation::Absent => self.failed(claimed, reason).await,
            Confirmation::CannotTell if opens(&claimed.delivery) => {
                let until = self.core.now().plus_ms(OPENING_ECHO);
                self.put_off(claimed, until, true, reason).await
            }
            Confirmation::CannotTell => {
                self.report(claimed, DeliveryState::Unknown, Outcome::Unknown, reason)
                    .await
            }
        }
    }

    async fn dead(&self, claimed: &Claimed, reason: String) -> Result<(), StoreError> {
        if let Some(thread) = self.refused_thread(claimed) {
            return self.no_thread(&claimed.head, thread, &reason).await;
        }
        let outcome = Outcome::Dead {
            reason: reason.clone(),
        };
        self.report(claimed, DeliveryState::Dead, outcome, &reason)
            .await
    }

    /// The row keeps blocking its destination until the desk has opened the thread anew.
    async fn thread_gone(&self, claimed: &Claimed) -> Result<(), StoreError> {
        let Some((thread, generation)) = claimed.route.thread else {
            return self.dead(claimed, "the place is gone".to_owned()).await;
        };
        let lane = LaneId(claimed.head.lane);
        let key = format!("gone:{thread}:{generation}");
        let row = Arc::new(internal(
            &self.core,
            lane,
            key,
            &Stored::ThreadGone { thread, generation },
        ));
        let put = not_sent(claimed, self.core.now().plus_ms(MINUTE), false);
        self.core
            .db
            .write(move |tx| {
                let row = Arc::clone(&row);
                Box::pin(async move {
                    outbox::put_off(tx, put, "the thread is gone").await?;
                    inbox::accept(tx, &row).await.map(|_| ())
                })
            })
            .await?;
        self.core.signals.lane(lane);
        Ok(())
    }

    async fn put_off(
        &self,
        claimed: &Claimed,
        until: Timestamp,
        counts: bool,
        reason: &str,
    ) -> Result<(), StoreError> {
        let (put, reason) = (not_sent(claimed, until, counts), reason.to_owned());
        self.core
            .db
            .write(move |tx| {
                let reason = reason.clone();
                Box::pin(async move { outbox::put_off(tx, put, &reason).await })
            })
            .await
    }

    /// The platform knows better than our count: nothing more is tried before the customer writes.
    async fn shut_out(&self, claimed: &Claimed) -> Result<(), StoreError> {
        let (conversation, now) = (claimed.head.lane, self.core.now());
        self.core
            .db
            .write(move |tx| Box::pin(window::close(tx, conversation, now)))
            .await?;
        self.hold(&claimed.head, HeldFor::Window, window::CLOSED)
            .await
    }

    /// Holds a row, and lets its lane know.
    pub(super) async fn hold(
        &self,
        head: &Head,
        waits: HeldFor,
        why: &'static str,
    ) -> Result<(), StoreError> {
        let end = End::of(head, DeliveryState::Held, why.to_owned());
        self.settle_and_tell(end, self.told(head, waits)).await
    }

    /// The event by which a row's lane hears that it is held: once, however often it comes to that.
    pub(super) fn told(&self, head: &Head, waits: HeldFor) -> NewRow {
        let lane = LaneId(head.lane);
        let report = Report {
            delivery: DeliveryId(head.id),
            message: head.message_id.map(MessageId),
            destination: Destination::parse(&head.destination).unwrap_or(Destination::Room),
            by_agent: head.by_agent,
            at: Timestamp(head.at),
            outcome: Outcome::Held(waits),
        };
        let key = format!("held:{}:{waits:?}", head.id);
        internal(&self.core, lane, key, &Stored::Report { report })
    }

    /// Settles the row and lets its lane decide what follows, in one transaction.
    async fn report(
        &self,
        claimed: &Claimed,
        state: DeliveryState,
        outcome: Outcome,
        reason: &str,
    ) -> Result<(), StoreError> {
        let (lane, id) = (LaneId(claimed.head.lane), DeliveryId(claimed.head.id));
        let report = Report {
            delivery: id,
            message: claimed.head.message_id.map(MessageId),
            destination: claimed.delivery.destination,
            by_agent: claimed.head.by_agent,
            at: Timestamp(claimed.head.at),
            outcome,
        };
        let key = format!("report:{id}:{}", claimed.head.attempt);
        let row = internal(&self.core, lane, key, &Stored::Report { report });
        let end = End::of(&claimed.head, state, reason.to_owned());
        self.settle_and_tell(end, row).await
    }

    async fn settle_and_tell(&self, end: End, told: NewRow) -> Result<(), StoreError> {
        let lane = end.lane;
        let (end, told) = (Arc::new(end), Arc::new(told));
        self.core
            .db
            .write(move |tx| {
                let (end, told) = (Arc::clone(&end), Arc::clone(&told));
                Box::pin(async move { end.store(tx, &told).await })
            })
            .await?;
        self.core.signals.lane(lane);
        Ok(())
    }
}

fn not_sent(claimed: &Claimed, until: Timestamp, counts: bool) -> NotSent {
    NotSent {
        lane: LaneId(claimed.head.lane),
        row: DeliveryId(claimed.head.id),
        epoch: claimed.head.epoch,
        until,
        counts,
    }
}

/// A row that ends otherwise than by being sent.
struct End {
    lane: LaneId,
    row: DeliveryId,
    epoch: Option<i64>,
    state: DeliveryState,
    reason: String,
    /// Rooms have nobody who could decide what follows.
    in_room: bool,
}

impl End {
    fn of(head: &Head, state: DeliveryState, reason: String) -> Self {
        Self {
            lane: LaneId(head.lane),
            row: DeliveryId(head.id),
            epoch: head.epoch,
            state,
            reason,
            in_room: head.destination == Destination::Room.as_str(),
        }
    }

    async fn store(&self, tx: &mut Tx<'_>, told: &NewRow) -> Result<(), StoreError> {
        let why = Some(self.reason.as_str());
        let settled = outbox::settle_as(tx, self.lane, self.row, self.epoch, self.state, why);
        if settled.await? && !self.in_room {
            crash_point!("courier.inside_report");
            inbox::accept(tx, told).await?;
        }
        Ok(())
    }
}

/// What a receipt leads to.
struct Sent {
    lane: LaneId,
    row: DeliveryId,
    epoch: Option<i64>,
    at: Address,
    message: Option<MessageId>,
    thread: Option<(uuid::Uuid, i64)>,
    opens: bool,
    receipt: Receipt,
}

impl Sent {
    fn new(claimed: &Claimed, receipt: Receipt) -> Self {
        let carries = matches!(claimed.delivery.action, Action::Send(_));
        Self {
            lane: LaneId(claimed.head.lane),
            row: DeliveryId(claimed.head.id),
            epoch: claimed.head.epoch,
            at: claimed.route.at.clone(),
            message: claimed.head.message_id.map(MessageId).filter(|_| carries),
            thread: claimed.route.thread,
            opens: opens(&claimed.delivery),
            receipt,
        }
    }

    /// Settles the row; `false` when another process has taken it over, and doubts it. A row that was
    /// superseded while it was sent has arrived all the same.
    async fn is_ours(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let (lane, row, epoch) = (self.lane, self.row, self.epoch);
        Ok(
            outbox::settle_as(tx, lane, row, epoch, DeliveryState::Sent, None).await?
                || outbox::was_sent_under(tx, lane, row, epoch).await?,
        )
    }

    async fn store(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        if !self.is_ours(tx).await? {
            return Ok(());
        }
        crash_point!("courier.inside_settle");
        if let Some(message) = self.message {
            for platform_id in &self.receipt.messages {
                let carried = (self.lane.conversation(), message);
                message::link_row(tx, &self.at, platform_id, carried, self.row).await?;
            }
        }
        match (&self.receipt.opened, self.thread) {
            (Some(place), Some((thread, generation))) if self.opens => {
                if thread::opened(tx, thread, generation, &place.0).await? {
                    inbox::unpark(tx, &self.at.channel.0, &place.0, self.lane).await?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
