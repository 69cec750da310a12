//! A customer at a widget, and an agent at the team page: what their pages say to the desk.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail};
use futures::{SinkExt as _, StreamExt as _};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::desk::Desk;
use crate::widgets::UnderWay;

/// How lines of agents begin, and those of customers.
pub(crate) const REPLY: &str = "reply";
pub(crate) const WORD: &str = "word";

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Somebody with an open page.
struct Page {
    base: String,
    http: Client,
    address: String,
    token: String,
    socket: tokio::sync::Mutex<Socket>,
}

impl Page {
    async fn open(base: &str, address: String, token: String, live: &str) -> anyhow::Result<Self> {
        let url = format!("{}{live}", base.replace("http", "ws"));
        let mut request = url.into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("authorization", format!("Bearer {token}").parse()?);
        headers.insert("x-forwarded-for", address.parse()?);
        let (socket, _) = connect_async(request).await?;
        Ok(Self {
            base: base.to_owned(),
            http: Client::new(),
            address,
            token,
            socket: tokio::sync::Mutex::new(socket),
        })
    }

    async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.http.post(format!("{}{path}", self.base)).json(body);
        let request = request.bearer_auth(&self.token);
        let answer = request.header("x-forwarded-for", &self.address).send();
        Ok(answer.await?.error_for_status()?.json().await?)
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let request = self.http.get(format!("{}{path}", self.base));
        let request = request.bearer_auth(&self.token);
        let answer = request.header("x-forwarded-for", &self.address).send();
        Ok(answer.await?.error_for_status()?.json().await?)
    }
}

async fn heard(socket: &mut Socket) -> anyhow::Result<Value> {
    loop {
        match socket.next().await.context("the socket ended")?? {
            Message::Text(text) => return Ok(serde_json::from_str(&text)?),
            Message::Close(_) => bail!("the desk closed the socket"),
            _ => {}
        }
    }
}

fn note(waits: &Mutex<Vec<Duration>>, wait: Option<Duration>) {
    let mut waits = waits.lock().unwrap_or_else(PoisonError::into_inner);
    waits.extend(wait);
}

/// A first session of an address.
async fn token(base: &str, path: &str, address: &str, body: &Value) -> anyhow::Result<String> {
    let request = Client::new().post(format!("{base}{path}")).json(body);
    let answer = request.header("x-forwarded-for", address).send().await?;
    let answer: Value = answer.error_for_status()?.json().await?;
    let token = answer["token"].as_str().context("no token")?;
    Ok(token.to_owned())
}

/// A customer, whose ticket is open.
pub(crate) struct Customer {
    pub(crate) number: usize,
    pub(crate) ticket: i64,
    page: Page,
}

impl Customer {
    /// Opens the widget and asks for a person.
    pub(crate) async fn open(base: &str, number: usize) -> anyhow::Result<Self> {
        let address = format!("10.1.{}.{}", number / 250, number % 250 + 1);
        let token = token(base, "/widget/shop/session", &address, &json!({})).await?;
        let page = Page::open(base, address, token, "/widget/shop/live").await?;
        let mut customer = Self {
            number,
            ticket: 0,
            page,
        };
        let hello = json!({ "token": customer.page.token, "after": "", "language": "en" });
        let mut socket = customer.page.socket.lock().await;
        socket.send(Message::text(hello.to_string())).await?;
        customer.writes("I would like to talk to a human").await?;
        let ticket = loop {
            if let Some(number) = ticket(&heard(&mut socket).await?) {
                break number;
            }
        };
        drop(socket);
        customer.ticket = ticket;
        Ok(customer)
    }

    pub(crate) async fn writes(&self, words: &str) -> anyhow::Result<()> {
        let body = json!({ "id": uuid::Uuid::new_v4().simple().to_string(), "text": words });
        self.page.post("/widget/shop/messages", &body).await?;
        Ok(())
    }

    /// Notes how long each line of an agent took.
    pub(crate) async fn listen(
        &self,
        under_way: &UnderWay,
        waits: &Mutex<Vec<Duration>>,
    ) -> anyhow::Result<()> {
        let mut socket = self.page.socket.lock().await;
        loop {
            for words in texts(&heard(&mut socket).await?, "agent") {
                note(waits, under_way.ends(&words));
            }
        }
    }
}

fn texts(word: &Value, from: &str) -> Vec<String> {
    let lines = word["lines"]["messages"].as_array();
    let lines = lines.into_iter().flatten();
    let lines = lines.filter(|line| line["from"] == from);
    lines
        .filter_map(|line| line["text"].as_str().map(str::to_owned))
        .collect()
}

/// The number of the ticket that the bot speaks of.
fn ticket(word: &Value) -> Option<i64> {
    texts(word, "bot").iter().find_map(|text| {
        let (_, rest) = text.split_once('#')?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
}

/// An agent, signed in.
pub(crate) struct Agent {
    page: Page,
}

impl Agent {
    /// Signs in by a link.
    pub(crate) async fn sign_in(desk: &Desk, base: &str, number: usize) -> anyhow::Result<Self> {
        let told = desk.run(&["agent", "link", &format!("a{number}")])?;
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let link = told
            .split_whitespace()
            .find(|word| word.starts_with("http"));
        let (_, once) = link
            .and_then(|link| link.rsplit_once(['#', '=']))
            .context("no link")?;
        let address = format!("10.2.0.{}", number % 250 + 1);
        let given = json!({ "token": once, "carry": "bearer" });
        let token = token(base, "/api/v1/sign-in/link", &address, &given).await?;
        let page = Page::open(base, address, token, "/api/v1/live").await?;
        Ok(Self { page })
    }

    pub(crate) async fn writes(&self, ticket: i64, words: &str) -> anyhow::Result<()> {
        let path = format!("/api/v1/threads/{ticket}/messages");
        let key = uuid::Uuid::new_v4().simple().to_string();
        self.page
            .post(&path, &json!({ "key": key, "text": words }))
            .await?;
        Ok(())
    }

    /// Reads the thread whenever one of this agent's own has news, as the page does with an open one,
    /// and notes how long each line of a customer took.
    pub(crate) async fn listen(
        &self,
        (mine, of): (usize, usize),
        under_way: &UnderWay,
        waits: &Mutex<Vec<Duration>>,
    ) -> anyhow::Result<()> {
        let mut socket = self.page.socket.lock().await;
        loop {
            let event = heard(&mut socket).await?;
            let number = event["number"]
                .as_i64()
                .filter(|_| event["event"] == "thread");
            // Tickets are shared out by their order, as customers are.
            let Some(number) =
                number.filter(|number| usize::try_from(*number).unwrap_or(0) % of == mine)
            else {
                continue;
            };
            let path = format!("/api/v1/threads/{number}/messages?last=true");
            let read = self.page.get(&path).await?;
            let lines = read["messages"].as_array().into_iter().flatten();
            let words = lines.filter_map(|line| line["text"].as_str());
            for words in words.filter(|words| words.starts_with(WORD)) {
                note(waits, under_way.ends(words));
            }
        }
    }
}
