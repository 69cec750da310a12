//! `[[team]]`: who works on the tickets, and where their threads are.

use crate::config::channel::not_yet;
use crate::config::keys::Keys;

/// A team and its room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// The room that holds its threads.
    pub room: Room,
}

impl Default for Team {
    fn default() -> Self {
        Self {
            name: "support".to_owned(),
            room: Room::Web,
        }
    }
}

/// Where threads are opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Room {
    /// The built-in page `/team`.
    Web,
}

pub(super) fn read(mut keys: Keys<'_>) -> Option<Team> {
    let name = keys.name("\"support\"");
    if !keys.has("room") {
        keys.missing("room", "\"web\"");
    }
    let room = keys.parsed("room", room);
    keys.finish();
    Some(Team {
        name: name?,
        room: room.unwrap_or(Room::Web),
    })
}

/// `web`, `telegram:CHANNEL:CHAT` or `discord:CHANNEL:FORUM`.
fn room(text: &str) -> Result<Room, (String, String)> {
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        ["web"] => Ok(Room::Web),
        ["telegram", channel, chat] if !channel.is_empty() && chat.parse::<i64>().is_ok() => {
            Err(unavailable("telegram"))
        }
        ["discord", channel, forum] if !channel.is_empty() && forum.parse::<u64>().is_ok() => {
            Err(unavailable("discord"))
        }
        _ => Err((
            "is not a room".to_owned(),
            "write \"web\", \"telegram:CHANNEL:-1001234567890\" or \"discord:CHANNEL:123456789012345678\""
                .to_owned(),
        )),
    }
}

fn unavailable(platform: &str) -> (String, String) {
    (
        format!("a room on {}", not_yet(platform)),
        "use room = \"web\", the built-in page /team".to_owned(),
    )
}
