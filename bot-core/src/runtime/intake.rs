//! The door: an event is stored before its platform hears that it was received.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use crate::crash_point;
use crate::domain::id::{InboxId, LaneId, MessageId};
use crate::domain::inbound::Inbound;
use crate::domain::place::Address;
use crate::domain::time::Timestamp;
use crate::port::intake::{AcceptError, Accepted, Door};
use crate::port::slot::{Render, Ride, SlotAt};
use crate::runtime::core::Core;
use crate::runtime::slots::Slots;
use crate::store::identity::{Account, NewAccount};
use crate::store::inbox::NewRow;
use crate::store::slot::{self, NewSlot};
use crate::store::{StoreError, Tx, identity, inbox, thread, window};

mod stored;

pub use stored::{Stored, open, seal, spot};

/// The channel of the desk's own rows.
pub const INTERNAL: &str = "internal";

/// A row of the desk's own, for any lane.
#[must_use]
pub fn internal(core: &Core, lane: LaneId, key: String, stored: &Stored) -> NewRow {
    let id = InboxId(core.fresh());
    NewRow {
        lane,
        id,
        channel: INTERNAL.to_owned(),
        place: lane.to_string(),
        key,
        at: core.now(),
        raw: seal(core.keyring.system(), id, stored),
        parked: false,
    }
}

/// The door of this process.
#[derive(Debug)]
pub struct FrontDoor {
    core: Core,
    slots: Slots,
}

#[async_trait]
impl Door for FrontDoor {
    async fn accept(&self, inbound: Inbound) -> Result<Accepted, AcceptError> {
        if self.core.account(&inbound.channel.0).is_none() {
            return Err(AcceptError::Refused(format!(
                "there is no channel {}",
                inbound.channel
            )));
        }
        let channel = inbound.channel.0.clone();
        let stored = match inbound.room.clone() {
            Some(room) => self.accept_team(inbound, &room.0).await,
            None => self.accept_customer(inbound).await,
        };
        count(channel, &stored);
        stored.map_err(|error| AcceptError::Unavailable(error.to_string()))
    }

    async fn ride(&self, at: &SlotAt, render: Arc<Render>) -> Result<Ride, AcceptError> {
        let ridden = self.slots.claim(at, render).await;
        ridden.map_err(|error| AcceptError::Unavailable(error.to_string()))
    }

    async fn handed_over(&self, at: &SlotAt) -> Result<(), AcceptError> {
        let done = self.slots.handed_over(at).await;
        done.map_err(|error| AcceptError::Unavailable(error.to_string()))
    }
}

fn count(channel: String, stored: &Result<Accepted, StoreError>) {
    let outcome = match stored {
        Ok(accepted) if accepted.repeated => "repeated",
        Ok(_) => "accepted",
        Err(_) => "failed",
    };
    metrics::counter!("frontdesk_events_total", "channel" => channel, "outcome" => outcome)
        .increment(1);
}

impl FrontDoor {
    /// A door into this core.
    #[must_use]
    pub fn new(core: Core) -> Self {
        Self {
            slots: Slots::new(core.clone()),
            core,
        }
    }

    async fn accept_customer(&self, mut inbound: Inbound) -> Result<Accepted, StoreError> {
        let address = inbound.sender.address.take();
        inbound.sender.network = address.map(|address| self.network_of(&address));
        let at = self.core.now();
        let keyring = &self.core.keyring;
        let known = keyring.account(&inbound.channel.0, &inbound.sender.id);
        let is_new = known.is_none();
        let job = Arc::new(CustomerJob {
            core: self.core.clone(),
            known,
            ids: [self.core.fresh(), self.core.fresh(), self.core.fresh()],
            row: InboxId(self.core.fresh()),
            slot: self.core.fresh(),
            inbound,
            at,
        });
        crash_point!("intake.before_commit");
        let running = Arc::clone(&job);
        let (account, id) = self
            .core
            .db
            .accept(move |tx| {
                let job = Arc::clone(&running);
                Box::pin(async move { job.run(tx).await })
            })
            .await?;
        crash_point!("intake.after_commit");
        self.core.signals.lane(account.conversation.lane());
        if is_new {
            let (channel, sender) = (&job.inbound.channel.0, &job.inbound.sender.id);
            self.core.keyring.remember(channel, sender, &account);
        }
        Ok(Accepted {
            message: MessageId(id.0),
            repeated: id != job.row,
        })
    }

    /// Tells network addresses apart without storing one.
    fn network_of(&self, address: &str) -> String {
        let known = address.parse::<IpAddr>();
        let part = match known.map(|address| address.to_canonical()) {
            Ok(IpAddr::V4(address)) => address.octets().to_vec(),
            // One person usually holds a whole /64 of IPv6 addresses.
            Ok(IpAddr::V6(address)) => address.octets().into_iter().take(8).collect(),
            Err(_) => address.as_bytes().to_vec(),
        };
        let hash = self.core.keyring.master().blind("network", &part);
        hash.iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    async fn accept_team(&self, inbound: Inbound, room: &str) -> Result<Accepted, StoreError> {
        let id = InboxId(self.core.fresh());
        let (core, at, room) = (self.core.clone(), self.core.now(), room.to_owned());
        let inbound = Arc::new(inbound);
        crash_point!("intake.before_commit");
        let accepted = self
            .core
            .db
            .accept(move |tx| {
                let (core, inbound, room) = (core.clone(), Arc::clone(&inbound), room.clone());
                Box::pin(async move { accept_in_room(tx, &core, &inbound, &room, id, at).await })
            })
            .await?;
        crash_point!("intake.after_commit");
        let Some((lane, stored)) = accepted else {
            // A thread of the team's own: none of our business, and nothing to keep.
            return Ok(Accepted {
                message: MessageId(id.0),
                repeated: false,
            });
        };
        self.core.signals.lane(lane);
        Ok(Accepted {
            message: MessageId(stored.0),
            repeated: stored != id,
        })
    }
}

/// One customer's event on its way into the database; it can be run again.
struct CustomerJob {
    core: Core,
    known: Option<Account>,
    ids: [Uuid; 3],
    row: InboxId,
    slot: Uuid,
    inbound: Inbound,
    at: Timestamp,
}

impl CustomerJob {
    async fn run(&self, tx: &mut Tx<'_>) -> Result<(Account, InboxId), StoreError> {
        let account = match &self.known {
            Some(account) => account.clone(),
            None => identity::find_or_make(tx, &self.core.keyring, &self.new_account()).await?,
        };
        let stored = Stored::Customer(Box::new(self.inbound.clone()));
        let row = NewRow {
            lane: account.conversation.lane(),
            id: self.row,
            channel: self.inbound.channel.0.clone(),
            place: self.inbound.place.0.clone(),
            key: self.inbound.key.clone(),
            at: self.at,
            raw: seal(&account.key, self.row, &stored),
            parked: false,
        };
        let id = inbox::accept(tx, &row).await?;
        if let Some(window) = self.inbound.window.filter(|_| id == self.row) {
            window::open(tx, account.conversation, window, self.at).await?;
        }
        if let Some(slot) = self.slot_of(&account) {
            slot::open(tx, &slot).await?;
        }
        crash_point!("intake.inside_commit");
        Ok((account, id))
    }

    /// Each try of a request brings its slot more time.
    fn slot_of(&self, account: &Account) -> Option<NewSlot> {
        Some(NewSlot {
            channel: self.inbound.channel.0.clone(),
            place: self.inbound.place.0.clone(),
            slot: self.inbound.slot.clone()?,
            key: self.inbound.key.clone(),
            lane: account.conversation.lane(),
            uid: self.slot,
            at: self.at,
        })
    }

    fn new_account(&self) -> NewAccount {
        NewAccount {
            channel: self.inbound.channel.0.clone(),
            account: self.inbound.sender.id.clone(),
            place: self.inbound.place.0.clone(),
            name: self.inbound.sender.name.clone(),
            ids: self.ids,
            at: self.at,
        }
    }
}

/// The lane of an event in a room or a thread, and its stored id; `None` for others' threads.
async fn accept_in_room(
    tx: &mut Tx<'_>,
    core: &Core,
    inbound: &Inbound,
    room: &str,
    id: InboxId,
    at: Timestamp,
) -> Result<Option<(LaneId, InboxId)>, StoreError> {
    let Some((lane, stored, parked)) = lane_in_room(tx, inbound, room).await? else {
        return Ok(None);
    };
    let row = NewRow {
        lane,
        id,
        channel: inbound.channel.0.clone(),
        place: inbound.place.0.clone(),
        key: inbound.key.clone(),
        at,
        raw: seal(core.keyring.system(), id, &stored),
        parked,
    };
    let stored = inbox::accept(tx, &row).await?;
    crash_point!("intake.inside_commit");
    Ok(Some((lane, stored)))
}

async fn lane_in_room(
    tx: &mut Tx<'_>,
    inbound: &Inbound,
    room: &str,
) -> Result<Option<(LaneId, Stored, bool)>, StoreError> {
    let here = Address {
        channel: inbound.channel.clone(),
        place: inbound.place.clone(),
    };
    if let Some(found) = thread::at(tx, &here).await? {
        return Ok(Some((
            LaneId(found.conversation_id),
            Stored::Thread(Box::new(inbound.clone())),
            false,
        )));
    }
    let in_room = Address {
        channel: inbound.channel.clone(),
        place: room.into(),
    };
    let Some(room) = thread::room_at(tx, &in_room).await? else {
        return Ok(None);
    };
    if here == in_room {
        return Ok(Some((
            room.lane,
            Stored::Room(Box::new(inbound.clone())),
            false,
        )));
    }
    // It may be the thread that is just being opened: kept until that is known.
    let opening = thread::opening_in(tx, &inbound.channel.0, &in_room.place.0).await?;
    Ok(opening.then(|| (room.lane, Stored::Thread(Box::new(inbound.clone())), true)))
}
