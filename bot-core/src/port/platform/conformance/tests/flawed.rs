//! A platform in memory that people can write to, with one fault of each kind that the suite must find.

use std::sync::{Mutex, PoisonError};

use rstest::rstest;
use tokio::sync::{mpsc, oneshot};

use super::*;
use crate::domain::inbound::{Inbound, Incoming, IncomingFile, Said, Sender};
use crate::port::intake::Intake;
use crate::port::platform::rough::RoughPlatform;
use crate::port::platform::{
    Abilities, Blob, Confirmation, FetchError, Finding, PlatformError, Shutdown,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    None,
    SendsTwice,
    EditsAsNew,
    LosesTheEnd,
    FillsParts,
    DeniesWhatArrived,
    FindsWhatWasNot,
    InventsFiles,
    RepeatsWhatIsRefused,
    OpensNothing,
    SeesNoMissingThread,
    AcknowledgesFirst,
    NewKeyEachTime,
    ForgetsTheSender,
    EndsBadly,
}

struct Letter(String, String, oneshot::Sender<Heard>);

struct Flawed {
    flaw: Flaw,
    rough: RoughPlatform,
    letters: tokio::sync::Mutex<mpsc::Receiver<Letter>>,
    keys: Mutex<u32>,
}

impl Flawed {
    fn event(&self, id: &str, text: &str) -> Inbound {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        *keys += 1;
        let fresh = self.flaw == Flaw::NewKeyEachTime;
        let key = if fresh {
            keys.to_string()
        } else {
            id.to_owned()
        };
        let sender = Sender {
            id: if self.flaw == Flaw::ForgetsTheSender {
                ""
            } else {
                "anna"
            }
            .to_owned(),
            ..Sender::default()
        };
        let body = Incoming::Said(Said {
            text: text.to_owned(),
            ..Said::default()
        });
        Inbound {
            channel: "wire".into(),
            place: "room".into(),
            room: None,
            sender,
            key,
            at: Timestamp(0),
            body,
            slot: None,
            window: None,
        }
    }

    async fn take(&self, Letter(id, text, heard): Letter, intake: &Intake) {
        let stored = intake.accept(self.event(&id, &text)).await.is_ok();
        let told = match stored || self.flaw == Flaw::AcknowledgesFirst {
            true => Heard::Acknowledged,
            false => Heard::Refused,
        };
        heard.send(told).unwrap();
    }
}

#[async_trait]
impl Platform for Flawed {
    fn abilities(&self, place: &Place) -> Abilities {
        self.rough.abilities(place)
    }

    async fn listen(&self, intake: Intake, stop: Shutdown) -> Result<(), PlatformError> {
        let mut letters = self.letters.lock().await;
        loop {
            tokio::select! {
                Some(letter) = letters.recv() => self.take(letter, &intake).await,
                () = stop.cancelled() => break,
            }
        }
        match self.flaw {
            Flaw::EndsBadly => Err(PlatformError("cut".to_owned())),
            _ => Ok(()),
        }
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, DeliveryError> {
        let mut delivery = delivery.clone();
        match (self.flaw, &delivery.action) {
            (Flaw::SendsTwice, Action::Send(_)) => {
                self.rough.deliver(&delivery).await?;
            }
            (Flaw::EditsAsNew, Action::Edit { body, .. }) => {
                delivery.action = Action::Send(body.clone());
            }
            _ => {}
        }
        let outcome = self.rough.deliver(&delivery).await;
        match (self.flaw, outcome) {
            (Flaw::RepeatsWhatIsRefused, Err(DeliveryError::Permanent(why))) => {
                Err(DeliveryError::Temporary(why))
            }
            (Flaw::OpensNothing, Ok(receipt)) => Ok(Receipt {
                opened: None,
                ..receipt
            }),
            (Flaw::SeesNoMissingThread, Err(DeliveryError::ThreadGone)) => Ok(Receipt::default()),
            (_, outcome) => outcome,
        }
    }

    async fn check(&self) -> Vec<Finding> {
        Vec::new()
    }

    fn shape(&self, content: Content, place: &Place) -> Vec<Content> {
        let mut can = self.abilities(place);
        if self.flaw == Flaw::FillsParts {
            can.text_limit += crate::port::platform::shape::MARK_ROOM;
        }
        let mut parts = crate::port::platform::shape::split(content, &can);
        if self.flaw == Flaw::LosesTheEnd {
            parts.truncate(2);
        }
        parts
    }

    async fn fetch(&self, file: &IncomingFile) -> Result<Blob, FetchError> {
        match self.flaw {
            Flaw::InventsFiles => Ok(Blob {
                bytes: Vec::new(),
                mime: file.mime.clone(),
            }),
            _ => self.rough.fetch(file).await,
        }
    }

    async fn confirm(&self, delivery: &Delivery) -> Confirmation {
        match self.flaw {
            Flaw::DeniesWhatArrived => Confirmation::Absent,
            Flaw::FindsWhatWasNot => Confirmation::Found(Receipt::default()),
            _ => self.rough.confirm(delivery).await,
        }
    }
}

struct Wire {
    platform: Arc<Flawed>,
    letters: mpsc::Sender<Letter>,
}

impl Wire {
    fn new(flaw: Flaw) -> Self {
        let (letters, taken) = mpsc::channel(4);
        let platform = Arc::new(Flawed {
            flaw,
            rough: RoughPlatform::new().that_confirms(),
            letters: tokio::sync::Mutex::new(taken),
            keys: Mutex::new(0),
        });
        Self { platform, letters }
    }
}

#[async_trait]
impl Stage for Wire {
    fn platform(&self) -> Arc<dyn Platform> {
        self.platform.clone()
    }

    fn place(&self) -> Place {
        "room".into()
    }

    async fn seen(&self, place: &Place) -> Vec<String> {
        self.platform.rough.texts_at(place)
    }

    async fn write(&self, event: &str, text: &str) -> Heard {
        let (heard, hears) = oneshot::channel();
        let letter = Letter(event.to_owned(), text.to_owned(), heard);
        assert!(self.letters.send(letter).await.is_ok());
        hears.await.unwrap()
    }
}

#[rstest]
#[case(Flaw::SendsTwice, "what is sent is seen once")]
#[case(Flaw::EditsAsNew, "an edit changes the message, where there are edits")]
#[case(Flaw::LosesTheEnd, "no word is lost or moved")]
#[case(
    Flaw::FillsParts,
    "a part fits a message, with room for the mark of a repeat"
)]
#[case(Flaw::DeniesWhatArrived, "what arrived is not absent")]
#[case(Flaw::FindsWhatWasNot, "what was never sent is not found")]
#[case(Flaw::InventsFiles, "a file that is not there is an error")]
#[case(Flaw::RepeatsWhatIsRefused, "an edit of nothing is refused for good")]
#[case(Flaw::OpensNothing, "an opening gives the thread's own place")]
#[case(Flaw::SeesNoMissingThread, "a thread that is not there is gone")]
#[case(Flaw::AcknowledgesFirst, "what was not stored is not acknowledged")]
#[case(Flaw::NewKeyEachTime, "two events are two, and a repeat is none")]
#[case(Flaw::ForgetsTheSender, "the sender and the event have ids")]
#[case(Flaw::EndsBadly, "listening ends well when it is told to")]
#[tokio::test]
async fn every_flaw_is_found(#[case] flaw: Flaw, #[case] rule: &str) {
    let breaches = check(async || Wire::new(flaw)).await;
    let rules: Vec<_> = breaches.iter().map(|one| one.rule).collect();
    assert!(rules.contains(&rule), "{flaw:?}: {rules:#?}");
}

#[tokio::test]
async fn without_a_flaw_nothing_is_found() {
    let breaches = check(async || Wire::new(Flaw::None)).await;
    assert!(breaches.is_empty(), "{breaches:#?}");
}
