//! The first words of a customer, when they come twice at once.

use std::sync::Arc;

use bot_core::port::clock::SeededIds;
use bot_core::port::intake::Intake;
use bot_core::runtime::core::Core;
use bot_core::runtime::intake::FrontDoor;
use bot_core::store::{Db, inbox};
use rstest::rstest;

use crate::house::{House, On, said};

/// A door with a connection of its own, as of another node.
async fn another_door(house: &House) -> Intake {
    let core = Core {
        db: Db::open(&house.url).await.unwrap(),
        ids: Arc::new(SeededIds::new(2)),
        ..house.engine.core.clone()
    };
    Intake::new(Arc::new(FrontDoor::new(core)))
}

/// Two doors, and neither has seen this customer before.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn two_first_messages_at_once_make_one_conversation_and_one_ticket(#[case] on: On) {
    let house = House::new(on).await;
    let other = another_door(&house).await;
    let first = house.customer_event("wang", said("转人工"));
    let second = house.customer_event("wang", said("我的手机壳可以刻字吗请问"));
    let (one, two) = tokio::join!(house.engine.intake.accept(first), other.accept(second));
    assert!(!one.unwrap().repeated && !two.unwrap().repeated);
    let read = house
        .engine
        .core
        .db
        .read(|tx| Box::pin(inbox::waiting_lanes(tx, -1, 10)));
    assert_eq!(read.await.unwrap().len(), 1, "one conversation");
    house.settle().await;
    house.wait_ms(5_000).await;
    let threads = house.room.threads();
    assert_eq!(threads.len(), 1, "{threads:?}");
    assert!(threads[0].1.contains("#1001"), "{threads:?}");
    let thread = house.thread();
    for text in ["转人工", "我的手机壳可以刻字吗请问"] {
        assert_eq!(
            thread.iter().filter(|line| *line == text).count(),
            1,
            "{thread:?}"
        );
    }
}
