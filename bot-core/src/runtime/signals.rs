//! Hints between the parts: something may have changed, look at the database. They may be lost
//! without harm; the truth is in the rows.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, broadcast, watch};

use crate::domain::effect::Ring;
use crate::domain::id::{AgentId, LaneId, TicketId};
use crate::runtime::listening::Listening;
use crate::runtime::relay::Hint;

/// Events that a slow reader may lag behind before it has to catch up from the database.
const BACKLOG: usize = 1024;

/// All hints of one process.
#[derive(Debug)]
pub struct Signals {
    lanes: broadcast::Sender<LaneId>,
    /// Lanes that work in this process, with whether there was a hint since.
    working: Mutex<HashMap<LaneId, bool>>,
    feeds: Mutex<HashMap<LaneId, watch::Sender<u64>>>,
    live: broadcast::Sender<LiveEvent>,
    /// Those of them that customers' pages show too: there may be many such pages.
    shown: broadcast::Sender<LiveEvent>,
    /// What other processes may want to hear; nobody listens where there are none.
    outward: broadcast::Sender<Hint>,
    has_company: AtomicBool,
    /// Which channels can be listened to.
    pub listening: Listening,
    courier: Notify,
    /// The timers have something to look at.
    pub timers: Notify,
    /// A file is wanted.
    pub files: Notify,
    /// Long work waits.
    pub jobs: Notify,
    /// The settings or the team have changed.
    pub policy: Notify,
    /// Another process came, went, or handed something back.
    pub nodes: Notify,
}

/// Something that people who watch the team room see at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum LiveEvent {
    /// A ticket was opened or changed.
    Ticket {
        /// Which.
        ticket: TicketId,
        /// What people call it.
        number: i64,
    },
    /// A thread has new or changed lines.
    Thread {
        /// Whose.
        ticket: TicketId,
        /// What people call it.
        number: i64,
    },
    /// Somebody is rung.
    Ring {
        /// Who, and why.
        ring: Ring,
        /// About which ticket.
        number: i64,
    },
    /// An agent came or went.
    Presence {
        /// Who.
        agent: AgentId,
    },
    /// A room has new lines.
    Room {
        /// Whose.
        team: String,
    },
    /// An agent looks at a thread; never stored.
    Reading {
        /// Of which ticket.
        number: i64,
        /// Who.
        agent: AgentId,
    },
    /// Somebody is typing; never stored.
    Typing {
        /// In which ticket.
        number: i64,
        /// Who; the customer without.
        agent: Option<AgentId>,
    },
}

impl LiveEvent {
    const fn is_shown_to_customers(&self) -> bool {
        match self {
            Self::Presence { .. } | Self::Typing { agent: Some(_), .. } => true,
            Self::Typing { agent: None, .. }
            | Self::Ticket { .. }
            | Self::Thread { .. }
            | Self::Ring { .. }
            | Self::Room { .. }
            | Self::Reading { .. } => false,
        }
    }
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            lanes: broadcast::Sender::new(BACKLOG),
            working: Mutex::default(),
            feeds: Mutex::default(),
            live: broadcast::Sender::new(BACKLOG),
            shown: broadcast::Sender::new(BACKLOG),
            outward: broadcast::Sender::new(BACKLOG),
            has_company: AtomicBool::new(false),
            listening: Listening::default(),
            courier: Notify::new(),
            timers: Notify::new(),
            files: Notify::new(),
            jobs: Notify::new(),
            policy: Notify::new(),
            nodes: Notify::new(),
        }
    }
}

impl Signals {
    /// A lane has something to decide.
    pub fn lane(&self, lane: LaneId) {
        self.hear(Hint::Lane(lane));
        self.pass_on(|| Hint::Lane(lane));
    }

    /// Waits until the courier has something to look at.
    pub(super) async fn for_courier(&self) {
        self.courier.notified().await;
    }

    /// Hears of lanes that have something to decide.
    #[must_use]
    pub fn lanes(&self) -> broadcast::Receiver<LaneId> {
        self.lanes.subscribe()
    }

    /// A lane is about to work; `false` when it works already, and is told that there is more.
    pub(crate) fn begin(&self, lane: LaneId) -> bool {
        let mut working = self.working();
        let is_new = !working.contains_key(&lane);
        working.insert(lane, !is_new);
        is_new
    }

    /// A lane has nothing more to do, unless a hint came meanwhile: then it goes on.
    pub(crate) fn is_over(&self, lane: LaneId) -> bool {
        let mut working = self.working();
        let more = working.get_mut(&lane).is_some_and(std::mem::take);
        if !more {
            working.remove(&lane);
            drop(working);
            self.feed(lane);
        }
        !more
    }

    /// A lane stops, whatever hints came.
    pub(crate) fn stop(&self, lane: LaneId) {
        self.working().remove(&lane);
        self.feed(lane);
    }

    /// Whether a lane is at work in this process: its feed is hinted at when it is done, at the
    /// latest.
    #[must_use]
    pub fn is_working(&self, lane: LaneId) -> bool {
        self.working().contains_key(&lane)
    }

    fn working(&self) -> MutexGuard<'_, HashMap<LaneId, bool>> {
        self.working.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The feeds of a lane have new or changed rows, or the lane is done.
    pub fn feed(&self, lane: LaneId) {
        self.wake_feed(lane);
        self.pass_on(|| Hint::Feed(lane));
    }

    fn wake_feed(&self, lane: LaneId) {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = feeds.get(&lane) {
            sender.send_modify(|seen| *seen += 1);
            if sender.receiver_count() == 0 {
                feeds.remove(&lane);
            }
        }
    }

    /// Waits for news of a lane's feeds. Subscribe before reading, then wait.
    #[must_use]
    pub fn watch_feed(&self, lane: LaneId) -> watch::Receiver<u64> {
        let mut feeds = self.feeds.lock().unwrap_or_else(PoisonError::into_inner);
        feeds
            .entry(lane)
            .or_insert_with(|| watch::Sender::new(0))
            .subscribe()
    }

    /// Tells those who watch the team room.
    pub fn live(&self, event: LiveEvent) {
        self.pass_on(|| Hint::Live(event.clone()));
        self.hear(Hint::Live(event));
    }

    /// The outbox has something for a courier.
    pub fn courier(&self) {
        self.hear(Hint::Courier);
        self.pass_on(|| Hint::Courier);
    }

    /// Tells the parts of this process, and no other.
    pub(super) fn hear(&self, hint: Hint) {
        match hint {
            // Nobody listens before the lanes have started; they look at the database then.
            Hint::Lane(lane) => drop(self.lanes.send(lane)),
            Hint::Feed(lane) => self.wake_feed(lane),
            Hint::Courier => self.courier.notify_one(),
            Hint::Nodes => self.nodes.notify_one(),
            Hint::Live(event) => {
                if event.is_shown_to_customers() {
                    drop(self.shown.send(event.clone()));
                }
                drop(self.live.send(event));
            }
        }
    }

    fn pass_on(&self, hint: impl Fn() -> Hint) {
        if self.has_company.load(Ordering::Relaxed) {
            drop(self.outward.send(hint()));
        }
    }

    /// What other processes may want to hear.
    pub(super) fn outward(&self) -> broadcast::Receiver<Hint> {
        self.outward.subscribe()
    }

    /// Whether other processes serve the same database.
    pub(super) fn set_company(&self, has: bool) {
        self.has_company.store(has, Ordering::Relaxed);
    }

    /// Watches what customers see of the team: who comes and goes, and who types.
    #[must_use]
    pub fn watch_shown(&self) -> broadcast::Receiver<LiveEvent> {
        self.shown.subscribe()
    }

    /// Watches the team room.
    #[must_use]
    pub fn watch_live(&self) -> broadcast::Receiver<LiveEvent> {
        self.live.subscribe()
    }
}

/// Shared hints.
pub type SharedSignals = Arc<Signals>;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_lane_works_once_and_goes_on_after_a_hint() {
        let (signals, lane) = (Signals::default(), LaneId(Uuid::from_u128(1)));
        assert!(signals.begin(lane) && signals.is_working(lane));
        assert!(!signals.begin(lane), "it works already");
        assert!(!signals.is_over(lane), "there was a hint");
        assert!(signals.is_over(lane) && !signals.is_working(lane));
        assert!(signals.begin(lane), "it may begin again");
    }

    #[test]
    fn who_waits_hears_of_a_lane_that_is_done_without_a_word() {
        let (signals, lane) = (Signals::default(), LaneId(Uuid::from_u128(1)));
        let ends: [fn(&Signals, LaneId) -> bool; 2] = [Signals::is_over, |signals, lane| {
            signals.stop(lane);
            true
        }];
        for end in ends {
            signals.begin(lane);
            let waiting = signals.watch_feed(lane);
            assert!(!waiting.has_changed().unwrap());
            assert!(end(&signals, lane));
            assert!(waiting.has_changed().unwrap());
        }
    }
}
