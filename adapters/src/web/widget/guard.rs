//! What stands before every path of the widget: the origin and the budget, and for a visitor's own
//! paths the token.

use std::net::IpAddr;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, AUTHORIZATION, CACHE_CONTROL, HOST, HeaderMap, HeaderValue, ORIGIN,
    VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::web::error::Refused;
use crate::web::widget::Shop;
use crate::web::widget::store;
use crate::web::widget::token::hash;
use crate::web::widget::visitor::Visitor;

/// The address that a request comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Address(pub(super) IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        parts.extensions.get().copied().ok_or(Refused::NoToken)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        // Only the guard puts it there; a path that it does not stand before lets nobody in.
        parts.extensions.get().cloned().ok_or(Refused::NoToken)
    }
}

/// Lets requests of allowed origins in, and tells their browsers that they may read the answers.
pub(super) async fn origin(State(shop): State<Shop>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let origin = headers.get(ORIGIN).cloned();
    if origin
        .as_ref()
        .is_some_and(|origin| !shop.allows(origin, headers))
    {
        return Refused::Origin.into_response();
    }
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        shop.within_budget(request, next).await
    };
    mark(response.headers_mut(), origin);
    response
}

fn mark(headers: &mut HeaderMap, origin: Option<HeaderValue>) {
    let fixed = [
        (VARY, "origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (ACCESS_CONTROL_MAX_AGE, "3600"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
}

/// Lets requests with a visitor's token in.
pub(super) async fn visitor(
    State(shop): State<Shop>,
    Address(address): Address,
    mut request: Request,
    next: Next,
) -> Response {
    let token = bearer(request.headers()).unwrap_or_default().to_owned();
    match shop.visitor(&token, address).await {
        Ok(visitor) => {
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

impl Shop {
    /// Listed origins, and our own: the public address, or on this machine and its network, where a page
    /// and its request name the same host by its number.
    fn allows(&self, origin: &HeaderValue, headers: &HeaderMap) -> bool {
        self.widget.settings.origins.contains(origin)
            || self.channel.links.is_our_origin(origin)
            || is_by_number(origin, headers).unwrap_or(false)
    }

    async fn within_budget(&self, mut request: Request, next: Next) -> Response {
        let (mut parts, body) = request.into_parts();
        let address = self.channel.gate.address_of(&parts);
        let now = self.now();
        let spent =
            self.widget.requests.is_spent(address, now) || self.widget.wrong.is_spent(address, now);
        if spent {
            return Refused::TooMany.into_response();
        }
        self.widget.requests.charge(address, now);
        parts.extensions.insert(Address(address));
        request = Request::from_parts(parts, body);
        next.run(request).await
    }

    /// Who carries a token.
    ///
    /// # Errors
    /// When nobody does (the address has fewer tries then), or somebody whom the host page has not named
    /// where it has to.
    pub(super) async fn visitor(&self, token: &str, address: IpAddr) -> Result<Visitor, Refused> {
        if self.widget.wrong.is_spent(address, self.now()) {
            return Err(Refused::TooMany);
        }
        let Some(visitor) = self.find(token).await? else {
            self.widget.wrong.charge(address, self.now());
            return Err(Refused::NoToken);
        };
        // Their token may be older than the setting.
        if self.widget.settings.identity_required && !visitor.known {
            return Err(Refused::NoIdentity);
        }
        Ok(visitor)
    }

    /// Who carries a token, if anybody does.
    pub(super) async fn find(&self, token: &str) -> Result<Option<Visitor>, Refused> {
        let core = &self.desk()?.core;
        let (hash, channel, now) = (hash(token), self.channel.name.clone(), core.now());
        let keyring = core.keyring.clone();
        let read = core.db.read(|tx| {
            Box::pin(async move { store::find(tx, keyring.system(), &channel, &hash, now).await })
        });
        read.await.map_err(|error| self.failed(&error))
    }

    pub(super) fn failed(&self, error: &bot_core::store::StoreError) -> Refused {
        tracing::error!(channel = %self.channel.name, %error, "the widget could not reach the database");
        Refused::Unavailable
    }

    /// The time, in milliseconds.
    pub(super) fn now(&self) -> i64 {
        self.channel.gate.clock.now().0
    }
}

/// A name proves nothing: whoever owns one can let it lead here. A number, and `localhost`, cannot be
/// somebody else's.
fn is_by_number(origin: &HeaderValue, headers: &HeaderMap) -> Option<bool> {
    let origin: Uri = origin.to_str().ok()?.parse().ok()?;
    let authority = origin.authority()?;
    let host = authority.host().trim_matches(['[', ']']);
    let is_number = host == "localhost" || host.parse::<IpAddr>().is_ok();
    Some(is_number && authority.as_str() == headers.get(HOST)?.to_str().ok()?)
}
