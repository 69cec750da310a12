//! The door through which adapters hand in events.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::id::MessageId;
use crate::domain::inbound::Inbound;
use crate::port::slot::{Render, Ride, Slot, SlotAt};

/// Stores an event durably. Implemented by the runtime; adapters hold an [`Intake`].
#[async_trait]
pub trait Door: Send + Sync {
    /// Stores the event, or finds that it was stored before.
    ///
    /// # Errors
    /// When it is not stored; the adapter must not acknowledge it then.
    async fn accept(&self, inbound: Inbound) -> Result<Accepted, AcceptError>;

    /// Waits for what rides on a request. A door without slots has nothing to say there.
    ///
    /// # Errors
    /// When the database is out of reach.
    async fn ride(&self, at: &SlotAt, render: Arc<Render>) -> Result<Ride, AcceptError> {
        let _ = (at, render);
        Ok(Ride::Empty)
    }

    /// What rode on a request was handed to the socket.
    ///
    /// # Errors
    /// When the database is out of reach.
    async fn handed_over(&self, at: &SlotAt) -> Result<(), AcceptError> {
        let _ = at;
        Ok(())
    }
}

/// A handle on the door; cheap to clone.
#[derive(Clone)]
pub struct Intake(Arc<dyn Door>);

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Intake")
    }
}

impl Intake {
    /// Wraps a door.
    #[must_use]
    pub fn new(door: Arc<dyn Door>) -> Self {
        Self(door)
    }

    /// Stores the event; it returns after the commit, and only then may the platform be told.
    ///
    /// # Errors
    /// When it is not stored; the platform must not be told that it is.
    pub async fn accept(&self, inbound: Inbound) -> Result<Accepted, AcceptError> {
        self.0.accept(inbound).await
    }

    /// The reply slot that an event brings, to be claimed after the event was accepted.
    #[must_use]
    pub fn slot(&self, inbound: &Inbound) -> Option<Slot> {
        Slot::of(&self.0, inbound)
    }
}

/// An event that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The id of the message it became; a repeat gets the first one's.
    pub message: MessageId,
    /// The event had been stored before; this time it has no effect.
    pub repeated: bool,
}

/// An event that is not stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// The database is out of reach; the platform should try again.
    #[error("not stored: {0}")]
    Unavailable(String),
    /// The event cannot be taken at all; the sender is told why.
    #[error("not accepted: {0}")]
    Refused(String),
}
