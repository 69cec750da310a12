//! The example adapter does what every platform must, and answers a guest.

use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::place::Place;
use bot_core::port::clock::ManualClock;
use bot_core::port::platform::Platform;
use bot_core::port::platform::conformance::{Heard, Stage, check};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

use crate::house::MONDAY_TEN;
use crate::line_chat::LineChat;

/// A chat with one guest at the other end of the line.
struct Table {
    chat: Arc<LineChat>,
    guest: Mutex<Guest>,
}

struct Guest {
    reading: BufReader<OwnedReadHalf>,
    writing: OwnedWriteHalf,
    /// What the desk said so far.
    seen: Vec<String>,
}

impl Guest {
    /// The next word about an event; what the desk says meanwhile is kept.
    async fn word(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.reading.read_line(&mut line).await.unwrap();
            match line.strip_prefix("# ") {
                Some(said) => self.seen.push(said.trim_end().to_owned()),
                None => return line.trim_end().to_owned(),
            }
        }
    }
}

impl Table {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap());
        let clock = Arc::new(ManualClock::at(MONDAY_TEN));
        let chat = Arc::new(LineChat::new("lines", clock, listener));
        let (reading, mut writing) = stream.await.unwrap().into_split();
        writing.write_all(b"hello anna\n").await.unwrap();
        let guest = Mutex::new(Guest {
            reading: BufReader::new(reading),
            writing,
            seen: Vec::new(),
        });
        Self { chat, guest }
    }

    /// Says a line, and gives the desk's word about it.
    async fn say(&self, event: &str, text: &str) -> String {
        let mut guest = self.guest.lock().await;
        let line = format!("{event} {text}\n");
        guest.writing.write_all(line.as_bytes()).await.unwrap();
        guest.word().await
    }
}

#[async_trait]
impl Stage for Table {
    fn platform(&self) -> Arc<dyn Platform> {
        self.chat.clone()
    }

    fn place(&self) -> Place {
        "anna".into()
    }

    async fn ready(&self) {
        self.say("here", "I am here").await;
    }

    /// All that was sent before the answer to a new line has been read when that answer comes.
    async fn seen(&self, _place: &Place) -> Vec<String> {
        self.say("fence", "what have I got?").await;
        self.guest.lock().await.seen.clone()
    }

    async fn write(&self, event: &str, text: &str) -> Heard {
        match self.say(event, text).await.split_once(' ') {
            Some(("ok", id)) if id == event => Heard::Acknowledged,
            _ => Heard::Refused,
        }
    }
}

#[tokio::test]
async fn the_example_does_what_every_platform_must() {
    let breaches = check(async || Table::new().await).await;
    assert!(breaches.is_empty(), "{breaches:#?}");
}
