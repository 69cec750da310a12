//! The addresses of a channel.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{OriginalUri, Path, Query, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, request};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use bot_core::domain::id::MessageId;
use bot_core::domain::inbound::{Inbound, Sender};
use bot_core::domain::place::Place;
use bot_core::port::intake::{AcceptError, Intake};

use crate::web::Desk;
use crate::web::convert::OutPage;
use crate::web::error::Refused;
use crate::web::inbound::{Reader, check_id};
use crate::web::mailbox::Cursor;
use crate::web::outbound::{Door, WebChannel};
use crate::web::uploads;

/// The largest message; one that trickles in more slowly is given up.
pub(crate) const MESSAGE: BodyLimit = BodyLimit {
    bytes: 256 * 1_024,
    time: Duration::from_secs(30),
};
/// The longest wait of a long poll, in seconds.
const MAX_WAIT_SECONDS: u64 = 60;

/// The routes of one channel; its name stands in them literally, so the routers of several can be merged.
pub(crate) fn router(channel: &Arc<WebChannel>) -> Router {
    let at = |rest: &str| format!("/channels/{}/{rest}", channel.name);
    Router::new()
        .route(&at("messages"), post(accept))
        .route(&at("users/{user}/messages"), get(poll))
        .route(&at("uploads"), post(uploads::take))
        .route(&at("files/{token}"), get(uploads::serve))
        .route(&at("files/{token}/{name}"), get(uploads::serve))
        .method_not_allowed_fallback(async || Refused::Method)
        .with_state(Arc::clone(channel))
}

/// Answers for channels that no router knows: 404, in the form of all refusals. Merged in once.
pub fn unknown_channel() -> Router {
    Router::new().route(
        "/channels/{channel}/{*rest}",
        any(async || Refused::UnknownChannel),
    )
}

#[derive(Serialize)]
struct Taken {
    message_id: MessageId,
}

async fn accept(
    State(channel): State<Arc<WebChannel>>,
    request: Request,
) -> Result<Response, Refused> {
    let (head, body) = request.into_parts();
    let visitor = channel.gate.admit(&head)?;
    check_json(&head.headers)?;
    let bytes = read_body(&head.headers, body, MESSAGE).await?;
    channel.gate.verify(&visitor, &bytes)?;
    let message_id = channel.store(channel.read(&bytes)?).await?;
    Ok((StatusCode::ACCEPTED, Json(Taken { message_id })).into_response())
}

#[derive(Deserialize)]
struct Asked {
    after: Option<String>,
    wait: Option<String>,
}

async fn poll(
    State(channel): State<Arc<WebChannel>>,
    user: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Json<OutPage>, Refused> {
    let (head, _) = request.into_parts();
    let visitor = channel.gate.admit(&head)?;
    channel
        .gate
        .verify(&visitor, signed_path(&head).as_bytes())?;
    let Path(user) = user.map_err(|_| Refused::field("user", "it cannot be read"))?;
    check_id("user", &user)?;
    let Query(asked) = Query::<Asked>::try_from_uri(&head.uri)
        .map_err(|_| Refused::field("after", "the query cannot be read"))?;
    let (after, wait) = (
        cursor(asked.after.as_deref())?,
        wait_seconds(asked.wait.as_deref())?,
    );
    channel
        .wait_for_page(&Place(user), after, wait)
        .await
        .map(Json)
}

impl WebChannel {
    pub(crate) fn open_door(&self) -> Result<Door, Refused> {
        self.door.borrow().clone().ok_or(Refused::Unavailable)
    }

    pub(crate) fn open_desk(&self) -> Result<&Desk, Refused> {
        self.desk().ok_or(Refused::Unavailable)
    }

    fn intake(&self) -> Result<Intake, Refused> {
        self.door
            .borrow()
            .as_ref()
            .map(|door| door.intake.clone())
            .ok_or(Refused::Unavailable)
    }

    fn read(&self, bytes: &[u8]) -> Result<Inbound, Refused> {
        self.reader().read(bytes)
    }

    /// What somebody whom we know ourselves has written.
    pub(crate) fn read_from(&self, bytes: &[u8], sender: Sender) -> Result<Inbound, Refused> {
        self.reader().read_from(bytes, sender)
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            channel: &self.name,
            links: &self.links,
            fetcher: &self.fetcher,
            now: self.gate.clock.now(),
        }
    }

    /// A repeat of a body's id gets the first one's answer: intake knows it by the user and the id.
    pub(crate) async fn store(&self, inbound: Inbound) -> Result<MessageId, Refused> {
        let accepted = self.intake()?.accept(inbound).await;
        self.arrivals.send_replace(());
        accepted
            .map(|accepted| accepted.message)
            .map_err(|error| match error {
                AcceptError::Unavailable(cause) => {
                    tracing::error!(channel = %self.name, cause, "a message was not stored");
                    Refused::Unavailable
                }
                AcceptError::Refused(reason) => Refused::NotAccepted(reason),
            })
    }
}

/// The address as the app signed it: with its query, byte for byte.
fn signed_path(head: &request::Parts) -> &str {
    let uri = head
        .extensions
        .get::<OriginalUri>()
        .map_or(&head.uri, |OriginalUri(uri)| uri);
    uri.path_and_query().map_or("/", |whole| whole.as_str())
}

fn cursor(text: Option<&str>) -> Result<Cursor, Refused> {
    match text {
        None | Some("") => Ok(0),
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().map_err(|_| unknown_cursor())
        }
        Some(_) => Err(unknown_cursor()),
    }
}

pub(crate) fn unknown_cursor() -> Refused {
    Refused::field(
        "after",
        "this cursor is not known; leave it empty to begin anew",
    )
}

pub(crate) fn wait_seconds(text: Option<&str>) -> Result<u64, Refused> {
    let text = text.unwrap_or_default();
    if text.is_empty() {
        return Ok(0);
    }
    let seconds = text
        .parse::<u64>()
        .map_err(|_| Refused::field("wait", "whole seconds from 0 to 60 are needed"))?;
    Ok(seconds.min(MAX_WAIT_SECONDS))
}

fn check_json(headers: &HeaderMap) -> Result<(), Refused> {
    let given = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let plain = given.split(';').next().unwrap_or_default().trim();
    if plain.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(Refused::NotJson)
    }
}

/// How much of a body is read, and for how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimit {
    pub(crate) bytes: usize,
    pub(crate) time: Duration,
}

/// Reads a body up to its limit.
pub(crate) async fn read_body(
    headers: &HeaderMap,
    body: Body,
    limit: BodyLimit,
) -> Result<Vec<u8>, Refused> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit.bytes) {
        return Err(Refused::TooLarge(limit.bytes));
    }
    timeout(limit.time, collect(body, limit.bytes))
        .await
        .unwrap_or(Err(Refused::BodyBroken))
}

async fn collect(body: Body, limit: usize) -> Result<Vec<u8>, Refused> {
    let mut stream = body.into_data_stream();
    let mut whole = Vec::new();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| Refused::BodyBroken)?;
        if whole.len() + piece.len() > limit {
            return Err(Refused::TooLarge(limit));
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}
