//! What every platform must do.

use std::sync::Arc;

use async_trait::async_trait;

use bot_core::domain::place::Place;
use bot_core::port::platform::Platform;
use bot_core::port::platform::conformance::{Heard, Stage, check};

use super::app::{TestApp, message};

struct App(TestApp);

#[async_trait]
impl Stage for App {
    fn platform(&self) -> Arc<dyn Platform> {
        self.0.channel.clone()
    }

    fn place(&self) -> Place {
        "u-9".into()
    }

    async fn seen(&self, _place: &Place) -> Vec<String> {
        Vec::new()
    }

    async fn write(&self, event: &str, text: &str) -> Heard {
        match self.0.post(&message(event, text)).await.status {
            202 => Heard::Acknowledged,
            _ => Heard::Refused,
        }
    }
}

#[tokio::test]
async fn the_channel_does_what_every_platform_must() {
    let breaches = check(async || App(TestApp::start().await)).await;
    assert!(breaches.is_empty(), "{breaches:#?}");
}
