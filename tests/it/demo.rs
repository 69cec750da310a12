//! `frontdesk demo`, as a newcomer starts it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use reqwest::blocking::Client;
use serde_json::{Value, json};

/// A demo that runs; it is killed when the test ends.
pub(crate) struct Demo {
    child: Child,
    /// It goes on to talk, and must not meet a closed pipe.
    _told: BufReader<ChildStdout>,
    /// Where it is.
    pub(crate) base: String,
    /// The link by which the first agent signs in.
    pub(crate) sign_in: String,
}

impl Demo {
    /// Starts it in a folder, on a free port.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::on(folder, "0")
    }

    pub(crate) fn on(folder: &Path, port: &str) -> Self {
        let mut child = command(folder, port)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(child.stdout.take().unwrap());
        let mut links = told
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .map(|line| line.trim().to_owned())
            .filter(|line| line.starts_with("http://"));
        let base = links.next().unwrap().trim_end_matches('/').to_owned();
        let sign_in = links.next().unwrap();
        Self {
            child,
            _told: told,
            base,
            sign_in,
        }
    }

    /// Hires somebody; gives the link by which they sign in.
    pub(crate) fn hire(&self, folder: &Path, name: &str, display: &str) -> String {
        let out = Command::new(env!("CARGO_BIN_EXE_frontdesk"))
            .args(["agent", "add", name, "--display", display, "--data"])
            .arg(folder)
            .output()
            .unwrap();
        assert!(out.status.success(), "{out:?}");
        let told = String::from_utf8(out.stdout).unwrap();
        let (_, link) = told.split_once("/team#").unwrap();
        format!("{}/team#{}", self.base, link.trim())
    }

    pub(crate) fn port(&self) -> &str {
        self.base.rsplit(':').next().unwrap()
    }

    /// Ends it as Ctrl-C does; whether it ended in good order.
    pub(crate) fn end(mut self) -> bool {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().unwrap();
        self.child.wait().unwrap().success()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(folder: &Path, port: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command
        .args(["demo", "--no-model", "--port", port, "--data"])
        .arg(folder);
    command
}

fn kb(folder: &Path, args: &[&str]) -> Value {
    let out = Command::new(env!("CARGO_BIN_EXE_frontdesk"))
        .arg("kb")
        .args(args)
        .arg("--data")
        .arg(folder)
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn it_needs_nothing_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let demo = Demo::start(&data);
    let http = Client::new();
    let shop = http.get(&demo.base).send().unwrap().text().unwrap();
    assert!(shop.contains("data-channel=\"shop\""), "{shop}");
    let team = http.get(format!("{}/team", demo.base)).send().unwrap();
    assert!(team.status().is_success());
    let hello = http.post(format!("{}/widget/shop/session", demo.base));
    let welcome: Value = hello.json(&json!({})).send().unwrap().json().unwrap();
    let token = welcome["token"].as_str().unwrap().to_owned();
    let port = demo.port().to_owned();
    assert!(demo.end(), "in good order");

    let asked = kb(&data, &["ask", "多久能送到", "--json"]);
    assert_eq!(asked["outcome"], "confident", "{asked}");
    let again = Demo::on(&data, &port);
    let hello = http.post(format!("{}/widget/shop/session", again.base));
    let known: Value = hello
        .json(&json!({ "token": token }))
        .send()
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(known["token"], token.as_str(), "the visitor is known again");
    let articles = kb(&data, &["stats", "--json"]);
    assert_eq!(
        articles["articles"], 154,
        "nothing was imported twice: {articles}"
    );
}

#[test]
fn a_port_that_is_taken_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(&folder.path().join("one"));
    let out = command(&folder.path().join("other"), demo.port())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(1), "{told}");
    assert!(told.contains("--port"), "{told}");
}

#[test]
fn what_a_customer_may_ask_is_answered_and_the_rest_is_not() {
    let folder = tempfile::tempdir().unwrap();
    drop(Demo::start(folder.path()));
    let questions = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/demo/questions.jsonl"
    );
    let measured = kb(folder.path(), &["eval", questions, "--json"]);
    let share = |name: &str| measured[name].as_f64().unwrap();
    assert!(share("accuracy_at_1") >= 0.75, "{measured}");
    assert!(share("oos_recall") >= 0.6, "{measured}");
}
