//! What there is to know before anything is taken or let go.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

use crate::runtime::leases::{LeaseName, SHARDS};
use crate::runtime::nodes::{Nodes, lock_key};
use crate::store::StoreError;
use crate::store::lease::{self, LeaseRow, NodeRow};

/// One look at all processes and leases.
#[derive(Clone, Debug)]
pub(super) struct Survey {
    pub(super) alive: Vec<NodeRow>,
    pub(super) leases: Vec<(LeaseName, LeaseRow)>,
    /// This process has just begun: what stands in its name is not its own.
    pub(super) first: bool,
}

impl Nodes {
    /// Gives a sign of life, and looks around.
    pub(super) async fn survey(&self, first: bool) -> Result<Survey, StoreError> {
        let (me, now) = (Arc::clone(&self.me), self.core.now());
        let names = Arc::new(self.names());
        let (alive, leases) = self
            .core
            .db
            .write(move |tx| {
                let (me, names) = (Arc::clone(&me), Arc::clone(&names));
                Box::pin(async move {
                    lease::beat(tx, &me, lock_key(me.id), now).await?;
                    let alive = lease::alive(tx, me.id, now).await?;
                    Ok((alive, lease::all(tx, &names).await?))
                })
            })
            .await?;
        let known = |row: LeaseRow| Some((LeaseName::parse(&row.name)?, row));
        Ok(Survey {
            alive,
            leases: leases.into_iter().filter_map(known).collect(),
            first,
        })
    }

    /// All that there is to hold, as far as this process knows.
    fn names(&self) -> Vec<String> {
        let channels = self.core.outside.channels.keys();
        let channels = channels.map(|name| LeaseName::Channel(name.0.clone()));
        let lanes = (0..SHARDS).map(LeaseName::Lanes);
        lanes.chain(channels).map(|name| name.to_string()).collect()
    }

    /// What is held here by memory only.
    pub(super) fn lost(&self, survey: &Survey) -> BTreeSet<LeaseName> {
        let held = self.core.leases.held();
        let is_ours = |name: &LeaseName, epoch: i64| {
            !survey.first
                && survey.leases.iter().any(|(one, row)| {
                    one == name && row.owner == Some(self.me.id) && row.epoch == epoch
                })
        };
        let lost = held
            .into_iter()
            .filter(|(name, epoch)| !is_ours(name, *epoch));
        lost.map(|(name, _)| name).collect()
    }
}

impl Survey {
    fn lives(&self, node: Uuid) -> bool {
        self.alive.iter().any(|one| one.id == node)
    }

    pub(super) fn is_of_another(&self, row: &LeaseRow, me: Uuid) -> bool {
        row.owner
            .is_some_and(|owner| owner != me && self.lives(owner))
    }

    /// Nobody lives who has it: not even this process, if it stands in its name but is not held here,
    /// because it has just begun, or could not finish when it took it or handed it back.
    pub(super) fn is_free(&self, row: &LeaseRow, me: Uuid, is_held: bool) -> bool {
        row.owner
            .is_none_or(|owner| !self.lives(owner) || (owner == me && !is_held))
    }
}
