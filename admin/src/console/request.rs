//! Reading requests: whatever cannot be read is refused in the API's one form, with the field named.

use std::net::{IpAddr, SocketAddr};

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::console::error::ApiError;

/// The largest JSON body, in bytes.
pub(super) const JSON_MOST: usize = 256 * 1024;

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<T, S> FromRequest<S> for Body<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(unreadable(&rejection)),
        }
    }
}

fn unreadable(rejection: &JsonRejection) -> ApiError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return ApiError::TooLarge(JSON_MOST);
    }
    let text = rejection.body_text();
    ApiError::Invalid {
        field: blamed(&text),
        message: text,
    }
}

/// The field that serde complains of: `missing field `x``, `unknown field `x``, or the path that
/// stands before the complaint (`…target type: x.y: invalid type…`).
fn blamed(text: &str) -> Option<String> {
    let named = ["missing field `", "unknown field `"];
    let quoted = named.iter().find_map(|mark| text.split_once(mark));
    if let Some((_, rest)) = quoted {
        return rest.split('`').next().map(str::to_owned);
    }
    let (_, complaint) = text.split_once("target type: ")?;
    let (path, _) = complaint.split_once(": ")?;
    (!path.contains(' ')).then(|| path.to_owned())
}

/// The parts of a path; one that cannot be read names nothing.
pub(super) struct At<T>(pub(super) T);

impl<T, S> FromRequestParts<S> for At<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(_) => Err(ApiError::NotFound),
        }
    }
}

/// The values behind the `?`.
pub(super) struct Asked<T>(pub(super) T);

impl<T, S> FromRequestParts<S> for Asked<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let message = rejection.body_text();
                let field = blamed(&message);
                Err(ApiError::Invalid { field, message })
            }
        }
    }
}

/// The address that a request comes from, where somebody in front of us has told it (a proxy that
/// is trusted, put into the request's extensions by the one who owns the listener).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddress(pub IpAddr);

/// The address that sign-ins are limited by.
pub(super) struct Peer(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let told = parts.extensions.get::<PeerAddress>().map(|told| told.0);
        let seen = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let address = told.or_else(|| seen.map(|seen| seen.0.ip()));
        // Without an address all share one limit: slower, never open.
        Ok(Self(address.map_or_else(String::new, network)))
    }
}

/// One household has 2^64 addresses of IPv6, so only its network counts.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_to_blame_is_found_in_what_serde_says() {
        let prefix = "Failed to deserialize the JSON body into the target type: ";
        let check = |complaint: &str, field: Option<&str>| {
            let text = format!("{prefix}{complaint}");
            assert_eq!(blamed(&text).as_deref(), field, "{complaint}");
        };
        check("missing field `key` at line 1 column 2", Some("key"));
        check("x: unknown field `evil`, expected `a`", Some("evil"));
        check(
            "text: invalid type: integer `1`, expected a string",
            Some("text"),
        );
        check("invalid type: sequence, expected struct Line", None);
    }

    #[test]
    fn addresses_of_one_network_share_a_limit() {
        let check = |address: &str, shown: &str| {
            assert_eq!(network(address.parse().unwrap()), shown);
        };
        check("192.0.2.7", "192.0.2.7");
        check("::ffff:192.0.2.7", "192.0.2.7");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
    }
}
