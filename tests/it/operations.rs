//! What an operator relies on: health, numbers, logs that tell nothing of anybody, a clean end.

use std::path::Path;

use adapters::standard_webhooks::{ID_HEADER, SIGNATURE_HEADER, Secrets, TIMESTAMP_HEADER};
use bot_core::port::clock::{Clock as _, SystemClock};
use reqwest::blocking::{Client, Response};
use rstest::rstest;
use serde_json::{Value, json};

use crate::house::{On, postgres};
use crate::process::{Installed, SECRET, Serving};

/// Our own crates say everything, the others what they say in service.
const LOUD: &str = "info,frontdesk=trace,bot_core=trace,knowledge=trace,adapters=trace,admin=trace,sqlx=warn,tantivy=warn,hyper=warn";

async fn storage(on: On) -> String {
    match on {
        On::Sqlite => "sqlite:desk.db".to_owned(),
        On::Postgres => postgres::fresh_url().await,
    }
}

fn sample() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples/faq.csv")
        .display()
        .to_string()
}

fn get(serving: &Serving, path: &str) -> Response {
    Client::new()
        .get(format!("{}{path}", serving.base))
        .send()
        .unwrap()
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn health_and_numbers_tell_how_the_desk_is_doing(#[case] on: On) {
    let installed = Installed::new(&storage(on).await, "");
    tokio::task::spawn_blocking(move || {
        installed.run(&["kb", "import", &sample(), "--publish"]);
        let serving = installed.serve(LOUD);
        assert_eq!(get(&serving, "/healthz").text().unwrap(), "ok\n");
        let ready: Value = get(&serving, "/readyz").json().unwrap();
        assert_eq!(
            (&ready["ready"], &ready["database"]),
            (&json!(true), &json!("ok"))
        );
        assert_eq!(ready["channels"], json!({ "shop": "ok", "team": "ok" }));

        let answers = serving.ask("u-1", "退款多久到");
        assert_eq!(answers[0]["from"], "bot", "{answers:?}");
        serving.ask("u-1", "人工");
        let numbers = get(&serving, "/metrics").text().unwrap();
        for line in [
            "frontdesk_events_total{channel=\"shop\",outcome=\"accepted\"} 2",
            "frontdesk_happenings_total{kind=\"answered\"} 1",
            "frontdesk_happenings_total{kind=\"handed_off\"} 1",
            "frontdesk_inbox_undecided 0",
            "frontdesk_deliveries{state=\"dead\"} 0",
            "frontdesk_tickets{status=\"pending\"} 1",
            "frontdesk_channel_listening{channel=\"shop\"} 1",
        ] {
            assert!(
                numbers.lines().any(|one| one == line),
                "{line} in\n{numbers}"
            );
        }
        let (_, in_order) = serving.end();
        assert!(in_order, "SIGTERM ends it in good order");
    })
    .await
    .unwrap();
}

/// Words that must never stand anywhere in the open.
const CANARIES: [&str; 7] = [
    "canary-text-7313",
    "canary-name-7313",
    "canary-plan-7313",
    "canary-page-7313",
    "canary-reply-7313",
    "canary-note-7313",
    "canary-password-7313",
];

fn post_signed(serving: &Serving, body: &Value) {
    let path = format!("{}/channels/shop/messages", serving.base);
    let payload = serde_json::to_vec(body).unwrap();
    let secrets = Secrets::parse([SECRET]).unwrap();
    let signed = secrets.sign("msg_canary", SystemClock.now().0, &payload);
    let request = Client::new().post(path).body(payload);
    let request = request
        .header("content-type", "application/json")
        .header(ID_HEADER, signed.id)
        .header(TIMESTAMP_HEADER, signed.timestamp)
        .header(SIGNATURE_HEADER, signed.signature);
    let answer = request.send().unwrap();
    assert_eq!(answer.status().as_u16(), 202, "{}", answer.text().unwrap());
}

/// A customer with telling words, and an agent who answers them; gives the secrets that were used.
fn a_telling_conversation(installed: &Installed, serving: &Serving) -> Vec<String> {
    let [text, name, plan, page, reply, note, password] = CANARIES;
    let user = json!({ "id": "u-1", "name": name, "locale": "en", "attributes": { "plan": plan } });
    let text = format!("my parcel {text} never came");
    post_signed(
        serving,
        &json!({ "id": "m1", "user": user, "text": text, "context": { "page": page } }),
    );
    serving.ask("u-1", "human");

    let printed = installed.run(&["agent", "add", "li", "--role", "agent"]);
    let link = printed.split("#link=").nth(1).unwrap().trim().to_owned();
    let post = |token: Option<&str>, path: &str, body: Value| -> Value {
        let mut request = Client::new()
            .post(format!("{}/api/v1{path}", serving.base))
            .json(&body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().unwrap_or_default()
    };
    let signed = post(
        None,
        "/sign-in/link",
        json!({ "token": link, "carry": "bearer" }),
    );
    let token = signed["token"].as_str().unwrap().to_owned();
    let set = Client::new()
        .put(format!("{}/api/v1/me/password", serving.base))
        .bearer_auth(&token);
    assert!(
        set.json(&json!({ "new": password }))
            .send()
            .unwrap()
            .status()
            .is_success()
    );
    let thread = "/threads/1001/messages";
    post(
        Some(&token),
        thread,
        json!({ "key": "n", "text": format!("/note {note}") }),
    );
    post(Some(&token), thread, json!({ "key": "r", "text": reply }));
    let read = serving.client(&["read", "--user", "u-1", "--wait", "20", "--after", "2"]);
    assert!(read.status.success());
    vec![link, token, SECRET.trim_start_matches("whsec_").to_owned()]
}

#[tokio::test]
async fn nothing_telling_stands_in_logs_numbers_or_files() {
    tokio::task::spawn_blocking(|| {
        let installed = Installed::new("sqlite:desk.db", "[desk]\nsend_hold = 0\n");
        let serving = installed.serve(LOUD);
        let secrets = a_telling_conversation(&installed, &serving);
        let numbers = get(&serving, "/metrics").text().unwrap();
        let (logs, _) = serving.end();
        assert!(logs.len() > 3, "the logs say something: {logs:?}");

        let mut sinks = vec![
            ("numbers".to_owned(), numbers.into_bytes()),
            ("logs".to_owned(), logs.join("\n").into_bytes()),
        ];
        for entry in std::fs::read_dir(installed.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() && !path.ends_with("frontdesk.toml") {
                sinks.push((path.display().to_string(), std::fs::read(path).unwrap()));
            }
        }
        assert!(
            sinks.iter().any(|(name, _)| name.ends_with("desk.db")),
            "the database is among them"
        );
        for canary in CANARIES.iter().map(ToString::to_string).chain(secrets) {
            for (name, bytes) in &sinks {
                let found = bytes
                    .windows(canary.len())
                    .any(|window| window == canary.as_bytes());
                assert!(!found, "{canary} stands in {name}");
            }
        }
    })
    .await
    .unwrap();
}
