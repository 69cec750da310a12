//! `/widget.js` and its modules: plain files, the same for every channel, readable from every origin. What
//! they may do is decided by the channel's own routes.

use std::sync::LazyLock;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderName,
    HeaderValue, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest as _, Sha256};

const SCRIPT: &str = "text/javascript; charset=utf-8";

struct Asset {
    path: &'static str,
    text: &'static str,
}

macro_rules! asset {
    ($path:literal, $name:literal) => {
        Asset {
            path: $path,
            text: include_str!(concat!("page/", $name)),
        }
    };
}

const ASSETS: &[Asset] = &[
    asset!("/widget.js", "widget.js"),
    asset!("/widget/app.js", "app.js"),
    asset!("/widget/connection.js", "connection.js"),
    asset!("/widget/dom.js", "dom.js"),
    asset!("/widget/line.js", "line.js"),
    asset!("/widget/panel.js", "panel.js"),
    asset!("/widget/store.js", "store.js"),
    asset!("/widget/style.js", "style.js"),
    asset!("/widget/welcome.js", "welcome.js"),
    asset!("/widget/words.js", "words.js"),
];

/// One version for all files: modules of two versions must never meet.
static VERSION: LazyLock<HeaderValue> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    ASSETS.iter().for_each(|asset| hash.update(asset.text));
    let hex: String = hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // Hexadecimal digits in quotes are always a header value.
    HeaderValue::from_str(&format!("\"{hex}\"")).unwrap_or(HeaderValue::from_static("\"0\""))
});

/// The files of the widget; merged in once, whatever channels have one.
pub fn assets() -> Router {
    ASSETS.iter().fold(Router::new(), |router, asset| {
        router.route(
            asset.path,
            get(move |headers: HeaderMap| async move { serve(asset, &headers) }),
        )
    })
}

fn serve(asset: &'static Asset, headers: &HeaderMap) -> Response {
    let known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|tag| tag == *VERSION);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        asset.text.into_response()
    };
    let fixed: [(HeaderName, &'static str); 4] = [
        (CONTENT_TYPE, SCRIPT),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        // Asked for again each time, and answered by 304: a new version is seen at once.
        (CACHE_CONTROL, "no-cache"),
    ];
    for (name, value) in fixed {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().insert(ETAG, VERSION.clone());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_are_served_and_small_together() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/widget/page");
        for file in std::fs::read_dir(folder).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            assert!(
                ASSETS.iter().any(|asset| asset.path.ends_with(&name)),
                "{name}"
            );
        }
        let bytes: usize = ASSETS.iter().map(|asset| asset.text.len()).sum();
        assert!(bytes < 40_000, "{bytes}");
    }
}
