//! The one form in which the API says no. The status of every error stands in one `match`; the
//! cause of a failure is logged here and never sent.

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use bot_core::port::intake::AcceptError;
use bot_core::store::StoreError;

/// Why a request is not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum ApiError {
    /// Something in the request cannot be read or is not allowed.
    #[error("{message}")]
    Invalid {
        /// The field that is to blame, where it is one.
        field: Option<String>,
        /// What is wrong with it, for people.
        message: String,
    },
    /// Nobody is signed in.
    #[error("sign in first")]
    SignedOut,
    /// Wrong name, wrong password, or a link that is used, expired or unknown.
    #[error("{0}")]
    NotLetIn(&'static str),
    /// The request did not come from our own page.
    #[error("the request did not come from this site")]
    CrossSite,
    /// The role does not allow it.
    #[error("your role does not allow this")]
    Forbidden,
    /// There is no such thing, or it is not for the one who asks.
    #[error("there is no such thing")]
    NotFound,
    /// The path knows other methods.
    #[error("this path does not know the method")]
    Method,
    /// It makes no sense as things stand.
    #[error("{message}")]
    Conflict {
        /// For programs.
        code: &'static str,
        /// For people.
        message: &'static str,
    },
    /// The desk does not take the event.
    #[error("{0}")]
    Refused(String),
    /// The body is too large.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// Too often; when the next try makes sense, in milliseconds.
    #[error("too many tries; wait a little")]
    TooMany(i64),
    /// The database, or another part, is out of reach for the moment.
    #[error("out of reach for the moment; try again")]
    Unavailable,
    /// A fault of ours.
    #[error("something is wrong on our side")]
    Internal,
}

/// What a refused request is answered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorBody {
    /// The error.
    pub(super) error: ErrorDetail,
}

/// One error.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorDetail {
    /// For programs; stays the same between versions.
    #[schema(value_type = String, example = "invalid")]
    pub(super) code: &'static str,
    /// For people.
    pub(super) message: String,
    /// The field of the request that is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) field: Option<String>,
    /// Milliseconds until another try makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) retry_after_ms: Option<i64>,
}

impl ApiError {
    /// A field that cannot be taken.
    pub(super) fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid {
            field: Some(field.to_owned()),
            message: message.into(),
        }
    }

    const fn status(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Invalid { .. } => (StatusCode::BAD_REQUEST, "invalid"),
            Self::SignedOut => (StatusCode::UNAUTHORIZED, "signed_out"),
            Self::NotLetIn(_) => (StatusCode::UNAUTHORIZED, "not_let_in"),
            Self::CrossSite => (StatusCode::FORBIDDEN, "cross_site"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::Conflict { code, .. } => (StatusCode::CONFLICT, code),
            Self::Refused(_) => (StatusCode::UNPROCESSABLE_ENTITY, "refused"),
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    fn field_name(&self) -> Option<String> {
        match self {
            Self::Invalid { field, .. } => field.clone(),
            _ => None,
        }
    }

    const fn wait_ms(&self) -> Option<i64> {
        match self {
            Self::TooMany(ms) => Some(*ms),
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.status();
        let wait = self.wait_ms();
        let body = ErrorBody {
            error: ErrorDetail {
                code,
                message: self.to_string(),
                field: self.field_name(),
                retry_after_ms: wait,
            },
        };
        let seconds = wait.map(|ms| ms.div_euclid(1_000).saturating_add(1).to_string());
        match seconds {
            Some(seconds) => (status, [(RETRY_AFTER, seconds)], axum::Json(body)).into_response(),
            None => (status, axum::Json(body)).into_response(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) | StoreError::Unavailable(_) => {
                tracing::warn!(%error, "the team room could not reach the database");
                Self::Unavailable
            }
            StoreError::Duplicate(_)
            | StoreError::Unreadable(_)
            | StoreError::Refused(_)
            | StoreError::Foreign(_) => {
                tracing::error!(%error, "the team room could not read or write");
                Self::Internal
            }
        }
    }
}

impl From<AcceptError> for ApiError {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::Unavailable(cause) => {
                tracing::warn!(cause, "a line from the team room was not stored");
                Self::Unavailable
            }
            AcceptError::Refused(reason) => Self::Refused(reason),
        }
    }
}
