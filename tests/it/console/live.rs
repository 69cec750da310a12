//! Live events over a real WebSocket.

use futures::{SinkExt as _, StreamExt as _};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::console::office::{Office, Seat};
use crate::house::{On, said};

/// A page that listens.
pub(crate) struct Page(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Page {
    async fn open(seat: &Seat<'_>, query: &str) -> Self {
        let base = seat.office.base.replace("http", "ws");
        Self::connect(&format!("{base}/api/v1/live{query}"), &seat.token).await
    }

    pub(crate) async fn connect(url: &str, token: &str) -> Self {
        let mut request = url.into_client_request().unwrap();
        let bearer = format!("Bearer {token}");
        request
            .headers_mut()
            .insert("authorization", bearer.parse().unwrap());
        let (mut socket, _) = connect_async(request).await.unwrap();
        let hello: Value = text(&socket.next().await.unwrap().unwrap());
        assert_eq!(hello["event"], "hello");
        Self(socket)
    }

    /// The next event of this kind; the others before it are passed over.
    pub(crate) async fn next(&mut self, kind: &str) -> Value {
        loop {
            let event = text(&self.0.next().await.unwrap().unwrap());
            if event["event"] == kind {
                return event;
            }
        }
    }

    pub(crate) async fn say(&mut self, word: &Value) {
        self.0.send(Message::text(word.to_string())).await.unwrap();
    }

    /// Whether the other side has closed: nothing but a close comes any more.
    async fn closed(mut self) -> bool {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return true,
                Some(Ok(_)) => {}
            }
        }
    }
}

fn text(message: &Message) -> Value {
    serde_json::from_str(message.to_text().unwrap()).unwrap()
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_happens_is_told_and_a_gap_is_made_up_for(#[case] on: On) {
    let office = Office::open(on).await;
    let li = office.seat("li").await;
    let mut page = Page::open(&li, "").await;
    let number = office.ticket("wang", "我的手机壳可以刻字吗请问").await;
    assert_eq!(page.next("ticket").await["number"], number);
    assert_eq!(
        page.next("ring").await["number"],
        number,
        "a new ticket rings the team"
    );
    office.customer("wang", said("在吗")).await;
    assert_eq!(page.next("thread").await["number"], number);
    drop(page);

    let since = bot_core::port::clock::Clock::now(&office.clock).0;
    office.wait_ms(1_000).await;
    office.customer("wang", said("还在吗")).await;
    let mut back = Page::open(&li, &format!("?since={since}")).await;
    assert_eq!(
        back.next("thread").await["number"],
        number,
        "it happened in between"
    );
}

#[tokio::test]
async fn typing_and_reading_are_told_to_the_others() {
    let office = Office::open(On::Sqlite).await;
    let (li, mei) = (office.seat("li").await, office.seat("mei").await);
    let (mut hers, mut his) = (Page::open(&mei, "").await, Page::open(&li, "").await);
    his.say(&json!({ "nonsense": true })).await;
    his.say(&json!({ "reading": 7 })).await;
    his.say(&json!({ "typing": 7 })).await;
    let agent = office.agent("li").await.to_string();
    assert_eq!(hers.next("reading").await["agent"], agent.as_str());
    assert_eq!(hers.next("typing").await["number"], 7);
    hers.say(&json!({ "typing": 8 })).await;
    assert_eq!(
        his.next("typing").await["number"],
        8,
        "the first he hears is not his own"
    );
}

#[tokio::test]
async fn an_assigned_ticket_rings_exactly_its_agent() {
    let office = Office::open(On::Sqlite).await;
    let (li, mei, lena) = (
        office.seat("li").await,
        office.seat("mei").await,
        office.seat("lena").await,
    );
    let number = office.ticket("wang", "我的手机壳可以刻字吗请问").await;
    let (mut his, mut hers) = (Page::open(&li, "").await, Page::open(&mei, "").await);
    lena.write(number, "/assign mei").await.fine();
    let ring = hers.next("ring").await;
    assert_eq!(
        (&ring["number"], &ring["ring"]["why"]),
        (&json!(number), &json!("assigned"))
    );
    lena.send(
        Method::PUT,
        "/api/v1/me/presence",
        Some(json!({ "presence": "away" })),
    )
    .await;
    // The events are in order: had he been rung, it would have come before this one.
    loop {
        let event = text(&his.0.next().await.unwrap().unwrap());
        assert_ne!(event["event"], "ring", "{event}");
        if event["event"] == "presence" {
            break;
        }
    }
}

#[tokio::test]
async fn a_session_that_ends_closes_its_socket() {
    let office = Office::open(On::Sqlite).await;
    let (li, other, ada) = (
        office.seat("li").await,
        office.seat("li").await,
        office.seat("ada").await,
    );
    let (out, off) = (Page::open(&li, "").await, Page::open(&other, "").await);
    li.send(Method::POST, "/api/v1/sign-out", None).await;
    assert!(out.closed().await);
    let path = format!("/api/v1/agents/{}", office.agent("li").await);
    ada.send(Method::PATCH, &path, Some(json!({ "disabled": true })))
        .await
        .fine();
    assert!(off.closed().await);
}

#[tokio::test]
async fn the_end_of_the_process_closes_sockets() {
    let office = Office::open(On::Sqlite).await;
    let li = office.seat("li").await;
    let page = Page::open(&li, "").await;
    office.desk.engine.supervisor.stop().cancel();
    assert!(page.closed().await);
}
