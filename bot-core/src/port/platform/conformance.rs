//! What every platform must do, as a suite that each implementation runs.
//!
//! A test sets a [`Stage`] up, that is: the platform and the people at its far end, and asserts that
//! [`check`] finds nothing:
//!
//! ```text
//! let breaches = conformance::check(async || MyStage::new().await).await;
//! assert!(breaches.is_empty(), "{breaches:#?}");
//! ```

mod listening;
mod sending;
mod shaping;
mod threads;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use crate::domain::content::{Author, Content};
use crate::domain::delivery::Action;
use crate::domain::id::{ConversationId, DeliveryId, MessageId};
use crate::domain::place::{Destination, Place};
use crate::domain::time::Timestamp;
use crate::port::breach::Breaches;
use crate::port::platform::{Delivery, DeliveryError, Platform, Receipt};

pub use crate::port::breach::Breach;

/// A part of the suite that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// A platform under test, with the people at its far end.
#[async_trait]
pub trait Stage: Send + Sync {
    /// The platform, set up rightly.
    fn platform(&self) -> Arc<dyn Platform>;

    /// Where it can write now: a customer's chat, or a team's room.
    fn place(&self) -> Place;

    /// Called when the platform has begun to listen; returns when the people are there.
    async fn ready(&self) {}

    /// What people see at a place now, in order, without what was taken back. Empty for a platform
    /// that reads our own database.
    async fn seen(&self, place: &Place) -> Vec<String>;

    /// Somebody at [`Stage::place`] writes a text. The same `event` again is the platform repeating
    /// itself. Returns when it is known what the platform heard.
    async fn write(&self, event: &str, text: &str) -> Heard {
        let _ = (event, text);
        Heard::NobodyWrites
    }
}

/// What the platform heard of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// That it was received: it will not repeat it.
    Acknowledged,
    /// That it was not.
    Refused,
    /// Events do not come in by this platform's own listening.
    NobodyWrites,
}

/// Runs the suite; each part has a fresh stage, on which the platform listens. Gives what was broken.
pub async fn check<S: Stage>(fresh: impl AsyncFn() -> S) -> Vec<Breach> {
    let mut found = Breaches::default();
    let stage = fresh().await;
    shaping::check(&stage, &mut found).await;
    listening::check(&fresh().await, &mut found).await;
    let stage = fresh().await;
    listening::during(&stage, &mut found, sending::check).await;
    let stage = fresh().await;
    listening::during(&stage, &mut found, sending::changes).await;
    let stage = fresh().await;
    listening::during(&stage, &mut found, sending::certainty).await;
    let stage = fresh().await;
    listening::during(&stage, &mut found, threads::check).await;
    found.into()
}

/// Calls at one place, each for a row of its own.
struct Calls<'a> {
    stage: &'a dyn Stage,
    platform: Arc<dyn Platform>,
    conversation: ConversationId,
}

type Outcome = Result<Receipt, DeliveryError>;

impl<'a> Calls<'a> {
    fn on(stage: &'a dyn Stage) -> Self {
        Self {
            stage,
            platform: stage.platform(),
            conversation: ConversationId(Uuid::from_u128(1)),
        }
    }

    fn call(&self, place: &Place, action: Action) -> Delivery {
        let destination = match action {
            Action::Send(_) | Action::Edit { .. } | Action::Delete { .. } => Destination::Customer,
            _ => Destination::Thread,
        };
        let (id, at) = (DeliveryId(Uuid::now_v7()), Timestamp(1_793_584_800_000));
        Delivery::new(
            id,
            self.conversation,
            destination,
            place.clone(),
            action,
            at,
        )
    }

    async fn make(&self, action: Action) -> Outcome {
        self.make_at(&self.stage.place(), action).await
    }

    async fn make_at(&self, place: &Place, action: Action) -> Outcome {
        self.platform.deliver(&self.call(place, action)).await
    }

    async fn say(&self, text: &str) -> Outcome {
        self.make(Action::Send(said(text))).await
    }

    /// Changes or takes back what a call has shown.
    async fn change(&self, action: Action, target: &str) -> Outcome {
        let mut delivery = self.call(&self.stage.place(), action);
        delivery.target = Some(target.to_owned());
        self.platform.deliver(&delivery).await
    }

    async fn seen(&self) -> Vec<String> {
        self.stage.seen(&self.stage.place()).await
    }
}

fn said(text: &str) -> Content {
    Content::text(Author::Bot, text)
}

fn some_message() -> MessageId {
    MessageId(Uuid::from_u128(2))
}

/// How often a text is to be seen.
fn times(seen: &[String], text: &str) -> usize {
    seen.iter().filter(|line| line.contains(text)).count()
}

#[cfg(test)]
mod tests;
