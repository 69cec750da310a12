//! Files: what agents send, and what is in the threads.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use bot_core::domain::content::Media;
use bot_core::domain::file_type::{is_safe_inline, sniff};
use bot_core::domain::id::AttachmentId;
use bot_core::domain::inbound::IncomingFile;
use bot_core::domain::place::Place;
use bot_core::domain::text::file_name;
use bot_core::port::intake::Intake;
use bot_core::port::platform::{
    Abilities, Blob, Delivery, DeliveryError, FetchError, Finding, Platform, PlatformError,
    Receipt, Shutdown,
};
use bot_core::runtime::files::OpenFile;
use bot_core::runtime::team_room::TeamRoom;
use bot_core::store::{Db, Keyring};

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::request::{Asked, At};
use crate::console::session::Caller;
use crate::console::store::upload::{self, Meta, NewUpload};

/// The largest upload, in bytes.
pub(super) const LARGEST: usize = 20 * 1024 * 1024;
/// What the door calls an upload.
const SOURCE: &str = "upload:";

/// How an upload is called.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Named {
    /// The file's name.
    #[serde(default)]
    name: String,
}

/// An upload that waits to be sent.
#[derive(Serialize, ToSchema)]
pub(super) struct Uploaded {
    /// To be named in a line's `attachments` within a day.
    id: Uuid,
    /// Its name, cleaned.
    name: String,
    /// Its type, as found in its bytes.
    mime: String,
    /// Its size in bytes.
    size: u64,
}

/// The raw bytes of a request, up to [`LARGEST`].
pub(super) struct Raw(Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match Bytes::from_request(request, state).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(ApiError::TooLarge(LARGEST))
            }
            Err(rejection) => Err(ApiError::Invalid {
                field: None,
                message: rejection.body_text(),
            }),
        }
    }
}

/// Upload a file to send: its bytes are the body.
#[utoipa::path(post, path = "/api/v1/uploads", params(Named),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Uploaded), (status = 400, body = ErrorBody), (status = 413, body = ErrorBody)))]
pub(super) async fn take(
    State(console): State<Console>,
    caller: Caller,
    Asked(named): Asked<Named>,
    Raw(bytes): Raw,
) -> Result<(StatusCode, Json<Uploaded>), ApiError> {
    if bytes.is_empty() {
        return Err(ApiError::Invalid {
            field: None,
            message: "the file is empty".to_owned(),
        });
    }
    let _turn = console
        .parts
        .uploads
        .acquire()
        .await
        .map_err(|_| ApiError::Unavailable)?;
    let meta = Meta {
        name: file_name(&named.name),
        mime: sniff(&bytes).to_owned(),
        size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
    };
    let id = console.context.core.fresh();
    let sealed = NewUpload::seal(
        console.context.core.keyring.system(),
        id,
        caller.id(),
        &meta,
        &bytes,
    );
    let (sealed, now) = (Arc::new(sealed), console.now());
    let kept = console.context.core.db.write(move |tx| {
        let sealed = Arc::clone(&sealed);
        Box::pin(async move { upload::keep(tx, &sealed, now).await })
    });
    kept.await?;
    let uploaded = Uploaded {
        id,
        name: meta.name,
        mime: meta.mime,
        size: meta.size,
    };
    Ok((StatusCode::CREATED, Json(uploaded)))
}

/// The bytes of a file in a thread.
#[utoipa::path(get, path = "/api/v1/threads/{number}/attachments/{attachment}",
    params(("number" = i64, Path), ("attachment" = Uuid, Path)), responses(
    (status = 200, content_type = "application/octet-stream"), (status = 404, body = ErrorBody)))]
pub(super) async fn serve(
    State(console): State<Console>,
    At((number, attachment)): At<(i64, Uuid)>,
) -> Result<Response, ApiError> {
    let ticket = console.ticket(number).await?;
    let opened = console
        .context
        .files
        .open(ticket.conversation, AttachmentId(attachment))
        .await?;
    let file = opened.ok_or(ApiError::NotFound)?;
    Ok(handed_out(file))
}

/// Pictures, sound and film may be shown; everything else is only ever saved, and nothing in it may run.
fn handed_out(file: OpenFile) -> Response {
    let found = sniff(&file.bytes);
    let (shown, mime) = match is_safe_inline(found) {
        true => ("inline", found),
        false => ("attachment", "application/octet-stream"),
    };
    let name: String = file.name.bytes().map(escaped).collect();
    let disposition = format!("{shown}; filename*=UTF-8''{name}");
    let disposition = HeaderValue::from_str(&disposition);
    let disposition = disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(mime)),
        (CONTENT_DISPOSITION, disposition),
        (
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
    ];
    (headers, file.bytes).into_response()
}

/// RFC 5987: letters and digits stay, every other byte is written in hexadecimal.
fn escaped(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    }
}

impl Console {
    /// The uploads of an agent, as files of a line.
    pub(super) async fn uploaded(
        &self,
        caller: &Caller,
        ids: Vec<Uuid>,
    ) -> Result<Vec<IncomingFile>, ApiError> {
        let mut files = Vec::new();
        for id in ids {
            let (keyring, agent) = (self.context.core.keyring.clone(), caller.id());
            let found = self.context.core.db.read(move |tx| {
                Box::pin(async move { upload::find(tx, keyring.system(), id, agent).await })
            });
            let missing =
                || ApiError::field("attachments", format!("there is no upload {id} of yours"));
            files.push(incoming(id, found.await?.ok_or_else(missing)?));
        }
        Ok(files)
    }
}

fn incoming(id: Uuid, meta: Meta) -> IncomingFile {
    IncomingFile {
        source: format!("{SOURCE}{id}"),
        media: Media::of_mime(&meta.mime),
        name: meta.name,
        mime: meta.mime,
        size: Some(meta.size),
        expires: None,
    }
}

/// The built-in team room, with the files that its page has uploaded.
#[derive(Clone, Debug)]
pub struct RoomPlatform {
    db: Db,
    keyring: Keyring,
}

impl RoomPlatform {
    /// The room of this database.
    #[must_use]
    pub const fn new(db: Db, keyring: Keyring) -> Self {
        Self { db, keyring }
    }
}

#[async_trait]
impl Platform for RoomPlatform {
    fn abilities(&self, place: &Place) -> Abilities {
        TeamRoom.abilities(place)
    }

    fn listens_everywhere(&self) -> bool {
        true
    }

    async fn listen(&self, intake: Intake, stop: Shutdown) -> Result<(), PlatformError> {
        TeamRoom.listen(intake, stop).await
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, DeliveryError> {
        TeamRoom.deliver(delivery).await
    }

    async fn check(&self) -> Vec<Finding> {
        Vec::new()
    }

    async fn fetch(&self, file: &IncomingFile) -> Result<Blob, FetchError> {
        let id = file
            .source
            .strip_prefix(SOURCE)
            .and_then(|id| id.parse::<Uuid>().ok());
        let gone = || FetchError::Refused(format!("the upload of {} is gone", file.name));
        let id = id.ok_or_else(gone)?;
        let keyring = self.keyring.clone();
        let read = self
            .db
            .read(move |tx| Box::pin(async move { upload::read(tx, keyring.system(), id).await }));
        let found = read
            .await
            .map_err(|error| FetchError::Temporary(error.to_string()))?;
        let (meta, bytes) = found.ok_or_else(gone)?;
        Ok(Blob {
            bytes,
            mime: meta.mime,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        let escaped: String = "a \"发".bytes().map(escaped).collect();
        assert_eq!(escaped, "a%20%22%E5%8F%91");
    }

    #[test]
    fn only_pictures_are_shown() {
        let kind = |bytes: &[u8]| {
            let file = OpenFile {
                name: "x".into(),
                bytes: bytes.to_vec(),
            };
            handed_out(file).headers()[CONTENT_DISPOSITION]
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert!(kind(b"\x89PNG\r\n\x1a\n").starts_with("inline"));
        assert!(kind(b"<svg onload=alert(1)>").starts_with("attachment"));
        assert!(kind(b"<html>").starts_with("attachment"));
    }
}
