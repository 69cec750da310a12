//! Files: taken in from the app, and served to whoever has their link.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::SemaphorePermit;

use bot_core::domain::file_type::{honest_name, is_safe_inline, promised_by, settle, sniff};

use crate::web::config::MAX_FILE_BYTES;
use crate::web::error::Refused;
use crate::web::files::{FileKey, FilesError};
use crate::web::links::push_encoded;
use crate::web::outbound::WebChannel;
use crate::web::routes::{BodyLimit, read_body};

/// The largest upload, over a slow line too.
pub(crate) const UPLOAD: BodyLimit = BodyLimit {
    bytes: MAX_FILE_BYTES,
    time: Duration::from_secs(120),
};

#[derive(Serialize)]
pub(crate) struct Uploaded {
    url: String,
    mime: String,
    size: usize,
}

/// `POST …/uploads`: signed bytes become a link for an attachment.
pub(crate) async fn take(
    State(channel): State<Arc<WebChannel>>,
    request: Request,
) -> Result<Response, Refused> {
    let (head, body) = request.into_parts();
    let visitor = channel.gate.admit(&head)?;
    channel.open_door()?;
    let _permit = channel.upload_permit()?;
    let bytes = read_body(&head.headers, body, UPLOAD).await?;
    channel.gate.verify(&visitor, &bytes)?;
    if bytes.is_empty() {
        return Err(Refused::field("body", "the bytes of a file are needed"));
    }
    let uploaded = channel
        .keep_upload(visitor.claim.id(), announced(&head.headers), bytes)
        .await?;
    Ok((StatusCode::CREATED, Json(uploaded)).into_response())
}

/// `GET …/files/{token}`: whoever has the link may read the file.
pub(crate) async fn serve(
    State(channel): State<Arc<WebChannel>>,
    path: Result<Path<Vec<(String, String)>>, PathRejection>,
) -> Result<Response, Refused> {
    let Path(parts) = path.map_err(|_| Refused::NotFound)?;
    let mut parts = parts.into_iter().map(|(_, part)| part);
    let token = parts.next().unwrap_or_default();
    let key = channel.links.read_token(&token).ok_or(Refused::NotFound)?;
    let read = channel.open_desk()?.files.read(key).await;
    let bytes = read.map_err(|error| channel.unavailable(&error))?;
    let name = parts.next().unwrap_or_default();
    Ok(as_response(&name, bytes.ok_or(Refused::NotFound)?))
}

impl WebChannel {
    /// A place among the uploads that are taken in at the same time.
    pub(crate) fn upload_permit(&self) -> Result<SemaphorePermit<'_>, Refused> {
        self.uploads.try_acquire().map_err(|_| Refused::Unavailable)
    }

    pub(crate) async fn keep_upload(
        &self,
        request: &str,
        announced: &str,
        bytes: Vec<u8>,
    ) -> Result<Uploaded, Refused> {
        let id = self.links.upload_id(request, &bytes);
        let (mime, size) = (settle(announced, sniff(&bytes)), bytes.len());
        self.open_desk()?
            .files
            .keep(id, bytes)
            .await
            .map_err(|error| self.unavailable(&error))?;
        Ok(Uploaded {
            url: self.links.url(FileKey::Upload(id), ""),
            mime,
            size,
        })
    }

    fn unavailable(&self, FilesError(cause): &FilesError) -> Refused {
        tracing::error!(channel = %self.name, cause, "the file store failed");
        Refused::Unavailable
    }
}

pub(crate) fn announced(headers: &HeaderMap) -> &str {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// Only pictures, sound and film are shown in place; nothing that is served may run a script. The type is
/// what the bytes say, and the name of the address is made to agree with it.
fn as_response(name: &str, bytes: Vec<u8>) -> Response {
    let mime = settle(promised_by(name), sniff(&bytes));
    let how = if is_safe_inline(&mime) {
        "inline"
    } else {
        "attachment"
    };
    let disposition = disposition(how, name, &mime);
    let headers: [(HeaderName, String); 6] = [
        (CONTENT_TYPE, content_type(&mime)),
        (CONTENT_DISPOSITION, disposition),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (REFERRER_POLICY, "no-referrer".to_owned()),
        (CACHE_CONTROL, "private, max-age=3600".to_owned()),
    ];
    (headers, Body::from(bytes)).into_response()
}

fn content_type(mime: &str) -> String {
    if mime.starts_with("text/") {
        format!("{mime}; charset=utf-8")
    } else {
        mime.to_owned()
    }
}

fn disposition(how: &str, name: &str, mime: &str) -> String {
    let mut value = how.to_owned();
    if !name.is_empty() {
        value.push_str("; filename*=UTF-8''");
        push_encoded(&mut value, &honest_name(name, mime));
    }
    value
}
