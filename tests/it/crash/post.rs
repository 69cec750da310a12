//! The way between a house and the town: platforms whose other end is another process.

use async_trait::async_trait;
use bot_core::domain::content::Content;
use bot_core::domain::delivery::Action;
use bot_core::domain::id::{ConversationId, DeliveryId};
use bot_core::domain::inbound::IncomingFile;
use bot_core::domain::place::{Destination, Place};
use bot_core::domain::time::Timestamp;
use bot_core::port::intake::Intake;
use bot_core::port::platform::rough::RoughPlatform;
use bot_core::port::platform::{
    Abilities, Blob, Confirmation, Delivery, DeliveryError, FetchError, Finding, Platform,
    PlatformError, Receipt, Shutdown,
};
use serde::{Deserialize, Serialize};

/// One call on its way.
#[derive(Serialize, Deserialize)]
pub(super) struct Parcel {
    pub(super) id: DeliveryId,
    conversation: ConversationId,
    destination: Destination,
    place: Place,
    action: Action<Content>,
    target: Option<String>,
    at: Timestamp,
}

impl Parcel {
    fn of(delivery: &Delivery) -> Self {
        Self {
            id: delivery.id,
            conversation: delivery.conversation,
            destination: delivery.destination,
            place: delivery.place.clone(),
            action: delivery.action.clone(),
            target: delivery.target.clone(),
            at: delivery.at,
        }
    }

    pub(super) fn open(self) -> Delivery {
        let mut delivery = Delivery::new(
            self.id,
            self.conversation,
            self.destination,
            self.place,
            self.action,
            self.at,
        );
        delivery.target = self.target;
        delivery
    }
}

/// What a call gave.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Slip {
    Taken {
        messages: Vec<String>,
        opened: Option<Place>,
    },
    ThreadGone,
    Refused(String),
    Absent,
    CannotTell,
}

impl Slip {
    pub(super) fn of(outcome: Result<Receipt, DeliveryError>) -> Self {
        match outcome {
            Ok(receipt) => Self::taken(receipt),
            Err(DeliveryError::ThreadGone) => Self::ThreadGone,
            Err(other) => Self::Refused(other.to_string()),
        }
    }

    pub(super) fn confirming(found: Confirmation) -> Self {
        match found {
            Confirmation::Found(receipt) => Self::taken(receipt),
            Confirmation::Absent => Self::Absent,
            Confirmation::CannotTell => Self::CannotTell,
        }
    }

    fn taken(Receipt { messages, opened }: Receipt) -> Self {
        Self::Taken { messages, opened }
    }
}

/// A platform without idempotency at the other end of a socket.
pub(super) struct Post {
    base: String,
    client: reqwest::Client,
    rough: RoughPlatform,
}

impl Post {
    pub(super) fn new(town: &str, account: &str) -> Self {
        Self {
            base: format!("{town}/{account}"),
            client: reqwest::Client::new(),
            rough: RoughPlatform::new(),
        }
    }

    async fn call(&self, what: &str, delivery: &Delivery) -> Result<Slip, reqwest::Error> {
        let url = format!("{}/{what}", self.base);
        let sent = self.client.post(url).json(&Parcel::of(delivery)).send();
        sent.await?.json().await
    }
}

#[async_trait]
impl Platform for Post {
    fn abilities(&self, place: &Place) -> Abilities {
        self.rough.abilities(place)
    }

    async fn listen(&self, _intake: Intake, stop: Shutdown) -> Result<(), PlatformError> {
        stop.cancelled().await;
        Ok(())
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, DeliveryError> {
        match self.call("deliver", delivery).await {
            Ok(Slip::Taken { messages, opened }) => Ok(Receipt { messages, opened }),
            Ok(Slip::ThreadGone) => Err(DeliveryError::ThreadGone),
            Ok(Slip::Refused(reason)) => Err(DeliveryError::Permanent(reason)),
            Ok(odd) => panic!("{odd:?} is no answer to a call"),
            Err(error) => Err(DeliveryError::Unknown(error.to_string())),
        }
    }

    async fn check(&self) -> Vec<Finding> {
        Vec::new()
    }

    async fn fetch(&self, file: &IncomingFile) -> Result<Blob, FetchError> {
        let url = format!("{}/file/{}", self.base, file.source);
        let temporary = |error: reqwest::Error| FetchError::Temporary(error.to_string());
        let answer = self.client.get(url).send().await.map_err(temporary)?;
        Ok(Blob {
            bytes: answer.bytes().await.map_err(temporary)?.to_vec(),
            mime: "image/png".to_owned(),
        })
    }

    async fn confirm(&self, delivery: &Delivery) -> Confirmation {
        match self.call("confirm", delivery).await {
            Ok(Slip::Taken { messages, opened }) => {
                Confirmation::Found(Receipt { messages, opened })
            }
            Ok(Slip::Absent) => Confirmation::Absent,
            _ => Confirmation::CannotTell,
        }
    }
}
