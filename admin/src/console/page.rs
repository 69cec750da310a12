//! The page at `/team`: plain modules, served as they are written, under a policy that lets nothing
//! else run.

use std::sync::LazyLock;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue,
    IF_NONE_MATCH, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

use bot_core::domain::accent::Accent;

/// Only our own modules run, styles come from our own files, and no text becomes markup or script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' blob:; media-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const PICTURE: &str = "image/svg+xml";

/// A file of the page.
struct Asset {
    path: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $kind:expr) => {
        Asset {
            path: concat!("/team/", $name),
            kind: $kind,
            bytes: include_bytes!(concat!("page/", $name)),
        }
    };
}

const ASSETS: &[Asset] = &[
    Asset {
        path: "/team",
        kind: HTML,
        bytes: include_bytes!("page/index.html"),
    },
    asset!("account.js", SCRIPT),
    asset!("api.js", SCRIPT),
    asset!("attachments.js", SCRIPT),
    asset!("avatar.js", SCRIPT),
    asset!("banner.js", SCRIPT),
    asset!("base.css", STYLE),
    asset!("card.js", SCRIPT),
    asset!("composer.js", SCRIPT),
    asset!("dialog.js", SCRIPT),
    asset!("dom.js", SCRIPT),
    asset!("errors.js", SCRIPT),
    asset!("fare.js", SCRIPT),
    asset!("files.js", SCRIPT),
    asset!("filters.js", SCRIPT),
    asset!("flow.js", SCRIPT),
    asset!("found.js", SCRIPT),
    asset!("frame.css", STYLE),
    asset!("guide.js", SCRIPT),
    asset!("heading.js", SCRIPT),
    asset!("icon.svg", PICTURE),
    asset!("icons.js", SCRIPT),
    asset!("kb-edit.js", SCRIPT),
    asset!("kb-fields.js", SCRIPT),
    asset!("kb-history.js", SCRIPT),
    asset!("kb-imports.js", SCRIPT),
    asset!("kb-list.js", SCRIPT),
    asset!("kb-shown.js", SCRIPT),
    asset!("kb-suggestions.js", SCRIPT),
    asset!("kb-tests.js", SCRIPT),
    asset!("kb-trial.js", SCRIPT),
    asset!("kept.js", SCRIPT),
    asset!("keys.js", SCRIPT),
    asset!("knowledge.css", STYLE),
    asset!("knowledge.js", SCRIPT),
    asset!("line.js", SCRIPT),
    asset!("list.js", SCRIPT),
    asset!("live.js", SCRIPT),
    asset!("main.js", SCRIPT),
    asset!("menu.js", SCRIPT),
    asset!("offers.js", SCRIPT),
    asset!("outbox.js", SCRIPT),
    asset!("pages.css", STYLE),
    asset!("rings.js", SCRIPT),
    asset!("room.js", SCRIPT),
    asset!("rooms.js", SCRIPT),
    asset!("row.js", SCRIPT),
    asset!("saved.js", SCRIPT),
    asset!("shell.js", SCRIPT),
    asset!("signin.js", SCRIPT),
    asset!("signs.js", SCRIPT),
    asset!("sound.js", SCRIPT),
    asset!("store.js", SCRIPT),
    asset!("team.js", SCRIPT),
    asset!("thread.css", STYLE),
    asset!("thread.js", SCRIPT),
    asset!("time.js", SCRIPT),
    asset!("top.js", SCRIPT),
    asset!("unread.js", SCRIPT),
    asset!("words-en.js", SCRIPT),
    asset!("words-zh.js", SCRIPT),
    asset!("words.js", SCRIPT),
];

/// One version for all files: modules of two versions must never meet.
static VERSION: LazyLock<HeaderValue> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    ASSETS.iter().for_each(|asset| hash.update(asset.bytes));
    let hex: String = hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // Hexadecimal digits in quotes are always a header value.
    HeaderValue::from_str(&format!("\"{hex}\"")).unwrap_or(HeaderValue::from_static("\"0\""))
});

/// The page's routes. They need no session: what is secret comes from the API.
pub(super) fn router(accent: Accent) -> Router {
    let style = accent_style(accent);
    let routes = Router::new().route(
        "/team/accent.css",
        get(move || async move { with_headers(STYLE, style) }),
    );
    ASSETS.iter().fold(routes, |routes, asset| {
        routes.route(
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
        with_headers(asset.kind, asset.bytes)
    };
    response.headers_mut().insert(ETAG, VERSION.clone());
    response
}

fn with_headers(kind: &'static str, body: impl IntoResponse) -> Response {
    let fixed: [(HeaderName, &'static str); 5] = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        // Asked for again each time, and answered by 304: a new version is seen at once.
        (CACHE_CONTROL, "no-cache"),
    ];
    let mut response = body.into_response();
    for (name, value) in fixed {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The accent colour with what is legible on it, and its shades for text.
fn accent_style(accent: Accent) -> String {
    format!(
        ":root {{ --accent: {accent}; --on-accent: {}; --accent-text: {}; }}\n\
         @media (prefers-color-scheme: dark) {{ :root {{ --accent-text: {}; }} }}\n",
        accent.text_on(),
        accent.readable_on_light(),
        accent.readable_on_dark(),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn text(path: &str) -> &'static str {
        let asset = ASSETS.iter().find(|asset| asset.path == path).unwrap();
        std::str::from_utf8(asset.bytes).unwrap()
    }

    fn modules() -> impl Iterator<Item = (&'static str, &'static str)> {
        let scripts = ASSETS.iter().filter(|asset| asset.kind == SCRIPT);
        scripts.map(|asset| (asset.path, text(asset.path)))
    }

    /// The keys of the words in one language, as they stand.
    fn keys(path: &str) -> Vec<&'static str> {
        let lines = text(path).lines().map(str::trim);
        let lines = lines.filter(|line| !line.starts_with("//"));
        let pairs = lines.filter_map(|line| line.split_once(": '"));
        pairs.map(|(key, _)| key).collect()
    }

    /// What stands between a mark and a quotation mark, wherever the mark is.
    fn quoted_behind(text: &'static str, mark: &str) -> Vec<&'static str> {
        let behind = text.split(mark).skip(1);
        behind.filter_map(|rest| rest.split('\'').next()).collect()
    }

    #[test]
    fn every_file_of_the_page_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/console/page");
        for file in std::fs::read_dir(folder).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let path = format!("/team/{name}");
            let served = ASSETS.iter().any(|asset| asset.path == path);
            assert!(served || name == "index.html", "{name}");
        }
    }

    #[test]
    fn the_page_is_small_and_so_are_its_parts() {
        let bytes: usize = ASSETS.iter().map(|asset| asset.bytes.len()).sum();
        // The knowledge section, which is loaded by those who go there, is a seventh of it.
        assert!(bytes < 240_000, "{bytes}");
        for (path, text) in modules().filter(|(path, _)| !path.contains("words-")) {
            let lines = text.lines().count();
            assert!(lines <= 260, "{path} has {lines} lines");
        }
    }

    #[test]
    fn both_languages_have_the_same_words() {
        let (en, zh) = (keys("/team/words-en.js"), keys("/team/words-zh.js"));
        assert!(en.len() > 200, "{}", en.len());
        assert_eq!(en, zh);
        let once: BTreeSet<_> = en.iter().collect();
        assert_eq!(once.len(), en.len(), "no key stands there twice");
    }

    #[test]
    fn every_word_that_is_said_is_there() {
        let known = keys("/team/words-en.js");
        for (path, text) in modules() {
            let calls = [" t('", "(t('", "[t('", "{t('"].into_iter();
            for key in calls.flat_map(|mark| quoted_behind(text, mark)) {
                assert!(known.contains(&key), "{path} says {key:?}");
            }
        }
    }

    #[test]
    fn every_cause_of_a_ticket_has_words() {
        let known = keys("/team/words-en.js");
        for cause in bot_core::domain::ticket::Cause::ALL {
            let key = format!("cause_{}", cause.as_str());
            assert!(known.contains(&key.as_str()), "{key}");
        }
    }

    #[test]
    fn every_import_finds_its_module() {
        for (path, text) in modules() {
            let named = ["from './", "import('./"].into_iter();
            for name in named.flat_map(|mark| quoted_behind(text, mark)) {
                let wanted = format!("/team/{name}");
                let served = ASSETS.iter().any(|asset| asset.path == wanted);
                assert!(served, "{path} imports {name}");
            }
        }
    }

    /// The policy would stop them; they shall not even be tried.
    #[test]
    fn nothing_turns_text_into_markup_or_script() {
        let forbidden = [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "DOMParser",
            "createContextualFragment",
            "eval(",
            "new Function",
            "srcdoc",
            "javascript:",
        ];
        for (path, text) in modules() {
            for word in forbidden {
                assert!(!text.contains(word), "{path} has {word}");
            }
        }
    }
}
