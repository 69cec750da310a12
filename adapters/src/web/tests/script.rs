//! The client in Python, as an app would use it: another language, another implementation of the signature.

use std::process::Stdio;
use std::sync::Arc;

use serde_json::Value;
use tokio::process::Command;

use bot_core::domain::inbound::Incoming;
use bot_core::port::clock::{ManualClock, SystemClock};

use super::app::{NOW, SECRET, TestApp};
use crate::web::WebConfig;

const CLIENT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/clients/web_client.py"
);

fn client(app: &TestApp, arguments: &[&str]) -> Command {
    let mut command = Command::new("python3");
    command
        .arg(CLIENT)
        .args(["--url", &app.url(""), "--channel", "shop"])
        .args(arguments);
    command
        .env("FRONTDESK_SECRET", SECRET)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

async fn start() -> TestApp {
    TestApp::with_clock(
        WebConfig::with_secret(SECRET),
        ManualClock::at(NOW),
        Arc::new(SystemClock),
    )
    .await
}

async fn run(app: &TestApp, arguments: &[&str]) -> (bool, String) {
    let output = client(app, arguments)
        .output()
        .await
        .expect("python3 is needed");
    let shown = if output.status.success() {
        output.stdout
    } else {
        output.stderr
    };
    (
        output.status.success(),
        String::from_utf8(shown).unwrap().trim().to_owned(),
    )
}

#[tokio::test]
async fn it_sends_reads_and_uploads() {
    let app = start().await;
    let (fine, first) = run(
        &app,
        &["send", "--user", "u-9", "--id", "m-1", "我的订单到哪了？"],
    )
    .await;
    assert!(fine, "{first}");
    assert_eq!(
        run(&app, &["send", "--user", "u-9", "--id", "m-1", "again"]).await,
        (true, first)
    );
    assert_eq!(app.inbox().len(), 1);

    app.say("u-9", "您的订单…");
    let (fine, page) = run(&app, &["read", "--user", "u-9"]).await;
    let message: Value = serde_json::from_str(&page).unwrap();
    assert!(fine && message["text"] == "您的订单…", "{page}");

    let (fine, url) = run(&app, &["upload", CLIENT, "--mime", "text/x-python"]).await;
    assert!(fine, "{url}");
    assert!(
        run(&app, &["send", "--user", "u-9", "--attach", &url])
            .await
            .0
    );
    assert!(matches!(&app.inbox()[1].body, Incoming::Said(said) if said.files.len() == 1));
}

#[tokio::test]
async fn it_waits_for_the_answer_to_its_question() {
    let app = start().await;
    app.say("u-9", "said before");
    let asking = client(&app, &["ask", "--user", "u-9", "hello?"]).output();
    let answering = async {
        while app.inbox().is_empty() {
            tokio::task::yield_now().await;
        }
        app.say("u-9", "hello!");
    };
    let (output, ()) = tokio::join!(asking, answering);
    let answer: Value = serde_json::from_slice(&output.expect("python3 is needed").stdout).unwrap();
    assert_eq!(answer["text"], "hello!");
}

#[tokio::test]
async fn it_says_why_it_was_refused() {
    let app = start().await;
    let (fine, words) = run(
        &app,
        &["send", "--user", "u-9", "--attach", "http://127.0.0.1/x"],
    )
    .await;
    assert!(
        !fine && words.contains("400") && words.contains("public"),
        "{words}"
    );
    let (fine, words) = run(
        &app,
        &[
            "--secret",
            "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "read",
            "--user",
            "u-9",
        ],
    )
    .await;
    assert!(!fine && words.contains("401"), "{words}");
}
