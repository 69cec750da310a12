//! The platforms of this crate pass, and platforms with one fault each do not.

mod flawed;

use super::*;
use crate::port::platform::rough::RoughPlatform;
use crate::runtime::team_room::TeamRoom;

struct Rough(Arc<RoughPlatform>);

#[async_trait]
impl Stage for Rough {
    fn platform(&self) -> Arc<dyn Platform> {
        self.0.clone()
    }

    fn place(&self) -> Place {
        "room".into()
    }

    async fn seen(&self, place: &Place) -> Vec<String> {
        self.0.texts_at(place)
    }
}

struct Room;

#[async_trait]
impl Stage for Room {
    fn platform(&self) -> Arc<dyn Platform> {
        Arc::new(TeamRoom)
    }

    fn place(&self) -> Place {
        "team".into()
    }

    async fn seen(&self, _place: &Place) -> Vec<String> {
        Vec::new()
    }
}

async fn passes(make: impl Fn() -> RoughPlatform) {
    let breaches = check(async || Rough(Arc::new(make()))).await;
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[tokio::test]
async fn the_rough_platform_conforms_with_and_without_each_ability() {
    passes(RoughPlatform::new).await;
    passes(|| RoughPlatform::new().that_confirms()).await;
    passes(|| RoughPlatform::new().with(|can| can.edits = false)).await;
    passes(|| RoughPlatform::new().with(|can| can.deletes_for = None)).await;
    passes(|| RoughPlatform::new().with(|can| can.threads = false)).await;
    passes(|| RoughPlatform::new().with(|can| can.buttons = false)).await;
}

#[tokio::test]
async fn the_team_room_conforms() {
    let breaches = check(async || Room).await;
    assert!(breaches.is_empty(), "{breaches:#?}");
}
