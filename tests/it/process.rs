//! The real binary as a process of its own, and a customer's program in another language.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

/// The secret of the channel "shop".
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A folder with a configuration, and the binary to run in it.
pub(crate) struct Installed {
    pub(crate) folder: tempfile::TempDir,
}

impl Installed {
    /// With the sections that every desk here has, and more.
    pub(crate) fn new(storage: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[storage]\nurl = \"{storage}\"\n\
             [security]\nmaster_key = \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"\n\
             [[channel]]\nname = \"shop\"\ntype = \"web\"\nsecret = \"${{SHOP_SECRET}}\"\n{more}"
        );
        std::fs::write(folder.path().join("frontdesk.toml"), config).unwrap();
        Self { folder }
    }

    /// Writes the configuration anew, with one part in the place of another.
    pub(crate) fn rewrite(&self, part: &str, by: &str) {
        let path = self.path("frontdesk.toml");
        let config = std::fs::read_to_string(&path).unwrap();
        assert!(config.contains(part), "{config}");
        std::fs::write(path, config.replacen(part, by, 1)).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A verb of the binary, ready to run.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        command
            .args(args)
            .arg("--config")
            .arg(self.path("frontdesk.toml"))
            .env("SHOP_SECRET", SECRET);
        command
    }

    /// Runs a verb that must succeed; gives what it printed.
    pub(crate) fn run(&self, args: &[&str]) -> String {
        let out = self.command(args).output().unwrap();
        assert!(out.status.success(), "{args:?}: {}", told(&out.stderr));
        told(&out.stdout)
    }

    /// Starts `serve` and waits until it is ready.
    pub(crate) fn serve(&self, log: &str) -> Serving {
        let mut child = self
            .command(&["serve"])
            .env("FRONTDESK_LOG", log)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (errors, lines) = (BufReader::new(child.stderr.take().unwrap()), channel());
        let (sender, receiver) = lines;
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                // The test may have heard enough.
                drop(sender.send(line));
            }
        });
        Serving::ready(child, receiver)
    }
}

/// A running `serve`; it is killed when the test ends.
pub(crate) struct Serving {
    child: Child,
    lines: Receiver<String>,
    heard: Vec<String>,
    pub(crate) base: String,
}

impl Serving {
    fn ready(child: Child, lines: Receiver<String>) -> Self {
        let mut serving = Self {
            child,
            lines,
            heard: Vec::new(),
            base: String::new(),
        };
        loop {
            let line = serving
                .lines
                .recv()
                .unwrap_or_else(|_| panic!("{:#?}", serving.heard));
            let event: Value = serde_json::from_str(&line).unwrap_or_default();
            let address = event["address"].as_str().map(str::to_owned);
            serving.heard.push(line);
            if let Some(address) = address {
                serving.base = format!("http://{address}");
                return serving;
            }
        }
    }

    /// Waits until it logs this.
    pub(crate) fn hears(&mut self, words: &str) {
        loop {
            let line = self.lines.recv();
            let line = line.unwrap_or_else(|_| panic!("{words}: {:#?}", self.heard));
            let found = line.contains(words);
            self.heard.push(line);
            if found {
                return;
            }
        }
    }

    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it with SIGTERM; gives everything that it logged, and whether it ended in good order.
    pub(crate) fn end(mut self) -> (Vec<String>, bool) {
        let id = self.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        let status = self.child.wait().unwrap();
        let mut heard = std::mem::take(&mut self.heard);
        heard.extend(self.lines.iter());
        (heard, status.success())
    }

    /// Ends it as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Runs the customer's program.
    pub(crate) fn client(&self, args: &[&str]) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/web_client.py");
        Command::new("python3")
            .arg(script)
            .args(["--url", &self.base, "--channel", "shop"])
            .args(args)
            .env("FRONTDESK_SECRET", SECRET)
            .output()
            .unwrap()
    }

    /// A customer asks; gives the messages that came back.
    pub(crate) fn ask(&self, user: &str, text: &str) -> Vec<Value> {
        let out = self.client(&["ask", "--user", user, text]);
        assert!(out.status.success(), "{}", told(&out.stderr));
        told(&out.stdout)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(crate) fn told(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
