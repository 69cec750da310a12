//! Opening threads on a platform that loses answers.

use bot_core::domain::place::Place;
use bot_core::domain::policy::Policy;
use bot_core::domain::time::SECOND;
use bot_core::port::platform::rough::{Fault, RoughPlatform};
use rstest::rstest;

use crate::house::{House, On, said};

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_opening_that_can_be_confirmed_is_not_made_twice(#[case] on: On) {
    let (shop, room) = (RoughPlatform::new(), RoughPlatform::new().that_confirms());
    let house = House::with(on, shop, room, Policy::default()).await;
    house.room.break_next("open_thread", Fault::LostAfter);
    house.says("wang", "转人工").await;
    house.wait_ms(60 * SECOND).await;
    assert_eq!(house.room.threads().len(), 1);
    assert!(
        house.thread().iter().any(|line| line == "转人工"),
        "{:?}",
        house.thread()
    );
}

/// Nothing else goes into the thread, or into the one that may be there, before that is settled.
#[rstest]
#[case(On::Sqlite, Fault::LostBefore)]
#[case(On::Sqlite, Fault::LostAfter)]
#[case(On::Postgres, Fault::LostBefore)]
#[case(On::Postgres, Fault::LostAfter)]
#[tokio::test]
async fn an_unknown_opening_is_reconciled_before_anything_else(
    #[case] on: On,
    #[case] fault: Fault,
) {
    let house = House::new(on).await;
    let arrived = usize::from(fault == Fault::LostAfter);
    house.room.break_next("open_thread", fault);
    house.says("wang", "转人工").await;
    house.says("wang", "订单 20231").await;
    house.wait_ms(29 * SECOND).await;
    assert_eq!(
        house.room.calls(),
        ["open_thread"],
        "all wait for the opening"
    );
    house.wait_ms(SECOND).await;
    assert_eq!(house.room.threads().len(), 1 + arrived);
    let (last, _) = house.room.threads().pop().unwrap();
    let lines = house.room.texts_at(&last);
    let at = |text: &str| lines.iter().position(|line| line == text);
    assert!(
        at("转人工").is_some() && at("转人工") < at("订单 20231"),
        "{lines:?}"
    );
    for (orphan, _) in house.room.threads().iter().take(arrived) {
        assert_eq!(house.room.texts_at(orphan).len(), 1, "nothing but its card");
    }
}

/// An agent can be faster than the answer to our call: what is said in a thread that may be ours is
/// kept until that is known.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_line_in_a_thread_that_is_being_opened_is_parked(#[case] on: On) {
    let house = House::new(on).await;
    house.room.break_next("open_thread", Fault::Temporary);
    house.says("wang", "转人工").await;
    let first = Place("room/t1".into());
    house.in_thread(&first, "111", said("我在看了")).await;
    assert_eq!(
        house.seen_by("wang").len(),
        1,
        "nobody knows yet whose it is"
    );
    house.wait_ms(2 * SECOND).await;
    assert_eq!(house.room.threads()[0].0, first);
    house.wait_ms(3 * SECOND).await;
    assert_eq!(house.seen_by("wang").last().unwrap(), "我在看了");
}

/// Other threads are the team's own: nothing of them is stored.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_line_in_an_unknown_thread_is_kept_only_during_an_opening(#[case] on: On) {
    let house = House::new(on).await;
    let intake = &house.engine.intake;
    let talk = || house.room_event(&Place("room/t77".into()), "111", said("中午吃什么"));
    let kept = |event: bot_core::domain::inbound::Inbound| async move {
        intake.accept(event.clone()).await.unwrap();
        intake.accept(event).await.unwrap().repeated
    };
    assert!(!kept(talk()).await, "no opening");
    house.room.break_next("open_thread", Fault::Temporary);
    house.says("wang", "转人工").await;
    assert!(kept(talk()).await, "it may be the one that is being opened");
    house.wait_ms(2 * SECOND).await;
    assert_eq!(house.room.threads().len(), 1);
    assert!(!kept(talk()).await, "the opening is settled");
    house.wait_ms(60 * SECOND).await;
    assert_eq!(house.seen_by("wang").len(), 1);
}

/// What the app tells of a customer can be longer than a message: the thread opens all the same.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_long_card_opens_the_thread_and_goes_on_in_lines(#[case] on: On) {
    let house = House::new(on).await;
    let mut event = house.customer_event("wang", said("转人工"));
    let known = (0..40).map(|n| (format!("field{n}"), format!("value{n}")));
    event.sender.attributes = known.collect();
    house.hand_in(event).await;
    house.settle().await;
    let lines = house.thread().join("\n");
    for n in 0..40 {
        assert!(lines.contains(&format!("field{n}: value{n}")), "{lines}");
    }
    assert!(lines.ends_with("转人工"), "{lines}");
}
