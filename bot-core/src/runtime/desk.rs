//! The desk: takes a lane's oldest row, decides, and stores everything that follows in one
//! transaction.

mod album;
mod ask;
mod compose;
mod correction;
mod customer;
mod drafts;
mod fallback;
mod loading;
mod merge;
mod network;
mod parts;
mod record;
mod render;
mod resolve;
mod room;
mod settlement;
mod suspect;
mod threads;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use moka::sync::Cache;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::crash_point;
use crate::domain::command::Say;
use crate::domain::conversation::Album;
use crate::domain::decide::decide;
use crate::domain::effect::Decision;
use crate::domain::event::{Event, EventKind};
use crate::domain::id::{InboxId, LaneId};
use crate::domain::time::Timestamp;
use crate::runtime::core::Core;
use crate::runtime::intake::{self, INTERNAL, Stored};
use crate::runtime::supervisor::Supervisor;
use crate::store::case::Loaded;
use crate::store::inbox::Pending;
use crate::store::{StoreError, case, inbox, outbox, thread};

use compose::Composer;
use resolve::Resolved;

/// Cases that are kept in memory; each is checked by its version when it is stored.
const CASES: u64 = 10_000;
/// Lanes that are decided at the same time.
const TURNS: u32 = 64;
/// After so many failures a row becomes a dead letter.
const CHANCES: i64 = 3;
/// How often one event may ask before it is taken for broken.
const ASKS: usize = 4;

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stepped {
    /// There was nothing to do.
    Idle,
    /// A row was settled; others wait, or may.
    Done,
    /// A row was settled, and none waited behind it when it was taken up.
    Last,
    /// The lane had moved on, or the row gets another chance.
    Again,
}

/// Decides lanes.
#[derive(Debug)]
pub struct Desk {
    core: Core,
    cases: Cache<LaneId, Arc<Loaded>>,
    supervisor: Supervisor,
    turns: Semaphore,
}

impl Desk {
    /// The desk of this core. The supervisor owns answers that come late.
    #[must_use]
    pub fn new(core: Core, supervisor: Supervisor) -> Self {
        Self {
            core,
            cases: Cache::new(CASES),
            supervisor,
            turns: Semaphore::new(TURNS as usize),
        }
    }

    /// Settles the oldest row of a lane.
    ///
    /// # Errors
    /// When the database is out of reach; nothing has changed then.
    pub async fn step(&self, lane: LaneId) -> Result<Stepped, StoreError> {
        let Some((row, others)) = self.oldest(lane).await? else {
            return Ok(Stepped::Idle);
        };
        match self.fenced(lane, row).await? {
            Stepped::Done if !others => Ok(Stepped::Last),
            stepped => Ok(stepped),
        }
    }

    /// What a lane has to have while it is decided.
    pub(super) const fn turns(&self) -> &Semaphore {
        &self.turns
    }

    /// The oldest row of a lane, and whether more wait behind it.
    async fn oldest(&self, lane: LaneId) -> Result<Option<(Pending, bool)>, StoreError> {
        self.core
            .db
            .read(|tx| Box::pin(inbox::oldest(tx, lane)))
            .await
    }

    async fn fenced(&self, lane: LaneId, row: Pending) -> Result<Stepped, StoreError> {
        let outcome = AssertUnwindSafe(self.handle(lane, &row))
            .catch_unwind()
            .await;
        match outcome {
            Ok(Ok(stepped)) => Ok(stepped),
            Ok(Err(error @ (StoreError::Busy(_) | StoreError::Unavailable(_)))) => Err(error),
            Ok(Err(error)) => self.broke(lane, &row, &error.to_string()).await,
            Err(_) => self.broke(lane, &row, "the handler panicked").await,
        }
    }

    async fn handle(&self, lane: LaneId, row: &Pending) -> Result<Stepped, StoreError> {
        if row.boots >= CHANCES {
            return self.give_up(lane, row).await;
        }
        match self.open(lane, row).await? {
            Stored::Room(inbound) => room::handle(&self.core, lane, row, &inbound).await,
            Stored::ThreadGone { thread, generation }
                if self.is_over(lane, thread, generation).await? =>
            {
                self.forget_thread(lane, row, (thread, generation)).await
            }
            Stored::NoThread {
                thread, generation, ..
            } if self.is_over(lane, thread, generation).await? => {
                self.forget_thread(lane, row, (thread, generation)).await
            }
            stored @ (Stored::Job { .. } | Stored::File { .. } | Stored::Tell { .. }) => {
                self.decide_work(lane, row, stored).await
            }
            stored => self.decide(lane, row, stored).await,
        }
    }

    /// Whether a report is about a thread that was opened anew since, or whose ticket has a successor.
    async fn is_over(
        &self,
        lane: LaneId,
        thread: Uuid,
        generation: i64,
    ) -> Result<bool, StoreError> {
        let loaded = self.case(lane).await?;
        let Some(ticket) = loaded.case.ticket.as_ref().map(|ticket| ticket.id) else {
            return Ok(true);
        };
        let read = self
            .core
            .db
            .read(|tx| Box::pin(thread::of_ticket(tx, ticket)));
        let known = read.await?;
        Ok(known.is_none_or(|row| row.id != thread || row.generation > generation))
    }

    /// What was to be said in a thread that is over is not said any more, and holds up nothing.
    async fn forget_thread(
        &self,
        lane: LaneId,
        row: &Pending,
        (thread, generation): (Uuid, i64),
    ) -> Result<Stepped, StoreError> {
        let seq = row.seq;
        let written = self.core.db.write(move |tx| {
            Box::pin(async move {
                outbox::abandon(tx, lane, thread, generation).await?;
                inbox::done(tx, lane, seq).await
            })
        });
        written.await?;
        Ok(Stepped::Done)
    }

    /// What comes of files and of long work; both are asked for in rooms too.
    async fn decide_work(
        &self,
        lane: LaneId,
        row: &Pending,
        stored: Stored,
    ) -> Result<Stepped, StoreError> {
        let room = self
            .core
            .db
            .read(|tx| Box::pin(thread::room_of(tx, lane)))
            .await?;
        match (room, stored) {
            (Some(room), Stored::Job { report }) => {
                room::report(&self.core, &room, row, report.says).await
            }
            (Some(room), Stored::Tell { phrase }) => {
                room::report(&self.core, &room, row, vec![Say::Phrase(phrase)]).await
            }
            // A file there belongs to a job, which will say what it lacks.
            (Some(room), _) => room::report(&self.core, &room, row, Vec::new()).await,
            (None, stored) => self.decide(lane, row, stored).await,
        }
    }

    async fn open(&self, lane: LaneId, row: &Pending) -> Result<Stored, StoreError> {
        let raw = row.raw_sealed.clone().unwrap_or_default();
        let id = InboxId(row.id);
        let system = self.core.keyring.system();
        if let Ok(stored) = intake::open(&[system], id, &raw) {
            return Ok(stored);
        }
        let keyring = self.core.keyring.clone();
        let read = self.core.db.read(|tx| {
            Box::pin(async move { keyring.of_conversation(tx, lane.conversation()).await })
        });
        intake::open(&[&*read.await?], id, &raw)
    }

    async fn decide(
        &self,
        lane: LaneId,
        row: &Pending,
        stored: Stored,
    ) -> Result<Stepped, StoreError> {
        let mut loaded = self.case(lane).await?;
        let known = match network::looked_up(&self.core, &loaded, &stored).await? {
            None => drafts::looked_up(&self.core, &loaded, &stored).await?,
            known => known,
        };
        loaded = known.map_or(loaded, Arc::new);
        if let Some(album) = album::due(&loaded.case, &stored) {
            return self.settle_album(lane, row, &loaded, album).await;
        }
        let resolved = resolve::resolve(&self.core, &loaded.case, row, stored).await?;
        self.settle(lane, row, &loaded, resolved).await
    }

    /// The album is settled first, as an event of its own; the row in hand comes after it.
    async fn settle_album(
        &self,
        lane: LaneId,
        row: &Pending,
        loaded: &Loaded,
        album: &Album,
    ) -> Result<Stepped, StoreError> {
        let mut without = loaded.clone();
        without
            .case
            .state
            .albums
            .retain(|one| one.message != album.message);
        self.settle(lane, row, &without, album::whole(album)).await
    }

    async fn settle(
        &self,
        lane: LaneId,
        row: &Pending,
        loaded: &Loaded,
        mut resolved: Resolved,
    ) -> Result<Stepped, StoreError> {
        let policy = self.core.policy();
        for _ in 0..ASKS {
            let now = self.core.now();
            match decide(&loaded.case, &resolved.event, &policy, now) {
                Decision::Ask(ask) => {
                    let reply = self.ask(lane, &loaded.case, &policy, ask).await;
                    resolved.event.reply = Some(reply);
                }
                Decision::Settle { case, effects } => {
                    let composer =
                        Composer::new(&self.core, loaded, *case, &resolved, &policy, now).await?;
                    let settlement = composer.compose(effects).await?;
                    return self.store(lane, row, settlement).await;
                }
            }
        }
        Err(StoreError::Refused(
            "an event asked again and again".to_owned(),
        ))
    }

    async fn store(
        &self,
        lane: LaneId,
        row: &Pending,
        settlement: settlement::Settlement,
    ) -> Result<Stepped, StoreError> {
        let settlement = Arc::new(settlement);
        let (running, seq) = (Arc::clone(&settlement), row.seq);
        let dead = (row.boots >= CHANCES).then(|| "the handler broke three times".to_owned());
        crash_point!("desk.before_commit");
        let stored = self
            .core
            .db
            .write(move |tx| {
                let (settlement, dead) = (Arc::clone(&running), dead.clone());
                Box::pin(async move { settlement.apply(tx, seq, dead.as_deref()).await })
            })
            .await?;
        crash_point!("desk.after_commit");
        if !stored {
            self.cases.invalidate(&lane);
            return Ok(Stepped::Again);
        }
        self.cases.insert(lane, Arc::new(settlement.loaded()));
        settlement.tell(&self.core);
        Ok(Stepped::Done)
    }

    async fn case(&self, lane: LaneId) -> Result<Arc<Loaded>, StoreError> {
        // A window changes with every send, which no version tells.
        let known = self.cases.get(&lane);
        if let Some(loaded) = known.filter(|one| one.case.state.window.is_none()) {
            return Ok(loaded);
        }
        let keyring = self.core.keyring.clone();
        let read = self.core.db.read(|tx| {
            Box::pin(async move { case::load(tx, &keyring, lane.conversation()).await })
        });
        Ok(Arc::new(read.await?))
    }

    /// A row that broke its handler gets another chance, three times in all.
    async fn broke(&self, lane: LaneId, row: &Pending, why: &str) -> Result<Stepped, StoreError> {
        tracing::error!(%lane, seq = row.seq, why, "a row broke its handler");
        metrics::counter!("frontdesk_broken_rows_total").increment(1);
        self.cases.invalidate(&lane);
        let seq = row.seq;
        if row.boots >= CHANCES {
            // Even giving up failed: the lane goes on without the row, which the operator can see.
            self.core
                .db
                .write(move |tx| {
                    Box::pin(inbox::dead(tx, lane, seq, "it could not be handled at all"))
                })
                .await?;
            return Ok(Stepped::Done);
        }
        self.core
            .db
            .write(move |tx| Box::pin(inbox::broke(tx, lane, seq)))
            .await?;
        Ok(Stepped::Again)
    }

    /// The message becomes a dead letter: the customer is told, a human sees it, nobody is asked.
    async fn give_up(&self, lane: LaneId, row: &Pending) -> Result<Stepped, StoreError> {
        let loaded = match self.case(lane).await {
            Ok(loaded) => loaded,
            Err(error @ (StoreError::Busy(_) | StoreError::Unavailable(_))) => return Err(error),
            Err(error) => return self.broke(lane, row, &error.to_string()).await,
        };
        let from_customer = row.channel != INTERNAL && row.channel == loaded.case.channel.0;
        let event = Event::new(
            InboxId(row.id),
            row.seq,
            Timestamp(row.accepted_at),
            EventKind::Poisoned { from_customer },
        );
        self.settle(lane, row, &loaded, Resolved::of(event)).await
    }
}
