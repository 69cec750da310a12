//! Reply slots: the waiting handler of a request takes what is to be said, before the courier does.

use std::sync::Arc;

use crate::crash_point;
use crate::domain::delivery::DeliveryState;
use crate::domain::id::{ConversationId, DeliveryId, LaneId};
use crate::domain::time::Timestamp;
use crate::port::platform::Delivery;
use crate::port::slot::{Render, Ride, SlotAt};
use crate::runtime::core::Core;
use crate::runtime::courier::route;
use crate::store::outbox::Head;
use crate::store::slot::{self, SlotRow};
use crate::store::window::{self, Drawn};
use crate::store::{StoreError, Tx, outbox};

/// The longest pause between two looks, for what no hint tells (silence, another node), in
/// milliseconds.
const PAUSE: i64 = 250;

/// Slots of this process and all others: everything about them is in the database.
#[derive(Clone, Debug)]
pub struct Slots {
    core: Core,
}

/// What a handler finds when it looks.
enum Found {
    /// An answer is stored.
    Answered(Option<Vec<u8>>),
    /// Nothing yet, but something may come.
    Wait,
    /// Rows to take, in order.
    Rows(Vec<Head>),
    /// Nothing will come, or it comes through a later slot.
    Silence,
}

impl Slots {
    /// The slots of this core.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    /// Waits for an answer until the deadline of this try.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim(&self, at: &SlotAt, render: Arc<Render>) -> Result<Ride, StoreError> {
        let mut news = None;
        loop {
            if let Some(ride) = self.look(at, &render, &mut news).await? {
                return Ok(ride);
            }
            let until = self.core.now().plus_ms(PAUSE).min(at.slot.deadline);
            tokio::select! {
                () = self.core.clock.wait_until(until) => {}
                () = heard(&mut news) => {}
            }
        }
    }

    /// One look: the answer, if there is one, or word that it is too late for one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn step(
        &self,
        at: &SlotAt,
        render: &Arc<Render>,
    ) -> Result<Option<Ride>, StoreError> {
        self.look(at, render, &mut None).await
    }

    async fn look(
        &self,
        at: &SlotAt,
        render: &Arc<Render>,
        news: &mut Option<tokio::sync::watch::Receiver<u64>>,
    ) -> Result<Option<Ride>, StoreError> {
        let Some(slot) = self.find(at).await? else {
            return Ok(Some(Ride::Empty));
        };
        // Heard from before the rows are read, so that none can slip through between.
        let lane = LaneId(slot.lane);
        news.get_or_insert_with(|| self.core.signals.watch_feed(lane))
            .borrow_and_update();
        let now = self.core.now();
        let looked = slot.clone();
        let found = self
            .core
            .db
            .read(|tx| Box::pin(async move { found(tx, &looked, now).await }))
            .await?;
        match found {
            Found::Answered(sealed) => self.stored(&slot, sealed).await.map(Some),
            Found::Wait | Found::Rows(_) | Found::Silence if at.slot.deadline <= now => {
                Ok(Some(Ride::Late))
            }
            Found::Wait => Ok(None),
            Found::Rows(_) | Found::Silence => self.take(&slot, render, now).await,
        }
    }

    async fn find(&self, at: &SlotAt) -> Result<Option<SlotRow>, StoreError> {
        let at = at.clone();
        self.core
            .db
            .read(|tx| {
                Box::pin(
                    async move { slot::find(tx, &at.channel.0, &at.place.0, &at.slot.id).await },
                )
            })
            .await
    }

    async fn stored(&self, slot: &SlotRow, sealed: Option<Vec<u8>>) -> Result<Ride, StoreError> {
        let Some(sealed) = sealed else {
            return Ok(Ride::Empty);
        };
        let (keyring, conversation) = (self.core.keyring.clone(), ConversationId(slot.lane));
        let read = self
            .core
            .db
            .read(|tx| Box::pin(async move { keyring.of_conversation(tx, conversation).await }));
        Ok(Ride::Body(read.await?.open_bytes(slot.spot(), &sealed)?))
    }

    /// Looks again with the slot to itself, and stores what it finds.
    async fn take(
        &self,
        slot: &SlotRow,
        render: &Arc<Render>,
        now: Timestamp,
    ) -> Result<Option<Ride>, StoreError> {
        let taking = Arc::new(Taking {
            core: self.core.clone(),
            uid: slot.uid,
            render: Arc::clone(render),
            now,
        });
        crash_point!("slots.before_claim");
        let taken = self
            .core
            .db
            .write(move |tx| {
                let taking = Arc::clone(&taking);
                Box::pin(async move { taking.run(tx).await })
            })
            .await?;
        crash_point!("slots.after_claim");
        self.core.signals.courier();
        match taken {
            Some(Found::Answered(sealed)) => self.stored(slot, sealed).await.map(Some),
            Some(_) | None => Ok(None),
        }
    }

    /// The bytes were handed to the socket.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn handed_over(&self, at: &SlotAt) -> Result<(), StoreError> {
        let Some(slot) = self.find(at).await? else {
            return Ok(());
        };
        let lane = LaneId(slot.lane);
        crash_point!("slots.before_sent");
        self.core
            .db
            .write(move |tx| {
                let slot = slot.clone();
                Box::pin(async move { slot::handed_over(tx, &slot).await })
            })
            .await?;
        self.core.signals.feed(lane);
        self.core.signals.courier();
        Ok(())
    }
}

async fn heard(news: &mut Option<tokio::sync::watch::Receiver<u64>>) {
    let heard = match news {
        Some(news) => news.changed().await.is_ok(),
        None => false,
    };
    if !heard {
        std::future::pending::<()>().await;
    }
}

/// The questions in their order: an answer that is there, the event's own decision, rows, and then
/// whether anything may still come.
async fn found(tx: &mut Tx<'_>, slot: &SlotRow, now: Timestamp) -> Result<Found, StoreError> {
    if !slot.is_open() {
        return Ok(Found::Answered(slot.body_sealed.clone()));
    }
    let prospects = slot::prospects(tx, slot).await?;
    if prospects.undecided {
        return Ok(Found::Wait);
    }
    let waiting = slot::waiting(tx, slot, now).await?;
    let blocked = !waiting.is_empty();
    let ready = waiting.into_iter().take_while(|row| row.ready);
    let rows: Vec<Head> = ready.map(|row| row.head).collect();
    if !rows.is_empty() {
        return Ok(Found::Rows(rows));
    }
    let comes = blocked || prospects.more || prospects.turn;
    Ok(if comes && !prospects.later {
        Found::Wait
    } else {
        Found::Silence
    })
}

/// A handler with the slot to itself; it can be run again.
struct Taking {
    core: Core,
    uid: uuid::Uuid,
    render: Arc<Render>,
    now: Timestamp,
}

impl Taking {
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Found>, StoreError> {
        let Some(slot) = slot::lock(tx, self.uid).await? else {
            return Ok(None);
        };
        match found(tx, &slot, self.now).await? {
            Found::Rows(rows) => self.fill(tx, &slot, rows).await.map(Some),
            Found::Silence => self.store(tx, &slot, None).await.map(Some),
            other => Ok(Some(other)),
        }
    }

    async fn fill(
        &self,
        tx: &mut Tx<'_>,
        slot: &SlotRow,
        rows: Vec<Head>,
    ) -> Result<Found, StoreError> {
        let offered = self.offered(tx, slot, rows).await?;
        let deliveries: Vec<Delivery> = offered.iter().map(|one| one.delivery.clone()).collect();
        if deliveries.is_empty() {
            return self.store(tx, slot, None).await;
        }
        let rendered = (self.render)(&deliveries);
        let (taken, left) = offered.split_at(rendered.rows.min(offered.len()));
        for one in left {
            one.give_back(tx, slot).await?;
        }
        for one in taken {
            one.ride(tx, slot).await?;
        }
        let body = (!taken.is_empty()).then_some(rendered.body);
        self.store(tx, slot, body).await
    }

    /// What rows say, as far as the window lets them out.
    async fn offered(
        &self,
        tx: &mut Tx<'_>,
        slot: &SlotRow,
        rows: Vec<Head>,
    ) -> Result<Vec<Offered>, StoreError> {
        let mut offered = Vec::new();
        for head in rows {
            let Some((_, delivery)) = route::find(tx, &self.core.keyring, &head).await? else {
                let (lane, row, epoch) = (LaneId(head.lane), DeliveryId(head.id), head.epoch);
                let why = Some("it has nowhere to go");
                outbox::settle_as(tx, lane, row, epoch, DeliveryState::Superseded, why).await?;
                continue;
            };
            let drawn = self.draw(tx, slot, &head).await?;
            if drawn == Drawn::Closed {
                break;
            }
            offered.push(Offered { delivery, drawn });
        }
        Ok(offered)
    }

    async fn draw(
        &self,
        tx: &mut Tx<'_>,
        slot: &SlotRow,
        head: &Head,
    ) -> Result<Drawn, StoreError> {
        if !slot.spends {
            return Ok(Drawn::Free);
        }
        let last_sends = self.core.policy().limits.last_sends;
        let reserve = if head.by_agent { 0 } else { last_sends };
        window::draw(tx, ConversationId(slot.lane), self.now, reserve).await
    }

    async fn store(
        &self,
        tx: &mut Tx<'_>,
        slot: &SlotRow,
        body: Option<Vec<u8>>,
    ) -> Result<Found, StoreError> {
        let conversation = ConversationId(slot.lane);
        let key = self.core.keyring.of_conversation(tx, conversation).await?;
        let sealed = body.map(|body| key.seal_bytes(slot.spot(), &body));
        slot::answer(tx, slot.uid, sealed.as_deref()).await?;
        Ok(Found::Answered(sealed))
    }
}

/// A row that is offered to a slot.
struct Offered {
    delivery: Delivery,
    drawn: Drawn,
}

impl Offered {
    async fn ride(&self, tx: &mut Tx<'_>, slot: &SlotRow) -> Result<(), StoreError> {
        let (lane, row) = (LaneId(slot.lane), self.delivery.id);
        outbox::claim(tx, lane, row, None).await?;
        if let Drawn::From(until) = self.drawn {
            outbox::drawn(tx, lane, row, until).await?;
        }
        slot::carry(tx, slot, row).await
    }

    async fn give_back(&self, tx: &mut Tx<'_>, slot: &SlotRow) -> Result<(), StoreError> {
        match self.drawn {
            Drawn::From(until) => window::restore(tx, ConversationId(slot.lane), until).await,
            Drawn::Free | Drawn::Closed => Ok(()),
        }
    }
}
