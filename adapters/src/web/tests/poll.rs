//! The long poll.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use rstest::rstest;
use serde_json::{Value, json};
use uuid::Uuid;

use bot_core::domain::content::{Attachment, Author, Choice, Content, Kind, Media};
use bot_core::domain::id::{AgentId, AttachmentId, MessageId};
use bot_core::domain::place::Place;

use super::app::{TestApp, message, row, send};
use crate::web::routes::wait_seconds;

const PATH: &str = "/channels/shop/users/u-9/messages";

fn texts(page: &Value) -> Vec<&str> {
    page["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["text"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn reads_from_the_beginning_and_after_a_cursor() {
    let app = TestApp::start().await;
    app.say("u-9", "one");
    app.say("u-10", "not yours");
    app.say("u-9", "two");
    let page = app.read(PATH).await.json();
    assert_eq!(
        (texts(&page), page["next"].as_str()),
        (vec!["one", "two"], Some("2"))
    );
    assert_eq!(
        app.read(&format!("{PATH}?after=&wait=0")).await.json(),
        page
    );
    assert_eq!(
        texts(&app.read(&format!("{PATH}?after=1")).await.json()),
        ["two"]
    );
    let end = app.read(&format!("{PATH}?after=2")).await.json();
    assert_eq!(end, json!({"messages": [], "next": "2"}));
}

#[tokio::test]
async fn a_user_who_is_not_known_has_an_empty_page() {
    let app = TestApp::start().await;
    let page = app
        .read("/channels/shop/users/%E7%8E%8B%2F1/messages")
        .await;
    assert_eq!(
        (page.status, page.json()),
        (200, json!({"messages": [], "next": "0"}))
    );
}

#[tokio::test]
async fn a_long_history_comes_in_pages_of_a_hundred() {
    let app = TestApp::start().await;
    for n in 0..250 {
        app.say("u-9", &n.to_string());
    }
    let (mut after, mut sizes, mut seen) = (String::new(), Vec::new(), Vec::new());
    loop {
        let page = app.read(&format!("{PATH}?after={after}")).await.json();
        sizes.push(texts(&page).len());
        seen.extend(texts(&page).into_iter().map(str::to_owned));
        page["next"].as_str().unwrap().clone_into(&mut after);
        if texts(&page).is_empty() {
            break;
        }
    }
    assert_eq!(sizes, [100, 100, 50, 0]);
    assert_eq!(seen, (0..250).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn one_message_has_the_form_that_was_promised() {
    let app = TestApp::start().await;
    let (message, file) = (MessageId(Uuid::now_v7()), AttachmentId(Uuid::now_v7()));
    let content = Content {
        text: "您的订单…".to_owned(),
        attachments: vec![Attachment {
            id: file,
            media: Media::Image,
            name: "图.png".to_owned(),
            mime: "image/png".to_owned(),
            size: Some(7),
        }],
        choices: vec![Choice {
            id: "p7:up".to_owned(),
            label: "👍".to_owned(),
        }],
        source: Some("物流".to_owned()),
        kind: Kind::Text,
        from: Author::Agent {
            id: AgentId(Uuid::nil()),
            display: "小李".to_owned(),
        },
    };
    app.say_row("u-9", row(message, content));
    let mut page = app.read(PATH).await.json();
    let url = page["messages"][0]["attachments"][0]["url"].take();
    let url = url.as_str().unwrap();
    assert!(
        url.starts_with(&app.url("/channels/shop/files/")) && url.ends_with("/%E5%9B%BE.png"),
        "{url}"
    );
    let expected = json!({"messages": [{
        "id": message.to_string(), "at": "2025-11-24T16:00:00.000Z", "from": "agent", "name": "小李", "kind": "image",
        "text": "您的订单…", "choices": [{"id": "p7:up", "label": "👍"}],
        "attachments": [{"url": null, "mime": "image/png", "name": "图.png", "size": 7}],
        "source": "物流", "edited": false, "deleted": false
    }], "next": "1"});
    assert_eq!(page, expected);
}

#[rstest]
#[case(Kind::Text, Some("text"))]
#[case(Kind::Survey, Some("survey"))]
#[case(Kind::Notice, Some("notice"))]
#[case(Kind::Note, None)]
#[case(Kind::Card, None)]
#[tokio::test]
async fn notes_and_cards_are_never_shown(#[case] kind: Kind, #[case] expected: Option<&str>) {
    let app = TestApp::start().await;
    let content = Content {
        kind,
        ..Content::text(Author::System, "words")
    };
    app.say_row("u-9", row(MessageId(Uuid::now_v7()), content));
    let page = app.read(PATH).await.json();
    assert_eq!(page["messages"][0]["kind"].as_str(), expected);
    assert_eq!(page["next"], "1");
}

#[tokio::test]
async fn an_edit_and_a_deletion_come_again_under_the_same_id() {
    let app = TestApp::start().await;
    let id = app.say("u-9", "wrong");
    let mut changed = row(id, Content::text(Author::Bot, "right"));
    changed.edited = true;
    app.say_row("u-9", changed.clone());
    let page = app.read(&format!("{PATH}?after=1")).await.json();
    let message = &page["messages"][0];
    assert_eq!(
        (message["id"].as_str(), message["text"].as_str()),
        (Some(id.to_string().as_str()), Some("right"))
    );
    assert_eq!(
        (&message["edited"], &page["next"]),
        (&json!(true), &json!("2"))
    );
    changed.deleted = true;
    app.say_row("u-9", changed);
    let page = app.read(&format!("{PATH}?after=2")).await.json();
    assert_eq!(
        (&page["messages"][0]["deleted"], texts(&page)),
        (&json!(true), vec![""])
    );
}

#[rstest]
#[case("after=yesterday", "after")]
#[case("after=-1", "after")]
#[case("after=%2B1", "after")]
#[case("after=1.5", "after")]
#[case("after=99999999999999999999999", "after")]
#[case("after=7", "after")]
#[case("wait=long", "wait")]
#[case("wait=-1", "wait")]
#[case("wait=1&wait=2", "after")]
#[tokio::test]
async fn a_cursor_or_a_wait_that_means_nothing_is_refused(
    #[case] query: &str,
    #[case] field: &str,
) {
    let app = TestApp::start().await;
    let answer = app.read(&format!("{PATH}?{query}")).await;
    assert_eq!(
        (answer.status, answer.error().1.as_deref()),
        (400, Some(field))
    );
}

#[tokio::test]
async fn the_signature_covers_the_path_with_its_query() {
    let app = TestApp::start().await;
    app.say("u-9", "secret");
    let other = format!("{PATH}?after=0");
    assert_eq!(
        send(app.signed("GET", &other, PATH.as_bytes()))
            .await
            .status,
        401
    );
    assert_eq!(
        send(app.signed("GET", PATH, b"/channels/shop/users/u-10/messages"))
            .await
            .status,
        401
    );
    assert_eq!(send(app.request("GET", PATH)).await.status, 401);
    assert_eq!(
        send(app.signed("GET", &other, other.as_bytes()))
            .await
            .status,
        200
    );
}

/// Polls once, and says that it has not ended yet.
async fn is_waiting<F: Future + ?Sized>(future: std::pin::Pin<&mut F>) -> bool {
    let mut future = future;
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}

#[tokio::test]
async fn it_waits_until_something_is_said() {
    let app = TestApp::start().await;
    let place = app.begin("u-9");
    let mut waiting = pin!(app.channel.wait_for_page(&place, 0, 60));
    assert!(is_waiting(waiting.as_mut()).await);
    app.say("u-10", "to somebody else");
    assert!(is_waiting(waiting.as_mut()).await);
    app.say("u-9", "hello");
    assert_eq!(waiting.await.unwrap().messages[0].text, "hello");
}

#[tokio::test]
async fn it_waits_for_a_user_who_has_not_written_yet() {
    let app = TestApp::start().await;
    let place = Place::from("u-9");
    let mut waiting = pin!(app.channel.wait_for_page(&place, 0, 60));
    assert!(is_waiting(waiting.as_mut()).await);
    app.begin("u-9");
    assert_eq!(app.post(&message("m-1", "hello?")).await.status, 202);
    assert!(is_waiting(waiting.as_mut()).await);
    app.say("u-9", "hello");
    assert_eq!(waiting.await.unwrap().messages[0].text, "hello");
}

#[tokio::test]
async fn it_ends_when_its_time_is_over() {
    let app = TestApp::start().await;
    let place = app.begin("u-9");
    let mut waiting = pin!(app.channel.wait_for_page(&place, 0, 60));
    assert!(is_waiting(waiting.as_mut()).await);
    app.clock.advance_ms(59_999);
    assert!(is_waiting(waiting.as_mut()).await);
    app.clock.advance_ms(1);
    let page = waiting.await.unwrap();
    assert_eq!((page.messages.len(), page.next.as_str()), (0, "0"));
}

#[test]
fn it_waits_a_minute_at_most() {
    assert_eq!(wait_seconds(Some("3600")), Ok(60));
    assert_eq!(wait_seconds(Some("30")), Ok(30));
    assert_eq!(wait_seconds(None), Ok(0));
}

#[tokio::test]
async fn a_note_does_not_wake_it_into_an_empty_answer() {
    let app = TestApp::start().await;
    let place = app.begin("u-9");
    let mut waiting = pin!(app.channel.wait_for_page(&place, 0, 60));
    assert!(is_waiting(waiting.as_mut()).await);
    let note = Content {
        kind: Kind::Note,
        ..Content::text(Author::System, "between us")
    };
    app.say_row("u-9", row(MessageId(Uuid::now_v7()), note));
    assert!(is_waiting(waiting.as_mut()).await);
    app.say("u-9", "to you");
    let page = waiting.await.unwrap();
    assert_eq!(
        (
            page.messages.len(),
            page.messages[0].text.as_str(),
            page.next.as_str()
        ),
        (1, "to you", "2")
    );
}

#[tokio::test]
async fn it_ends_when_the_program_stops() {
    let app = TestApp::start().await;
    let place = app.begin("u-9");
    let mut waiting = pin!(app.channel.wait_for_page(&place, 0, 60));
    assert!(is_waiting(waiting.as_mut()).await);
    app.stop.cancel();
    assert!(waiting.await.unwrap().messages.is_empty());
}

#[tokio::test]
async fn when_too_many_wait_the_next_is_answered_at_once() {
    let mut config = crate::web::WebConfig::with_secret(super::app::SECRET);
    config.network.waiting_polls = 1;
    let app = TestApp::with(config).await;
    let place = app.begin("u-9");
    let mut waiting = pin!(app.channel.wait_for_page(&place, 0, 60));
    assert!(is_waiting(waiting.as_mut()).await);
    assert!(
        app.channel
            .wait_for_page(&place, 0, 60)
            .await
            .unwrap()
            .messages
            .is_empty()
    );
    app.say("u-9", "hello");
    assert_eq!(waiting.await.unwrap().messages.len(), 1);
}
