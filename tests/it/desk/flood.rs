//! Floods: one notice, then slower; three handoffs an hour from an address; a human stays reachable.

use bot_core::domain::effect::RingCause;
use bot_core::domain::inbound::{Inbound, Sender};
use bot_core::domain::time::{HOUR, MINUTE, SECOND};
use bot_core::runtime::signals::LiveEvent;
use bot_core::store::handoff;
use rstest::rstest;
use tokio::sync::broadcast::Receiver;

use crate::house::{House, MONDAY_TEN, On, said};

const SLOW_DOWN: &str = "您发得有点快";

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_flood_is_noticed_once_and_answered_when_it_is_over(#[case] on: On) {
    let house = House::new(on).await;
    for _ in 0..20 {
        house.says("wang", "谢谢").await;
    }
    let before = house.seen_by("wang").len();
    for _ in 0..4 {
        house.says("wang", "多久能送到").await;
        house.wait_ms(SECOND).await;
    }
    let seen = house.seen_by("wang").split_off(before);
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].starts_with(SLOW_DOWN), "{seen:?}");

    house.wait_ms(MINUTE).await;
    let seen = house.seen_by("wang").split_off(before + 1);
    assert_eq!(seen.len(), 1, "one answer to all of it: {seen:?}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_human_stays_reachable_in_a_flood(#[case] on: On) {
    let house = House::new(on).await;
    for _ in 0..30 {
        house.says("wang", "谢谢").await;
    }
    house.says("wang", "人工").await;
    let seen = house.seen_by("wang");
    assert!(seen.last().unwrap().contains("#1001"), "{seen:?}");
}

/// A customer asks for a human from an address; whether somebody is rung.
async fn rings(house: &House, who: &str, address: &str) -> bool {
    let mut live = house.engine.core.signals.watch_live();
    let inbound = Inbound {
        channel: "shop".into(),
        place: who.into(),
        room: None,
        sender: Sender {
            id: who.to_owned(),
            address: Some(address.to_owned()),
            ..Sender::default()
        },
        key: format!("{who} asks"),
        at: MONDAY_TEN,
        body: said("转人工"),
        slot: None,
        window: None,
    };
    house.hand_in(inbound).await;
    house.settle().await;
    assert!(house.seen_by(who)[0].contains('#'), "a ticket all the same");
    rang(&mut live)
}

fn rang(live: &mut Receiver<LiveEvent>) -> bool {
    let heard = std::iter::from_fn(|| live.try_recv().ok());
    heard
        .filter(|one| matches!(one, LiveEvent::Ring { ring, .. } if ring.why == RingCause::New))
        .count()
        > 0
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn the_fourth_handoff_of_an_address_rings_nobody(#[case] on: On) {
    let house = House::new(on).await;
    for who in ["a", "b", "c"] {
        assert!(rings(&house, who, "203.0.113.7").await, "{who}");
    }
    assert!(!rings(&house, "d", "203.0.113.7").await);
    assert!(rings(&house, "e", "203.0.113.8").await, "another address");
    house.clock.advance_ms(HOUR);
    assert!(rings(&house, "f", "203.0.113.7").await, "an hour later");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn one_home_has_one_network(#[case] on: On) {
    let house = House::new(on).await;
    for (who, end) in [("a", "1"), ("b", "2"), ("c", "3")] {
        assert!(rings(&house, who, &format!("2001:db8::{end}")).await);
    }
    assert!(!rings(&house, "d", "2001:db8::4").await, "the same /64");
    assert!(rings(&house, "e", "2001:db8:0:1::4").await, "another /64");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn handoffs_are_forgotten_after_an_hour(#[case] on: On) {
    let house = House::new(on).await;
    rings(&house, "a", "203.0.113.7").await;
    let core = &house.engine.core;
    for (later, expected) in [(HOUR - 1, 0), (HOUR, 1), (HOUR, 0)] {
        let now = MONDAY_TEN.plus_ms(later);
        let forgot = core
            .db
            .write(move |tx| Box::pin(handoff::forget(tx, now, 500)));
        assert_eq!(forgot.await.unwrap(), expected);
    }
}

#[test]
fn an_address_is_never_stored() {
    let sender = Sender {
        address: Some("203.0.113.7".into()),
        ..Sender::default()
    };
    let stored = serde_json::to_string(&sender).unwrap();
    assert!(!stored.contains("203"), "{stored}");
}
