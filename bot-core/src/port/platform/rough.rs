//! A platform that lives in memory and behaves as badly as real ones: the double for tests of
//! everything that delivers. It keeps its own ledger of what people would see.

mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::domain::content::{Content, Media};
use crate::domain::delivery::Action;
use crate::domain::id::DeliveryId;
use crate::domain::inbound::{Inbound, IncomingFile};
use crate::domain::place::Place;
use crate::port::intake::{AcceptError, Intake};
use crate::port::platform::{
    Abilities, Blob, Confirmation, Delivery, DeliveryError, FetchError, Finding, Platform,
    PlatformError, Receipt, Shutdown,
};
use crate::port::slot::{Rendered, Ride};

use state::State;

/// What goes wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Too many calls.
    RetryAfter(i64),
    /// It surely did not arrive.
    Temporary,
    /// It did not arrive, but the caller cannot know.
    LostBefore,
    /// It arrived, and the answer was lost.
    LostAfter,
    /// It never will.
    Permanent(String),
    /// The platform's time for replies is over.
    WindowClosed,
    /// The thread was deleted by somebody.
    ThreadGone,
}

/// One message as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Where.
    pub place: Place,
    /// The platform's id.
    pub id: String,
    /// What it says now.
    pub content: Content,
    /// It was changed.
    pub edited: bool,
    /// It was taken back.
    pub deleted: bool,
    /// The row that it came from.
    pub row: DeliveryId,
}

/// A platform in memory.
#[derive(Debug)]
pub struct RoughPlatform {
    abilities: Abilities,
    can_confirm: bool,
    state: Mutex<State>,
}

impl RoughPlatform {
    /// A chat with everything but our own database behind it.
    #[must_use]
    pub fn new() -> Self {
        let abilities = Abilities {
            local: false,
            shows_own_lines: true,
            deletes_for: Some(48 * crate::domain::time::HOUR),
            text_limit: 200,
            media: vec![Media::Image, Media::File],
            trusted: false,
            ..Abilities::local()
        };
        Self {
            abilities,
            can_confirm: false,
            state: Mutex::default(),
        }
    }

    /// The same platform with other abilities.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Abilities)) -> Self {
        change(&mut self.abilities);
        self
    }

    /// A platform that can be asked whether something arrived.
    #[must_use]
    pub const fn that_confirms(mut self) -> Self {
        self.can_confirm = true;
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next call of this name (`send`, `open_thread` …) goes wrong; faults queue up.
    pub fn break_next(&self, call: &'static str, fault: Fault) {
        self.state().faults.push_back((call, fault));
    }

    /// A file that can be fetched, or not.
    pub fn offer_file(&self, source: &str, outcome: Result<Blob, FetchError>) {
        self.state().files.insert(source.to_owned(), outcome);
    }

    /// From now on so many messages can be sent to a place, as platforms count it.
    pub fn allow(&self, place: &Place, sends: u32) {
        self.state().windows.insert(place.clone(), sends);
    }

    /// How often a message was sent to a place that allowed none.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.state().refused
    }

    /// One try of a request whose answer can carry messages: hands the event in, waits for the
    /// answer, and shows what is in it. A fault of the call `answer` strikes between the answer and
    /// its reader: `LostBefore` is a connection that was cut after the body was handed over,
    /// `Temporary` a handler that was dropped before.
    ///
    /// # Errors
    /// When the event is not accepted, or the answer cannot be had.
    pub async fn request(&self, intake: &Intake, inbound: Inbound) -> Result<Ride, AcceptError> {
        let slot = intake.slot(&inbound);
        let place = inbound.place.clone();
        intake.accept(inbound).await?;
        let Some(slot) = slot else {
            return Ok(Ride::Empty);
        };
        let ride = slot.claim(render).await?;
        self.state().calls.push("answer");
        if let Ride::Body(body) = &ride {
            let fault = self.state().fault("answer");
            if fault != Some(Fault::Temporary) {
                slot.handed_over().await?;
            }
            if fault.is_none() {
                self.reads(&place, body);
            }
        }
        Ok(ride)
    }

    /// An answer that [`render`] made arrives; gives the ids of the messages that are new here.
    pub fn reads(&self, place: &Place, body: &[u8]) -> Vec<(String, Content)> {
        self.state().read_answer(place, body)
    }

    /// Somebody deletes a thread.
    pub fn delete_thread(&self, place: &Place) {
        let mut state = self.state();
        state.threads.remove(place);
        state.shown.retain(|one| one.place != *place);
    }

    /// What people see at a place, in order.
    #[must_use]
    pub fn at(&self, place: &Place) -> Vec<Shown> {
        self.state()
            .shown
            .iter()
            .filter(|one| one.place == *place)
            .cloned()
            .collect()
    }

    /// The texts that people see at a place, without what was taken back.
    #[must_use]
    pub fn texts_at(&self, place: &Place) -> Vec<String> {
        self.at(place)
            .into_iter()
            .filter(|one| !one.deleted)
            .map(|one| one.content.text)
            .collect()
    }

    /// The open threads and their titles.
    #[must_use]
    pub fn threads(&self) -> Vec<(Place, String)> {
        self.state().threads.clone().into_iter().collect()
    }

    /// All calls that arrived or were refused, by name.
    #[must_use]
    pub fn calls(&self) -> Vec<&'static str> {
        self.state().calls.clone()
    }
}

impl Default for RoughPlatform {
    fn default() -> Self {
        Self::new()
    }
}

/// Puts rows into an answer of this platform, as JSON; only new messages can ride.
#[must_use]
pub fn render(rows: &[Delivery]) -> Rendered {
    let said = rows.iter().map_while(|row| match &row.action {
        Action::Send(content) => Some((row.id, content)),
        _ => None,
    });
    let said: Vec<_> = said.collect();
    Rendered {
        body: serde_json::to_vec(&said).unwrap_or_default(),
        rows: said.len(),
    }
}

#[async_trait]
impl Platform for RoughPlatform {
    fn abilities(&self, _place: &Place) -> Abilities {
        self.abilities.clone()
    }

    async fn listen(&self, _intake: Intake, stop: Shutdown) -> Result<(), PlatformError> {
        stop.cancelled().await;
        Ok(())
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, DeliveryError> {
        let mut state = self.state();
        let call = delivery.action.name();
        state.calls.push(call);
        match state.fault(call) {
            None => state.apply(&self.abilities, delivery),
            Some(Fault::RetryAfter(ms)) => Err(DeliveryError::RetryAfter(ms)),
            Some(Fault::Temporary) => {
                Err(DeliveryError::Temporary("connection refused".to_owned()))
            }
            Some(Fault::LostBefore) => Err(DeliveryError::Unknown("connection cut".to_owned())),
            Some(Fault::LostAfter) => {
                state.apply(&self.abilities, delivery)?;
                Err(DeliveryError::Unknown("connection cut".to_owned()))
            }
            Some(Fault::Permanent(reason)) => Err(DeliveryError::Permanent(reason)),
            Some(Fault::WindowClosed) => Err(DeliveryError::WindowClosed),
            Some(Fault::ThreadGone) => Err(DeliveryError::ThreadGone),
        }
    }

    async fn check(&self) -> Vec<Finding> {
        Vec::new()
    }

    async fn fetch(&self, file: &IncomingFile) -> Result<Blob, FetchError> {
        let found = self.state().files.get(&file.source).cloned();
        found.unwrap_or_else(|| Err(FetchError::Refused("no such file".to_owned())))
    }

    async fn confirm(&self, delivery: &Delivery) -> Confirmation {
        if !self.can_confirm {
            return Confirmation::CannotTell;
        }
        let state = self.state();
        let found = state.shown.iter().find(|one| one.row == delivery.id);
        match found {
            Some(one) => Confirmation::Found(Receipt {
                messages: vec![one.id.clone()],
                opened: matches!(delivery.action, Action::OpenThread { .. })
                    .then(|| one.place.clone()),
            }),
            None => Confirmation::Absent,
        }
    }
}
