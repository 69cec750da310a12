//! What the courier makes of a platform's refusals.

use bot_core::domain::inbound::Incoming;
use bot_core::domain::policy::Policy;
use bot_core::domain::time::{MINUTE, SECOND};
use bot_core::port::platform::rough::{Fault, RoughPlatform};
use rstest::rstest;

use crate::house::{House, On, said};

fn count(lines: &[String], text: &str) -> usize {
    lines.iter().filter(|line| *line == text).count()
}

/// The bucket is the account's: nobody else on it is served before the time is over either.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn too_many_calls_freeze_the_account_and_nothing_else(#[case] on: On) {
    let house = House::new(on).await;
    house.shop.break_next("send", Fault::RetryAfter(5 * SECOND));
    house.says("wang", "多久能送到").await;
    house.says("chen", "多久能送到").await;
    house.wait_ms(5 * SECOND - 1).await;
    assert_eq!(
        house.shop.calls().len(),
        1,
        "nobody calls while it is frozen"
    );
    house.says("zhou", "转人工").await;
    assert_eq!(house.room.threads().len(), 1, "another account goes on");
    house.wait_ms(1).await;
    for who in ["wang", "chen", "zhou"] {
        assert_eq!(house.seen_by(who).len(), 1, "{who}");
    }
}

/// After eleven counted attempts the next pause could be half an hour; after none it is two seconds.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn being_asked_to_wait_counts_no_attempt(#[case] on: On) {
    let house = House::new(on).await;
    for _ in 0..11 {
        house.shop.break_next("send", Fault::RetryAfter(SECOND));
    }
    house.shop.break_next("send", Fault::Temporary);
    house.says("wang", "多久能送到").await;
    for _ in 0..11 {
        house.wait_ms(SECOND).await;
    }
    assert_eq!(house.shop.calls().len(), 12);
    house.wait_ms(2 * SECOND).await;
    assert_eq!(house.seen_by("wang").len(), 1);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_will_never_arrive_is_told_in_the_thread_with_its_reason(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let refusal = Fault::Permanent("bot was blocked by the user".into());
    house.shop.break_next("send", refusal);
    house.agent(said("您好，我来处理")).await;
    house.agent(said("请问订单号是多少？")).await;
    house.wait_ms(5 * MINUTE).await;
    let seen = house.seen_by("wang");
    assert_eq!(count(&seen, "您好，我来处理"), 0, "{seen:?}");
    assert_eq!(
        count(&seen, "请问订单号是多少？"),
        1,
        "the next goes on: {seen:?}"
    );
    let told = "❌ 没有送达：bot was blocked by the user。";
    assert_eq!(count(&house.thread(), told), 1, "{:?}", house.thread());
}

/// An agent leaves a reply that may have arrived: a later edit cannot follow it, and says so.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_edit_of_a_reply_that_was_left_is_reported(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    house.shop.break_next("send", Fault::LostAfter);
    let reply = house.agent(said("明天送到")).await;
    house.wait_ms(3 * SECOND).await;
    house.agent(leave(&house)).await;
    let changed = Incoming::Edited {
        message: reply.to_string(),
        text: "后天送到".into(),
    };
    house.agent(changed).await;
    let thread = house.thread();
    assert!(
        thread.last().unwrap().contains("不确定是否送达"),
        "{thread:?}"
    );
    assert!(
        !house.shop.calls().contains(&"edit"),
        "no call that must fail"
    );
    assert_eq!(count(&house.seen_by("wang"), "明天送到"), 1);
}

/// An answer as long as a message still has room for the mark.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_long_answer_goes_once_more_with_its_mark(#[case] on: On) {
    let words =
        "一般两到三天送到。\n\n您好，我是frontdesk的自动客服，常见问题马上答；回复「人工」找真人。";
    let limit = words.chars().count();
    let shop = RoughPlatform::new().with(|can| can.text_limit = limit);
    let house = House::with(on, shop, RoughPlatform::new(), Policy::default()).await;
    house.shop.break_next("send", Fault::LostBefore);
    house.says("wang", "多久能送到").await;
    house.wait_ms(30 * SECOND).await;
    let seen = house.seen_by("wang");
    let marked: Vec<_> = seen
        .iter()
        .filter_map(|line| line.strip_prefix("↻ "))
        .collect();
    assert_eq!(marked.len(), 1, "{seen:?}");
    assert!(words.starts_with(marked[0]), "{seen:?}");
}

/// Who has written since then has moved on: the answer is not sent again.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_doubtful_answer_is_left_when_the_customer_has_written_since(#[case] on: On) {
    let house = House::new(on).await;
    house.shop.break_next("send", Fault::LostAfter);
    house.says("wang", "多久能送到").await;
    house.wait_ms(10 * SECOND).await;
    house.says("wang", "谢谢").await;
    house.wait_ms(60 * SECOND).await;
    let seen = house.seen_by("wang");
    assert!(!seen.iter().any(|line| line.starts_with('↻')), "{seen:?}");
}

/// The button that leaves a doubtful reply as it is.
fn leave(house: &House) -> Incoming {
    let (place, _) = house.room.threads().pop().unwrap();
    let shown = house.room.at(&place);
    let mut choices = shown.iter().flat_map(|one| &one.content.choices);
    let choice = choices.find(|choice| choice.id.starts_with("leave:"));
    Incoming::Chose {
        choice: choice.unwrap().id.clone(),
    }
}
