//! Whose words are whose: customers who sign in, sign out and change, in one tab and in several.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use bot_core::runtime::supervisor::Supervisor;
use serde_json::{Value, json};

use crate::browser::{Browser, Driver, Size};
use crate::house::On;
use crate::widget::visitor::{Shop, identity};

const HOST: &str = "frontdesk-widget";

/// A page of somebody's shop, and a customer in front of it.
struct Visit {
    shop: Shop,
    page: Browser,
    chat: Browser,
    site: String,
    _driver: Driver,
}

impl Visit {
    async fn new() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let site = format!("http://{}", listener.local_addr().unwrap());
        let shop = Shop::at(On::Sqlite, "", &site, "").await;
        let script = format!("{}/widget.js", shop.serving.base);
        let serving = axum::serve(listener, host_page(&script));
        Supervisor::new().spawn("page", async move { serving.await.unwrap() });
        let driver = Driver::start();
        let page = Browser::open(&driver, Size::Desktop, "en-US").await;
        page.goto(&site).await;
        Self {
            chat: page.within(HOST),
            shop,
            page,
            site,
            _driver: driver,
        }
    }

    /// The page calls the widget.
    async fn call(&self, method: &str, args: Value) {
        let script = "window.frontdesk[args[0]](args[1])";
        self.page.run(script, json!([method, args])).await;
    }

    async fn is(&self, user: &str) {
        self.call("identify", json!(identity(user))).await;
    }

    async fn talk(&self) {
        self.call("open", json!(null)).await;
        self.chat.click(".welcome .primary").await;
    }

    async fn write(&self, text: &str) {
        self.chat.write("textarea", text).await;
        self.chat.click(".send").await;
    }

    /// Writes a line, and sees it come back from the desk.
    async fn says(&self, text: &str) {
        self.write(text).await;
        self.chat.find_text(".own .bubble[title]", text).await;
    }

    /// How often the desk has a line of a customer.
    async fn has(&self, user: &str, text: &str) -> usize {
        let hello = json!({ "identity": identity(user) });
        self.holds(&self.shop.known(hello).await.0, text).await
    }

    async fn holds(&self, token: &str, text: &str) -> usize {
        let visitor = crate::widget::visitor::Visitor(token.to_owned());
        let read = self.shop.read(&visitor, "").await;
        let lines = read["messages"].as_array().unwrap();
        lines.iter().filter(|line| line["text"] == text).count()
    }

    async fn kept(&self, area: &str, key: &str) -> String {
        let script = "return window[args[0]][`frontdesk.shop.${args[1]}`]";
        let kept = self.page.run(script, json!([area, key])).await;
        kept.as_str().unwrap_or_default().to_owned()
    }
}

/// A page with nothing but the widget.
fn host_page(script: &str) -> Router {
    let page = format!(
        "<!doctype html><html lang=en><title>Shop</title><main><h1>Shop</h1></main>\
         <script src=\"{script}\" data-channel=\"shop\"></script>"
    );
    Router::new().route("/", get(async move || Html(page)))
}

#[tokio::test]
async fn who_signs_in_and_out_sees_their_own_lines_only() {
    let visit = Visit::new().await;
    visit.is("u-1").await;
    visit.talk().await;
    visit.says("line of one").await;
    let token = visit.kept("sessionStorage", "token").await;
    assert_eq!(visit.holds(&token, "line of one").await, 1);
    visit.page.reload().await;
    visit.is("u-1").await;
    visit.call("open", json!(null)).await;
    visit.chat.find_text(".own .bubble", "line of one").await;
    assert_eq!(visit.kept("sessionStorage", "token").await, token);

    visit.call("logout", json!(null)).await;
    visit.chat.click(".welcome .primary").await;
    visit.says("line of nobody").await;
    assert_eq!(visit.chat.count(".own .bubble").await, 1);
    let old = visit.shop.request(reqwest::Method::GET, "messages");
    let old = old.bearer_auth(&token).send().await.unwrap();
    assert_eq!(old.status(), 401, "who has left leaves no token behind");
    visit.page.close().await;
}

#[tokio::test]
async fn a_line_that_waits_never_goes_out_in_anothers_name() {
    let visit = Visit::new().await;
    visit.is("u-1").await;
    visit.talk().await;
    visit.says("first line of one").await;
    visit.page.offline(true).await;
    visit.write("secret of one").await;
    visit.chat.find(".waiting").await;
    visit.is("u-2").await;
    visit.page.offline(false).await;
    visit.is("u-2").await;
    visit.chat.click(".welcome .primary").await;
    visit.says("line of two").await;
    assert_eq!(visit.has("u-2", "line of two").await, 1);
    assert_eq!(visit.has("u-2", "secret of one").await, 0);
    assert_eq!(visit.chat.count(".own .bubble").await, 1);
    visit.page.close().await;
}

#[tokio::test]
async fn who_signs_in_takes_a_waiting_line_along() {
    let visit = Visit::new().await;
    visit.talk().await;
    visit.says("line of nobody").await;
    visit.page.offline(true).await;
    visit.write("written before I signed in").await;
    visit.chat.find(".waiting").await;
    visit.page.offline(false).await;
    visit.is("u-1").await;
    visit.chat.click(".welcome .primary").await;
    visit
        .chat
        .find_text(".own .bubble", "written before I signed in")
        .await;
    visit.says("and after").await;
    let unnamed = visit.kept("localStorage", "token").await;
    let line = "written before I signed in";
    let both = visit.has("u-1", line).await + visit.holds(&unnamed, line).await;
    assert_eq!(both, 1, "in one conversation, once");
    visit.page.close().await;
}

/// The answer to the first comes after that to the second.
#[tokio::test]
async fn of_two_identities_the_last_one_counts() {
    let visit = Visit::new().await;
    visit.call("open", json!(null)).await;
    visit.chat.find(".welcome .primary").await;
    let slow = "const fetched = window.fetch;
        window.fetch = async (...given) => {
          const answer = await fetched(...given);
          window.fetch = fetched;
          await new Promise(go => { window.goOn = go; });
          return answer;
        };";
    visit.page.run(slow, json!(null)).await;
    visit.is("u-1").await;
    visit.page.until("held", "window.goOn", json!(null)).await;
    visit.is("u-2").await;
    visit.chat.find_text(".welcome h2", "Wang").await;
    visit.page.run("window.goOn()", json!(null)).await;
    visit.chat.click(".welcome .primary").await;
    visit.says("who am I").await;
    assert_eq!(visit.has("u-2", "who am I").await, 1);
    assert_eq!(visit.has("u-1", "who am I").await, 0);
    visit.page.close().await;
}

/// Both tabs wait at once, and the one that wrote first is closed before the desk is back.
#[tokio::test]
async fn two_tabs_keep_all_that_waits() {
    let mut visit = Visit::new().await;
    visit.talk().await;
    visit.says("before").await;
    let token = visit.kept("localStorage", "token").await;
    let client = visit.page.client.clone();
    let first = client.window().await.unwrap();
    let second = client.new_window(true).await.unwrap().handle;
    client.switch_to_window(second.clone()).await.unwrap();
    visit.page.goto(&visit.site).await;
    visit.call("open", json!(null)).await;
    visit.chat.find_text(".own .bubble", "before").await;
    visit.shop.stop();
    visit.chat.find(".offline").await;
    visit.write("from the second tab").await;
    client.switch_to_window(first).await.unwrap();
    visit.write("from the first tab").await;
    visit
        .chat
        .find_text(".waiting", "from the second tab")
        .await;
    client.close_window().await.unwrap();
    client.switch_to_window(second).await.unwrap();
    visit.chat.find_text(".waiting", "from the first tab").await;
    visit.shop = visit.shop.start();
    visit.chat.gone(".waiting").await;
    for line in ["from the first tab", "from the second tab"] {
        assert_eq!(visit.holds(&token, line).await, 1, "{line}");
    }
    visit.page.close().await;
}
