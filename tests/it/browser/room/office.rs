//! A desk that runs by itself, with customers who write and agents who look at its page.

use std::net::SocketAddr;
use std::sync::Arc;

use bot_core::domain::id::AgentId;
use bot_core::domain::inbound::{Inbound, Incoming, Said, Sender};
use bot_core::domain::place::{ChannelName, Destination, Place};
use bot_core::port::answerer::ListAnswerer;
use bot_core::store::board::{self, agents};
use frontdesk::config::Config;
use frontdesk::wiring::Frontdesk;
use serde_json::json;
use tokio::net::TcpListener;

use crate::browser::{Browser, Driver, Size};
use crate::house::known_answers;

const CONFIG: &str = r#"
[security]
master_key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
[limits]
messages_a_minute = 10000
handoffs_an_hour = 10000
[delays]
settle = "0"
settle_most = "0"
[[channel]]
name = "shop"
type = "web"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
[channel.widget]
[[agent]]
name = "ada"
display = "Ada"
roles = ["admin"]
[[agent]]
name = "li"
display = "小李"
roles = ["agent"]
"#;

/// A desk on a port of its own, and the driver of its agents' browsers.
pub(super) struct Office {
    pub(super) desk: Frontdesk,
    pub(super) base: String,
    pub(super) driver: Driver,
    _folder: tempfile::TempDir,
}

/// How long a reply can be undone in these tests, as the configuration has it.
pub(super) const AT_ONCE: &str = "0";

impl Office {
    pub(super) async fn open(send_hold: &str) -> Self {
        Self::knowing(known_answers(), send_hold).await
    }

    pub(super) async fn knowing(answers: ListAnswerer, send_hold: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "[storage]\nurl = \"sqlite:desk.db\"\n[desk]\nname = \"青山小店\"\n\
             send_hold = \"{send_hold}\"\n{CONFIG}"
        );
        let config = Config::parse(&text, folder.path(), &|_| None).unwrap();
        let desk = Frontdesk::builder(config).answerer(Arc::new(answers));
        let desk = desk.build().await.unwrap();
        desk.engine.prepare().await.unwrap();
        desk.engine.start();
        let base = listen(&desk).await;
        Self {
            desk,
            base,
            driver: Driver::start(),
            _folder: folder,
        }
    }

    /// A customer, called by the name, does something.
    pub(super) async fn customer(&self, name: &str, body: Incoming) {
        let sender = Sender {
            id: name.to_owned(),
            name: name.to_owned(),
            attributes: [("plan".to_owned(), format!("pro {name}"))].into(),
            ..Sender::default()
        };
        let inbound = Inbound {
            channel: ChannelName("shop".into()),
            place: Place(name.to_owned()),
            room: None,
            sender,
            key: self.desk.engine.core.fresh().to_string(),
            at: self.desk.engine.core.now(),
            body,
            slot: None,
            window: None,
        };
        self.desk.engine.intake.accept(inbound).await.unwrap();
    }

    pub(super) async fn says(&self, name: &str, text: &str) {
        let line = Said {
            text: text.to_owned(),
            context: [("page".to_owned(), format!("/orders {name}"))].into(),
            ..Said::default()
        };
        self.customer(name, Incoming::Said(line)).await;
    }

    /// A customer says something and asks for a person; gives the ticket's number once it is open.
    pub(super) async fn ticket(&self, name: &str, text: &str) -> i64 {
        self.says(name, text).await;
        self.says(name, "人工").await;
        self.open_number(name).await
    }

    /// The number of a customer's ticket, once it is open.
    pub(super) async fn open_number(&self, name: &str) -> i64 {
        let feed = &self.desk.engine.feed;
        let conversation = feed.conversation("shop", name).await.unwrap().unwrap();
        let mut news = self
            .desk
            .engine
            .core
            .signals
            .watch_feed(conversation.lane());
        loop {
            let db = &self.desk.engine.core.db;
            let open = db.read(|tx| Box::pin(board::open_number(tx, conversation)));
            if let Some(number) = open.await.unwrap() {
                return number;
            }
            news.changed().await.unwrap();
        }
    }

    /// Waits until the customer has been sent this as the last word.
    pub(super) async fn hears(&self, name: &str, text: &str) {
        let feed = &self.desk.engine.feed;
        let conversation = feed.conversation("shop", name).await.unwrap().unwrap();
        let mut news = self
            .desk
            .engine
            .core
            .signals
            .watch_feed(conversation.lane());
        loop {
            if self
                .seen_by(name)
                .await
                .last()
                .is_some_and(|last| last == text)
            {
                return;
            }
            news.changed().await.unwrap();
        }
    }

    /// What the customer has been sent, without what was taken back.
    pub(super) async fn seen_by(&self, name: &str) -> Vec<String> {
        let feed = &self.desk.engine.feed;
        let conversation = feed.conversation("shop", name).await.unwrap().unwrap();
        let page = feed.page(conversation.lane(), Destination::Customer, 0, 1_000);
        let rows = page.await.unwrap().into_iter();
        let shown = rows.filter(|row| !row.deleted);
        shown.map(|row| row.content.text).collect()
    }

    pub(super) async fn agent(&self, name: &'static str) -> AgentId {
        let db = &self.desk.engine.core.db;
        let found = db.read(|tx| Box::pin(agents::named(tx, name))).await;
        found.unwrap().unwrap().id
    }

    /// The address by which a member signs in.
    pub(super) async fn link(&self, name: &'static str) -> String {
        let core = &self.desk.engine.core;
        let made = admin::console::sign_in_link(&core.db, self.agent(name).await, core.now());
        made.await.unwrap().url(&self.base)
    }

    /// A member of the team at a browser, signed in.
    pub(super) async fn seat(&self, name: &'static str, size: Size, language: &str) -> Browser {
        let browser = Browser::open(&self.driver, size, language).await;
        browser.goto(&self.link(name).await).await;
        browser.find(".top").await;
        browser
    }
}

impl Browser {
    /// Goes to a ticket, or a page of the team room.
    pub(super) async fn visit(&self, place: &str) {
        self.run("location.hash = args", json!(place)).await;
    }

    /// Opens a ticket and waits for its conversation.
    pub(super) async fn open_ticket(&self, number: i64) {
        self.visit(&number.to_string()).await;
        let selector = format!(".thread[aria-label='#{number}'] .bubble");
        self.find(&selector).await;
    }

    /// Writes in the composer and sends by the button.
    pub(super) async fn send(&self, text: &str) {
        self.write(".composer textarea", text).await;
        self.click(".composer .send").await;
    }

    /// Presses keys where the focus is.
    pub(super) async fn keys(&self, keys: &str) {
        let focused = self.client.active_element().await.unwrap();
        focused.send_keys(keys).await.unwrap();
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
