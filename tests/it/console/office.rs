//! A whole desk behind a real listener, driven step by step by a clock that only the test moves.

use std::net::SocketAddr;
use std::sync::Arc;

use bot_core::domain::id::AgentId;
use bot_core::domain::inbound::{Inbound, Incoming, Sender};
use bot_core::domain::place::{ChannelName, Destination, Place};
use bot_core::port::clock::{Clock as _, ManualClock};
use bot_core::store::board::agents;
use frontdesk::config::Config;
use frontdesk::wiring::Frontdesk;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::house::{MONDAY_TEN, On, known_answers, postgres, said, settle};

const CONFIG: &str = r#"
[server]
trusted_proxies = ["127.0.0.1"]
[security]
master_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
[[channel]]
name = "shop"
type = "web"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
[[agent]]
name = "ada"
display = "Ada"
roles = ["admin"]
[[agent]]
name = "li"
display = "小李"
roles = ["agent"]
[[agent]]
name = "mei"
display = "小梅"
roles = ["agent"]
[[agent]]
name = "lena"
display = "Lena"
roles = ["lead"]
[[agent]]
name = "max"
display = "Max"
roles = ["manager"]
[[agent]]
name = "ana"
display = "Ana"
roles = ["analyst"]
[[agent]]
name = "otto"
display = "Otto"
roles = ["auditor"]
"#;

/// The team of every office, one for each role.
pub(crate) const TEAM: [&str; 7] = ["ada", "li", "mei", "lena", "max", "ana", "otto"];

/// A desk with the web channel "shop" and the built-in room "support".
pub(crate) struct Office {
    pub(crate) desk: Frontdesk,
    pub(crate) clock: ManualClock,
    pub(crate) base: String,
    pub(crate) http: reqwest::Client,
    keys: std::cell::Cell<u64>,
    _folder: tempfile::TempDir,
}

/// What a request was answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Answered {
    /// The body of a request that must have gone well.
    pub(crate) fn fine(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }

    /// The code of a request that must have been refused with this status.
    pub(crate) fn refused(&self, status: u16) -> &str {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body["error"]["code"].as_str().unwrap()
    }
}

impl Office {
    pub(crate) async fn open(on: On) -> Self {
        Self::with(on, "").await
    }

    /// An office where somebody else has to publish what one has written.
    pub(crate) async fn reviewing() -> Self {
        Self::with(
            On::Sqlite,
            "[[space]]\nname = \"default\"\nreview = \"required\"\n",
        )
        .await
    }

    async fn with(on: On, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match on {
            On::Sqlite => "sqlite:desk.db".to_owned(),
            On::Postgres => postgres::fresh_url().await,
        };
        let text = format!("[storage]\nurl = \"{url}\"\n{CONFIG}{more}");
        let config = Config::parse(&text, folder.path(), &|_| None).unwrap();
        let clock = ManualClock::at(MONDAY_TEN);
        let desk = Frontdesk::builder(config)
            .clock(Arc::new(clock.clone()))
            .answerer(Arc::new(known_answers()));
        let desk = desk.build().await.unwrap();
        desk.engine.prepare().await.unwrap();
        let base = listen(&desk).await;
        Self {
            desk,
            clock,
            base,
            http: reqwest::Client::new(),
            keys: std::cell::Cell::new(0),
            _folder: folder,
        }
    }

    pub(crate) fn key(&self) -> String {
        self.keys.set(self.keys.get() + 1);
        format!("k{}", self.keys.get())
    }

    pub(crate) async fn settle(&self) {
        settle(&self.desk.engine).await;
    }

    pub(crate) async fn wait_ms(&self, ms: i64) {
        self.clock.advance_ms(ms);
        self.settle().await;
    }

    /// A customer does something, and everything that is due happens.
    pub(crate) async fn customer(&self, who: &str, body: Incoming) {
        let sender = Sender {
            id: who.to_owned(),
            name: "王女士".into(),
            ..Sender::default()
        };
        let inbound = Inbound {
            channel: ChannelName("shop".into()),
            place: Place(who.to_owned()),
            room: None,
            sender,
            key: self.key(),
            at: self.clock.now(),
            body,
            slot: None,
            window: None,
        };
        self.desk.engine.intake.accept(inbound).await.unwrap();
        self.settle().await;
    }

    /// A customer asks for a person; gives the ticket's number.
    pub(crate) async fn ticket(&self, who: &str, text: &str) -> i64 {
        self.customer(who, said(text)).await;
        self.customer(who, said("人工")).await;
        let newest = self.seat("lena").await.get("/api/v1/threads").await.fine();
        newest["threads"][0]["number"].as_i64().unwrap()
    }

    /// What the customer has been sent, without what was taken back.
    pub(crate) async fn seen_by(&self, who: &str) -> Vec<String> {
        let feed = &self.desk.engine.feed;
        let conversation = feed.conversation("shop", who).await.unwrap().unwrap();
        let page = feed
            .page(conversation.lane(), Destination::Customer, 0, 1_000)
            .await;
        let shown = page.unwrap().into_iter().filter(|row| !row.deleted);
        shown.map(|row| row.content.text).collect()
    }

    pub(crate) async fn agent(&self, name: &'static str) -> AgentId {
        let found = self
            .desk
            .engine
            .core
            .db
            .read(|tx| Box::pin(agents::named(tx, name)))
            .await;
        found.unwrap().unwrap().id
    }

    pub(crate) async fn link(&self, name: &'static str) -> String {
        let db = &self.desk.engine.core.db;
        let made = admin::console::sign_in_link(db, self.agent(name).await, self.clock.now()).await;
        made.unwrap().token.reveal().to_owned()
    }

    /// A member of the team signs in, as a script does.
    pub(crate) async fn seat(&self, name: &'static str) -> Seat<'_> {
        let given = json!({ "token": self.link(name).await, "carry": "bearer" });
        let signed = self
            .send(Method::POST, "/api/v1/sign-in/link", None, Some(given))
            .await
            .fine();
        Seat {
            office: self,
            token: signed["token"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answered {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        answered(request.send().await.unwrap()).await
    }
}

pub(crate) async fn answered(response: reqwest::Response) -> Answered {
    let status = response.status();
    let bytes = response.bytes().await.unwrap();
    Answered {
        status,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    }
}

#[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
async fn listen(desk: &Frontdesk) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = desk
        .router
        .clone()
        .into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    base
}

/// A signed-in member of the team.
pub(crate) struct Seat<'o> {
    pub(crate) office: &'o Office,
    pub(crate) token: String,
}

impl Seat<'_> {
    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answered {
        self.office
            .send(method, path, Some(&self.token), body)
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answered {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answered {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Writes a line in a ticket's thread, and everything that is due happens.
    pub(crate) async fn write(&self, number: i64, text: &str) -> Answered {
        let line = json!({ "key": self.office.key(), "text": text });
        let answered = self
            .post(&format!("/api/v1/threads/{number}/messages"), line)
            .await;
        self.office.settle().await;
        answered
    }

    /// The lines of a thread.
    pub(crate) async fn lines(&self, number: i64) -> Vec<Value> {
        let page = self
            .get(&format!("/api/v1/threads/{number}/messages"))
            .await
            .fine();
        page["messages"].as_array().unwrap().clone()
    }

    /// The line with this text.
    pub(crate) async fn line(&self, number: i64, text: &str) -> Value {
        let lines = self.lines(number).await;
        let found = lines.iter().find(|line| line["text"] == text);
        found
            .unwrap_or_else(|| panic!("{text:?} in {lines:#?}"))
            .clone()
    }

    /// Uploads a file.
    pub(crate) async fn upload(&self, name: &str, bytes: &'static [u8]) -> Answered {
        let url = format!("{}/api/v1/uploads?name={name}", self.office.base);
        let request = self
            .office
            .http
            .post(url)
            .bearer_auth(&self.token)
            .body(bytes);
        answered(request.send().await.unwrap()).await
    }
}
