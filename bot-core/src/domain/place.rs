//! Where messages come from and go to.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of one configured account on a platform (`[[channel]] name`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChannelName(pub String);

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for ChannelName {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

/// An address within a channel: a chat, a room, a thread. Only its adapter can read it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Place(pub String);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Place {
    fn from(place: &str) -> Self {
        Self(place.to_owned())
    }
}

/// A place on a channel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The channel.
    pub channel: ChannelName,
    /// The place on it.
    pub place: Place,
}

/// A logical destination: what a row of the outbox names. It becomes an [`Address`] only when the
/// row is sent, since a thread may not be open yet, or may have been opened anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// The customer of the conversation.
    Customer,
    /// The thread of the conversation's ticket.
    Thread,
    /// The room of this lane.
    Room,
    /// The customer's callback address: a push of what the customer's place holds.
    Callback,
}

impl Destination {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Thread => "thread",
            Self::Room => "room",
            Self::Callback => "callback",
        }
    }

    /// Reads the name in the database.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Customer, Self::Thread, Self::Room, Self::Callback]
            .into_iter()
            .find(|one| one.as_str() == name)
    }
}
