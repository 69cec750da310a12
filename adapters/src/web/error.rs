//! Requests that are refused, in one form: `{"error": {"code", "field", "message"}}`.

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::standard_webhooks::VerifyError;

/// Why a request is refused. The words go to the sender; nothing in them is secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("too many requests without a valid signature; wait a second")]
    TooMany,
    #[error("{0}")]
    Unsigned(#[from] VerifyError),
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the body did not come in time, or broke off")]
    BodyBroken,
    #[error("the content type must be application/json")]
    NotJson,
    #[error("{0}")]
    Malformed(String),
    #[error("{message}")]
    Field { field: String, message: String },
    #[error("{0}")]
    NotAccepted(String),
    #[error("there is no such channel")]
    UnknownChannel,
    #[error("there is nothing here")]
    NotFound,
    #[error("this address does not take that method")]
    Method,
    #[error("this token opens nothing (any more); begin anew")]
    NoToken,
    #[error("a valid identity, signed by the host page, is needed")]
    NoIdentity,
    #[error("pages of this origin may not show the widget; add it to widget.origins")]
    Origin,
    #[error("not possible at this moment; send it again")]
    Unavailable,
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Description<'a>,
}

#[derive(Serialize)]
struct Description<'a> {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    message: String,
}

impl Refused {
    /// A field that cannot be taken.
    pub(crate) fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Field {
            field: field.into(),
            message: message.into(),
        }
    }

    const fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
            Self::Unsigned(_) => (StatusCode::UNAUTHORIZED, "invalid_signature"),
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::BodyBroken => (StatusCode::REQUEST_TIMEOUT, "incomplete_body"),
            Self::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed_json"),
            Self::Field { .. } => (StatusCode::BAD_REQUEST, "invalid_field"),
            Self::NotAccepted(_) => (StatusCode::UNPROCESSABLE_ENTITY, "not_accepted"),
            Self::UnknownChannel => (StatusCode::NOT_FOUND, "unknown_channel"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::NoToken => (StatusCode::UNAUTHORIZED, "no_token"),
            Self::NoIdentity => (StatusCode::UNAUTHORIZED, "no_identity"),
            Self::Origin => (StatusCode::FORBIDDEN, "origin"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        let field = if let Self::Field { field, .. } = &self {
            Some(field.as_str())
        } else {
            None
        };
        let error = Description {
            code,
            field,
            message: self.to_string(),
        };
        let mut response = (status, Json(Envelope { error })).into_response();
        if matches!(self, Self::TooMany | Self::Unavailable) {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
