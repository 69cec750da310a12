//! Who asks. The guard stands before every path: it finds the session, checks that a request with a
//! cookie comes from our own page, and looks up in the table whether the role may do this.

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::Method;
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, COOKIE, HOST, HeaderMap, HeaderValue, ORIGIN, UPGRADE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use bot_core::domain::command::Permission;
use bot_core::domain::id::AgentId;
use bot_core::domain::time::MINUTE;
use bot_core::store::board::agents::AgentRow;

use crate::console::Console;
use crate::console::access::{Right, needed};
use crate::console::error::ApiError;
use crate::console::store::session;
use crate::console::token::{Hash, hash};

/// The cookie of a browser's session.
pub(super) const COOKIE_NAME: &str = "frontdesk_session";
/// The header that repeats what only our own page can have read.
pub(super) const CSRF_HEADER: &str = "x-csrf-token";
/// A session in use is written down this often, in milliseconds.
const NOTED_EVERY: i64 = 5 * MINUTE;

/// The agent who asks.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) agent: AgentRow,
    pub(super) session: Hash,
}

impl Caller {
    /// Who it is.
    pub(super) const fn id(&self) -> AgentId {
        self.agent.id
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // Only the guard puts it there; a path that the guard let through without one has none.
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(ApiError::SignedOut)
    }
}

/// Stands before every path.
pub(super) async fn guard(
    State(console): State<Console>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut response = match admit(&console, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

async fn admit(console: &Console, request: &mut Request) -> Result<(), ApiError> {
    let path = request.extensions().get::<MatchedPath>();
    let right = path.and_then(|path| needed(request.method(), path.as_str()));
    let right = right.ok_or(ApiError::NotFound)?;
    if right == Right::Nobody {
        return from_our_page(console, request.headers(), false);
    }
    let caller = find(console, request.method(), request.headers()).await?;
    if right
        .permission()
        .is_some_and(|wanted| !console.may(&caller, wanted))
    {
        return Err(ApiError::Forbidden);
    }
    request.extensions_mut().insert(caller);
    Ok(())
}

async fn find(console: &Console, method: &Method, headers: &HeaderMap) -> Result<Caller, ApiError> {
    if let Some(token) = bearer(headers) {
        return console.caller(hash(token)).await;
    }
    let session = hash(cookie(headers).ok_or(ApiError::SignedOut)?);
    let upgrade = headers.contains_key(UPGRADE);
    if upgrade || !method.is_safe() {
        from_our_page(console, headers, upgrade)?;
    }
    if !method.is_safe() {
        let given = headers
            .get(CSRF_HEADER)
            .map(HeaderValue::as_bytes)
            .unwrap_or_default();
        let wanted = console.csrf(&session);
        if !bool::from(given.ct_eq(wanted.as_bytes())) {
            return Err(ApiError::CrossSite);
        }
    }
    console.caller(session).await
}

/// A browser names the page that a request comes from; it must be ours. A program names none, which
/// is refused where a browser always would.
fn from_our_page(
    console: &Console,
    headers: &HeaderMap,
    must_be_named: bool,
) -> Result<(), ApiError> {
    let Some(origin) = headers.get(ORIGIN) else {
        return if must_be_named {
            Err(ApiError::CrossSite)
        } else {
            Ok(())
        };
    };
    let origin = origin.to_str().map_err(|_| ApiError::CrossSite)?;
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let same_host = origin
        .split_once("://")
        .is_some_and(|(_, authority)| Some(authority) == host);
    let public = console.context.public_url.as_deref().map(origin_of);
    match same_host || public == Some(origin) {
        true => Ok(()),
        false => Err(ApiError::CrossSite),
    }
}

/// `https://desk.example.com/x` → `https://desk.example.com`.
fn origin_of(url: &str) -> &str {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(authority..).and_then(|rest| rest.find('/'));
    end.and_then(|end| url.get(..authority + end))
        .unwrap_or(url)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let pairs = all
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .filter(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, value)| value)
        .next()
}

impl Console {
    /// Whether the caller's roles give this.
    pub(super) fn may(&self, caller: &Caller, wanted: Permission) -> bool {
        self.context
            .registry
            .roles()
            .allows(&caller.agent.roles, wanted)
    }

    /// The agent behind a session.
    pub(super) async fn caller(&self, session: Hash) -> Result<Caller, ApiError> {
        let now = self.now();
        let read =
            self.context.core.db.read(move |tx| {
                Box::pin(async move { session::agent_of(tx, &session, now).await })
            });
        let (agent, seen) = read.await?.ok_or(ApiError::SignedOut)?;
        if now.since(seen) >= NOTED_EVERY {
            let note =
                self.context.core.db.write(move |tx| {
                    Box::pin(async move { session::seen(tx, &session, now).await })
                });
            note.await?;
        }
        Ok(Caller { agent, session })
    }

    /// What a page must repeat with every change.
    pub(super) fn csrf(&self, session: &Hash) -> String {
        URL_SAFE_NO_PAD.encode(
            self.context
                .core
                .keyring
                .master()
                .blind("console.csrf", session),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_the_url_without_its_path() {
        for (url, origin) in [
            ("https://desk.example.com", "https://desk.example.com"),
            ("https://desk.example.com/", "https://desk.example.com"),
            ("http://127.0.0.1:8080/team", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(origin_of(url), origin);
        }
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(
            COOKIE,
            HeaderValue::from_static("a=b; frontdesk_session=tok; c"),
        );
        assert_eq!(cookie(&headers), Some("tok"));
        headers.insert(COOKIE, HeaderValue::from_static("xfrontdesk_session=tok"));
        assert_eq!(cookie(&headers), None);
    }
}
