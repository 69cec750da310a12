//! The built-in team room: a local platform, read by the team room page.

use async_trait::async_trait;

use crate::domain::place::Place;
use crate::port::intake::Intake;
use crate::port::platform::{
    Abilities, Delivery, DeliveryError, Finding, Platform, PlatformError, Receipt, Shutdown,
};

/// The name of the channel and of the platform.
pub const KIND: &str = "team";

/// The built-in team room. Its rows are sent by their commit.
#[derive(Clone, Copy, Debug, Default)]
pub struct TeamRoom;

#[async_trait]
impl Platform for TeamRoom {
    fn abilities(&self, _place: &Place) -> Abilities {
        Abilities::local()
    }

    fn listens_everywhere(&self) -> bool {
        true
    }

    async fn listen(&self, _intake: Intake, stop: Shutdown) -> Result<(), PlatformError> {
        stop.cancelled().await;
        Ok(())
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, DeliveryError> {
        Err(DeliveryError::Permanent(format!(
            "{} is read from the database",
            delivery.place
        )))
    }

    async fn check(&self) -> Vec<Finding> {
        Vec::new()
    }
}
