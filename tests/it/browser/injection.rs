//! Script in the words of customers, agents and articles stays words in the widget too.

use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::room::injection::{RUN, payloads};
use crate::browser::site::Visit;
use crate::console::office::answered;

/// What the articles are about that show payloads as titles and answers.
const TOPICS: [&str; 6] = ["zebra", "walrus", "otter", "badger", "heron", "lizard"];

impl Visit {
    async fn ask(&self, method: Method, path: &str, token: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.shop.serving.base);
        let request = reqwest::Client::new().request(method, url).json(&body);
        let request = request.bearer_auth(token);
        answered(request.send().await.unwrap()).await.fine()
    }

    /// Somebody of the team, whose name is script too; gives their token.
    async fn agent(&self, display: &str) -> String {
        let told = self
            .shop
            .installed
            .run(&["agent", "add", "li", "--display", display]);
        let (_, link) = told.split_once("#link=").unwrap();
        let given = json!({ "token": link.trim(), "carry": "bearer" });
        let signed = self
            .ask(Method::POST, "/api/v1/sign-in/link", "", given)
            .await;
        signed["token"].as_str().unwrap().to_owned()
    }

    fn import(&self, payloads: &[String]) {
        let rows = TOPICS.iter().zip(payloads);
        let rows =
            rows.map(|(topic, text)| json!({ "question": title(topic, text), "answer": text }));
        let lines: Vec<String> = rows.map(|row| row.to_string()).collect();
        let file = self.shop.installed.path("payloads.jsonl");
        std::fs::write(&file, lines.join("\n")).unwrap();
        let file = file.display().to_string();
        self.shop
            .installed
            .run(&["kb", "import", &file, "--publish"]);
    }
}

fn title(topic: &str, text: &str) -> String {
    format!("How do I wash a {topic} {text}")
}

#[tokio::test]
async fn payloads_stay_words_in_the_widget() {
    let mut visit = Visit::new().await;
    let payloads = payloads();
    let name = format!("Li {}", payloads[0]);
    visit.import(&payloads);
    // The articles are there from the start; the page has all of its files by then.
    visit.chat.find(".launcher").await;
    visit.shop.stop();
    visit.shop = visit.shop.start();
    let token = visit.agent(&name).await;
    visit.call("open", json!(null)).await;
    visit.chat.find("input[type=search]").await;
    for (topic, text) in TOPICS.iter().zip(&payloads) {
        let words = format!("wash a {topic}");
        visit
            .chat
            .run("root.querySelector('input').value = ''", json!(null))
            .await;
        visit.chat.write("input[type=search]", &words).await;
        let summary = title(topic, text);
        visit.chat.find_text(".articles summary", &summary).await;
        visit.chat.click(".articles summary").await;
    }
    visit.chat.click(".welcome .primary").await;
    for text in payloads.iter().take(12) {
        visit.says(text).await;
    }
    visit.write("talk to a human").await;
    visit.chat.find_text(".bubble", "#1001").await;
    for (n, text) in payloads.iter().enumerate() {
        let line = json!({ "key": format!("k{n}"), "text": text });
        visit
            .ask(Method::POST, "/api/v1/threads/1001/messages", &token, line)
            .await;
    }
    let line = json!({ "key": "last", "text": "the last line" });
    visit
        .ask(Method::POST, "/api/v1/threads/1001/messages", &token, line)
        .await;
    visit
        .chat
        .find_text(".theirs .bubble", "the last line")
        .await;

    let missing = "const shown = new Set([...root.querySelectorAll('.theirs .bubble p')].map(one => one.textContent));
        return args.filter(text => !shown.has(text))";
    let missing = visit.chat.run(missing, json!(payloads)).await;
    assert_eq!(missing, json!([]));
    visit.chat.find_text(".name", &name).await;
    let strange =
        "return root.querySelectorAll('script, iframe, [onload], [onerror], [onfocus]').length";
    assert_eq!(visit.chat.run(strange, json!(null)).await, 0);
    let ran = format!("return {}", RUN.split('=').next().unwrap());
    assert_eq!(
        visit.page.run(&format!("{ran} ?? null"), json!(null)).await,
        Value::Null
    );
    visit.page.close().await;
}
