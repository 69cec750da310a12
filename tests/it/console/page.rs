//! The page at `/team`, as a browser gets it.

use bot_core::domain::time::SECOND;
use reqwest::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, IF_NONE_MATCH,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use reqwest::{Response, StatusCode};
use rstest::rstest;
use serde_json::json;

use crate::console::office::Office;
use crate::house::{On, said};

impl Office {
    async fn file(&self, path: &str) -> Response {
        let url = format!("{}{path}", self.base);
        self.http.get(url).send().await.unwrap()
    }
}

fn text(headers: &HeaderMap, name: impl reqwest::header::AsHeaderName) -> String {
    headers[name].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_file_comes_under_the_strict_policy_and_a_known_one_is_not_sent_again() {
    let office = Office::open(On::Sqlite).await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/admin/src/console/page");
    let files = std::fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut paths: Vec<String> = names
        .filter(|name| name != "index.html")
        .map(|name| format!("/team/{name}"))
        .collect();
    paths.push("/team".to_owned());
    for path in paths {
        let first = office.file(&path).await;
        assert_eq!(first.status(), StatusCode::OK, "{path}");
        let headers = first.headers().clone();
        let policy = text(&headers, CONTENT_SECURITY_POLICY);
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: {rule} in {policy}");
        }
        assert_eq!(text(&headers, X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(text(&headers, REFERRER_POLICY), "no-referrer");
        assert_eq!(text(&headers, CACHE_CONTROL), "no-cache");
        assert_ne!(text(&headers, CONTENT_TYPE), "");
        let url = format!("{}{path}", office.base);
        let again = office.http.get(url).header(IF_NONE_MATCH, &headers[ETAG]);
        assert_eq!(
            again.send().await.unwrap().status(),
            StatusCode::NOT_MODIFIED,
            "{path}"
        );
    }
}

#[tokio::test]
async fn data_is_never_kept_by_a_browser_and_other_files_are_not_there() {
    let office = Office::open(On::Sqlite).await;
    let li = office.seat("li").await;
    let url = format!("{}/api/v1/threads", office.base);
    let data = office.http.get(url).bearer_auth(&li.token);
    let data = data.send().await.unwrap();
    assert_eq!(text(data.headers(), CACHE_CONTROL), "no-store");
    for path in [
        "/team/secrets.js",
        "/team/../Cargo.toml",
        "/team/index.html",
    ] {
        assert_eq!(
            office.file(path).await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let accent = office.file("/team/accent.css").await.text().await.unwrap();
    assert!(accent.contains("--accent: #2f5bd8"), "{accent}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_new_desk_says_what_it_lacks(#[case] on: On) {
    let office = Office::open(on).await;
    let li = office.seat("li").await;
    let start = li.get("/api/v1/start").await.fine();
    let expected = json!({ "tickets": false, "articles": false, "colleagues": true,
        "channels": [{ "name": "shop", "kind": "web", "widget": false }], "customer_page": null });
    assert_eq!(start, expected);
    office.customer("wang", said("我要找客服")).await;
    office.wait_ms(5 * SECOND).await;
    assert_eq!(li.get("/api/v1/start").await.fine()["tickets"], true);
}
