//! Taking a reply back.

use bot_core::domain::policy::Policy;
use bot_core::domain::time::{HOUR, SECOND};
use bot_core::port::platform::rough::RoughPlatform;
use rstest::rstest;

use crate::house::{House, On, said};

async fn answered(house: &House) -> String {
    house.says("wang", "转人工").await;
    house.agent(said("错的话")).await.to_string()
}

fn is_seen(house: &House) -> bool {
    house.seen_by("wang").iter().any(|line| line == "错的话")
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn within_the_hold_it_leaves_no_trace(#[case] on: On) {
    let house = House::new(on).await;
    let reply = answered(&house).await;
    house.wait_ms(3 * SECOND - 1).await;
    house.agent(said(&format!("/undo {reply}"))).await;
    house.wait_ms(10 * SECOND).await;
    assert_eq!(
        house.shop.calls(),
        ["send"],
        "the handoff's words, and nothing else"
    );
    assert_eq!(house.thread().last().unwrap(), "已撤回，客户没有看到。");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn afterwards_it_is_deleted_where_that_is_possible(#[case] on: On) {
    let house = House::new(on).await;
    let reply = answered(&house).await;
    house.wait_ms(3 * SECOND).await;
    assert!(is_seen(&house));
    house.agent(said(&format!("/undo {reply}"))).await;
    assert!(!is_seen(&house));
    assert_eq!(house.thread().last().unwrap(), "已撤回，客户那边也删掉了。");
}

#[rstest]
#[case(On::Sqlite, None, "撤不回：这个平台不支持撤回。")]
#[case(On::Postgres, None, "撤不回：这个平台不支持撤回。")]
#[case(On::Sqlite, Some(HOUR), "撤不回：已超过平台允许撤回的时间。")]
#[case(On::Postgres, Some(HOUR), "撤不回：已超过平台允许撤回的时间。")]
#[tokio::test]
async fn where_it_cannot_be_deleted_the_agent_hears_why(
    #[case] on: On,
    #[case] deletes_for: Option<i64>,
    #[case] told: &str,
) {
    let shop = RoughPlatform::new().with(|can| can.deletes_for = deletes_for);
    let house = House::with(on, shop, RoughPlatform::new(), Policy::default()).await;
    let reply = answered(&house).await;
    house.wait_ms(2 * HOUR).await;
    house.agent(said(&format!("/undo {reply}"))).await;
    assert!(is_seen(&house));
    assert!(!house.shop.calls().contains(&"delete"));
    assert_eq!(house.thread().last().unwrap(), told);
}
