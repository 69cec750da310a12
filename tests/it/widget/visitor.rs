//! Somebody at a browser, and the desk that they visit.

use futures::{SinkExt as _, StreamExt as _};
use jsonwebtoken::{EncodingKey, Header, encode};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::console::office::{Answered, answered};
use crate::house::{On, postgres};
use crate::process::{Installed, Serving};

pub(crate) const ORIGIN: &str = "https://shop.example.com";
const IDENTITY: &str = "an identity secret of thirty-two bytes";

/// A desk whose channel "shop" has a widget.
pub(crate) struct Shop {
    pub(crate) installed: Installed,
    pub(crate) serving: Serving,
    /// Where its pages are from.
    origin: String,
    http: reqwest::Client,
}

impl Shop {
    pub(crate) async fn open(on: On) -> Self {
        Self::with(on, "").await
    }

    /// With more keys in the widget's section.
    pub(crate) async fn with(on: On, keys: &str) -> Self {
        Self::at(on, "", ORIGIN, keys).await
    }

    /// Behind a public address, if there is one, for pages of this origin.
    pub(crate) async fn at(on: On, public_url: &str, origin: &str, keys: &str) -> Self {
        let storage = match on {
            On::Sqlite => "sqlite:desk.db".to_owned(),
            On::Postgres => postgres::fresh_url().await,
        };
        let more = format!(
            "[channel.widget]\norigins = [\"{origin}\"]\nidentity_secret = \"{IDENTITY}\"\n{keys}\n\
             [desk]\nsend_hold = 0\n"
        );
        let installed = Installed::new(&storage, &more);
        if !public_url.is_empty() {
            let public = format!("[server]\npublic_url = \"{public_url}\"\n");
            installed.rewrite("[server]\n", &public);
        }
        let faq = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/faq.csv");
        installed.run(&["kb", "import", faq, "--publish"]);
        let serving = installed.serve("info");
        Self {
            installed,
            serving,
            origin: origin.to_owned(),
            http: reqwest::Client::new(),
        }
    }

    /// Kills the desk as `kill -9` does, and starts it again.
    pub(crate) fn restart(self) -> Self {
        let Self {
            installed, serving, ..
        } = self;
        drop(serving);
        let serving = installed.serve("info");
        Self {
            installed,
            serving,
            ..self
        }
    }

    /// Kills the desk; it is started again at the same address.
    pub(crate) fn stop(&mut self) {
        let listen = self.serving.base.replace("http://", "");
        self.installed
            .rewrite("\"127.0.0.1:0\"", &format!("\"{listen}\""));
        self.serving.kill();
    }

    pub(crate) fn start(self) -> Self {
        self.restart()
    }

    /// The same with more keys in the widget's section.
    pub(crate) fn restart_with(self, keys: &str) -> Self {
        let section = format!("[channel.widget]\n{keys}\n");
        self.installed.rewrite("[channel.widget]\n", &section);
        self.restart()
    }

    /// A request of a page of the allowed origin.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.from(&self.origin, method, path)
    }

    pub(crate) fn from(&self, origin: &str, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/widget/shop/{path}", self.serving.base);
        self.http.request(method, url).header("origin", origin)
    }

    pub(crate) async fn session(&self, body: Value) -> Answered {
        let request = self.request(Method::POST, "session").json(&body);
        answered(request.send().await.unwrap()).await
    }

    pub(crate) async fn visitor(&self) -> Visitor {
        self.known(json!({})).await
    }

    pub(crate) async fn known(&self, hello: Value) -> Visitor {
        let welcome = self.session(hello).await.fine();
        Visitor(welcome["token"].as_str().unwrap().to_owned())
    }

    pub(crate) async fn send(&self, visitor: &Visitor, body: &Value) -> Answered {
        let request = self.request(Method::POST, "messages");
        let request = request.bearer_auth(&visitor.0).json(body);
        answered(request.send().await.unwrap()).await
    }

    pub(crate) async fn read(&self, visitor: &Visitor, after: &str) -> Value {
        let request = self.request(Method::GET, &format!("messages?after={after}"));
        let request = request.bearer_auth(&visitor.0);
        answered(request.send().await.unwrap()).await.fine()
    }

    /// Opens the page's socket.
    pub(crate) async fn live(&self, visitor: &Visitor, after: &str) -> Live {
        let url = format!(
            "{}/widget/shop/live",
            self.serving.base.replace("http", "ws")
        );
        let mut request = url.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("origin", self.origin.parse().unwrap());
        let (socket, _) = connect_async(request).await.unwrap();
        let mut live = Live(socket);
        live.say(&json!({ "token": visitor.0, "after": after, "language": "en" }))
            .await;
        live
    }
}

/// What a browser keeps.
pub(crate) struct Visitor(pub(crate) String);

/// An open socket of a page.
pub(crate) struct Live(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Live {
    pub(crate) async fn say(&mut self, word: &Value) {
        self.0.send(Message::text(word.to_string())).await.unwrap();
    }

    /// The next word that is not a sign of life; `None` at the end.
    pub(crate) async fn word(&mut self) -> Option<Value> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Reads on until a line with this text has come; gives all lines that came, and the last position.
    pub(crate) async fn until(&mut self, text: &str) -> (Vec<Value>, String) {
        let mut lines = Vec::new();
        loop {
            let word = self.word().await.expect("the socket stays open");
            let Some(came) = word["lines"]["messages"].as_array() else {
                continue;
            };
            lines.extend(came.iter().cloned());
            if came
                .iter()
                .any(|line| line["text"].as_str().unwrap().contains(text))
            {
                return (lines, word["lines"]["next"].as_str().unwrap().to_owned());
            }
        }
    }
}

/// An identity as a host page signs it, for five minutes from now.
pub(crate) fn identity(user: &str) -> String {
    use bot_core::port::clock::{Clock as _, SystemClock};
    let exp = SystemClock.now().0 / 1_000 + 300;
    let claims =
        json!({ "sub": user, "exp": exp, "name": "Wang Mei", "attributes": { "plan": "pro" } });
    let key = EncodingKey::from_secret(IDENTITY.as_bytes());
    encode(&Header::default(), &claims, &key).unwrap()
}
