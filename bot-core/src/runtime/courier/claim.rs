//! What is committed before a socket is written: the row is being sent, and its window counts it.

use std::sync::Arc;
use std::time::Instant;

use crate::crash_point;
use crate::domain::delivery::{Action, DeliveryState};
use crate::domain::event::HeldFor;
use crate::domain::id::{ConversationId, DeliveryId, LaneId};
use crate::domain::place::Destination;
use crate::domain::time::Timestamp;
use crate::port::platform::Delivery;
use crate::runtime::courier::{Claimed, Courier};
use crate::runtime::leases::Hold;
use crate::store::inbox::NewRow;
use crate::store::outbox::{self, Head};
use crate::store::slot::ANSWERS_ONLY;
use crate::store::window::{self, Drawn};
use crate::store::{StoreError, Tx, inbox};

/// Why a row is held whose channel was taken out of the configuration.
pub(super) const NO_CHANNEL: &str = "the channel is not in the configuration";
/// Rows looked at in one step.
const BATCH: i64 = 64;

/// What came of a head that was due.
enum Looked {
    /// It is to be sent now.
    Claimed(Box<Claimed>),
    /// It is held or dropped, and the next row has its turn.
    Settled,
    /// It has to wait, or somebody else has it.
    Left,
}

/// How a claim ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// The row is ours to send.
    Ours,
    /// Somebody else has it, or it was taken back.
    Gone,
    /// Its window is closed.
    Held,
}

/// One row on its way to being sent; it can be run again.
struct Claim {
    lane: LaneId,
    row: DeliveryId,
    /// Under which lease it was tried last.
    seen: Option<i64>,
    /// Under which it is sent now.
    epoch: i64,
    now: Timestamp,
    /// How many sends must be left over; `None` where no window counts the row.
    reserve: Option<usize>,
    /// What the desk hears if the row is held.
    held: NewRow,
}

impl Courier {
    /// Commits the due heads that have a budget as being sent; gives them, and how many rows were
    /// settled without being sent.
    pub(super) async fn claim_due(&self) -> Result<(Vec<Claimed>, usize), StoreError> {
        if !self.core.leases.are_current(Instant::now()) {
            return Ok((Vec::new(), 0));
        }
        let (now, elsewhere) = (self.core.now(), self.core.leases.elsewhere());
        let heads = self
            .core
            .db
            .read(|tx| Box::pin(async move { outbox::heads(tx, now, &elsewhere, BATCH).await }))
            .await?;
        let (mut claimed, mut settled) = (Vec::new(), 0);
        for head in heads {
            match self.look_at(head, now).await? {
                Looked::Claimed(one) => claimed.push(*one),
                Looked::Settled => settled += 1,
                Looked::Left => {}
            }
        }
        Ok((claimed, settled))
    }

    async fn look_at(&self, head: Head, now: Timestamp) -> Result<Looked, StoreError> {
        if self.core.account(&head.channel).is_none() {
            match self.homeless_thread(&head) {
                Some(thread) => self.no_thread(&head, thread, NO_CHANNEL).await?,
                None => self.hold(&head, HeldFor::Channel, NO_CHANNEL).await?,
            }
            return Ok(Looked::Settled);
        }
        let Some(hold) = self.core.leases.channel(&head.channel) else {
            return Ok(Looked::Left);
        };
        let Some(prepared) = self.prepare(head.clone()).await? else {
            self.drop_row(&head, "it has nowhere to go").await?;
            return Ok(Looked::Settled);
        };
        let abilities = prepared.platform.abilities(&prepared.delivery.place);
        if abilities.answers_only && prepared.delivery.destination == Destination::Customer {
            self.hold(&prepared.head, HeldFor::Window, ANSWERS_ONLY)
                .await?;
            return Ok(Looked::Settled);
        }
        if !self.budgets.take(&head.channel, &abilities.budgets, now) {
            return Ok(Looked::Left);
        }
        self.claim(prepared, hold, now).await
    }

    async fn claim(
        &self,
        mut prepared: Claimed,
        hold: Arc<Hold>,
        now: Timestamp,
    ) -> Result<Looked, StoreError> {
        let claim = Arc::new(self.claim_of(&prepared, hold.epoch, now));
        prepared.head.epoch = Some(hold.epoch);
        prepared.hold = Some(hold);
        crash_point!("courier.before_claim");
        let taken = self
            .core
            .db
            .write(move |tx| {
                let claim = Arc::clone(&claim);
                Box::pin(async move { claim.run(tx).await })
            })
            .await?;
        crash_point!("courier.after_claim");
        Ok(match taken {
            Taken::Ours => Looked::Claimed(Box::new(prepared)),
            Taken::Gone => Looked::Left,
            Taken::Held => {
                self.core.signals.lane(LaneId(prepared.head.lane));
                Looked::Settled
            }
        })
    }

    fn claim_of(&self, prepared: &Claimed, epoch: i64, now: Timestamp) -> Claim {
        let head = &prepared.head;
        let last_sends = self.core.policy().limits.last_sends;
        let reserve = if head.by_agent { 0 } else { last_sends };
        Claim {
            lane: LaneId(head.lane),
            row: DeliveryId(head.id),
            seen: head.epoch,
            epoch,
            now,
            reserve: is_counted(&prepared.delivery).then_some(reserve),
            held: self.told(head, HeldFor::Window),
        }
    }
}

impl Claim {
    /// The order of the updates (conversation, then row) is the desk's, so that neither waits for the
    /// other.
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Taken, StoreError> {
        let drawn = match self.reserve {
            Some(reserve) => {
                window::draw(tx, ConversationId(self.lane.0), self.now, reserve).await?
            }
            None => Drawn::Free,
        };
        if drawn == Drawn::Closed {
            return self.hold(tx).await;
        }
        if !outbox::claim(tx, self.lane, self.row, Some(self.epoch)).await? {
            // Nothing was sent, so nothing is counted.
            return self.undo(tx, drawn).await;
        }
        if let Drawn::From(until) = drawn {
            outbox::drawn(tx, self.lane, self.row, until).await?;
        }
        Ok(Taken::Ours)
    }

    async fn hold(&self, tx: &mut Tx<'_>) -> Result<Taken, StoreError> {
        let (state, why) = (DeliveryState::Held, Some(window::CLOSED));
        if !outbox::settle_as(tx, self.lane, self.row, self.seen, state, why).await? {
            return Ok(Taken::Gone);
        }
        inbox::accept(tx, &self.held).await?;
        Ok(Taken::Held)
    }

    async fn undo(&self, tx: &mut Tx<'_>, drawn: Drawn) -> Result<Taken, StoreError> {
        if let Drawn::From(until) = drawn {
            window::restore(tx, self.lane.conversation(), until).await?;
        }
        Ok(Taken::Gone)
    }
}

/// Windows count what is said to a customer, and nothing else.
fn is_counted(delivery: &Delivery) -> bool {
    delivery.destination == Destination::Customer && matches!(delivery.action, Action::Send(_))
}
