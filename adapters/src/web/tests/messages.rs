//! What is taken in, and what it becomes.

use std::collections::BTreeMap;

use futures::future::join_all;
use rstest::rstest;
use serde_json::json;

use bot_core::domain::content::Media;
use bot_core::domain::inbound::{Incoming, Said};
use bot_core::port::intake::AcceptError;

use super::app::{TestApp, message, send};

fn said(body: &Incoming) -> &Said {
    match body {
        Incoming::Said(said) => said,
        other => panic!("not said: {other:?}"),
    }
}

#[tokio::test]
async fn a_whole_message_arrives_whole() {
    let app = TestApp::start().await;
    let answer = app
        .post(&json!({
            "id": "m-17",
            "user": {"id": "u-9", "name": "Li", "locale": "zh", "attributes": {"plan": "pro", "orders": 3, "vip": true}},
            "text": "我的订单到哪了？",
            "attachments": [{"url": "https://files.example.com/a/cat.png?x=1", "mime": "image/png", "name": "cat.png"}],
            "reply_to": "m-16",
            "context": {"page": "/orders/123"}
        }))
        .await;
    assert_eq!(answer.status, 202);
    assert!(answer.json()["message_id"].is_string());
    let inbound = app.inbox().pop().unwrap();
    assert_eq!(
        (
            inbound.channel.0.as_str(),
            inbound.place.0.as_str(),
            inbound.key.as_str()
        ),
        ("shop", "u-9", "m-17")
    );
    assert_eq!(
        (
            inbound.sender.name.as_str(),
            inbound.sender.locale.as_deref()
        ),
        ("Li", Some("zh"))
    );
    let attributes = [("orders", "3"), ("plan", "pro"), ("vip", "true")]
        .map(|(k, v)| (k.to_owned(), v.to_owned()));
    assert_eq!(inbound.sender.attributes, BTreeMap::from(attributes));
    let said = said(&inbound.body);
    assert_eq!(
        (said.text.as_str(), said.quotes.as_deref()),
        ("我的订单到哪了？", Some("m-16"))
    );
    assert_eq!(
        said.context.get("page").map(String::as_str),
        Some("/orders/123")
    );
    assert_eq!(
        (said.files[0].name.as_str(), said.files[0].media),
        ("cat.png", Media::Image)
    );
}

#[tokio::test]
async fn a_repeat_is_answered_the_same_and_has_no_second_effect() {
    let app = TestApp::start().await;
    let first = app.post(&message("m-1", "hello")).await.json();
    assert_eq!(app.post(&message("m-1", "hello")).await.json(), first);
    app.clock.advance_ms(200_000);
    assert_eq!(app.post(&message("m-1", "other words")).await.json(), first);
    let other = json!({"id": "m-1", "user": {"id": "u-10"}, "text": "hello"});
    assert_ne!(app.post(&other).await.json(), first);
    assert_eq!(app.inbox().len(), 2);
}

#[tokio::test]
async fn the_same_request_again_byte_for_byte_has_no_second_effect() {
    let app = TestApp::start().await;
    let body = serde_json::to_vec(&message("m-1", "hello")).unwrap();
    let request = app
        .signed("POST", "/channels/shop/messages", &body)
        .header("content-type", "application/json");
    let request = request.body(body);
    let answers = join_all((0..20).map(|_| send(request.try_clone().unwrap()))).await;
    let first = answers[0].json();
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 202 && answer.json() == first)
    );
    assert_eq!(app.inbox().len(), 1);
}

#[tokio::test]
async fn a_choice_arrives_as_a_choice() {
    let app = TestApp::start().await;
    let answer = app
        .post(&json!({"id": "m-2", "user": {"id": "u-9"}, "choice": "p7:up"}))
        .await;
    assert_eq!(answer.status, 202);
    assert_eq!(
        app.inbox()[0].body,
        Incoming::Chose {
            choice: "p7:up".to_owned()
        }
    );
}

#[rstest]
#[case::nul("a\u{0}b", "ab")]
#[case::control("\u{7}be\u{1b}[31mll", "be[31mll")]
#[case::overrides("pay \u{202e}drawer", "pay drawer")]
#[case::emoji("👨‍👩‍👧 ok 👍🏽", "👨‍👩‍👧 ok 👍🏽")]
#[case::arabic("مرحبا", "مرحبا")]
#[case::lines("a\r\nb\rc", "a\nb\nc")]
#[case::templates("{{7*7}} {% include 'x' %}", "{{7*7}} {% include 'x' %}")]
#[tokio::test]
async fn strange_text_is_accepted_cleaned(#[case] text: &str, #[case] expected: &str) {
    let app = TestApp::start().await;
    assert_eq!(app.post(&message("m-1", text)).await.status, 202);
    assert_eq!(said(&app.inbox()[0].body).text, expected);
}

#[tokio::test]
async fn a_file_without_a_name_or_a_type_gets_both_from_its_address() {
    let app = TestApp::start().await;
    let url = "https://files.example.com/a/..%2F/voice.mp3?token=x";
    let body = json!({"id": "m-1", "user": {"id": "u-9"}, "attachments": [{"url": url}, {"url": url, "name": "../../etc/passwd"}]});
    assert_eq!(app.post(&body).await.status, 202);
    let inbox = app.inbox();
    let files = &said(&inbox[0].body).files;
    assert_eq!(
        (
            files[0].name.as_str(),
            files[0].mime.as_str(),
            files[0].media
        ),
        ("voice.mp3", "audio/mpeg", Media::Voice)
    );
    assert_eq!(files[1].name, "passwd");
}

#[tokio::test]
async fn nothing_is_acknowledged_that_is_not_stored() {
    let app = TestApp::start().await;
    *app.door.broken.lock().unwrap() =
        Some(AcceptError::Unavailable("the disk is full".to_owned()));
    let answer = app.post(&message("m-1", "hello")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
    assert_eq!(answer.error().0, "unavailable");
    assert!(!String::from_utf8_lossy(&answer.bytes).contains("disk"));
    *app.door.broken.lock().unwrap() = None;
    assert_eq!(app.post(&message("m-1", "hello")).await.status, 202);
}

#[tokio::test]
async fn what_the_door_refuses_is_told() {
    let app = TestApp::start().await;
    *app.door.broken.lock().unwrap() =
        Some(AcceptError::Refused("this customer is blocked".to_owned()));
    let answer = app.post(&message("m-1", "hello")).await;
    assert_eq!(
        (answer.status, answer.error().0.as_str()),
        (422, "not_accepted")
    );
}

#[tokio::test]
async fn a_stopped_channel_acknowledges_nothing() {
    let app = TestApp::start().await;
    app.stop.cancel();
    app.channel
        .door
        .subscribe()
        .wait_for(Option::is_none)
        .await
        .unwrap();
    assert_eq!(app.post(&message("m-1", "hello")).await.status, 503);
    assert!(app.inbox().is_empty());
}
