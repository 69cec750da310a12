//! Albums: messages that belong together are one message.

use crate::domain::content::Content;
use crate::domain::conversation::Album;
use crate::domain::decide::settling::Settling;
use crate::domain::draft::Draft;
use crate::domain::effect::{Direction, Effect, Keep};
use crate::domain::event::{AlbumPart, Timer};
use crate::domain::text::clean;

/// Keeps a part until nothing more of its album comes.
pub(super) fn gather(
    settling: &mut Settling<'_>,
    key: &str,
    writer: Option<&str>,
    part: &AlbumPart,
) {
    let limit = settling.policy.limits.text;
    let albums = &mut settling.case.state.albums;
    let known = albums
        .iter_mut()
        .find(|album| album.key == key && album.writer.as_deref() == writer);
    let message = if let Some(album) = known {
        album.parts += 1;
        join(&mut album.whole, part, limit);
        album.message
    } else {
        let message = settling.event.message();
        albums.push(Album {
            key: key.to_owned(),
            writer: writer.map(str::to_owned),
            message,
            seq: settling.event.seq,
            at: settling.event.at,
            parts: 1,
            whole: part.clone(),
        });
        message
    };
    settling.timer(Timer::Album(message), settling.policy.delays.album);
}

fn join(whole: &mut AlbumPart, part: &AlbumPart, limit: usize) {
    match (whole, part) {
        (AlbumPart::Customer(line), AlbumPart::Customer(next)) => {
            line.cut |= next.cut | add(&mut line.content, &next.content, limit);
        }
        (
            AlbumPart::Team {
                content,
                answers_note,
                ..
            },
            AlbumPart::Team {
                content: next,
                answers_note: also,
                ..
            },
        ) => {
            *answers_note |= also;
            add(content, next, limit);
        }
        (AlbumPart::Customer(_), AlbumPart::Team { .. })
        | (AlbumPart::Team { .. }, AlbumPart::Customer(_)) => {}
    }
}

/// Adds words and files; whether the words became too many.
fn add(content: &mut Content, next: &Content, limit: usize) -> bool {
    content.attachments.extend(next.attachments.iter().cloned());
    if next.text.is_empty() {
        return false;
    }
    let text = match content.text.is_empty() {
        true => next.text.clone(),
        false => format!("{}\n{}", content.text, next.text),
    };
    let cleaned = clean(&text, limit);
    content.text = cleaned.text;
    cleaned.truncated
}

/// The conversation cannot be handled as usual: what has come of its albums is recorded as it is.
pub(super) fn keep_all(settling: &mut Settling<'_>) {
    for album in std::mem::take(&mut settling.case.state.albums) {
        let (direction, content) = match &album.whole {
            AlbumPart::Customer(line) => (Direction::In, &line.content),
            AlbumPart::Team { content, .. } => (Direction::Note, content),
        };
        settling.effect(Effect::Keep(Keep {
            message: album.message,
            direction,
            body: Draft::verbatim(content),
            evidence: None,
            reason: None,
        }));
        settling.clear(Timer::Album(album.message));
    }
}
