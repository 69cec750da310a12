//! The processes that serve one database: each gives signs of life, takes what falls to it, and lets
//! go what falls to another.

mod survey;
mod target;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::sync::broadcast::Receiver;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::domain::time::SECOND;
use crate::runtime::core::Core;
use crate::runtime::courier::Courier;
use crate::runtime::desk::Desk;
use crate::runtime::leases::{Hold, LeaseName};
use crate::runtime::relay::{self, Hint};
use crate::store::lease::{self, LeaseRow, NodeRow, TERM};
use crate::store::session::Session;
use crate::store::{StoreError, Tx};

use survey::Survey;

/// How often a sign of life is given.
const BEAT: i64 = 2 * SECOND;
/// Nothing is begun so shortly before others may take this process for gone.
const MARGIN: i64 = 5 * SECOND;
/// A session that ended is opened anew after so long.
const PAUSE: i64 = SECOND;

/// This process among its likes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Nodes {
    core: Core,
    desk: Arc<Desk>,
    courier: Courier,
    me: Arc<NodeRow>,
    session: Arc<Mutex<Option<Session>>>,
    stop: CancellationToken,
}

/// A lease that was taken, with its new epoch.
type Taken = (LeaseName, LeaseRow, i64);

impl Nodes {
    /// This process, which holds nothing yet.
    #[must_use]
    pub fn new(core: Core, desk: Arc<Desk>, courier: Courier, stop: CancellationToken) -> Self {
        let channels = core.outside.channels.keys().map(|name| name.0.as_str());
        let me = Arc::new(NodeRow {
            id: core.fresh(),
            channels: lease::list(channels),
        });
        Self {
            core,
            desk,
            courier,
            me,
            session: Arc::default(),
            stop,
        }
    }

    /// Opens the session and takes what falls to this process, with all that was left under way.
    ///
    /// # Errors
    /// When the database fails, or another process serves the same file.
    pub async fn join(&self) -> Result<(), StoreError> {
        self.open_session(&mut *self.session.lock().await).await?;
        self.look(true).await?;
        self.courier.recover_homeless().await?;
        self.tell_others().await
    }

    /// One sign of life, and a look at what has changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn step(&self) -> Result<(), StoreError> {
        self.look(false).await
    }

    /// Gives signs of life until it is told to stop. Nobody else can come where there is a file.
    pub async fn run(&self) {
        if self.is_alone_for_good() {
            return;
        }
        while !self.stop.is_cancelled() {
            let began = Instant::now();
            match self.step().await {
                Ok(()) => self.core.leases.trust_until(began + trusted()),
                Err(error) => tracing::warn!(%error, "no sign of life could be given"),
            }
            self.pause(BEAT).await;
        }
    }

    /// Hears what the other processes say, and keeps the session open, until it is told to stop.
    pub async fn listen(&self) {
        let mut session = self.session.lock().await;
        while !self.stop.is_cancelled() {
            let heard = match session.as_mut() {
                Some(open) => tokio::select! {
                    heard = open.hear() => heard,
                    () = self.stop.cancelled() => return,
                },
                None => self
                    .open_session(&mut session)
                    .await
                    .map(|()| String::new()),
            };
            match heard {
                Ok(letter) => relay::hear(&self.core.signals, self.me.id, &letter),
                Err(error) => {
                    tracing::warn!(%error, "the session with the database is opened anew");
                    *session = None;
                    self.pause(PAUSE).await;
                }
            }
        }
    }

    /// Tells the other processes what happens here, until it is told to stop.
    pub async fn speak(&self, hints: Receiver<Hint>) {
        if !self.is_alone_for_good() {
            relay::speak(&self.core, self.me.id, hints, &self.stop).await;
        }
    }

    /// Hands everything back, so that others need not doubt it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leave(&self) -> Result<(), StoreError> {
        let me = self.me.id;
        let left = self
            .core
            .db
            .write(move |tx| Box::pin(lease::leave(tx, me)))
            .await;
        self.tell_others().await?;
        *self.session.lock().await = None;
        left
    }

    fn is_alone_for_good(&self) -> bool {
        self.core.db.kind() == "sqlite"
    }

    async fn pause(&self, ms: i64) {
        let until = self.core.now().plus_ms(ms);
        tokio::select! {
            () = self.core.clock.wait_until(until) => {}
            () = self.core.signals.nodes.notified() => {}
            () = self.stop.cancelled() => {}
        }
    }

    async fn open_session(&self, session: &mut Option<Session>) -> Result<(), StoreError> {
        if session.is_none() {
            *session = Some(self.core.db.session(lock_key(self.me.id)).await?);
        }
        Ok(())
    }

    async fn tell_others(&self) -> Result<(), StoreError> {
        relay::send(&self.core, self.me.id, vec![Hint::Nodes]).await
    }

    // ---- one look ----

    async fn look(&self, first: bool) -> Result<(), StoreError> {
        let survey = self.survey(first).await?;
        self.see_others(&survey);
        self.forgo(&self.lost(&survey));
        if survey.alive.iter().any(|node| node.id == self.me.id) {
            self.gain(&survey).await?;
            self.retire(&survey);
        }
        self.hand_back(&survey).await
    }

    fn forgo(&self, lost: &BTreeSet<LeaseName>) {
        if !lost.is_empty() {
            tracing::warn!(leases = lost.len(), "another process has taken over");
            self.core.leases.lose(lost);
        }
    }

    fn see_others(&self, survey: &Survey) {
        let channels = survey.leases.iter().filter_map(|(name, row)| match name {
            LeaseName::Channel(channel) if survey.is_of_another(row, self.me.id) => {
                Some(channel.as_str())
            }
            _ => None,
        });
        let others = survey.alive.iter().filter(|node| node.id != self.me.id);
        let others = others.count();
        self.core.leases.see_others(lease::list(channels));
        self.core.signals.set_company(others > 0);
        metrics::gauge!("frontdesk_nodes").set(u32::try_from(others + 1).unwrap_or(u32::MAX));
    }

    async fn gain(&self, survey: &Survey) -> Result<(), StoreError> {
        let taken = self.take(survey).await?;
        if taken.is_empty() {
            return Ok(());
        }
        let (lanes, channels): (Vec<Taken>, Vec<Taken>) = taken
            .into_iter()
            .partition(|(name, ..)| matches!(name, LeaseName::Lanes(_)));
        self.gain_lanes(lanes).await?;
        for (name, _, epoch) in channels {
            self.gain_channel(name, epoch).await?;
        }
        self.count();
        Ok(())
    }

    /// Takes what falls to this process and is nobody's.
    async fn take(&self, survey: &Survey) -> Result<Vec<Taken>, StoreError> {
        let (me, held) = (self.me.id, self.core.leases.held());
        let free = survey.leases.iter().filter(|(name, row)| {
            survey.is_free(row, me, held.contains_key(name))
                && target::of(name, &survey.alive) == Some(me)
        });
        let free: Arc<Vec<_>> = Arc::new(free.cloned().collect());
        if free.is_empty() {
            return Ok(Vec::new());
        }
        let taking = self.core.db.write(move |tx| {
            let free = Arc::clone(&free);
            Box::pin(async move { take_all(tx, &free, me).await })
        });
        taking.await
    }

    /// What waited in lanes whose process died may be to blame for that.
    async fn gain_lanes(&self, taken: Vec<Taken>) -> Result<(), StoreError> {
        let orphaned = taken.iter().filter(|(_, row, _)| row.owner.is_some());
        let shards = orphaned.fold(0, |all, (name, ..)| match name {
            LeaseName::Lanes(shard) => all | 1_i64 << shard,
            LeaseName::Channel(_) => all,
        });
        if shards != 0 {
            self.desk.suspect(shards).await?;
        }
        for (name, _, epoch) in taken {
            self.core.leases.add(self.hold(name, epoch));
        }
        Ok(())
    }

    async fn gain_channel(&self, name: LeaseName, epoch: i64) -> Result<(), StoreError> {
        let hold = self.hold(name, epoch);
        let left = self.courier.take_over(&hold).await?;
        if left > 0 {
            tracing::warn!(left, lease = %hold.name, "nobody saw how these deliveries ended");
        }
        self.core.leases.add(hold);
        Ok(())
    }

    fn hold(&self, name: LeaseName, epoch: i64) -> Hold {
        Hold {
            name,
            epoch,
            ended: self.stop.child_token(),
        }
    }

    /// Lets go what falls to another by now.
    fn retire(&self, survey: &Survey) {
        for name in self.core.leases.held().keys() {
            let target = target::of(name, &survey.alive);
            if target.is_some_and(|node| node != self.me.id) {
                self.core.leases.retire(name);
            }
        }
    }

    async fn hand_back(&self, survey: &Survey) -> Result<(), StoreError> {
        let mut idle = self.strays(survey);
        idle.extend(self.core.leases.take_idle());
        let idle = Arc::new(idle);
        if idle.is_empty() {
            return Ok(());
        }
        let me = self.me.id;
        let handing = self.core.db.write(move |tx| {
            let idle = Arc::clone(&idle);
            Box::pin(async move {
                for name in idle.iter() {
                    lease::hand_back(tx, &name.to_string(), me).await?;
                }
                Ok(())
            })
        });
        handing.await?;
        self.count();
        self.tell_others().await
    }

    /// What stands in our name but is not held here, and falls to another: handing it back failed.
    fn strays(&self, survey: &Survey) -> Vec<LeaseName> {
        let (me, held) = (Some(self.me.id), self.core.leases.held());
        let strays = survey.leases.iter().filter(|(name, row)| {
            row.owner == me
                && !held.contains_key(name)
                && target::of(name, &survey.alive).is_some_and(|node| Some(node) != me)
        });
        strays.map(|(name, _)| name.clone()).collect()
    }

    fn count(&self) {
        let held = self.core.leases.held();
        let lanes = held
            .keys()
            .filter(|name| matches!(name, LeaseName::Lanes(_)));
        let lanes = lanes.count();
        for (kind, held) in [("lanes", lanes), ("channels", held.len() - lanes)] {
            let held = u32::try_from(held).unwrap_or(u32::MAX);
            metrics::gauge!("frontdesk_leases", "kind" => kind).set(held);
        }
    }
}

async fn take_all(
    tx: &mut Tx<'_>,
    free: &[(LeaseName, LeaseRow)],
    me: Uuid,
) -> Result<Vec<Taken>, StoreError> {
    let mut taken = Vec::with_capacity(free.len());
    for (name, row) in free {
        if let Some(epoch) = lease::take(tx, row, me).await? {
            taken.push((name.clone(), row.clone(), epoch));
        }
    }
    Ok(taken)
}

/// Advisory locks are known by a number; a positive one reads the same everywhere.
fn lock_key(node: Uuid) -> i64 {
    let (_, low) = node.as_u64_pair();
    i64::try_from(low >> 1).unwrap_or_default()
}

fn trusted() -> Duration {
    Duration::from_millis((TERM - MARGIN).unsigned_abs())
}
