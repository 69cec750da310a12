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

/// A request whose answer can carry messages, and whose handler waits for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplySlot {
    /// The request: all its tries, and no other request of this place, have the same.
    pub id: String,
    /// Until when the answer of this try must be written; nothing is sent in another way before.
    pub deadline: Timestamp,
    /// How many rows fit in.
    pub size: u32,
    /// What rides in it counts in the window.
    #[serde(default)]
    pub spends: bool,
}

/// When, and how often, a customer may be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The end of it.
    pub until: Timestamp,
    /// Messages left, where they are counted.
    pub left: Option<u32>,
}

impl Window {
    /// Whether anything can be sent.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.until > now && self.left != Some(0)
    }

    /// Whether something can be sent and `reserve` sends are left over for others then.
    #[must_use]
    pub fn spares(&self, reserve: usize, now: Timestamp) -> bool {
        let left = self
            .left
            .map(|left| usize::try_from(left).unwrap_or(usize::MAX));
        self.is_open(now) && left.is_none_or(|left| left > reserve)
    }

    /// The window after an event has opened `new`: a short one (a menu was pressed) does not cut a
    /// longer one short in which something can still be sent.
    #[must_use]
    pub fn renewed(self, new: Self, now: Timestamp) -> Self {
        if self.is_open(now) && self.until > new.until {
            self
        } else {
            new
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn window(until: i64, left: Option<u32>) -> Window {
        Window {
            until: Timestamp(until),
            left,
        }
    }

    #[test]
    fn it_closes_when_time_is_over_or_nothing_is_left() {
        for (until, left, open) in [
            (11, None, true),
            (11, Some(1), true),
            (11, Some(0), false),
            (10, None, false),
        ] {
            assert_eq!(
                window(until, left).is_open(Timestamp(10)),
                open,
                "{until} {left:?}"
            );
        }
    }

    #[test]
    fn the_last_sends_are_not_spared() {
        for (left, spared) in [
            (None, true),
            (Some(3), true),
            (Some(2), false),
            (Some(0), false),
        ] {
            assert_eq!(
                window(11, left).spares(2, Timestamp(10)),
                spared,
                "{left:?}"
            );
        }
    }

    #[test]
    fn a_short_window_never_cuts_a_longer_one_short() {
        let (long, short) = (window(100, Some(1)), window(20, Some(3)));
        assert_eq!(long.renewed(short, Timestamp(10)), long);
        assert_eq!(short.renewed(long, Timestamp(10)), long);
        assert_eq!(long.renewed(short, Timestamp(100)), short, "it is over");
        let spent = window(100, Some(0));
        assert_eq!(spent.renewed(short, Timestamp(10)), short, "it is spent");
    }
}
