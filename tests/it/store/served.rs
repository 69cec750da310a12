//! The real binary, serving in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use adapters::standard_webhooks::{Headers, Secrets};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const CONFIG: &str = r#"
[server]
listen = "127.0.0.1:0"
[storage]
url = "URL"
SECURITY
[[channel]]
name = "shop"
type = "web"
secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
[[team]]
name = "support"
room = "web"
"#;
pub(crate) const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// A folder with a configuration in it.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new(url: &str, key: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = key.map_or(String::new(), |key| {
            format!("[security]\nmaster_key = \"{key}\"")
        });
        let config = CONFIG.replace("URL", url).replace("SECURITY", &key);
        std::fs::write(folder.path().join("frontdesk.toml"), config).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A shell that becomes `frontdesk VERB` after it has said its process id and done `first`.
    pub(crate) fn shell(&self, verb: &str, first: &str) -> Command {
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!("echo $$ >&2; {first} exec \"$0\" \"$@\""))
            .arg(env!("CARGO_BIN_EXE_frontdesk"))
            .args([verb, "--config"])
            .arg(self.path("frontdesk.toml"));
        shell
    }
}

/// A process that serves.
pub(crate) struct Served {
    child: Child,
    pid: String,
    log: Lines<BufReader<ChildStderr>>,
    url: String,
}

impl Served {
    pub(crate) async fn start(folder: &Folder) -> Self {
        Self::run(folder.shell("serve", "")).await
    }

    /// Runs the command until it says that it is ready.
    pub(crate) async fn run(command: Command) -> Self {
        match Self::try_run(command).await {
            Ok(desk) => desk,
            Err((status, told)) => panic!("it never was ready: {status}\n{told}"),
        }
    }

    /// Runs the command until it says that it is ready, or ends.
    pub(crate) async fn try_run(mut command: Command) -> Result<Self, (ExitStatus, String)> {
        let mut child = command
            .env("FRONTDESK_LOG", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut told: Vec<String> = Vec::new();
        while let Some(line) = log.next_line().await.unwrap() {
            if let Some(address) = ready_at(&line) {
                return Ok(Self {
                    child,
                    pid: told.into_iter().find(|line| is_number(line)).unwrap(),
                    log,
                    url: format!("http://{address}"),
                });
            }
            told.push(line);
        }
        Err((child.wait().await.unwrap(), told.join("\n")))
    }

    pub(crate) fn pid(&self) -> &str {
        &self.pid
    }

    /// Posts a message as an app does, on a connection of its own.
    pub(crate) async fn post(&self, id: &str, text: &str) -> reqwest::Result<Response> {
        let body = json!({"id": id, "user": {"id": "wang"}, "text": text});
        self.send(
            "messages",
            "application/json",
            body.to_string().into_bytes(),
        )
        .await
    }

    pub(crate) async fn send(
        &self,
        what: &str,
        mime: &str,
        body: Vec<u8>,
    ) -> reqwest::Result<Response> {
        let Headers {
            id,
            timestamp,
            signature,
        } = Secrets::parse([SECRET]).unwrap().sign("msg", now(), &body);
        reqwest::Client::new()
            .post(format!("{}/channels/shop/{what}", self.url))
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .header("content-type", mime)
            .header("connection", "close")
            .body(body)
            .send()
            .await
    }

    /// The id under which a message was accepted; it must have been.
    pub(crate) async fn accepted(&self, id: &str, text: &str) -> String {
        let answer = self.post(id, text).await.unwrap();
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{id}");
        message_id(answer).await
    }

    /// Like a power cut to the process alone.
    pub(crate) async fn kill(mut self) {
        shell(&format!("kill -KILL {}", self.pid)).await;
        self.wait().await;
    }

    /// Asks it to end, and waits until it has, in good order.
    pub(crate) async fn end(self) {
        shell(&format!("kill -TERM {}", self.pid)).await;
        let (status, told) = self.ended().await;
        assert!(status.success(), "{status}: {told}");
    }

    /// Waits until it has ended by itself; gives what it still said.
    pub(crate) async fn ended(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        self.log.get_mut().read_to_string(&mut rest).await.unwrap();
        (self.wait().await, rest)
    }

    async fn wait(&mut self) -> ExitStatus {
        let status = self.child.wait().await.unwrap();
        self.pid.clear();
        status
    }
}

/// A test that fails leaves no process behind; a recorder that is killed would let its own go on.
impl Drop for Served {
    fn drop(&mut self) {
        if !self.pid.is_empty() {
            let mut kill = std::process::Command::new("kill");
            kill.args(["-KILL", &self.pid]).status().ok();
        }
    }
}

pub(crate) async fn message_id(answer: Response) -> String {
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    body["message_id"].as_str().unwrap().to_owned()
}

fn is_number(line: &str) -> bool {
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

fn ready_at(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    (line["message"] == "ready").then(|| line["address"].as_str().unwrap().to_owned())
}

/// The real process has the machine's clock, and so have signatures for it.
fn now() -> i64 {
    use bot_core::port::clock::{Clock as _, SystemClock};
    SystemClock.now().0
}

pub(crate) async fn shell(command: &str) {
    let status = Command::new("sh").args(["-c", command]).status().await;
    assert!(status.unwrap().success(), "{command}");
}

/// The stored ids of a channel's messages, by the app's keys.
pub(crate) async fn stored(database: &Path) -> Vec<(String, String)> {
    use bot_core::store::{Db, StorageUrl};

    let url = StorageUrl::Sqlite(database.display().to_string());
    let db = Db::open(&url).await.unwrap();
    let rows = db.read(|tx| {
        Box::pin(async move {
            let sql = "SELECT key, id FROM inbox WHERE channel = 'shop' ORDER BY accepted_at, seq";
            bot_core::fetch_all!(tx, (String, uuid::Uuid), sql)
        })
    });
    let rows = rows.await.unwrap();
    db.close().await;
    rows.into_iter()
        .map(|(key, id)| (key, id.to_string()))
        .collect()
}
