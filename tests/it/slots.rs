//! Reply slots: what is to be said rides on the request that asked, and the courier takes the rest.

use std::sync::Arc;

use bot_core::domain::id::ConversationId;
use bot_core::domain::inbound::{Inbound, ReplySlot, Sender, Window};
use bot_core::domain::place::{ChannelName, Place};
use bot_core::domain::policy::Policy;
use bot_core::domain::time::{HOUR, SECOND};
use bot_core::port::clock::Clock;
use bot_core::port::platform::rough::{Fault, RoughPlatform, render};
use bot_core::port::slot::{Render, Ride, SlotAt};
use bot_core::store::window;
use rstest::rstest;

use crate::house::{House, On, decide, said};

const DEADLINE: i64 = 5 * SECOND;
const QUESTION: &str = "多久能送到";

/// One try of a request; all tries of a message have its key.
fn request(house: &House, key: &str, text: &str) -> Inbound {
    let now = house.clock.now();
    Inbound {
        channel: ChannelName("shop".into()),
        place: Place("wang".into()),
        room: None,
        sender: Sender {
            id: "wang".into(),
            ..Sender::default()
        },
        key: key.to_owned(),
        at: now,
        body: said(text),
        slot: Some(ReplySlot {
            id: key.to_owned(),
            deadline: now.plus_ms(DEADLINE),
            size: 1,
            spends: false,
        }),
        window: Some(Window {
            until: now.plus_ms(48 * HOUR),
            left: Some(5),
        }),
    }
}

fn slot_of(inbound: &Inbound) -> SlotAt {
    SlotAt {
        channel: inbound.channel.clone(),
        place: inbound.place.clone(),
        slot: inbound.slot.clone().unwrap(),
    }
}

/// A try arrives and the desk decides; its handler has not looked yet.
async fn asked(house: &House, key: &str, text: &str) -> SlotAt {
    let inbound = request(house, key, text);
    let slot = slot_of(&inbound);
    house.hand_in(inbound).await;
    house.settle().await;
    slot
}

/// The handler looks once.
async fn look(house: &House, slot: &SlotAt) -> Option<Ride> {
    let render: Arc<Render> = Arc::new(render);
    house.engine.slots.step(slot, &render).await.unwrap()
}

/// The platform asks and waits, while the desk decides.
async fn answered(house: &House, key: &str, text: &str) -> Ride {
    let inbound = request(house, key, text);
    let decided = async {
        while !decide(&house.engine).await {
            tokio::task::yield_now().await;
        }
    };
    let (ride, ()) = tokio::join!(house.shop.request(&house.engine.intake, inbound), decided);
    ride.unwrap()
}

fn seen(house: &House) -> Vec<String> {
    house.seen_by("wang")
}

fn sends(house: &House) -> usize {
    let calls = house.shop.calls();
    calls.iter().filter(|call| **call == "send").count()
}

/// A platform whose account can only answer.
async fn only_answering(on: On) -> House {
    let shop = RoughPlatform::new().with(|abilities| abilities.answers_only = true);
    House::with(on, shop, RoughPlatform::new(), Policy::default()).await
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_answer_rides_on_its_request_and_costs_nothing(#[case] on: On) {
    let house = House::new(on).await;
    assert!(matches!(
        answered(&house, "1", QUESTION).await,
        Ride::Body(_)
    ));
    assert!(seen(&house)[0].starts_with("一般两到三天送到。"));
    house.wait_ms(HOUR).await;
    assert_eq!((seen(&house).len(), sends(&house)), (1, 0));
    let conversation: ConversationId = house
        .engine
        .feed
        .conversation("shop", "wang")
        .await
        .unwrap()
        .unwrap();
    let read = house
        .engine
        .core
        .db
        .read(|tx| Box::pin(async move { window::of(tx, conversation).await }));
    assert_eq!(read.await.unwrap().unwrap().left, Some(5));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_does_not_fit_follows_in_order(#[case] on: On) {
    let shop = RoughPlatform::new().with(|abilities| abilities.text_limit = 20);
    let house = House::with(on, shop, RoughPlatform::new(), Policy::default()).await;
    answered(&house, "1", QUESTION).await;
    assert_eq!(seen(&house).len(), 1, "one fits in");
    house.settle().await;
    let seen = seen(&house);
    assert!(
        seen.len() > 2 && sends(&house) == seen.len() - 1,
        "{seen:?}"
    );
    assert!(
        seen[0].starts_with("一般") && seen[1].starts_with("您好"),
        "{seen:?}"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn the_courier_waits_for_the_deadline_and_takes_what_nobody_claimed(#[case] on: On) {
    let house = House::new(on).await;
    let slot = asked(&house, "1", QUESTION).await;
    house.wait_ms(DEADLINE - 1).await;
    assert!(seen(&house).is_empty(), "its handler may still come");
    house.wait_ms(1).await;
    assert_eq!((seen(&house).len(), sends(&house)), (1, 1));
    assert_eq!(look(&house, &slot).await, Some(Ride::Late));
    let again = asked(&house, "1", QUESTION).await;
    assert_eq!(look(&house, &again).await, Some(Ride::Empty), "it was said");
    house.wait_ms(HOUR).await;
    assert_eq!(seen(&house).len(), 1);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_handler_that_comes_too_late_takes_nothing(#[case] on: On) {
    let house = House::new(on).await;
    let slot = asked(&house, "1", QUESTION).await;
    house.clock.advance_ms(DEADLINE);
    assert_eq!(look(&house, &slot).await, Some(Ride::Late));
    house.settle().await;
    assert_eq!((seen(&house).len(), sends(&house)), (1, 1));
}

#[rstest]
#[case(On::Sqlite, Fault::LostBefore)]
#[case(On::Postgres, Fault::LostBefore)]
#[case(On::Sqlite, Fault::Temporary)]
#[case(On::Postgres, Fault::Temporary)]
#[tokio::test]
async fn every_try_gets_the_same_bytes_and_the_customer_one_answer(
    #[case] on: On,
    #[case] fault: Fault,
) {
    let house = House::new(on).await;
    house.shop.break_next("answer", fault);
    let first = answered(&house, "1", QUESTION).await;
    assert!(matches!(first, Ride::Body(_)) && seen(&house).is_empty());
    for _ in 0..2 {
        let again = request(&house, "1", QUESTION);
        let again = house.shop.request(&house.engine.intake, again).await;
        assert_eq!(again.unwrap(), first);
    }
    house.wait_ms(HOUR).await;
    assert_eq!((seen(&house).len(), sends(&house)), (1, 0));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn silence_is_an_answer_too(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let slot = asked(&house, "1", "谢谢").await;
    assert_eq!(look(&house, &slot).await, Some(Ride::Empty));
    house.agent(said("不客气")).await;
    house.wait_ms(4 * SECOND).await;
    assert_eq!(
        seen(&house).last().unwrap(),
        "不客气",
        "it does not wait for a slot"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_turn_that_moved_on_leaves_the_earlier_request_empty(#[case] on: On) {
    let house = House::new(on).await;
    let first = asked(&house, "1", "送货怎么安排").await;
    assert_eq!(look(&house, &first).await, None, "the turn waits for quiet");
    house.clock.advance_ms(SECOND);
    let second = asked(&house, "2", "我的手机壳可以刻字吗请问").await;
    assert_eq!(look(&house, &first).await, Some(Ride::Empty));
    assert_eq!(look(&house, &second).await, None);
    house.wait_ms(2 * SECOND).await;
    assert!(matches!(look(&house, &second).await, Some(Ride::Body(_))));
    assert_eq!(look(&house, &first).await, Some(Ride::Empty), "stored");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_slow_answer_is_waited_for_until_the_deadline(#[case] on: On) {
    let house = House::new(on).await;
    let inbound = request(&house, "1", "送货怎么安排");
    let later = async {
        while !decide(&house.engine).await {
            tokio::task::yield_now().await;
        }
        house.clock.advance_ms(2 * SECOND);
        house.settle().await;
    };
    let (ride, ()) = tokio::join!(house.shop.request(&house.engine.intake, inbound), later);
    assert!(matches!(ride.unwrap(), Ride::Body(_)));
    assert_eq!((seen(&house).len(), sends(&house)), (1, 0));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_reply_that_can_still_be_undone_does_not_ride_before_its_time(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    house.agent(said("马上")).await;
    let slot = asked(&house, "1", "谢谢").await;
    assert_eq!(look(&house, &slot).await, None);
    house.wait_ms(3 * SECOND).await;
    assert!(matches!(look(&house, &slot).await, Some(Ride::Body(_))));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_account_that_only_answers_keeps_the_rest_for_the_next_request(#[case] on: On) {
    let house = only_answering(on).await;
    answered(&house, "1", "转人工").await;
    house.settle().await;
    for text in ["一", "二"] {
        house.agent(said(text)).await;
        house.wait_ms(4 * SECOND).await;
    }
    let told = house.thread();
    let told = told
        .iter()
        .filter(|line| line.starts_with("没有发出"))
        .count();
    assert_eq!((seen(&house).len(), told), (1, 2));
    for key in ["2", "3"] {
        house.wait_ms(HOUR).await;
        answered(&house, key, "谢谢").await;
    }
    assert_eq!(seen(&house)[1..], ["一", "二"]);
    assert_eq!(sends(&house), 0);
    assert_eq!(
        house
            .thread()
            .iter()
            .filter(|line| line.starts_with("没有发出"))
            .count(),
        2,
        "told once"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn bytes_that_nobody_handed_over_become_a_doubt(#[case] on: On) {
    let house = House::new(on).await;
    let slot = asked(&house, "1", QUESTION).await;
    assert!(matches!(look(&house, &slot).await, Some(Ride::Body(_))));
    house.engine.prepare().await.unwrap();
    house.settle().await;
    house.wait_ms(DEADLINE + 29 * SECOND).await;
    assert!(seen(&house).is_empty(), "a try may still come");
    house.wait_ms(2 * SECOND).await;
    house.wait_ms(30 * SECOND).await;
    let seen = seen(&house);
    assert!(seen.len() == 1 && seen[0].starts_with('↻'), "{seen:?}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_counts_in_the_window_is_counted(#[case] on: On) {
    let house = House::new(on).await;
    let mut inbound = request(&house, "1", "转人工");
    inbound.slot.as_mut().unwrap().spends = true;
    inbound.window.as_mut().unwrap().left = Some(0);
    let slot = slot_of(&inbound);
    house.hand_in(inbound).await;
    house.settle().await;
    assert_eq!(look(&house, &slot).await, Some(Ride::Empty), "none is left");
    house.settle().await;
    assert!(seen(&house).is_empty());
}
