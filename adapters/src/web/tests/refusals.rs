//! Bad input: a clear answer, and no effect.

use rstest::rstest;
use serde_json::{Value, json};

use super::app::{NOW, SECRET, TestApp, message, send};
use crate::standard_webhooks::Secrets;
use crate::web::{SecretText, WebConfig};

const PATH: &str = "/channels/shop/messages";

#[rstest]
#[case::unsigned(&[])]
#[case::only_an_id(&[("webhook-id", "msg_1")])]
#[case::nonsense(&[("webhook-id", "msg_1"), ("webhook-timestamp", "1764000000"), ("webhook-signature", "v1,AAAA")])]
#[case::of_another_version(&[("webhook-id", "msg_1"), ("webhook-timestamp", "1764000000"), ("webhook-signature", "v2,AAAA")])]
#[case::no_timestamp(&[("webhook-id", "msg_1"), ("webhook-timestamp", "soon"), ("webhook-signature", "v1,AAAA")])]
#[tokio::test]
async fn without_a_signature_nobody_comes_in(#[case] headers: &[(&str, &str)]) {
    let app = TestApp::start().await;
    let mut request = app
        .request("POST", PATH)
        .header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = send(request.body(message("m-1", "hello").to_string())).await;
    assert_eq!(
        (answer.status, answer.error().0.as_str()),
        (401, "invalid_signature")
    );
    assert!(app.inbox().is_empty());
}

#[rstest]
#[case::stale(-300_001, 401)]
#[case::just_fresh(-300_000, 202)]
#[case::just_early(300_000, 202)]
#[case::future(301_000, 401)]
#[tokio::test]
async fn the_time_of_a_request_counts(#[case] offset_ms: i64, #[case] expected: u16) {
    let app = TestApp::start().await;
    let body = message("m-1", "hello").to_string();
    let signed =
        Secrets::parse([SECRET])
            .unwrap()
            .sign("msg_1", NOW.0 + offset_ms, body.as_bytes());
    let request = app
        .request("POST", PATH)
        .header("content-type", "application/json");
    let request = request
        .header("webhook-id", signed.id)
        .header("webhook-timestamp", signed.timestamp);
    let answer = send(
        request
            .header("webhook-signature", signed.signature)
            .body(body),
    )
    .await;
    assert_eq!(answer.status, expected, "{answer:?}");
}

#[tokio::test]
async fn a_signature_is_for_one_body_one_secret_and_one_time() {
    let app = TestApp::start().await;
    let signed = app
        .signed("POST", PATH, b"{}")
        .header("content-type", "application/json");
    assert_eq!(
        send(signed.body(message("m-1", "hello").to_string()))
            .await
            .status,
        401
    );

    let body = message("m-1", "hello").to_string();
    let other = Secrets::parse(["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]).unwrap();
    let signed = other.sign("msg_1", NOW.0, body.as_bytes());
    let request = app
        .request("POST", PATH)
        .header("webhook-id", signed.id)
        .header("content-type", "application/json");
    let request = request
        .header("webhook-timestamp", signed.timestamp)
        .header("webhook-signature", signed.signature);
    assert_eq!(send(request.body(body.clone())).await.status, 401);

    let doubled = app
        .signed("POST", PATH, body.as_bytes())
        .header("webhook-id", "msg_2")
        .body(body);
    assert_eq!(send(doubled).await.status, 401);
    assert!(app.inbox().is_empty());
}

#[tokio::test]
async fn both_secrets_are_taken_during_a_rotation() {
    let mut config = WebConfig::with_secret(SECRET);
    let new = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned();
    config.secret = Some(SecretText::Many(vec![new, SECRET.to_owned()]));
    let app = TestApp::with(config).await;
    assert_eq!(app.post(&message("m-1", "hello")).await.status, 202);
}

/// The field that an answer of 400 names.
#[rstest]
#[case(json!({"user": {"id": "u"}, "text": "x"}), "id")]
#[case(json!({"id": 5, "user": {"id": "u"}, "text": "x"}), "id")]
#[case(json!({"id": "", "user": {"id": "u"}, "text": "x"}), "id")]
#[case(json!({"id": "a\u{0}b", "user": {"id": "u"}, "text": "x"}), "id")]
#[case(json!({"id": "a".repeat(129), "user": {"id": "u"}, "text": "x"}), "id")]
#[case(json!({"id": "m", "text": "x"}), "user")]
#[case(json!({"id": "m", "user": "u", "text": "x"}), "user")]
#[case(json!({"id": "m", "user": {}, "text": "x"}), "user.id")]
#[case(json!({"id": "m", "user": {"id": null}, "text": "x"}), "user.id")]
#[case(json!({"id": "m", "user": {"id": 42}, "text": "x"}), "user.id")]
#[case(json!({"id": "m", "user": {"id": "u", "name": []}, "text": "x"}), "user.name")]
#[case(json!({"id": "m", "user": {"id": "u", "locale": "not a tag"}, "text": "x"}), "user.locale")]
#[case(json!({"id": "m", "user": {"id": "u", "attributes": {"plan": {"deep": 1}}}, "text": "x"}), "user.attributes.plan")]
#[case(json!({"id": "m", "user": {"id": "u", "attributes": {"plan": "x".repeat(1_001)}}, "text": "x"}), "user.attributes.plan")]
#[case(json!({"id": "m", "user": {"id": "u", "attributes": {"": "x"}}, "text": "x"}), "user.attributes")]
#[case(json!({"id": "m", "user": {"id": "u"}}), "text")]
#[case(json!({"id": "m", "user": {"id": "u"}, "text": " \u{0}\u{200b} "}), "text")]
#[case(json!({"id": "m", "user": {"id": "u"}, "text": 1}), "text")]
#[case(json!({"id": "m", "user": {"id": "u"}, "text": "x".repeat(32_769)}), "text")]
#[case(json!({"id": "m", "user": {"id": "u"}, "choice": ["a"]}), "choice")]
#[case(json!({"id": "m", "user": {"id": "u"}, "choice": "a", "text": "x"}), "choice")]
#[case(json!({"id": "m", "user": {"id": "u"}, "text": "x", "reply_to": 7}), "reply_to")]
#[case(json!({"id": "m", "user": {"id": "u"}, "text": "x", "context": "page"}), "context")]
#[case(json!({"id": "m", "user": {"id": "u"}, "text": "x", "context": {"a": [1]}}), "context.a")]
#[case(json!({"id": "m", "user": {"id": "u"}, "attachments": {}}), "attachments")]
#[case(json!({"id": "m", "user": {"id": "u"}, "attachments": [{"name": "x"}]}), "attachments[0].url")]
#[case(json!({"id": "m", "user": {"id": "u"}, "attachments": [{"url": "https://a.example"}, {"url": 1}]}), "attachments[1].url")]
#[case(json!({"id": "m", "user": {"id": "u"}, "attachments": [{"url": "http://127.0.0.1/x"}]}), "attachments[0].url")]
#[case(json!({"id": "m", "user": {"id": "u"}, "attachments": [{"url": "http://0x7f.1/x"}]}), "attachments[0].url")]
#[case(json!({"id": "m", "user": {"id": "u"}, "attachments": [{"url": "http://[::ffff:169.254.169.254]/"}]}), "attachments[0].url")]
#[case(json!({"id": "m", "user": {"id": "u"}, "attachments": [{"url": "file:///etc/passwd"}]}), "attachments[0].url")]
#[tokio::test]
async fn the_field_that_is_wrong_is_named(#[case] body: Value, #[case] field: &str) {
    let app = TestApp::start().await;
    let answer = app.post(&body).await;
    assert_eq!(
        (answer.status, answer.error()),
        (400, ("invalid_field".to_owned(), Some(field.to_owned())))
    );
    assert!(app.inbox().is_empty());
}

#[tokio::test]
async fn too_many_of_anything_is_refused() {
    let app = TestApp::start().await;
    let files = vec![json!({"url": "https://a.example/x"}); 11];
    let answer = app
        .post(&json!({"id": "m", "user": {"id": "u"}, "attachments": files}))
        .await;
    assert_eq!(
        (answer.status, answer.error().1.as_deref()),
        (400, Some("attachments"))
    );
    let pairs: serde_json::Map<String, Value> =
        (0..51).map(|n| (format!("k{n}"), json!(n))).collect();
    let answer = app
        .post(&json!({"id": "m", "user": {"id": "u", "attributes": pairs}, "text": "x"}))
        .await;
    assert_eq!(
        (answer.status, answer.error().1.as_deref()),
        (400, Some("user.attributes"))
    );
}

#[rstest]
#[case::empty(b"".as_slice())]
#[case::half(br#"{"id": "m", "user": {"#)]
#[case::not_utf8(b"{\"id\": \"\xff\"}")]
#[case::half_an_emoji(br#"{"id": "m", "user": {"id": "u"}, "text": "\ud83d"}"#)]
#[case::a_list(b"[]")]
#[case::twice(br#"{"id": "m", "id": "n", "user": {"id": "u"}, "text": "x"}"#)]
#[case::more_behind(br#"{"id": "m", "user": {"id": "u"}, "text": "x"} x"#)]
#[tokio::test]
async fn what_is_no_message_is_told_so(#[case] body: &[u8]) {
    let app = TestApp::start().await;
    let answer = app.post_bytes(body.to_vec()).await;
    assert_eq!(
        (answer.status, answer.error().0.as_str()),
        (400, "malformed_json")
    );
}

#[tokio::test]
async fn endless_nesting_is_refused() {
    let app = TestApp::start().await;
    let body = format!(
        r#"{{"id": "m", "x": {}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(app.post_bytes(body.into_bytes()).await.status, 400);
}

#[rstest]
#[case::at_the_limit(256 * 1_024, 400)]
#[case::above_it(256 * 1_024 + 1, 413)]
#[case::a_text_of_one_megabyte(1_000_000, 413)]
#[tokio::test]
async fn the_body_has_a_limit(#[case] bytes: usize, #[case] expected: u16) {
    let app = TestApp::start().await;
    let empty = message("m-1", "").to_string();
    let body = message("m-1", &"x".repeat(bytes - empty.len()))
        .to_string()
        .into_bytes();
    assert_eq!(body.len(), bytes);
    assert_eq!(app.post_bytes(body).await.status, expected);
}

#[tokio::test]
async fn the_limit_holds_for_a_body_of_unknown_length() {
    let app = TestApp::start().await;
    let body = vec![b' '; 300_000];
    let pieces: Vec<Result<Vec<u8>, std::io::Error>> = body
        .chunks(10_000)
        .map(|piece| Ok(piece.to_vec()))
        .collect();
    let request = app
        .signed("POST", PATH, &body)
        .header("content-type", "application/json");
    let request = request.body(reqwest::Body::wrap_stream(futures::stream::iter(pieces)));
    assert_eq!(send(request).await.status, 413);
}

#[rstest]
#[case("POST", "/channels/nowhere/messages", 404, "unknown_channel")]
#[case("GET", "/channels/nowhere/users/u-9/messages", 404, "unknown_channel")]
#[case("GET", "/channels/shop/messages", 405, "method_not_allowed")]
#[case("POST", "/channels/shop/users/u-9/messages", 405, "method_not_allowed")]
#[tokio::test]
async fn wrong_addresses_are_told_so(
    #[case] method: &str,
    #[case] path: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let app = TestApp::start().await;
    let answer = send(app.signed(method, path, path.as_bytes())).await;
    assert_eq!((answer.status, answer.error().0.as_str()), (status, code));
}

#[rstest]
#[case(None, 415)]
#[case(Some("text/plain"), 415)]
#[case(Some("application/x-www-form-urlencoded"), 415)]
#[case(Some("application/json; charset=utf-8"), 202)]
#[case(Some("Application/JSON"), 202)]
#[tokio::test]
async fn the_content_type_counts(#[case] mime: Option<&str>, #[case] expected: u16) {
    let app = TestApp::start().await;
    let body = message("m-1", "hello").to_string();
    let mut request = app.signed("POST", PATH, body.as_bytes());
    if let Some(mime) = mime {
        request = request.header("content-type", mime);
    }
    assert_eq!(send(request.body(body)).await.status, expected);
}

#[tokio::test]
async fn an_address_that_guesses_gets_a_pause_and_then_another_chance() {
    let mut config = WebConfig::with_secret(SECRET);
    (config.network.bad_per_second, config.network.bad_burst) = (1, 3);
    let app = TestApp::with(config).await;
    let guess = || {
        send(
            app.request("POST", PATH)
                .header("content-type", "application/json")
                .body("{}"),
        )
    };
    for _ in 0..3 {
        assert_eq!(guess().await.status, 401);
    }
    let answer = guess().await;
    assert_eq!(
        (
            answer.status,
            answer.error().0.as_str(),
            answer.header("retry-after")
        ),
        (429, "too_many_requests", "1")
    );
    app.clock.advance_ms(1_000);
    assert_eq!(app.post(&message("m-1", "hello")).await.status, 202);
}

#[tokio::test]
async fn behind_a_trusted_proxy_only_the_guesser_pauses() {
    let mut config = WebConfig::with_secret(SECRET);
    (config.network.bad_per_second, config.network.bad_burst) = (1, 1);
    config.network.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let app = TestApp::with(config).await;
    let guess = |from: &'static str| {
        send(
            app.request("POST", PATH)
                .header("x-forwarded-for", from)
                .body("{}"),
        )
    };
    assert_eq!(guess("9.9.9.9, 198.51.100.1").await.status, 401);
    assert_eq!(guess("8.8.8.8, 198.51.100.1").await.status, 429);
    assert_eq!(guess("198.51.100.2").await.status, 401);
    assert_eq!(app.post(&message("m-1", "hello")).await.status, 202);
}

#[rstest]
#[case::blank("", "secret")]
#[case::bare("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "secret")]
fn a_poor_secret_stops_the_start(#[case] secret: &str, #[case] key: &str) {
    let mut config = WebConfig::with_secret(secret);
    config.callback_url = Some("not an address".to_owned());
    let problems = config.settle(&"a b".into(), "desk").unwrap_err();
    let keys: Vec<_> = problems.iter().map(|problem| problem.key).collect();
    assert_eq!(keys, ["name", key, "callback_url", "public_url"]);
}

#[test]
fn a_configuration_shows_no_secret() {
    assert!(!format!("{:?}", WebConfig::with_secret(SECRET)).contains("MfKQ"));
}
