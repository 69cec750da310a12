//! Pushes to the app.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use uuid::Uuid;

use bot_core::domain::content::{Author, Content, Kind};
use bot_core::domain::delivery::Action;
use bot_core::domain::id::{ConversationId, DeliveryId, MessageId};
use bot_core::domain::place::{Destination, Place};
use bot_core::port::platform::{Delivery, DeliveryError, Platform as _};

use super::app::{NOW, SECRET, TestApp};
use crate::standard_webhooks::{Claim, Secrets};
use crate::web::WebConfig;

type Push = (HeaderMap, Bytes);

/// The app's own server: answers with a status, hands on what came.
struct Callback {
    url: String,
    pushes: Mutex<mpsc::Receiver<Push>>,
    _task: JoinSet<()>,
}

async fn callback(status: u16, headers: &'static [(&'static str, &'static str)]) -> Callback {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/replies", listener.local_addr().unwrap());
    let (sender, pushes) = mpsc::channel(16);
    let answer = move |State(sender): State<Arc<mpsc::Sender<Push>>>,
                       head: HeaderMap,
                       body: Bytes| async move {
        sender.send((head, body)).await.unwrap();
        (
            StatusCode::from_u16(status).unwrap(),
            axum::response::AppendHeaders(headers.to_vec()),
        )
    };
    let router = Router::new()
        .route("/replies", post(answer))
        .with_state(Arc::new(sender));
    let mut task = JoinSet::new();
    task.spawn(async move { axum::serve(listener, router).await.unwrap() });
    Callback {
        url,
        pushes: Mutex::new(pushes),
        _task: task,
    }
}

async fn pushing(url: &str) -> TestApp {
    let mut config = WebConfig::with_secret(SECRET);
    config.callback_url = Some(url.to_owned());
    TestApp::with(config).await
}

fn delivery(action: Action) -> Delivery {
    let (id, conversation) = (DeliveryId(Uuid::now_v7()), ConversationId(Uuid::now_v7()));
    Delivery::new(
        id,
        conversation,
        Destination::Callback,
        Place::from("u-9"),
        action,
        NOW,
    )
}

fn hello() -> Delivery {
    delivery(Action::Send(Content::text(Author::Bot, "您好")))
}

#[tokio::test]
async fn a_push_is_signed_and_has_the_form_of_a_message() {
    let callback = callback(204, &[]).await;
    let app = pushing(&callback.url).await;
    let delivery = hello();
    let receipt = app.channel.deliver(&delivery).await.unwrap();
    let (headers, body) = callback.pushes.lock().await.recv().await.unwrap();

    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
    assert_eq!(header("webhook-id"), Some(delivery.id.to_string().as_str()));
    assert_eq!(header("content-type"), Some("application/json"));
    let claim = Claim::parse(
        header("webhook-id"),
        header("webhook-timestamp"),
        header("webhook-signature"),
    )
    .unwrap();
    assert_eq!(claim.check_age(NOW.0), Ok(()));
    assert_eq!(
        Secrets::parse([SECRET]).unwrap().verify(&claim, &body),
        Ok(())
    );

    let push: Value = serde_json::from_slice(&body).unwrap();
    let expected = json!({
        "user": {"id": "u-9"}, "id": receipt.messages[0], "at": "2025-11-24T16:00:00.000Z", "from": "bot",
        "kind": "text", "text": "您好", "choices": [], "attachments": [], "edited": false, "deleted": false
    });
    assert_eq!(push, expected);
}

#[tokio::test]
async fn edits_and_deletions_name_their_message() {
    let callback = callback(200, &[]).await;
    let app = pushing(&callback.url).await;
    let of = MessageId(Uuid::now_v7());
    app.channel
        .deliver(&delivery(Action::Edit {
            of,
            body: Content::text(Author::Bot, "right"),
        }))
        .await
        .unwrap();
    app.channel
        .deliver(&delivery(Action::Delete { of }))
        .await
        .unwrap();
    let mut pushes = callback.pushes.lock().await;
    for (field, text) in [("edited", "right"), ("deleted", "")] {
        let push: Value = serde_json::from_slice(&pushes.recv().await.unwrap().1).unwrap();
        assert_eq!(
            (push["id"].as_str(), &push[field]),
            (Some(of.to_string().as_str()), &json!(true))
        );
        assert_eq!(push["text"], text);
    }
}

#[rstest]
#[case(500, &[], DeliveryError::Temporary("the app answered 500".to_owned()))]
#[case(404, &[], DeliveryError::Temporary("the app answered 404".to_owned()))]
#[case(410, &[], DeliveryError::Temporary("the app answered 410".to_owned()))]
#[case(302, &[("location", "/elsewhere")], DeliveryError::Temporary("the app answered 302".to_owned()))]
#[case(429, &[("retry-after", "7")], DeliveryError::RetryAfter(7_000))]
#[case(503, &[("retry-after", "999999999")], DeliveryError::RetryAfter(3_600_000))]
#[case(429, &[("retry-after", "tomorrow")], DeliveryError::Temporary("the app answered 429".to_owned()))]
#[tokio::test]
async fn a_refusal_is_tried_again(
    #[case] status: u16,
    #[case] headers: &'static [(&'static str, &'static str)],
    #[case] expected: DeliveryError,
) {
    let callback = callback(status, headers).await;
    assert_eq!(
        pushing(&callback.url).await.channel.deliver(&hello()).await,
        Err(expected)
    );
}

#[tokio::test]
async fn an_app_that_is_away_is_tried_again_and_named_by_the_check() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://{}/replies?token=hush",
        listener.local_addr().unwrap()
    );
    drop(listener);
    let app = pushing(&url).await;
    assert_eq!(
        app.channel.deliver(&hello()).await,
        Err(DeliveryError::Temporary("no connection".to_owned()))
    );
    let findings = app.channel.check().await;
    assert_eq!(findings.len(), 1);
    assert!(
        !findings[0].severe && !findings[0].text.contains("hush"),
        "{findings:?}"
    );
}

#[tokio::test]
async fn what_can_never_arrive_is_permanent() {
    let callback = callback(200, &[]).await;
    let app = pushing(&callback.url).await;
    let note = Content {
        kind: Kind::Note,
        ..Content::text(Author::System, "between us")
    };
    let own = Content::text(
        Author::Customer {
            name: "Li".to_owned(),
        },
        "hello",
    );
    for action in [Action::Send(note), Action::Send(own), Action::CloseThread] {
        assert!(matches!(
            app.channel.deliver(&delivery(action)).await,
            Err(DeliveryError::Permanent(_))
        ));
    }
    assert!(callback.pushes.lock().await.try_recv().is_err());
    let without = TestApp::start().await;
    assert!(matches!(
        without.channel.deliver(&hello()).await,
        Err(DeliveryError::Permanent(_))
    ));
}
