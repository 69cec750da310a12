//! The channel under test, with everything behind it in memory.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use bot_core::domain::content::{Author, Content};
use bot_core::domain::id::MessageId;
use bot_core::domain::inbound::Inbound;
use bot_core::domain::place::{ChannelName, Place};
use bot_core::domain::time::Timestamp;
use bot_core::port::clock::{Clock, ManualClock};
use bot_core::port::intake::{AcceptError, Accepted, Door, Intake};
use bot_core::port::platform::Platform as _;

use crate::standard_webhooks::Secrets;
use crate::web::{
    Desk, MemoryFiles, MemoryMailbox, Parts, Row, WebChannel, WebConfig, channel, unknown_channel,
};

pub(super) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(super) const NOW: Timestamp = Timestamp(1_764_000_000_000);

/// A door that keeps what comes in, once per user and id.
#[derive(Default)]
pub(super) struct MemoryDoor {
    pub(super) inbox: Mutex<Vec<Inbound>>,
    known: Mutex<HashMap<(Place, String), MessageId>>,
    pub(super) broken: Mutex<Option<AcceptError>>,
}

#[async_trait]
impl Door for MemoryDoor {
    async fn accept(&self, inbound: Inbound) -> Result<Accepted, AcceptError> {
        if let Some(error) = self.broken.lock().unwrap().clone() {
            return Err(error);
        }
        let key = (inbound.place.clone(), inbound.key.clone());
        let mut known = self.known.lock().unwrap();
        if let Some(message) = known.get(&key) {
            return Ok(Accepted {
                message: *message,
                repeated: true,
            });
        }
        let message = MessageId(Uuid::now_v7());
        known.insert(key, message);
        self.inbox.lock().unwrap().push(inbound);
        Ok(Accepted {
            message,
            repeated: false,
        })
    }
}

/// A running channel named `shop`.
pub(super) struct TestApp {
    pub(super) channel: Arc<WebChannel>,
    pub(super) door: Arc<MemoryDoor>,
    pub(super) mailbox: Arc<MemoryMailbox>,
    pub(super) clock: ManualClock,
    pub(super) stop: CancellationToken,
    pub(super) address: SocketAddr,
    pub(super) client: reqwest::Client,
    tasks: JoinSet<()>,
}

/// One answer, read whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// `code` and `field` of a refusal.
    pub(super) fn error(&self) -> (String, Option<String>) {
        let error = &self.json()["error"];
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{self:?}"
        );
        (
            error["code"].as_str().unwrap().to_owned(),
            error["field"].as_str().map(str::to_owned),
        )
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl TestApp {
    pub(super) async fn start() -> Self {
        Self::with(WebConfig::with_secret(SECRET)).await
    }

    pub(super) async fn with(config: WebConfig) -> Self {
        let clock = ManualClock::at(NOW);
        Self::with_clock(config, clock.clone(), Arc::new(clock)).await
    }

    /// `clock` is what the channel goes by; `manual` only what tests may turn.
    pub(super) async fn with_clock(
        config: WebConfig,
        manual: ManualClock,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mailbox = Arc::new(MemoryMailbox::default());
        let parts = Parts {
            clock,
            link_key: [7; 32],
        };
        let (channel, router) = channel(
            ChannelName::from("shop"),
            &config,
            &format!("http://{address}"),
            parts,
        )
        .expect("a channel");
        channel.connect(Desk {
            mailbox: Arc::clone(&mailbox) as _,
            files: Arc::new(MemoryFiles::default()),
        });
        let mut app = Self {
            channel,
            door: Arc::default(),
            mailbox,
            clock: manual,
            stop: CancellationToken::new(),
            address,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            tasks: JoinSet::new(),
        };
        app.serve(listener, router.merge(unknown_channel()));
        app.listen().await;
        app
    }

    fn serve(&mut self, listener: TcpListener, router: Router) {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        self.tasks
            .spawn(async move { axum::serve(listener, service).await.unwrap() });
    }

    async fn listen(&mut self) {
        let (channel, stop) = (Arc::clone(&self.channel), self.stop.clone());
        let intake = Intake::new(Arc::clone(&self.door) as _);
        let mut opened = self.channel.door.subscribe();
        self.tasks
            .spawn(async move { channel.listen(intake, stop).await.unwrap() });
        opened.wait_for(Option::is_some).await.unwrap();
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(super) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method.parse().unwrap(), self.url(path))
    }

    /// The request, signed rightly at the channel's own time.
    pub(super) fn signed(
        &self,
        method: &str,
        path: &str,
        payload: &[u8],
    ) -> reqwest::RequestBuilder {
        self.signed_as("msg_1", method, path, payload)
    }

    pub(super) fn signed_as(
        &self,
        id: &str,
        method: &str,
        path: &str,
        payload: &[u8],
    ) -> reqwest::RequestBuilder {
        let signed = Secrets::parse([SECRET])
            .unwrap()
            .sign(id, self.clock.now().0, payload);
        self.request(method, path)
            .header("webhook-id", signed.id)
            .header("webhook-timestamp", signed.timestamp)
            .header("webhook-signature", signed.signature)
    }

    /// Sends a signed message.
    pub(super) async fn post(&self, body: &Value) -> Answer {
        self.post_bytes(serde_json::to_vec(body).unwrap()).await
    }

    pub(super) async fn post_bytes(&self, body: Vec<u8>) -> Answer {
        let request = self
            .signed("POST", "/channels/shop/messages", &body)
            .header("content-type", "application/json");
        send(request.body(body)).await
    }

    /// Asks for a page, signed.
    pub(super) async fn read(&self, path: &str) -> Answer {
        send(self.signed("GET", path, path.as_bytes())).await
    }

    pub(super) async fn upload(&self, bytes: &[u8], mime: &str) -> Answer {
        let request = self
            .signed("POST", "/channels/shop/uploads", bytes)
            .header("content-type", mime);
        send(request.body(bytes.to_vec())).await
    }

    /// The bot says something to a user.
    pub(super) fn say(&self, user: &str, text: &str) -> MessageId {
        let message = MessageId(Uuid::now_v7());
        self.say_row(user, row(message, Content::text(Author::Bot, text)));
        message
    }

    /// The user has written before.
    pub(super) fn begin(&self, user: &str) -> Place {
        let place = Place::from(user);
        self.mailbox.begin(&ChannelName::from("shop"), &place);
        place
    }

    pub(super) fn say_row(&self, user: &str, row: Row) {
        self.mailbox
            .put(&ChannelName::from("shop"), &Place::from(user), row);
    }

    pub(super) fn inbox(&self) -> Vec<Inbound> {
        self.door.inbox.lock().unwrap().clone()
    }
}

pub(super) fn row(message: MessageId, content: Content) -> Row {
    Row {
        cursor: 0,
        message,
        at: NOW,
        content,
        edited: false,
        deleted: false,
    }
}

pub(super) async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer {
        status,
        headers,
        bytes: response.bytes().await.expect("a body").to_vec(),
    }
}

pub(super) fn message(id: &str, text: &str) -> Value {
    json!({"id": id, "user": {"id": "u-9"}, "text": text})
}
