//! A page of somebody's shop with the widget on it, of another origin than the desk.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use bot_core::runtime::supervisor::Supervisor;
use serde_json::{Value, json};

use crate::browser::{Browser, Driver, Size};
use crate::house::On;
use crate::widget::visitor::{Shop, Visitor, identity};

const HOST: &str = "frontdesk-widget";

/// A page of somebody's shop, and a customer in front of it.
pub(super) struct Visit {
    pub(super) shop: Shop,
    pub(super) page: Browser,
    pub(super) chat: Browser,
    pub(super) site: String,
    _driver: Driver,
}

impl Visit {
    pub(super) async fn new() -> Self {
        Self::to("").await
    }

    /// To a desk that has this public address.
    pub(super) async fn to(public_url: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let site = format!("http://{}", listener.local_addr().unwrap());
        let shop = Shop::at(On::Sqlite, public_url, &site, "").await;
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
    pub(super) async fn call(&self, method: &str, args: Value) {
        let script = "window.frontdesk[args[0]](args[1])";
        self.page.run(script, json!([method, args])).await;
    }

    pub(super) async fn is(&self, user: &str) {
        self.call("identify", json!(identity(user))).await;
    }

    pub(super) async fn talk(&self) {
        self.call("open", json!(null)).await;
        self.chat.click(".welcome .primary").await;
    }

    pub(super) async fn write(&self, text: &str) {
        self.chat.write("textarea", text).await;
        self.chat.click(".send").await;
    }

    /// Writes a line, and sees it come back from the desk.
    pub(super) async fn says(&self, text: &str) {
        self.write(text).await;
        self.chat.find_text(".own .bubble[title]", text).await;
    }

    /// How often the desk has a line of a customer.
    pub(super) async fn has(&self, user: &str, text: &str) -> usize {
        let hello = json!({ "identity": identity(user) });
        self.holds(&self.shop.known(hello).await.0, text).await
    }

    pub(super) async fn holds(&self, token: &str, text: &str) -> usize {
        let visitor = Visitor(token.to_owned());
        let read = self.shop.read(&visitor, "").await;
        let lines = read["messages"].as_array().unwrap();
        lines.iter().filter(|line| line["text"] == text).count()
    }

    pub(super) async fn kept(&self, area: &str, key: &str) -> String {
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
