//! A chat over TCP, one line a message: the whole adapter.
//!
//! A guest says `hello NAME`, then `ID TEXT` for each message; the desk answers `ok ID` when it is
//! stored, and `no ID` when it is not. What the desk says comes as `# ID TEXT`, newlines as `\n`.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::delivery::Action;
use bot_core::domain::inbound::{Inbound, Incoming, Said, Sender};
use bot_core::domain::place::{ChannelName, Place};
use bot_core::port::clock::Clock;
use bot_core::port::intake::Intake;
use bot_core::port::platform::{
    Abilities, Delivery, DeliveryError, Finding, Platform, PlatformError, Receipt, Shutdown,
};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

/// Bytes of the longest line that is read.
const LINE: u64 = 16 * 1024;

type Guest = Arc<Mutex<OwnedWriteHalf>>;

/// One port on which guests chat.
pub(crate) struct LineChat {
    name: ChannelName,
    clock: Arc<dyn Clock>,
    listener: TcpListener,
    guests: Mutex<HashMap<String, Guest>>,
}

impl LineChat {
    /// A chat on this port; the name is the channel's.
    pub(crate) fn new(name: &str, clock: Arc<dyn Clock>, listener: TcpListener) -> Self {
        Self {
            name: name.into(),
            clock,
            listener,
            guests: Mutex::default(),
        }
    }

    /// Takes a guest's lines until the guest leaves.
    async fn serve(&self, stream: TcpStream, intake: &Intake) {
        let (reading, writing) = stream.into_split();
        let mut reading = BufReader::new(reading);
        let hello = next_line(&mut reading).await.unwrap_or_default();
        let Some(name) = hello.strip_prefix("hello ") else {
            return;
        };
        let guest = Arc::new(Mutex::new(writing));
        self.guests.lock().await.insert(name.to_owned(), guest);
        while let Ok(line) = next_line(&mut reading).await
            && let Some((id, text)) = line.split_once(' ')
        {
            // The word is given only after the commit: a guest who hears nothing sends it again.
            let stored = intake.accept(self.event(name, id, text)).await.is_ok();
            let word = if stored { "ok" } else { "no" };
            if self.tell(name, &format!("{word} {id}")).await.is_err() {
                break;
            }
        }
        self.guests.lock().await.remove(name);
    }

    fn event(&self, name: &str, id: &str, text: &str) -> Inbound {
        Inbound {
            channel: self.name.clone(),
            place: name.into(),
            room: None,
            sender: Sender {
                id: name.to_owned(),
                name: name.to_owned(),
                ..Sender::default()
            },
            key: id.to_owned(),
            at: self.clock.now(),
            body: Incoming::Said(Said {
                text: text.to_owned(),
                ..Said::default()
            }),
            slot: None,
            window: None,
        }
    }

    async fn tell(&self, name: &str, line: &str) -> std::io::Result<()> {
        // A slow guest holds up nobody else: the list is free again before the line is written.
        let guest = self.guests.lock().await.get(name).cloned();
        let guest = guest.ok_or(ErrorKind::NotConnected)?;
        let line = format!("{line}\n");
        guest.lock().await.write_all(line.as_bytes()).await
    }
}

async fn next_line(from: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<String> {
    let mut line = String::new();
    from.take(LINE).read_line(&mut line).await?;
    match line.strip_suffix('\n') {
        Some(whole) => Ok(whole.trim_end_matches('\r').to_owned()),
        None => Err(ErrorKind::UnexpectedEof.into()),
    }
}

#[async_trait]
impl Platform for LineChat {
    fn abilities(&self, _place: &Place) -> Abilities {
        Abilities {
            local: false,
            threads: false,
            edits: false,
            deletes_for: None,
            buttons: false,
            text_limit: 2_000,
            media: Vec::new(),
            ..Abilities::local()
        }
    }

    async fn listen(&self, intake: Intake, stop: Shutdown) -> Result<(), PlatformError> {
        let mut guests = FuturesUnordered::new();
        loop {
            tokio::select! {
                met = self.listener.accept() => {
                    let (stream, _) = met.map_err(|error| PlatformError(error.to_string()))?;
                    guests.push(self.serve(stream, &intake));
                }
                Some(_left) = guests.next() => {}
                () = stop.cancelled() => return Ok(()),
            }
        }
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, DeliveryError> {
        let Action::Send(content) = &delivery.action else {
            return Err(DeliveryError::Permanent(
                "lines can only be said".to_owned(),
            ));
        };
        let mut text = content.text.clone();
        for (number, choice) in content.choices.iter().enumerate() {
            text += &format!("\n{}. {}", number + 1, choice.label);
        }
        let (id, text) = (delivery.id.to_string(), text.replace('\n', "\\n"));
        match self
            .tell(&delivery.place.0, &format!("# {id} {text}"))
            .await
        {
            Ok(()) => Ok(Receipt {
                messages: vec![id],
                opened: None,
            }),
            Err(gone) if gone.kind() == ErrorKind::NotConnected => {
                Err(DeliveryError::Temporary("the guest is not here".to_owned()))
            }
            // Some of it may have left: never "temporary", or it could be said twice.
            Err(error) => Err(DeliveryError::Unknown(error.to_string())),
        }
    }

    async fn check(&self) -> Vec<Finding> {
        Vec::new()
    }
}
