//! The page of the demo's shop, with the chat on it.

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS,
};
use axum::routing::get;

/// As strict as a careful shop's own policy: the widget works under it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

type Headers = [(HeaderName, &'static str); 4];

const fn headers(kind: &'static str) -> Headers {
    [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-cache"),
    ]
}

/// The shop's routes.
pub fn router() -> Router {
    let file = |kind, text: &'static str| get(move || async move { (headers(kind), text) });
    Router::new()
        .route(
            "/",
            file("text/html; charset=utf-8", include_str!("page/index.html")),
        )
        .route(
            "/shop/style.css",
            file("text/css; charset=utf-8", include_str!("page/style.css")),
        )
        .route(
            "/shop/shop.js",
            file(
                "text/javascript; charset=utf-8",
                include_str!("page/shop.js"),
            ),
        )
        .route(
            "/shop/lamp.svg",
            file("image/svg+xml", include_str!("page/lamp.svg")),
        )
        .route(
            "/shop/kettle.svg",
            file("image/svg+xml", include_str!("page/kettle.svg")),
        )
        .route(
            "/shop/speaker.svg",
            file("image/svg+xml", include_str!("page/speaker.svg")),
        )
}
