//! Windows: a customer can be written to only for a while, and only so often, after their message.

use bot_core::domain::id::ConversationId;
use bot_core::domain::inbound::{Inbound, Incoming, Sender, Window};
use bot_core::domain::place::{ChannelName, Place};
use bot_core::domain::time::{HOUR, MINUTE, SECOND, Timestamp};
use bot_core::port::clock::Clock;
use bot_core::port::platform::rough::Fault;
use bot_core::store::window;
use rstest::rstest;

use crate::house::{House, On, said};

/// What a platform allows after each message of a customer.
const SENDS: u32 = 5;
const LASTS: i64 = 48 * HOUR;

/// A customer writes on a platform that counts; both sides open the window anew.
async fn hears(house: &House, key: &str, text: &str, sends: u32) {
    hand_in(house, key, said(text), sends).await;
    house.settle().await;
}

async fn hand_in(house: &House, key: &str, body: Incoming, sends: u32) {
    house.shop.allow(&wang(), sends);
    house.hand_in(windowed(house, key, body, sends)).await;
}

fn windowed(house: &House, key: &str, body: Incoming, sends: u32) -> Inbound {
    Inbound {
        channel: ChannelName("shop".into()),
        place: wang(),
        room: None,
        sender: Sender {
            id: "wang".into(),
            ..Sender::default()
        },
        key: key.to_owned(),
        at: house.clock.now(),
        body,
        slot: None,
        window: Some(Window {
            until: house.clock.now().plus_ms(LASTS),
            left: Some(sends),
        }),
    }
}

fn wang() -> Place {
    Place("wang".into())
}

/// What our own count says is left.
async fn left(house: &House) -> Option<u32> {
    let core = &house.engine.core;
    let conversation = conversation(house).await;
    let read = core
        .db
        .read(|tx| Box::pin(async move { window::of(tx, conversation).await }));
    read.await.unwrap().unwrap().left
}

async fn conversation(house: &House) -> ConversationId {
    let found = house.engine.feed.conversation("shop", "wang").await;
    found.unwrap().unwrap()
}

async fn replies(house: &House, texts: &[&str]) {
    for text in texts {
        house.agent(said(text)).await;
        house.wait_ms(4 * SECOND).await;
    }
}

fn count(lines: &[String], text: &str) -> usize {
    lines.iter().filter(|line| *line == text).count()
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn every_send_is_counted_and_a_message_renews_the_count(#[case] on: On) {
    let house = House::new(on).await;
    hears(&house, "1", "转人工", SENDS).await;
    assert_eq!(left(&house).await, Some(4), "the handoff's own words");
    replies(&house, &["一", "二"]).await;
    assert_eq!(left(&house).await, Some(2));
    hears(&house, "2", "好的呢", SENDS).await;
    assert_eq!(left(&house).await, Some(5));
    house
        .hand_in(windowed(&house, "1", said("转人工"), 9))
        .await;
    assert_eq!(left(&house).await, Some(5), "a repeat opens nothing");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_meets_a_closed_window_waits_for_the_customer_and_goes_on_in_order(#[case] on: On) {
    let house = House::new(on).await;
    hears(&house, "1", "转人工", 3).await;
    replies(&house, &["一", "二", "三", "四"]).await;
    let seen = house.seen_by("wang");
    assert_eq!(seen.last().unwrap(), "二", "{seen:?}");
    assert_eq!(house.shop.refused(), 0, "nothing is tried in vain");
    let told = house.thread();
    assert_eq!(
        told.iter()
            .filter(|line| line.starts_with("没有发出：平台只允许"))
            .count(),
        2,
        "{told:?}"
    );
    house.wait_ms(HOUR).await;
    assert_eq!(house.seen_by("wang").len(), seen.len());

    hears(&house, "2", "还在吗请问一下", SENDS).await;
    let seen = house.seen_by("wang");
    assert_eq!(seen[seen.len() - 2..], ["三", "四"], "{seen:?}");
    assert_eq!(left(&house).await, Some(3));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_window_closes_with_its_time(#[case] on: On) {
    let house = House::new(on).await;
    hears(&house, "1", "转人工", SENDS).await;
    house.wait_ms(LASTS).await;
    let before = house.seen_by("wang").len();
    replies(&house, &["两天以后"]).await;
    assert_eq!(house.seen_by("wang").len(), before);
    assert!(
        house.thread().last().unwrap().starts_with("没有发出"),
        "{:?}",
        house.thread()
    );
    hears(&house, "2", "我回来了各位", SENDS).await;
    assert_eq!(count(&house.seen_by("wang"), "两天以后"), 1);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_send_that_surely_failed_is_given_back(#[case] on: On) {
    let house = House::new(on).await;
    for fault in [Fault::Temporary, Fault::RetryAfter(5_000)] {
        house.shop.break_next("send", fault);
    }
    hears(&house, "1", "转人工", SENDS).await;
    assert_eq!(left(&house).await, Some(5), "nothing has arrived");
    house.wait_ms(MINUTE).await;
    house.wait_ms(MINUTE).await;
    assert_eq!(house.seen_by("wang").len(), 1);
    assert_eq!(left(&house).await, Some(4));
    house.shop.break_next("send", Fault::LostAfter);
    replies(&house, &["到了吗"]).await;
    assert_eq!(left(&house).await, Some(3), "it may have arrived");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn the_bot_leaves_the_last_sends_to_humans(#[case] on: On) {
    let house = House::new(on).await;
    hears(&house, "1", "转人工", 3).await;
    assert_eq!(left(&house).await, Some(2), "two are for humans");
    house.wait_ms(6 * MINUTE).await;
    house.wait_ms(10 * MINUTE).await;
    assert_eq!(house.seen_by("wang").len(), 1, "no news of the waiting");
    replies(&house, &["来了", "请讲"]).await;
    hears(&house, "2", "谢谢", SENDS).await;
    let seen = house.seen_by("wang");
    assert_eq!(seen[1..], ["来了", "请讲"], "stale news came after all");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn two_lines_of_the_bot_do_not_spend_what_one_may(#[case] on: On) {
    let house = House::new(on).await;
    hears(&house, "1", "转人工", 4).await;
    // Both are decided while three are left, and one may be spent.
    house.wait_ms(HOUR).await;
    assert_eq!(house.seen_by("wang").len(), 2);
    assert_eq!(left(&house).await, Some(2));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_long_answer_of_the_bot_stops_before_the_last_sends(#[case] on: On) {
    let house = House::new(on).await;
    hears(&house, "1", "转人工", 3).await;
    hears(&house, "2", "多久能送到", 2).await;
    assert_eq!(
        house.seen_by("wang").len(),
        1,
        "{:?}",
        house.seen_by("wang")
    );
    assert_eq!(left(&house).await, Some(2));
    assert_eq!(count(&house.thread(), "多久能送到"), 1, "a human reads it");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn the_platform_has_the_last_word_on_its_window(#[case] on: On) {
    let house = House::new(on).await;
    hears(&house, "1", "转人工", SENDS).await;
    house.shop.allow(&wang(), 0);
    replies(&house, &["听得到吗", "喂"]).await;
    assert_eq!(house.shop.refused(), 1, "asked once, believed at once");
    assert_eq!(left(&house).await, Some(0));
    hears(&house, "2", "听得到的呀", SENDS).await;
    let seen = house.seen_by("wang");
    assert_eq!(seen[seen.len() - 2..], ["听得到吗", "喂"], "{seen:?}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_pressed_menu_does_not_cut_the_window_short(#[case] on: On) {
    let house = House::new(on).await;
    hears(&house, "1", "转人工", SENDS).await;
    let pressed = Inbound {
        window: Some(Window {
            until: house.clock.now().plus_ms(MINUTE),
            left: Some(3),
        }),
        ..windowed(&house, "2", Incoming::Arrived { source: None }, 0)
    };
    house.hand_in(pressed).await;
    house.settle().await;
    house.wait_ms(HOUR).await;
    replies(&house, &["一小时以后"]).await;
    assert_eq!(count(&house.seen_by("wang"), "一小时以后"), 1);
    let core = &house.engine.core;
    let conversation = conversation(&house).await;
    let read = core
        .db
        .read(|tx| Box::pin(async move { window::of(tx, conversation).await }));
    assert!(read.await.unwrap().unwrap().is_open(Timestamp(0)));
}
