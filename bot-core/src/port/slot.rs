//! The answer that rides on its request: some platforms (WeChat's passive reply, SMS gateways) take
//! messages in the answer to the very request that brought the customer's.

use std::fmt;
use std::sync::Arc;

use crate::domain::inbound::{Inbound, ReplySlot};
use crate::domain::place::{ChannelName, Place};
use crate::port::intake::{AcceptError, Door};
use crate::port::platform::Delivery;

/// Which request it is.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotAt {
    /// The account that was asked.
    pub channel: ChannelName,
    /// Whose request it is.
    pub place: Place,
    /// This try of it.
    pub slot: ReplySlot,
}

/// What an adapter makes of the rows that it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The body of the answer.
    pub body: Vec<u8>,
    /// How many of the rows, from the first, are in it. None: the rows go out in the ordinary way.
    pub rows: usize,
}

/// Puts rows into an answer. It is pure: it may run more than once, and it runs inside the
/// transaction that stores its bytes.
pub type Render = dyn Fn(&[Delivery]) -> Rendered + Send + Sync;

/// What a try is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ride {
    /// Write these bytes, then call [`Slot::handed_over`]. Every try of the request gets the same.
    Body(Vec<u8>),
    /// There is nothing to say: answer with the platform's word for silence.
    Empty,
    /// Not before the deadline. Let the request run out if the platform repeats it; otherwise answer
    /// as for [`Ride::Empty`]: what comes later goes out in the ordinary way.
    Late,
}

/// One try of a request whose answer can carry messages.
#[derive(Clone)]
pub struct Slot {
    door: Arc<dyn Door>,
    at: SlotAt,
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Slot").field(&self.at).finish()
    }
}

impl Slot {
    pub(super) fn of(door: &Arc<dyn Door>, inbound: &Inbound) -> Option<Self> {
        Some(Self {
            door: Arc::clone(door),
            at: SlotAt {
                channel: inbound.channel.clone(),
                place: inbound.place.clone(),
                slot: inbound.slot.clone()?,
            },
        })
    }

    /// Waits until the deadline for what is to be said to the customer, and takes it: the rows are
    /// claimed, and the bytes of the answer stored, before this returns. Call it after the event was
    /// accepted. It may be dropped at any time; the rows are then offered again.
    ///
    /// # Errors
    /// When the database is out of reach; let the request run out, so that the platform repeats it.
    pub async fn claim(
        &self,
        render: impl Fn(&[Delivery]) -> Rendered + Send + Sync + 'static,
    ) -> Result<Ride, AcceptError> {
        self.door.ride(&self.at, Arc::new(render)).await
    }

    /// The body of [`Ride::Body`] was handed to the socket: the messages in it are sent. If nobody
    /// says so for any try of the request, they count as lost on the way: nobody knows.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn handed_over(&self) -> Result<(), AcceptError> {
        self.door.handed_over(&self.at).await
    }
}
