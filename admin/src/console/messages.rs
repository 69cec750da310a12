//! Writing in a ticket's thread, as one would in any team's chat.
//! What is written goes through the door of all platforms; whether it is a reply, a note or a command
//! is decided by the desk.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use bot_core::domain::command::Permission;
use bot_core::domain::content::Author;
use bot_core::domain::id::MessageId;
use bot_core::domain::inbound::{Inbound, Incoming, Said, Sender};
use bot_core::domain::place::{Address, Place};
use bot_core::store::board::TicketLine;
use bot_core::store::message;

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::request::{At, Body};
use crate::console::session::Caller;
use crate::console::threads::is_here;

/// The longest key of an event, in bytes.
const KEY_MOST: usize = 100;
/// Files of one line, at most.
const FILES_MOST: usize = 10;

/// A line to write.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLine {
    /// Chosen by the page; the same key again has no second effect.
    key: String,
    /// The words; may be empty when there are files.
    #[serde(default)]
    text: String,
    /// Uploads to send along.
    #[serde(default)]
    attachments: Vec<Uuid>,
    /// The message that this one answers.
    reply_to: Option<Uuid>,
}

/// New words for a line.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWords {
    /// Chosen by the page; the same key again has no second effect.
    key: String,
    /// The words.
    text: String,
}

/// A button that is pressed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Press {
    /// Chosen by the page; the same key again has no second effect.
    key: String,
    /// The button.
    choice: String,
}

/// What an event is answered.
type Answered = Result<(StatusCode, Json<Taken>), ApiError>;

/// What the desk has stored.
#[derive(Serialize, ToSchema)]
pub(super) struct Taken {
    /// The event that it became; the first one's when it is a repeat.
    message: Uuid,
    /// The same key was there before.
    repeated: bool,
}

/// Write a line: a reply, a note or a command, as the desk understands it.
#[utoipa::path(post, path = "/api/v1/threads/{number}/messages", params(("number" = i64, Path)),
    request_body = NewLine, responses((status = 202, body = Taken), (status = 400, body = ErrorBody),
    (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn write(
    State(console): State<Console>,
    caller: Caller,
    At(number): At<i64>,
    Body(line): Body<NewLine>,
) -> Answered {
    if line.attachments.len() > FILES_MOST {
        return Err(ApiError::field(
            "attachments",
            format!("at most {FILES_MOST} files"),
        ));
    }
    if line.text.trim().is_empty() && line.attachments.is_empty() {
        return Err(ApiError::field("text", "there is nothing to send"));
    }
    let said = Said {
        text: line.text,
        files: console.uploaded(&caller, line.attachments).await?,
        quotes: line.reply_to.map(|message| message.to_string()),
        ..Said::default()
    };
    console
        .in_thread(&caller, number, line.key, Incoming::Said(said))
        .await
}

/// Change a line.
#[utoipa::path(patch, path = "/api/v1/threads/{number}/messages/{message}", request_body = NewWords,
    params(("number" = i64, Path), ("message" = Uuid, Path)), responses((status = 202, body = Taken),
    (status = 400, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(super) async fn edit(
    State(console): State<Console>,
    caller: Caller,
    At((number, message)): At<(i64, Uuid)>,
    Body(new): Body<NewWords>,
) -> Answered {
    if new.text.trim().is_empty() {
        return Err(ApiError::field(
            "text",
            "an empty line is taken back by DELETE",
        ));
    }
    console.may_change(&caller, number, message).await?;
    let edited = Incoming::Edited {
        message: message.to_string(),
        text: new.text,
    };
    console.in_thread(&caller, number, new.key, edited).await
}

/// Take a line back.
#[utoipa::path(delete, path = "/api/v1/threads/{number}/messages/{message}",
    params(("number" = i64, Path), ("message" = Uuid, Path)), responses((status = 202, body = Taken),
    (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(super) async fn take_back(
    State(console): State<Console>,
    caller: Caller,
    At((number, message)): At<(i64, Uuid)>,
) -> Answered {
    console.may_change(&caller, number, message).await?;
    // Taking back twice is the same as once, so the line itself is the key.
    let key = format!("delete:{message}");
    console
        .in_thread(
            &caller,
            number,
            key,
            Incoming::Deleted {
                message: message.to_string(),
            },
        )
        .await
}

/// Press a button under a line.
#[utoipa::path(post, path = "/api/v1/threads/{number}/buttons", params(("number" = i64, Path)),
    request_body = Press, responses((status = 202, body = Taken), (status = 404, body = ErrorBody)))]
pub(super) async fn press(
    State(console): State<Console>,
    caller: Caller,
    At(number): At<i64>,
    Body(press): Body<Press>,
) -> Answered {
    console
        .in_thread(
            &caller,
            number,
            press.key,
            Incoming::Chose {
                choice: press.choice,
            },
        )
        .await
}

impl Console {
    /// A line is changed by who wrote it, or by who directs others.
    async fn may_change(&self, caller: &Caller, number: i64, line: Uuid) -> Result<(), ApiError> {
        let ticket = self.ticket(number).await?;
        let (keyring, conversation) = (self.context.core.keyring.clone(), ticket.conversation);
        let read = self.context.core.db.read(|tx| {
            Box::pin(async move {
                let key = keyring.of_conversation(tx, conversation).await?;
                message::find(tx, &key, conversation, MessageId(line)).await
            })
        });
        let found = read.await?.ok_or(ApiError::NotFound)?;
        let Author::Agent { id, .. } = found.content.from else {
            return Err(ApiError::Forbidden);
        };
        let may = id == caller.id() || self.may(caller, Permission::Lead);
        if may {
            Ok(())
        } else {
            Err(ApiError::Forbidden)
        }
    }

    async fn in_thread(
        &self,
        caller: &Caller,
        number: i64,
        key: String,
        body: Incoming,
    ) -> Answered {
        let ticket = self.ticket(number).await?;
        let at = place_of(&ticket)?;
        let room = Place(ticket.ticket.team.clone());
        self.hand_in(caller, at, room, key, body).await
    }

    /// Hands an agent's event to the door, as the built-in room's.
    pub(super) async fn hand_in(
        &self,
        caller: &Caller,
        at: Address,
        room: Place,
        key: String,
        body: Incoming,
    ) -> Answered {
        if key.is_empty() || key.len() > KEY_MOST {
            return Err(ApiError::field("key", format!("1 to {KEY_MOST} bytes")));
        }
        let inbound = self.event(caller, at, room, &key, body);
        let accepted = self.context.intake.accept(inbound).await?;
        let taken = Taken {
            message: accepted.message.0,
            repeated: accepted.repeated,
        };
        Ok((StatusCode::ACCEPTED, Json(taken)))
    }

    fn event(
        &self,
        caller: &Caller,
        at: Address,
        room: Place,
        key: &str,
        body: Incoming,
    ) -> Inbound {
        Inbound {
            channel: at.channel,
            place: at.place,
            room: Some(room),
            sender: Sender {
                id: caller.id().to_string(),
                name: caller.agent.display.clone(),
                ..Sender::default()
            },
            // Two agents may choose the same key.
            key: format!("{}:{key}", caller.id()),
            at: self.now(),
            body,
            slot: None,
            window: None,
        }
    }
}

fn place_of(ticket: &TicketLine) -> Result<Address, ApiError> {
    match &ticket.thread {
        Some((_, at)) if is_here(ticket) => Ok(at.clone()),
        Some(_) => Err(ApiError::Conflict {
            code: "elsewhere",
            message: "this ticket's thread is in another chat",
        }),
        None => Err(ApiError::Conflict {
            code: "not_open",
            message: "this ticket's thread is not open yet",
        }),
    }
}
