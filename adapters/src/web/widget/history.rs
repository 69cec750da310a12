//! The conversation as the customer sees it, both sides.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};

use bot_core::domain::content::Author;
use bot_core::domain::id::ConversationId;
use bot_core::domain::place::Destination;
use bot_core::runtime::feed::{FeedRow, OwnRow};

use crate::web::convert::{Envelope, OutMessage, message_of, own_message, taken_back};
use crate::web::error::Refused;
use crate::web::routes::unknown_cursor;
use crate::web::widget::Shop;
use crate::web::widget::visitor::Visitor;

/// Messages of one side on one page.
const PAGE: i64 = 100;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The `next` of the page before; empty: from the beginning.
    #[serde(default)]
    after: String,
}

/// A page of the conversation; a message that changed comes again under the same id.
#[derive(Debug, Serialize)]
pub(super) struct Lines {
    pub(super) messages: Vec<OutMessage>,
    pub(super) next: String,
    pub(super) more: bool,
}

/// How far a page has read: what the desk said, and what the customer wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    said: i64,
    own: i64,
}

impl Position {
    /// # Errors
    /// When it is none of ours.
    pub(super) fn parse(text: &str) -> Result<Self, Refused> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let parts = text.split_once('.').and_then(|(said, own)| {
            Some(Self {
                said: said.parse().ok().filter(|said| *said >= 0)?,
                own: own.parse().ok().filter(|own| *own >= 0)?,
            })
        });
        parts.ok_or_else(unknown_cursor)
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.said, self.own)
    }
}

pub(super) async fn read(
    State(shop): State<Shop>,
    visitor: Visitor,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Lines>, Refused> {
    let Query(asked) = asked.map_err(|_| unknown_cursor())?;
    let position = Position::parse(&asked.after)?;
    let Some(conversation) = shop.conversation(&visitor).await? else {
        return Ok(Json(Lines::none(position)));
    };
    shop.lines(conversation, position)
        .await
        .map(|(lines, _)| Json(lines))
}

impl Lines {
    fn none(position: Position) -> Self {
        Self {
            messages: Vec::new(),
            next: position.to_string(),
            more: false,
        }
    }
}

impl Shop {
    /// The visitor's conversation, once it has begun.
    pub(super) async fn conversation(
        &self,
        visitor: &Visitor,
    ) -> Result<Option<ConversationId>, Refused> {
        let feed = &self.desk()?.feed;
        let found = feed
            .conversation(&self.channel.name.0, &visitor.place.0)
            .await;
        found.map_err(|error| self.failed(&error))
    }

    /// What was said after a position, in order, and the position behind it.
    pub(super) async fn lines(
        &self,
        conversation: ConversationId,
        after: Position,
    ) -> Result<(Lines, Position), Refused> {
        let (feed, lane) = (&self.desk()?.feed, conversation.lane());
        let said = feed
            .page(lane, Destination::Customer, after.said, PAGE)
            .await;
        let said = said.map_err(|error| self.failed(&error))?;
        let own = feed.own(conversation, after.own, PAGE).await;
        let own = own.map_err(|error| self.failed(&error))?;
        let position = Position {
            said: said.last().map_or(after.said, |row| row.cursor),
            own: own.last().map_or(after.own, |row| row.seq),
        };
        let full = |rows: usize| i64::try_from(rows).is_ok_and(|rows| rows >= PAGE);
        let lines = Lines {
            more: full(said.len()) || full(own.len()),
            messages: self.merged(conversation, said, own),
            next: position.to_string(),
        };
        Ok((lines, position))
    }

    /// Both sides by their times; what answers comes after what it answers.
    fn merged(
        &self,
        conversation: ConversationId,
        said: Vec<FeedRow>,
        own: Vec<OwnRow>,
    ) -> Vec<OutMessage> {
        let links = &self.channel.links;
        let own = own
            .into_iter()
            .map(|row| (row.at, 0, own_message(conversation, row, links)));
        let said = said.into_iter().filter_map(|row| {
            let at = row.at;
            self.shown(conversation, row)
                .map(|message| (at, 1, message))
        });
        let mut all: Vec<_> = own.chain(said).collect();
        all.sort_by_key(|(at, side, _)| (*at, *side));
        all.into_iter().map(|(_, _, message)| message).collect()
    }

    fn shown(&self, conversation: ConversationId, row: FeedRow) -> Option<OutMessage> {
        let id = row
            .message
            .map_or_else(|| row.id.to_string(), |id| id.to_string());
        let envelope = Envelope {
            conversation,
            id,
            at: row.at,
            edited: row.edited,
        };
        if row.deleted {
            let name = match row.content.from {
                Author::Agent { display, .. } => Some(display),
                Author::Customer { .. } | Author::Bot | Author::System => None,
            };
            return Some(OutMessage {
                from: if name.is_some() { "agent" } else { "bot" },
                name,
                ..taken_back(envelope)
            });
        }
        message_of(row.content, envelope, &self.channel.links)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_what_it_wrote_and_nothing_else() {
        let position = Position { said: 12, own: 7 };
        assert_eq!(Position::parse(&position.to_string()).ok(), Some(position));
        assert_eq!(Position::parse("").ok(), Some(Position::default()));
        for strange in [
            "12",
            "12.",
            "-1.0",
            "a.b",
            "1.2.3",
            "9999999999999999999999.0",
        ] {
            assert!(Position::parse(strange).is_err(), "{strange}");
        }
    }
}
