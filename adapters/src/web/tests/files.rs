//! Uploads, links, and what is served.

use rstest::rstest;
use serde_json::json;

use bot_core::domain::inbound::{Incoming, IncomingFile};
use bot_core::port::platform::{FetchError, Platform as _};

use super::app::{SECRET, TestApp, send};
use crate::web::WebConfig;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// A file as a message with this address brings it.
async fn incoming(app: &TestApp, url: &str, mime: &str) -> IncomingFile {
    let body = json!({"id": url, "user": {"id": "u-9"}, "attachments": [{"url": url, "mime": mime, "name": "cat.png"}]});
    let answer = app.post(&body).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    match app.inbox().pop().unwrap().body {
        Incoming::Said(said) => said.files[0].clone(),
        other => panic!("not said: {other:?}"),
    }
}

#[tokio::test]
async fn an_upload_becomes_an_attachment() {
    let app = TestApp::start().await;
    let answer = app.upload(PNG, "image/png").await;
    assert_eq!(answer.status, 201);
    let url = answer.json()["url"].as_str().unwrap().to_owned();
    let blob = app
        .channel
        .fetch(&incoming(&app, &url, "image/png").await)
        .await
        .unwrap();
    assert_eq!(
        (blob.bytes.as_slice(), blob.mime.as_str()),
        (PNG, "image/png")
    );
}

#[tokio::test]
async fn the_same_upload_again_is_the_same_file() {
    let app = TestApp::start().await;
    let first = app.upload(PNG, "image/png").await.json();
    assert_eq!(app.upload(PNG, "image/png").await.json(), first);
    assert_ne!(app.upload(b"other", "image/png").await.json(), first);
    let request = app
        .signed_as("msg_2", "POST", "/channels/shop/uploads", PNG)
        .body(PNG.to_vec());
    assert_ne!(send(request).await.json(), first);
}

#[rstest]
#[case::unsigned("msg_1", 401)]
#[tokio::test]
async fn an_upload_is_signed(#[case] id: &str, #[case] expected: u16) {
    let app = TestApp::start().await;
    let request = app
        .signed_as(id, "POST", "/channels/shop/uploads", b"other bytes")
        .body(PNG.to_vec());
    assert_eq!(send(request).await.status, expected);
}

#[tokio::test]
async fn an_empty_upload_or_one_that_is_too_large_is_refused() {
    let app = TestApp::start().await;
    let answer = app.upload(b"", "image/png").await;
    assert_eq!(
        (answer.status, answer.error().1.as_deref()),
        (400, Some("body"))
    );
    let answer = app
        .upload(&vec![0; 20 * 1_024 * 1_024 + 1], "image/png")
        .await;
    assert_eq!(
        (answer.status, answer.error().0.as_str()),
        (413, "too_large")
    );
    assert_eq!(
        app.upload(&vec![0; 20 * 1_024 * 1_024], "image/png")
            .await
            .status,
        201
    );
}

#[rstest]
#[case::picture(PNG, "image/png", "image/png", "inline")]
#[case::page_as_picture(
    b"<!doctype html><script>",
    "image/png",
    "text/html; charset=utf-8",
    "attachment"
)]
#[case::drawing(
    b"<svg onload='x'/>",
    "image/svg+xml; x",
    "image/svg+xml",
    "attachment"
)]
#[case::table(b"a,b\n1,2", "text/csv", "text/plain; charset=utf-8", "attachment")]
#[case::unknown(b"\x01\x02", "image/png", "application/octet-stream", "attachment")]
#[tokio::test]
async fn a_served_file_cannot_do_harm(
    #[case] bytes: &[u8],
    #[case] announced: &str,
    #[case] mime: &str,
    #[case] how: &str,
) {
    let app = TestApp::start().await;
    let url = app.upload(bytes, announced).await.json()["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let answer = send(app.client.get(url)).await;
    assert_eq!(
        (
            answer.status,
            answer.bytes.as_slice(),
            answer.header("content-type")
        ),
        (200, bytes, mime)
    );
    assert!(answer.header("content-disposition").starts_with(how));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; sandbox"
    );
}

#[tokio::test]
async fn a_link_cannot_be_guessed_or_bent() {
    let app = TestApp::start().await;
    let url = app.upload(PNG, "image/png").await.json()["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let (folder, token) = url.rsplit_once('/').unwrap();
    for (at, letter) in token.char_indices() {
        let other = if letter == 'A' { 'B' } else { 'A' };
        let mut bent = token.to_owned();
        bent.replace_range(at..=at, &other.to_string());
        assert_eq!(
            send(app.client.get(format!("{folder}/{bent}")))
                .await
                .status,
            404,
            "{at}"
        );
        let body = json!({"id": "m", "user": {"id": "u"}, "attachments": [{"url": format!("{folder}/{bent}")}]});
        assert_eq!(
            app.post(&body).await.error().1.as_deref(),
            Some("attachments[0].url")
        );
    }
    assert_eq!(
        send(app.client.get(format!("{url}/any%20name.png")))
            .await
            .status,
        200
    );
    for path in ["", "x", "%FF", "../../etc/passwd"] {
        assert_eq!(
            send(app.client.get(format!("{folder}/{path}")))
                .await
                .status,
            404,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_private_address_is_refused_when_the_file_is_fetched() {
    let app = TestApp::start().await;
    let mut file = incoming(&app, "http://localhost/a.png", "image/png").await;
    assert!(matches!(
        app.channel.fetch(&file).await,
        Err(FetchError::Refused(_))
    ));
    file.source = "http://127.0.0.1/a.png".to_owned();
    assert!(matches!(
        app.channel.fetch(&file).await,
        Err(FetchError::Refused(_))
    ));
}

#[tokio::test]
async fn a_file_of_an_allowed_address_is_named_as_what_it_is() {
    let mut config = WebConfig::with_secret(SECRET);
    config.network.allow_private = vec!["127.0.0.1".parse().unwrap()];
    let app = TestApp::with(config).await;
    // The test's own server stands for the app's: a page that claims to be a picture.
    let page = app
        .upload(b"<!doctype html><script>", "image/png")
        .await
        .json()["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let elsewhere = page.replace("http://127.0.0.1", "http://[::ffff:127.0.0.1]");
    let file = incoming(&app, &elsewhere, "image/png").await;
    assert_eq!(app.channel.fetch(&file).await.unwrap().mime, "text/html");
}
