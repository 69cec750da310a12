//! What this process looks after: shards of lanes, and channels.
//!
//! Where one process serves the database it holds everything. Where several do, each lane and each
//! channel is one process's, so that nothing is done twice and a channel's budget lives in one
//! memory. What keeps the data right is not this but the rows: a decision is stored on the version
//! that it was made on, and a delivery is settled under the epoch that it was claimed under.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Instant;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::domain::id::LaneId;
use crate::store::lease;

/// In so many parts are the lanes shared out.
pub const SHARDS: u8 = 64;

/// What a lease is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeaseName {
    /// The lanes of one shard.
    Lanes(u8),
    /// A channel: its listening and its sending.
    Channel(String),
}

impl LeaseName {
    /// The shard of a lane, by the random end of its id.
    #[must_use]
    pub fn of(lane: LaneId) -> Self {
        let [.., last] = *lane.0.as_bytes();
        Self::Lanes(last % SHARDS)
    }

    /// Reads a stored name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name.split_once(':')? {
            ("lanes", shard) => shard.parse().ok().map(Self::Lanes),
            ("channel", channel) => Some(Self::Channel(channel.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for LeaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lanes(shard) => write!(f, "lanes:{shard}"),
            Self::Channel(name) => write!(f, "channel:{name}"),
        }
    }
}

/// A lease that this process has. Whoever works under it keeps a clone until the work is done: it is
/// handed back only when nobody does any more.
#[derive(Debug)]
pub struct Hold {
    /// What for.
    pub name: LeaseName,
    /// Under which number.
    pub epoch: i64,
    /// Told when the work under it is to end.
    pub ended: CancellationToken,
}

/// All leases of this process.
#[derive(Debug)]
pub struct Leases {
    state: RwLock<State>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    held: BTreeMap<LeaseName, Arc<Hold>>,
    /// Not ours any more as soon as the work under them is done.
    leaving: Vec<Arc<Hold>>,
    /// Channels of which others take care, as [`lease::list`] writes them.
    elsewhere: Arc<str>,
    /// After this nothing may be begun without a new sign of life.
    until: Option<Instant>,
}

impl Default for Leases {
    fn default() -> Self {
        Self {
            state: RwLock::default(),
            changed: watch::Sender::new(()),
        }
    }
}

impl Leases {
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lease under which a lane is decided here.
    #[must_use]
    pub fn lane(&self, lane: LaneId) -> Option<Arc<Hold>> {
        self.read().held.get(&LeaseName::of(lane)).cloned()
    }

    /// The lease under which a channel is listened to and sent on here.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<Arc<Hold>> {
        let name = LeaseName::Channel(name.to_owned());
        self.read().held.get(&name).cloned()
    }

    /// The shards that are held here, one bit each.
    #[must_use]
    pub fn shards(&self) -> i64 {
        let state = self.read();
        let shards = state.held.keys().filter_map(|name| match name {
            LeaseName::Lanes(shard) => Some(1_i64 << shard),
            LeaseName::Channel(_) => None,
        });
        shards.fold(0, |all, one| all | one)
    }

    /// The channels of which other processes take care, as the store wants them.
    #[must_use]
    pub fn elsewhere(&self) -> Arc<str> {
        Arc::clone(&self.read().elsewhere)
    }

    /// Whether another process takes care of a channel.
    #[must_use]
    pub fn is_elsewhere(&self, channel: &str) -> bool {
        lease::is_listed(&self.read().elsewhere, channel)
    }

    /// Whether work may be begun: a process that was stopped for a while has to ask first.
    #[must_use]
    pub fn are_current(&self, now: Instant) -> bool {
        self.read().until.is_none_or(|until| now < until)
    }

    /// Hears when something came or went. Subscribe before looking, then wait.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Everything that is held, by name.
    #[must_use]
    pub fn held(&self) -> BTreeMap<LeaseName, i64> {
        let state = self.read();
        let held = state.held.values().chain(&state.leaving);
        held.map(|hold| (hold.name.clone(), hold.epoch)).collect()
    }

    pub(super) fn add(&self, hold: Hold) {
        self.write().held.insert(hold.name.clone(), Arc::new(hold));
        self.tell();
    }

    /// Somebody else has taken these: whatever is done under them is done in vain.
    pub(super) fn lose(&self, names: &BTreeSet<LeaseName>) {
        let mut state = self.write();
        for name in names {
            if let Some(hold) = state.held.remove(name) {
                hold.ended.cancel();
            }
        }
        state.leaving.retain(|hold| !names.contains(&hold.name));
        drop(state);
        self.tell();
    }

    /// Nothing new is begun under a lease; it is handed back when it [is idle](Self::take_idle).
    pub(super) fn retire(&self, name: &LeaseName) {
        let mut state = self.write();
        if let Some(hold) = state.held.remove(name) {
            hold.ended.cancel();
            state.leaving.push(hold);
        }
        drop(state);
        self.tell();
    }

    /// The retired leases under which nobody works any more.
    pub(super) fn take_idle(&self) -> Vec<LeaseName> {
        let mut state = self.write();
        let (idle, busy) = std::mem::take(&mut state.leaving)
            .into_iter()
            .partition(|hold| Arc::strong_count(hold) == 1);
        state.leaving = busy;
        drop(state);
        let idle: Vec<Arc<Hold>> = idle;
        idle.iter().map(|hold| hold.name.clone()).collect()
    }

    pub(super) fn see_others(&self, elsewhere: String) {
        self.write().elsewhere = elsewhere.into();
    }

    pub(super) fn trust_until(&self, until: Instant) {
        self.write().until = Some(until);
    }

    fn tell(&self) {
        self.changed.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::*;

    fn hold(name: LeaseName) -> Hold {
        Hold {
            name,
            epoch: 1,
            ended: CancellationToken::new(),
        }
    }

    fn channel() -> LeaseName {
        LeaseName::Channel("shop".to_owned())
    }

    #[test]
    fn names_read_back() {
        for name in [LeaseName::Lanes(0), LeaseName::Lanes(63), channel()] {
            assert_eq!(LeaseName::parse(&name.to_string()), Some(name));
        }
        for strange in ["lanes", "lanes:x", "shop", "desk:1"] {
            assert_eq!(LeaseName::parse(strange), None);
        }
    }

    #[test]
    fn shards_are_the_bits_that_the_store_looks_at() {
        let leases = Leases::default();
        assert_eq!(leases.shards(), 0);
        for shard in [0, 5, 63] {
            leases.add(hold(LeaseName::Lanes(shard)));
        }
        assert_eq!(leases.shards(), 1 | 1 << 5 | i64::MIN);
        let lane = LaneId(Uuid::from_u128(64 + 5));
        assert!(leases.lane(lane).is_some());
    }

    #[test]
    fn what_is_retired_is_handed_back_when_nobody_works_under_it() {
        let leases = Leases::default();
        leases.add(hold(channel()));
        let work = leases.channel("shop").unwrap();
        leases.retire(&channel());
        assert!(work.ended.is_cancelled());
        assert!(leases.channel("shop").is_none(), "nothing new is begun");
        assert!(leases.take_idle().is_empty(), "somebody works under it");
        drop(work);
        assert_eq!(leases.take_idle(), [channel()]);
        assert!(leases.take_idle().is_empty());
    }

    #[test]
    fn what_another_has_taken_is_not_handed_back() {
        let leases = Leases::default();
        leases.add(hold(channel()));
        leases.add(hold(LeaseName::Lanes(1)));
        leases.retire(&LeaseName::Lanes(1));
        let work = leases.channel("shop").unwrap();
        leases.lose(&BTreeSet::from([channel(), LeaseName::Lanes(1)]));
        assert!(work.ended.is_cancelled());
        assert!(leases.held().is_empty() && leases.take_idle().is_empty());
    }

    #[test]
    fn a_process_that_was_stopped_begins_nothing() {
        let (leases, now) = (Leases::default(), Instant::now());
        assert!(leases.are_current(now), "nobody looks after its signs yet");
        leases.trust_until(now + Duration::from_secs(5));
        assert!(leases.are_current(now));
        assert!(!leases.are_current(now + Duration::from_secs(5)));
    }
}
