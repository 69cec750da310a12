//! What all parts share: the database, the clock, the settings, and the outside by name.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;
use uuid::Uuid;

use crate::domain::id::AgentId;
use crate::domain::place::{Address, ChannelName};
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;
use crate::port::answerer::Answerer;
use crate::port::clock::{Clock, Ids};
use crate::port::command::CommandHandler;
use crate::port::platform::Platform;
use crate::runtime::leases::Leases;
use crate::runtime::phrase::Phrasebook;
use crate::runtime::signals::SharedSignals;
use crate::store::{Db, Keyring, StoreError, setting, staff, thread};

/// What all parts share. Cheap to clone.
#[derive(Clone)]
pub struct Core {
    /// The database.
    pub db: Db,
    /// The keys of sealed columns.
    pub keyring: Keyring,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Fresh ids.
    pub ids: Arc<dyn Ids>,
    /// The settings in force.
    pub policy: watch::Sender<Arc<Policy>>,
    /// All texts.
    pub phrases: Arc<Phrasebook>,
    /// Everything outside.
    pub outside: Arc<Outside>,
    /// Hints between parts.
    pub signals: SharedSignals,
    /// What this process looks after; nothing before it has joined.
    pub leases: Arc<Leases>,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("db", &self.db.kind())
            .finish_non_exhaustive()
    }
}

/// Everything outside, by name.
pub struct Outside {
    /// The configured accounts.
    pub channels: BTreeMap<ChannelName, Account>,
    /// The teams' rooms, by the team's name.
    pub rooms: BTreeMap<String, Address>,
    /// Who answers questions.
    pub answerer: Arc<dyn Answerer>,
    /// Who understands commands.
    pub commands: Arc<dyn CommandHandler>,
}

/// A configured account.
#[derive(Clone)]
pub struct Account {
    /// The account on its platform.
    pub platform: Arc<dyn Platform>,
    /// The platform's name, for agents' identities: `telegram`, `discord`, `team` …
    pub kind: &'static str,
    /// The team that serves its customers.
    pub team: String,
    /// The platform pushes a copy of what customers get to a callback address.
    pub callback: bool,
}

impl Core {
    /// The present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh id.
    #[must_use]
    pub fn fresh(&self) -> Uuid {
        self.ids.fresh(self.now())
    }

    /// The settings in force.
    #[must_use]
    pub fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy.borrow())
    }

    /// The account of that name.
    #[must_use]
    pub fn account(&self, channel: &str) -> Option<&Account> {
        self.outside.channels.get(&ChannelName(channel.to_owned()))
    }

    /// Makes the rooms of the configuration known to the database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ensure_rooms(&self) -> Result<(), StoreError> {
        for (name, at) in self.outside.rooms.clone() {
            let fresh = self.fresh();
            self.db
                .write(move |tx| {
                    let (name, at) = (name.clone(), at.clone());
                    Box::pin(
                        async move { thread::ensure_room(tx, &name, &at, fresh).await.map(|_| ()) },
                    )
                })
                .await?;
        }
        Ok(())
    }

    /// Reads the team, and what was switched while the desk ran, anew into the settings in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh_policy(&self) -> Result<(), StoreError> {
        let now = self.now();
        let read = self.db.read(|tx| {
            Box::pin(async move {
                let agents = staff::colleagues(tx, now).await?;
                Ok((agents, setting::answers(tx).await?))
            })
        });
        let (agents, switched) = read.await?;
        self.policy.send_if_modified(|policy| {
            let mut renewed = Policy::clone(policy);
            renewed.agents = agents;
            renewed.answers.switched = switched;
            let changed = renewed.agents != policy.agents || renewed.answers != policy.answers;
            if changed {
                renewed.version += 1;
                *policy = Arc::new(renewed);
            }
            changed
        });
        Ok(())
    }

    /// The agent behind an account of a platform; in the built-in room the account is the agent's id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn agent_behind(
        &self,
        channel: &str,
        account: &str,
    ) -> Result<Option<AgentId>, StoreError> {
        let Some(kind) = self.account(channel).map(|one| one.kind) else {
            return Ok(None);
        };
        if kind == crate::runtime::team_room::KIND {
            let listed = account.parse().ok().map(AgentId);
            return Ok(listed.filter(|id| self.policy().colleague(*id).is_some()));
        }
        let account = account.to_owned();
        self.db
            .read(|tx| Box::pin(async move { staff::known_as(tx, kind, &account).await }))
            .await
    }
}
