//! Listening: nothing is acknowledged that was not stored, and a repeat is known as one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use uuid::Uuid;

use crate::domain::id::MessageId;
use crate::domain::inbound::{Inbound, Incoming};
use crate::port::breach::Breaches;
use crate::port::intake::{AcceptError, Accepted, Door, Intake};
use crate::port::platform::Shutdown;
use crate::port::platform::conformance::{Heard, PATIENCE, Stage};

/// A door that can be shut, and that knows repeats as the real one does.
#[derive(Default)]
struct Doorman(Mutex<Book>);

#[derive(Default)]
struct Book {
    open: bool,
    seen: Vec<Inbound>,
    stored: HashMap<(String, String, String), MessageId>,
}

impl Doorman {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Door for Doorman {
    async fn accept(&self, inbound: Inbound) -> Result<Accepted, AcceptError> {
        let mut book = self.book();
        book.seen.push(inbound.clone());
        if !book.open {
            return Err(AcceptError::Unavailable("the door is shut".to_owned()));
        }
        let key = (inbound.channel.0, inbound.place.0, inbound.key);
        let repeated = book.stored.contains_key(&key);
        let fresh = MessageId(Uuid::now_v7());
        let message = *book.stored.entry(key).or_insert(fresh);
        Ok(Accepted { message, repeated })
    }
}

pub(super) async fn check(stage: &dyn Stage, found: &mut Breaches) {
    let doorman = Arc::new(Doorman::default());
    let part = async |stage: &dyn Stage, found: &mut Breaches| speak(stage, &doorman, found).await;
    listened(stage, &doorman, found, part).await;
}

/// Another part of the suite, while the platform listens at an open door.
pub(super) async fn during(
    stage: &dyn Stage,
    found: &mut Breaches,
    part: impl AsyncFnOnce(&dyn Stage, &mut Breaches),
) {
    let doorman = Arc::new(Doorman::default());
    doorman.book().open = true;
    let ready = async |stage: &dyn Stage, found: &mut Breaches| {
        stage.ready().await;
        part(stage, found).await;
    };
    listened(stage, &doorman, found, ready).await;
}

async fn listened(
    stage: &dyn Stage,
    doorman: &Arc<Doorman>,
    found: &mut Breaches,
    part: impl AsyncFnOnce(&dyn Stage, &mut Breaches),
) {
    let (platform, stop) = (stage.platform(), Shutdown::new());
    let listening = platform.listen(Intake::new(doorman.clone()), stop.clone());
    let playing = async {
        part(stage, found).await;
        stop.cancel();
    };
    let both = async { tokio::join!(listening, playing).0 };
    let ended = tokio::time::timeout(PATIENCE, both).await;
    match ended {
        Ok(ended) => found.unless(
            ended.is_ok(),
            "listening ends well when it is told to",
            ended,
        ),
        Err(_) => found.unless(false, "listening ends when it is told to", PATIENCE),
    }
}

async fn speak(stage: &dyn Stage, doorman: &Doorman, found: &mut Breaches) {
    let shut = stage.write("event-1", "first words").await;
    if shut == Heard::NobodyWrites {
        return;
    }
    found.unless(
        shut == Heard::Refused,
        "what was not stored is not acknowledged",
        shut,
    );
    doorman.book().open = true;
    for (event, text) in [("event-1", "first words"), ("event-2", "second words")] {
        let heard = stage.write(event, text).await;
        found.unless(
            heard == Heard::Acknowledged,
            "what was stored is acknowledged",
            heard,
        );
    }
    let heard = stage.write("event-2", "second words").await;
    found.unless(
        heard == Heard::Acknowledged,
        "a repeat is acknowledged too",
        heard,
    );
    judge(stage, &doorman.book(), found);
}

fn judge(stage: &dyn Stage, book: &Book, found: &mut Breaches) {
    let of = |text: &str| -> Vec<&Inbound> {
        let says = |one: &&Inbound| matches!(&one.body, Incoming::Said(said) if said.text == text);
        book.seen.iter().filter(says).collect()
    };
    let (first, second) = (of("first words"), of("second words"));
    found.unless(
        first.len() >= 2 && !second.is_empty(),
        "every event is handed in, and again when it was refused, with its words as they are",
        &book.seen,
    );
    found.unless(
        book.stored.len() == 2,
        "two events are two, and a repeat is none",
        &book.seen,
    );
    for one in &book.seen {
        let named = !one.sender.id.is_empty() && !one.key.is_empty();
        found.unless(named, "the sender and the event have ids", one);
        found.unless(
            one.place == stage.place(),
            "the place is where answers go",
            one,
        );
    }
}
