//! Answerers that are slow, and handlers that break.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bot_core::domain::time::SECOND;
use rstest::rstest;

use crate::desk::answerer::{BreakingAnswerer, SlowAnswerer};
use crate::house::{House, On, said};

const ODD: &str = "这句话会让处理程序出错吗";

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_message_that_breaks_its_handler_three_times_reaches_a_human(#[case] on: On) {
    let answerer = Arc::new(BreakingAnswerer::new(ODD));
    let house = House::asking(on, answerer.clone()).await;
    house.customer("wang", said(ODD)).await;
    house.customer("wang", said("多久能送到")).await;
    house.settle().await;
    assert_eq!(
        answerer.broke.load(Ordering::SeqCst),
        3,
        "then nobody is asked"
    );
    let seen = house.seen_by("wang");
    assert!(
        seen[0].contains("没能处理") && seen[0].contains("#1001"),
        "{seen:?}"
    );
    assert!(
        seen[1].contains("一般两到三天送到。"),
        "the lane goes on: {seen:?}"
    );
    let thread = house.thread();
    assert!(
        thread.iter().any(|line| line.contains("处理失败")),
        "{thread:?}"
    );
}

/// The customer asks, and the answerer does not come back within its three seconds.
async fn overdue(house: &House, answerer: &SlowAnswerer) {
    house.customer("wang", said("多久能送到")).await;
    let thinks = async {
        answerer.asked.notified().await;
        house.clock.advance_ms(3 * SECOND);
    };
    tokio::join!(house.settle(), thinks);
    let seen = house.seen_by("wang");
    assert!(
        !seen.iter().any(|line| line.contains("两到三天")),
        "settled as asked: {seen:?}"
    );
}

/// Lets the answerer speak, and waits until its word has come in as an event.
async fn speaks(house: &House, answerer: &SlowAnswerer) {
    let mut hints = house.engine.core.signals.lanes();
    answerer.speak.notify_one();
    hints.recv().await.unwrap();
    house.settle().await;
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_slow_answer_arrives_within_half_a_minute(#[case] on: On) {
    let answerer = Arc::new(SlowAnswerer::new());
    let house = House::asking(on, answerer.clone()).await;
    overdue(&house, &answerer).await;
    house.wait_ms(26 * SECOND).await;
    speaks(&house, &answerer).await;
    let seen = house.seen_by("wang");
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].starts_with("一般两到三天送到。"), "{seen:?}");
    house.wait_ms(60 * SECOND).await;
    assert_eq!(house.seen_by("wang").len(), 1, "and no second verdict");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_answer_that_never_comes_counts_as_none(#[case] on: On) {
    let answerer = Arc::new(SlowAnswerer::new());
    let house = House::asking(on, answerer.clone()).await;
    overdue(&house, &answerer).await;
    house.wait_ms(27 * SECOND).await;
    let seen = house.seen_by("wang");
    assert_eq!(seen.len(), 1, "a human, or a question back: {seen:?}");
    speaks(&house, &answerer).await;
    assert_eq!(house.seen_by("wang"), seen, "too late is dropped");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_slow_answer_is_dropped_once_an_agent_has_taken_over(#[case] on: On) {
    let answerer = Arc::new(SlowAnswerer::new());
    let house = House::asking(on, answerer.clone()).await;
    house.says("wang", "转人工").await;
    let before = house.seen_by("wang").len();
    overdue(&house, &answerer).await;
    house.agent(said("一两天就到。")).await;
    house.wait_ms(3 * SECOND).await;
    speaks(&house, &answerer).await;
    house.wait_ms(60 * SECOND).await;
    let seen = house.seen_by("wang").split_off(before);
    assert_eq!(seen, ["一两天就到。"]);
}
