//! A platform that lives in memory and behaves as badly as real ones: the double for tests of
//! everything that delivers. It keeps its own ledger of what people would see.

use std::collections::{BTreeMap, VecDeque};
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

#[derive(Debug, Default)]
struct State {
    shown: Vec<Shown>,
    threads: BTreeMap<Place, String>,
    faults: VecDeque<(&'static str, Fault)>,
    files: BTreeMap<String, Result<Blob, FetchError>>,
    calls: Vec<&'static str>,
    windows: BTreeMap<Place, u32>,
    refused: usize,
    next: u64,
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

impl State {
    fn fault(&mut self, call: &str) -> Option<Fault> {
        let at = self.faults.iter().position(|(name, _)| *name == call)?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }

    fn apply(&mut self, can: &Abilities, delivery: &Delivery) -> Result<Receipt, DeliveryError> {
        strict(can, &delivery.action)?;
        match &delivery.action {
            Action::Send(content) => self.send(delivery, &displayed(can, content)),
            Action::Edit { body, .. } => self.change(delivery, |one| {
                one.content.text.clone_from(&body.text);
                one.edited = true;
            }),
            Action::Delete { .. } => self.change(delivery, |one| one.deleted = true),
            Action::OpenThread { title, card } => self.open(delivery, title, card),
            Action::Retitle { title } => {
                self.known_thread(delivery, |shown| shown.clone_from(title))
            }
            Action::CloseThread | Action::ReopenThread => self.known_thread(delivery, |_| {}),
        }
    }

    fn send(&mut self, delivery: &Delivery, content: &Content) -> Result<Receipt, DeliveryError> {
        self.must_exist(&delivery.place)?;
        self.count(&delivery.place)?;
        let id = self.show(delivery, &delivery.place.clone(), content);
        Ok(Receipt {
            messages: vec![id],
            opened: None,
        })
    }

    fn show(&mut self, delivery: &Delivery, place: &Place, content: &Content) -> String {
        self.show_row(delivery.id, place, content)
    }

    fn show_row(&mut self, row: DeliveryId, place: &Place, content: &Content) -> String {
        self.next += 1;
        let id = format!("m{}", self.next);
        self.shown.push(Shown {
            place: place.clone(),
            id: id.clone(),
            content: content.clone(),
            edited: false,
            deleted: false,
            row,
        });
        id
    }

    fn open(
        &mut self,
        delivery: &Delivery,
        title: &str,
        card: &Content,
    ) -> Result<Receipt, DeliveryError> {
        self.next += 1;
        let place = Place(format!("{}/t{}", delivery.place, self.next));
        self.threads.insert(place.clone(), title.to_owned());
        let id = self.show(delivery, &place, card);
        Ok(Receipt {
            messages: vec![id],
            opened: Some(place),
        })
    }

    fn change(
        &mut self,
        delivery: &Delivery,
        with: impl FnOnce(&mut Shown),
    ) -> Result<Receipt, DeliveryError> {
        let target = delivery.target.as_deref();
        let one = self
            .shown
            .iter_mut()
            .find(|one| Some(one.id.as_str()) == target);
        let one =
            one.ok_or_else(|| DeliveryError::Permanent("message to edit not found".to_owned()))?;
        with(one);
        Ok(Receipt::default())
    }

    fn known_thread(
        &mut self,
        delivery: &Delivery,
        with: impl FnOnce(&mut String),
    ) -> Result<Receipt, DeliveryError> {
        with(
            self.threads
                .get_mut(&delivery.place)
                .ok_or(DeliveryError::ThreadGone)?,
        );
        Ok(Receipt::default())
    }

    /// Platforms take the first answer to a request and ignore its repeats.
    fn read_answer(&mut self, place: &Place, body: &[u8]) -> Vec<(String, Content)> {
        let carried: Vec<(DeliveryId, Content)> = serde_json::from_slice(body).unwrap_or_default();
        let mut read = Vec::new();
        for (row, content) in carried {
            if !self.shown.iter().any(|one| one.row == row) {
                read.push((self.show_row(row, place, &content), content));
            }
        }
        read
    }

    fn count(&mut self, place: &Place) -> Result<(), DeliveryError> {
        match self.windows.get_mut(place) {
            Some(0) => {
                self.refused += 1;
                Err(DeliveryError::WindowClosed)
            }
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Places with a slash are threads, and threads can be deleted.
    fn must_exist(&self, place: &Place) -> Result<(), DeliveryError> {
        let gone = place.0.contains('/') && !self.threads.contains_key(place);
        if gone {
            Err(DeliveryError::ThreadGone)
        } else {
            Ok(())
        }
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

/// Real platforms refuse what they cannot do; a double that takes everything hides faults.
fn strict(can: &Abilities, action: &Action) -> Result<(), DeliveryError> {
    let refuse = |why: &str| Err(DeliveryError::Permanent(why.to_owned()));
    match action {
        Action::Send(body) | Action::OpenThread { card: body, .. }
            if body.text.is_empty() && body.attachments.is_empty() =>
        {
            refuse("message is empty")
        }
        Action::Send(body) | Action::Edit { body, .. } | Action::OpenThread { card: body, .. }
            if body.text.chars().count() > can.text_limit =>
        {
            refuse("message is too long")
        }
        Action::Edit { .. } if !can.edits => refuse("messages cannot be edited"),
        Action::Delete { .. } if can.deletes_for.is_none() => refuse("messages cannot be deleted"),
        Action::OpenThread { .. } if !can.threads => refuse("there are no threads"),
        _ => Ok(()),
    }
}

/// Without buttons people read the choices as a list.
fn displayed(can: &Abilities, content: &Content) -> Content {
    let mut shown = content.clone();
    if !can.buttons {
        for (number, choice) in content.choices.iter().enumerate() {
            shown.text = format!("{}\n{}. {}", shown.text, number + 1, choice.label);
        }
    }
    shown
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
