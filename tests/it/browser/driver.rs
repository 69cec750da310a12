//! chromedriver as a process of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

/// A driver on a port of its own; it and its browsers end with the test.
pub(crate) struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// Starts chromedriver, which comes with Debian's `chromium-driver`.
    pub(crate) fn start() -> Self {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is missing: ./test installs it");
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let port = said
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find_map(|line| port_in(&line));
        // It goes on to talk, and must not meet a closed pipe.
        std::thread::spawn(move || drop(std::io::copy(&mut said, &mut std::io::sink())));
        Self {
            child,
            port: port.expect("chromedriver names its port"),
        }
    }

    /// A new browser with a profile of its own, which speaks this language: `zh-CN` or `en-US`.
    pub(super) async fn session(&self, language: &str) -> Client {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(language));
        let base = format!("http://127.0.0.1:{}", self.port);
        builder.connect(&base).await.unwrap()
    }

    /// Ends the driver's browsers too, which a signal would leave behind.
    fn shut_down(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream
            .write_all(b"GET /shutdown HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new()).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if self.shut_down().is_err() {
            // It may be gone already.
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

/// "`ChromeDriver` was started successfully on port 38293."
fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

fn capabilities(language: &str) -> Map<String, Value> {
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-dev-shm-usage",
        "--force-color-profile=srgb",
        "--autoplay-policy=no-user-gesture-required",
    ];
    let options = json!({
        "args": arguments.map(str::to_owned).to_vec(),
        "prefs": { "intl.accept_languages": language },
    });
    let wanted = json!({
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
        "unhandledPromptBehavior": "accept",
    });
    wanted.as_object().cloned().unwrap_or_default()
}
