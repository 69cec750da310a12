//! A thread that cannot be had where it should be: its lane opens it elsewhere.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::id::{DeliveryId, LaneId};
use crate::domain::place::Destination;
use crate::domain::time::MINUTE;
use crate::runtime::courier::{Claimed, Courier, opens};
use crate::runtime::intake::{Stored, internal};
use crate::runtime::team_room::KIND;
use crate::store::outbox::Head;
use crate::store::{StoreError, inbox, outbox};

impl Courier {
    /// The thread that a row should have opened, if another room can take it.
    pub(super) fn refused_thread(&self, claimed: &Claimed) -> Option<(Uuid, i64)> {
        let elsewhere = claimed.head.channel != KIND && self.core.account(KIND).is_some();
        claimed
            .route
            .thread
            .filter(|_| elsewhere && opens(&claimed.delivery))
    }

    /// The thread that a row of a channel without configuration is for, if a room can take it.
    pub(super) fn homeless_thread(&self, head: &Head) -> Option<(Uuid, i64)> {
        let thread = head
            .thread_id
            .filter(|_| self.core.account(KIND).is_some())?;
        let for_thread = head.destination == Destination::Thread.as_str();
        for_thread.then_some((thread, head.generation))
    }

    /// The row keeps blocking its destination until the desk has opened the thread elsewhere.
    pub(super) async fn no_thread(
        &self,
        head: &Head,
        (thread, generation): (Uuid, i64),
        reason: &str,
    ) -> Result<(), StoreError> {
        let (lane, id, epoch) = (LaneId(head.lane), DeliveryId(head.id), head.epoch);
        let event = Stored::NoThread {
            thread,
            generation,
            reason: reason.to_owned(),
        };
        let key = format!("no-thread:{thread}:{generation}");
        let row = Arc::new(internal(&self.core, lane, key, &event));
        let (until, reason) = (self.core.now().plus_ms(MINUTE), reason.to_owned());
        self.core
            .db
            .write(move |tx| {
                let (row, reason) = (Arc::clone(&row), reason.clone());
                Box::pin(async move {
                    outbox::postpone(tx, lane, id, epoch, until, &reason).await?;
                    inbox::accept(tx, &row).await.map(|_| ())
                })
            })
            .await?;
        self.core.signals.lane(lane);
        Ok(())
    }
}
