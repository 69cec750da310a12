//! Albums: their parts come as events of their own, and are settled as one.

use crate::domain::conversation::{Album, Case};
use crate::domain::event::{AlbumPart, CustomerAct, Event, EventKind, TeamAct, TeamDeed, Timer};
use crate::domain::id::InboxId;
use crate::domain::inbound::{Inbound, Incoming};
use crate::runtime::desk::resolve::Resolved;
use crate::runtime::intake::Stored;

/// The most parts of one album; what comes after begins another.
const PARTS: usize = 30;

/// The event, as a part of an album if it belongs to one.
pub(super) fn or_part(kind: EventKind, inbound: &Inbound) -> EventKind {
    let Some(key) = key(inbound) else {
        return kind;
    };
    let part = match kind {
        EventKind::Customer(CustomerAct::Said(line)) => AlbumPart::Customer(line),
        EventKind::Team(TeamAct {
            by,
            what:
                TeamDeed::Wrote {
                    content,
                    answers_note,
                },
            // Each line there waits for a second word of its own.
            is_earlier: false,
        }) => AlbumPart::Team {
            by,
            content,
            answers_note,
        },
        other => return other,
    };
    EventKind::Album {
        key: key.to_owned(),
        writer: writer(inbound),
        part,
    }
}

fn key(inbound: &Inbound) -> Option<&str> {
    match &inbound.body {
        Incoming::Said(said) => said.album.as_deref(),
        _ => None,
    }
}

/// Whoever writes in a room; a conversation has one customer only.
fn writer(inbound: &Inbound) -> Option<String> {
    let in_room = inbound.room.is_some();
    in_room.then(|| format!("{}:{}", inbound.channel, inbound.sender.id))
}

/// The album that this event is a further part of.
pub(super) fn begun<'a>(case: &'a Case, inbound: &Inbound) -> Option<&'a Album> {
    let (key, writer) = (key(inbound)?, writer(inbound));
    let mut albums = case.state.albums.iter();
    albums.find(|album| album.key == key && album.writer == writer && album.parts < PARTS)
}

/// The album that has to be settled before this event: its time has come, or the same person goes on
/// with something else.
pub(super) fn due<'a>(case: &'a Case, stored: &Stored) -> Option<&'a Album> {
    let mut albums = case.state.albums.iter();
    match stored {
        Stored::Timer {
            timer: Timer::Album(message),
        } => albums.find(|album| album.message == *message),
        Stored::Customer(inbound) | Stored::Thread(inbound) => {
            let (begun, writer) = (begun(case, inbound), writer(inbound));
            albums.find(|album| album.writer == writer && Some(*album) != begun)
        }
        _ => None,
    }
}

/// The whole as one event, in the place of its first part.
pub(super) fn whole(album: &Album) -> Resolved {
    let kind = match album.whole.clone() {
        AlbumPart::Customer(line) => EventKind::Customer(CustomerAct::Said(line)),
        AlbumPart::Team {
            by,
            content,
            answers_note,
        } => EventKind::Team(TeamAct {
            by,
            what: TeamDeed::Wrote {
                content,
                answers_note,
            },
            is_earlier: false,
        }),
    };
    let event = Event::new(InboxId(album.message.0), album.seq, album.at, kind);
    Resolved {
        order: Some(album.seq),
        ..Resolved::of(event)
    }
}
