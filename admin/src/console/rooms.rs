//! The built-in rooms themselves: commands that belong to no ticket, and what they say.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use bot_core::domain::inbound::{Incoming, Said};
use bot_core::domain::place::{Address, Place};
use bot_core::runtime::team_room::KIND;
use bot_core::store::board::{self, RoomLine};

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::lines::From;
use crate::console::messages::Taken;
use crate::console::request::{Asked, At, Body};
use crate::console::session::Caller;
use crate::console::view::From_;

/// Lines of one page.
const PAGE: i64 = 100;

/// A page of a room.
#[derive(Serialize, ToSchema)]
pub(super) struct RoomLines {
    /// What was said there, in order.
    messages: Vec<Notice>,
    /// Where the next page begins; the same as before when there is nothing new.
    next: i64,
}

/// A line of a room.
#[derive(Serialize, ToSchema)]
pub(super) struct Notice {
    /// Its row.
    id: Uuid,
    /// When.
    at: String,
    /// Who says it: an agent, or `system`.
    from: From_,
    /// What it says.
    text: String,
}

/// A line to write: a command, or a word to the team.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCommand {
    /// Chosen by the page; the same key again has no second effect.
    key: String,
    /// The line; a command with its mark.
    text: String,
}

/// The lines of a room.
#[utoipa::path(get, path = "/api/v1/rooms/{team}/messages", params(("team" = String, Path), From), responses(
    (status = 200, body = RoomLines), (status = 404, body = ErrorBody)))]
pub(super) async fn page(
    State(console): State<Console>,
    At(team): At<String>,
    Asked(from): Asked<From>,
) -> Result<Json<RoomLines>, ApiError> {
    let at = console.room(&team)?;
    let after = from.after.unwrap_or_default();
    let keyring = console.context.core.keyring.clone();
    let read = console.context.core.db.read(|tx| {
        Box::pin(async move { board::room_lines(tx, keyring.system(), &at, after, PAGE).await })
    });
    let rows = read.await?;
    let next = rows.last().map_or(after, |row| row.cursor);
    Ok(Json(RoomLines {
        messages: rows.into_iter().map(Notice::of).collect(),
        next,
    }))
}

/// Give a command in a room.
#[utoipa::path(post, path = "/api/v1/rooms/{team}/messages", params(("team" = String, Path)),
    request_body = NewCommand, responses((status = 202, body = Taken), (status = 404, body = ErrorBody)))]
pub(super) async fn write(
    State(console): State<Console>,
    caller: Caller,
    At(team): At<String>,
    Body(command): Body<NewCommand>,
) -> Result<(StatusCode, Json<Taken>), ApiError> {
    let at = console.room(&team)?;
    let room = at.place.clone();
    let said = Incoming::Said(Said {
        text: command.text,
        ..Said::default()
    });
    console.hand_in(&caller, at, room, command.key, said).await
}

impl Console {
    /// The built-in room of a team.
    fn room(&self, team: &str) -> Result<Address, ApiError> {
        let at = self
            .context
            .core
            .outside
            .rooms
            .get(team)
            .ok_or(ApiError::NotFound)?;
        let here = Address {
            channel: KIND.into(),
            place: Place(team.to_owned()),
        };
        if *at == here {
            Ok(here)
        } else {
            Err(ApiError::NotFound)
        }
    }
}

impl Notice {
    fn of(row: RoomLine) -> Self {
        Self {
            id: row.id.0,
            at: row.at.to_string(),
            from: From_::from(&row.from),
            text: row.text,
        }
    }
}
