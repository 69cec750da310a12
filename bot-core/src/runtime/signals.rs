//! Hints between the parts: something may have changed, look at the database. They may be lost
//! without harm; the truth is in the rows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tokio::sync::{Notify, broadcast, watch};

use crate::domain::effect::Ring;
use crate::domain::id::{AgentId, LaneId, TicketId};
use crate::runtime::listening::Listening;

/// Events that a slow reader may lag behind before it has to catch up from the database.
const BACKLOG: usize = 1024;

/// All hints of one process.
#[derive(Debug)]
pub struct Signals {
    lanes: broadcast::Sender<LaneId>,
    feeds: Mutex<HashMap<LaneId, watch::Sender<u64>>>,
    live: broadcast::Sender<LiveEvent>,
    /// Which channels can be listened to.
    pub listening: Listening,
    /// The courier has something to look at.
    pub courier: Notify,
    /// The timers have something to look at.
    pub timers: Notify,
    /// A file is wanted.
    pub files: Notify,
    /// Long work waits.
    pub jobs: Notify,
    /// The settings or the team have changed.
    pub policy: Notify,
}

/// Something that people who watch the team room see at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

impl Default for Signals {
    fn default() -> Self {
        Self {
            lanes: broadcast::Sender::new(BACKLOG),
            feeds: Mutex::default(),
            live: broadcast::Sender::new(BACKLOG),
            listening: Listening::default(),
            courier: Notify::new(),
            timers: Notify::new(),
            files: Notify::new(),
            jobs: Notify::new(),
            policy: Notify::new(),
        }
    }
}

impl Signals {
    /// A lane has something to decide.
    pub fn lane(&self, lane: LaneId) {
        // Nobody listens before the lanes have started; they look at the database then.
        drop(self.lanes.send(lane));
    }

    /// Hears of lanes that have something to decide.
    #[must_use]
    pub fn lanes(&self) -> broadcast::Receiver<LaneId> {
        self.lanes.subscribe()
    }

    /// The feeds of a lane have new or changed rows.
    pub fn feed(&self, lane: LaneId) {
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
        drop(self.live.send(event));
    }

    /// Watches the team room.
    #[must_use]
    pub fn watch_live(&self) -> broadcast::Receiver<LiveEvent> {
        self.live.subscribe()
    }
}

/// Shared hints.
pub type SharedSignals = Arc<Signals>;
