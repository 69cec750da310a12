//! Identifiers: one newtype per kind of row, so that they cannot be mixed up.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A person, across channels.
    CustomerId;
    /// One account of a customer on one channel.
    IdentityId;
    /// A queue of events that are handled in order: a conversation, or a room.
    LaneId;
    /// All that one identity and the desk ever said to each other.
    ConversationId;
    /// One message of a conversation.
    MessageId;
    /// A case that a human works on.
    TicketId;
    /// The thread of one ticket in one room.
    ThreadId;
    /// A member of the team.
    AgentId;
    /// A row of the inbox.
    InboxId;
    /// A row of the outbox: one platform call.
    DeliveryId;
    /// A file that came with a message.
    AttachmentId;
    /// Something the customer was asked and may answer.
    PromptId;
    /// An article of the knowledge base.
    ArticleId;
    /// A long piece of work.
    JobId;
}

impl ConversationId {
    /// The lane in which the conversation's events are handled: they share their id.
    #[must_use]
    pub const fn lane(self) -> LaneId {
        LaneId(self.0)
    }
}

impl LaneId {
    /// The conversation whose lane this is.
    #[must_use]
    pub const fn conversation(self) -> ConversationId {
        ConversationId(self.0)
    }
}
