//! What an adapter hands in: a platform's event, converted but not yet understood.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::content::Media;
use crate::domain::place::{ChannelName, Place};
use crate::domain::time::Timestamp;

/// An event of a platform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    /// The account that received it.
    pub channel: ChannelName,
    /// Where it happened: a customer's chat, a room, a thread in a room.
    pub place: Place,
    /// The room that the place belongs to, when it is a thread; the same as `place` for the room itself.
    pub room: Option<Place>,
    /// Who caused it.
    pub sender: Sender,
    /// The platform's own id of the event; the same event never has two.
    pub key: String,
    /// When it happened, as the platform says.
    pub at: Timestamp,
    /// What happened.
    pub body: Incoming,
    /// The answer may ride on this request.
    pub slot: Option<ReplySlot>,
    /// The event opens or renews the time in which the customer may be written to.
    pub window: Option<Window>,
}

/// Who caused an event.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Sender {
    /// The platform's stable id of the account; never a name.
    pub id: String,
    /// What the account calls itself.
    pub name: String,
    /// The language of the account's program, a BCP 47 tag; a hint only.
    pub locale: Option<String>,
    /// What else is known of the customer (plan, city …), for the card.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// The network address, where the channel knows the customer's own. It is never stored: Intake
    /// turns it into `network`.
    #[serde(skip)]
    pub address: Option<String>,
    /// A keyed hash of the address, which tells addresses apart and says nothing else of them.
    #[serde(default)]
    pub network: Option<String>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Incoming {
    /// Somebody wrote.
    Said(Said),
    /// Somebody pressed a button or picked a choice.
    Chose {
        /// The choice's id, as we gave it (not to be trusted).
        choice: String,
    },
    /// Somebody changed an earlier message.
    Edited {
        /// The platform's id of the message.
        message: String,
        /// The new text.
        text: String,
    },
    /// Somebody took a message back.
    Deleted {
        /// The platform's id of the message.
        message: String,
    },
    /// The customer closed the door (blocked the bot, unsubscribed).
    Left,
    /// The customer opened a chat without a word yet.
    Arrived {
        /// Where the customer came from (a deep link's payload).
        source: Option<String>,
    },
}

/// A message as it came.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Said {
    /// The text.
    pub text: String,
    /// The files.
    #[serde(default)]
    pub files: Vec<IncomingFile>,
    /// The platform's id of this message, for later edits and quotes.
    pub message: Option<String>,
    /// The platform's id of the message that this one answers.
    pub quotes: Option<String>,
    /// Messages with the same key belong together.
    pub album: Option<String>,
    /// Where in the customer's world it was asked (page, order), for the card.
    #[serde(default)]
    pub context: BTreeMap<String, String>,
}

/// A file that can be fetched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncomingFile {
    /// How the adapter finds it again: a URL, a platform's file id.
    pub source: String,
    /// What it is.
    pub media: Media,
    /// Its name, if it has one.
    pub name: String,
    /// Its announced type.
    pub mime: String,
    /// Its announced size in bytes.
    pub size: Option<u64>,
    /// Until when the platform keeps it.
    pub expires: Option<Timestamp>,
}

/// A request whose answer can carry a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplySlot {
    /// The request.
    pub id: String,
    /// Until when the answer must be written.
    pub deadline: Timestamp,
    /// How many rows fit in.
    pub size: u32,
}

/// When, and how often, a customer may be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The end of it.
    pub until: Timestamp,
    /// Messages left, where they are counted.
    pub left: Option<u32>,
}
