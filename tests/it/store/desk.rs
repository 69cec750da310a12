//! What the desk owes to storage: versions, claims, blobs.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use bot_core::domain::inbound::IncomingFile;
use bot_core::domain::place::{ChannelName, Place};
use bot_core::port::intake::Intake;
use bot_core::port::platform::rough::RoughPlatform;
use bot_core::port::platform::{
    Abilities, Blob, Delivery, DeliveryError, FetchError, Finding, Platform, PlatformError,
    Receipt, Shutdown,
};
use bot_core::runtime::core::{Account, Core, Outside};
use bot_core::runtime::courier::Courier;
use bot_core::runtime::desk::{Desk, Stepped};
use bot_core::store::Db;
use bot_core::{fetch_all, fetch_one};
use rstest::rstest;
use uuid::Uuid;

use crate::house::{House, On, decide, picture, said};

/// Two processes on one database: each remembers the case as it stored it itself.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_decision_on_a_case_that_has_moved_is_made_again(#[case] on: On) {
    let house = House::new(on).await;
    let core = &house.engine.core;
    let other = Desk::new(core.clone(), house.engine.supervisor.clone());
    house.says("wang", "多久能送到").await;
    let lane = {
        house.customer("wang", said("转人工")).await;
        let read = core
            .db
            .read(|tx| Box::pin(bot_core::store::inbox::waiting_lanes(tx, -1, 1)));
        read.await.unwrap().pop().unwrap()
    };
    assert_eq!(other.step(lane).await.unwrap(), Stepped::Last);
    house.customer("wang", said("还有人吗")).await;
    let before = written(&core.db).await;
    assert_eq!(house.engine.desk.step(lane).await.unwrap(), Stepped::Again);
    assert_eq!(written(&core.db).await, before, "nothing of it was stored");
    assert_eq!(house.engine.desk.step(lane).await.unwrap(), Stepped::Last);
    house.settle().await;
    assert_eq!(house.room.threads().len(), 1, "it knew of the ticket");
    assert!(house.thread().contains(&"还有人吗".to_owned()));
}

async fn written(db: &Db) -> i64 {
    let count = db.read(|tx| {
        Box::pin(async move {
            let sql = "SELECT (SELECT COUNT(*) FROM message) + (SELECT COUNT(*) FROM outbox) \
                 + (SELECT COUNT(*) FROM fact) + (SELECT COUNT(*) FROM ticket)";
            fetch_one!(tx, (i64,), sql)
        })
    });
    count.await.unwrap().0
}

/// A platform that looks into the database each time it is called.
#[derive(Debug)]
struct Witness {
    inner: Arc<RoughPlatform>,
    db: Db,
    saw: OnceLock<String>,
}

#[async_trait]
impl Platform for Witness {
    fn abilities(&self, place: &Place) -> Abilities {
        self.inner.abilities(place)
    }

    async fn listen(&self, intake: Intake, stop: Shutdown) -> Result<(), PlatformError> {
        self.inner.listen(intake, stop).await
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, DeliveryError> {
        let id = delivery.id.0;
        let row = self.db.read(|tx| {
            let sql = "SELECT state FROM outbox WHERE id = $1";
            Box::pin(async move { fetch_one!(tx, (String,), sql, id) })
        });
        self.saw.set(row.await.unwrap().0).unwrap();
        self.inner.deliver(delivery).await
    }

    async fn check(&self) -> Vec<Finding> {
        Vec::new()
    }

    async fn fetch(&self, file: &IncomingFile) -> Result<Blob, FetchError> {
        self.inner.fetch(file).await
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_row_is_committed_as_sending_before_the_platform_is_called(#[case] on: On) {
    let house = House::new(on).await;
    let witness = Arc::new(Witness {
        inner: Arc::clone(&house.shop),
        db: house.engine.core.db.clone(),
        saw: OnceLock::new(),
    });
    let core = watched(&house.engine.core, Arc::clone(&witness));
    house.customer("wang", said("多久能送到")).await;
    decide(&house.engine).await;
    assert_eq!(Courier::new(core).step().await.unwrap(), 1);
    assert_eq!(witness.saw.get().unwrap(), "sending");
    assert_eq!(house.seen_by("wang").len(), 1);
}

fn watched(core: &Core, witness: Arc<Witness>) -> Core {
    let outside = &core.outside;
    let mut channels = outside.channels.clone();
    let shop = channels.get_mut(&ChannelName("shop".into())).unwrap();
    *shop = Account {
        platform: witness,
        ..shop.clone()
    };
    let outside = Outside {
        channels,
        rooms: outside.rooms.clone(),
        answerer: Arc::clone(&outside.answerer),
        commands: Arc::clone(&outside.commands),
    };
    Core {
        outside: Arc::new(outside),
        ..core.clone()
    }
}

/// The same bytes from the same customer are kept once; from two customers twice, under names that
/// do not tell that they are the same.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn two_customers_never_share_a_blob(#[case] on: On) {
    let house = House::new(on).await;
    let png = Blob {
        bytes: vec![0x89, b'P', b'N', b'G'],
        mime: "image/png".into(),
    };
    house.shop.offer_file("same", Ok(png));
    for who in ["wang", "li", "wang"] {
        house.customer(who, picture("same")).await;
        house.settle().await;
    }
    let blobs = stored_blobs(&house.engine.core.db).await;
    assert_eq!(blobs.len(), 3);
    let names: BTreeSet<&str> = blobs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), 2, "{blobs:?}");
    let owners: BTreeSet<_> = blobs.iter().collect();
    assert_eq!(owners.len(), 2, "each name has one owner: {blobs:?}");
}

async fn stored_blobs(db: &Db) -> Vec<(String, Uuid)> {
    let rows = db.read(|tx| {
        Box::pin(async move {
            let sql = "SELECT blob, conversation_id FROM attachment WHERE state = 'stored'";
            fetch_all!(tx, (String, Uuid), sql)
        })
    });
    rows.await.unwrap()
}
