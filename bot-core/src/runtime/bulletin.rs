//! What the desk itself has to say to its teams.

use std::sync::Arc;

use crate::domain::phrase::Phrase;
use crate::domain::place::Address;
use crate::runtime::core::Core;
use crate::runtime::intake::{Stored, internal};
use crate::store::{StoreError, inbox, thread};

/// Says things in the teams' rooms. Cheap to clone.
#[derive(Clone)]
pub struct Bulletin {
    core: Core,
}

impl std::fmt::Debug for Bulletin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bulletin").finish_non_exhaustive()
    }
}

impl Bulletin {
    /// Says things in the rooms of this desk.
    #[must_use]
    pub const fn new(core: Core) -> Self {
        Self { core }
    }

    /// Says something in every team's room; under the same key once.
    ///
    /// # Errors
    /// When the database fails; some rooms may have heard it.
    pub async fn post(&self, key: &str, phrase: &Phrase) -> Result<(), StoreError> {
        for at in self.core.outside.rooms.values() {
            self.post_at(at.clone(), key, phrase.clone()).await?;
        }
        Ok(())
    }

    /// The names of those who lead, as they are mentioned.
    #[must_use]
    pub fn leads(&self) -> String {
        let policy = self.core.policy();
        let leads = policy.agents.iter().filter(|one| one.leads());
        let names: Vec<String> = leads.map(|one| format!("@{}", one.name)).collect();
        names.join(" ")
    }

    async fn post_at(&self, at: Address, key: &str, phrase: Phrase) -> Result<(), StoreError> {
        let read = self
            .core
            .db
            .read(|tx| Box::pin(async move { thread::room_at(tx, &at).await }));
        let Some(room) = read.await? else {
            return Ok(());
        };
        let row = internal(
            &self.core,
            room.lane,
            key.to_owned(),
            &Stored::Tell { phrase },
        );
        let row = Arc::new(row);
        let accept = self.core.db.write(move |tx| {
            let row = Arc::clone(&row);
            Box::pin(async move { inbox::accept(tx, &row).await.map(|_| ()) })
        });
        accept.await?;
        self.core.signals.lane(room.lane);
        Ok(())
    }
}
