//! Bursts become one row where calls are counted, and editing a part renders the whole again.

use bot_core::domain::inbound::{Incoming, Said};
use bot_core::domain::policy::Policy;
use bot_core::domain::time::{MINUTE, SECOND};
use bot_core::port::platform::Budget;
use bot_core::port::platform::rough::RoughPlatform;
use rstest::rstest;

use crate::house::{House, On, said};

fn counted_room() -> RoughPlatform {
    let budget = Budget {
        name: "group".into(),
        most: 20,
        per_ms: MINUTE,
    };
    RoughPlatform::new().with(|can| can.budgets = vec![budget])
}

/// A house with an open ticket, whose room counts calls.
async fn handed_off(on: On) -> House {
    let shop = RoughPlatform::new();
    let house = House::with(on, shop, counted_room(), Policy::default()).await;
    house.says("wang", "转人工").await;
    house
}

async fn burst(house: &House, lines: &[&str]) {
    for line in lines {
        let written = Said {
            text: (*line).to_owned(),
            message: Some(format!("c-{line}")),
            ..Said::default()
        };
        house.customer("wang", Incoming::Said(written)).await;
        house.settle().await;
        house.wait_ms(100).await;
    }
}

fn edited(line: &str, text: &str) -> Incoming {
    Incoming::Edited {
        message: format!("c-{line}"),
        text: text.to_owned(),
    }
}

fn since_handoff(house: &House, before: usize) -> Vec<String> {
    house.thread().split_off(before)
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_burst_becomes_one_row(#[case] on: On) {
    let house = handed_off(on).await;
    let before = house.thread().len();
    burst(&house, &["甲", "乙", "丙"]).await;
    assert!(since_handoff(&house, before).is_empty(), "it is held");
    house.wait_ms(SECOND).await;
    assert_eq!(since_handoff(&house, before), ["甲\n乙\n丙"]);

    burst(&house, &["丁"]).await;
    house.wait_ms(SECOND).await;
    assert_eq!(since_handoff(&house, before), ["甲\n乙\n丙", "丁"]);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_stream_of_lines_does_not_put_off_the_first(#[case] on: On) {
    let house = handed_off(on).await;
    let before = house.thread().len();
    burst(
        &house,
        &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"],
    )
    .await;
    let shown = since_handoff(&house, before);
    assert_eq!(shown.len(), 1, "after a second: {shown:?}");
    assert!(shown[0].starts_with("1\n2\n3"));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn editing_a_part_renders_the_whole_again(#[case] on: On) {
    let house = handed_off(on).await;
    let before = house.thread().len();
    burst(&house, &["甲", "乙", "丙"]).await;
    house.wait_ms(SECOND).await;
    house.customer("wang", edited("乙", "乙乙")).await;
    house.settle().await;
    let expected = "甲\n乙乙\n\n已编辑\n丙";
    assert_eq!(since_handoff(&house, before), [expected]);

    house.customer("wang", edited("甲", "甲甲")).await;
    let taken_back = Incoming::Deleted {
        message: "c-丙".into(),
    };
    house.customer("wang", taken_back).await;
    house.settle().await;
    let expected = "甲甲\n\n已编辑\n乙乙\n\n已编辑\n已撤回";
    assert_eq!(since_handoff(&house, before), [expected]);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn editing_a_part_rewrites_the_whole_while_it_waits(#[case] on: On) {
    let house = handed_off(on).await;
    let before = house.thread().len();
    burst(&house, &["甲", "乙"]).await;
    house.customer("wang", edited("乙", "乙乙")).await;
    house.settle().await;
    house.wait_ms(SECOND).await;
    assert_eq!(since_handoff(&house, before), ["甲\n乙乙\n\n已编辑"]);
    assert!(!house.room.calls().contains(&"edit"), "nothing had left");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_remark_between_two_lines_stays_between_them(#[case] on: On) {
    let house = handed_off(on).await;
    let before = house.thread().len();
    burst(&house, &["甲"]).await;
    house.agent(said("我来")).await;
    burst(&house, &["乙"]).await;
    house.wait_ms(5 * SECOND).await;
    let shown = since_handoff(&house, before);
    assert_eq!(shown.first().unwrap(), "甲");
    assert!(shown[1].contains("接了这个工单"), "{shown:?}");
    assert_eq!(shown.last().unwrap(), "乙");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn lines_that_one_call_cannot_carry_stay_apart(#[case] on: On) {
    let house = handed_off(on).await;
    let before = house.thread().len();
    let (one, two) = ("长".repeat(150), "短".repeat(100));
    burst(&house, &[&one, &two]).await;
    house.wait_ms(SECOND).await;
    assert_eq!(since_handoff(&house, before), [one, two]);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_burst_survives_the_end_of_its_thread_line_by_line(#[case] on: On) {
    let house = handed_off(on).await;
    let (gone, _) = house.room.threads().pop().unwrap();
    burst(&house, &["甲", "乙"]).await;
    house.room.delete_thread(&gone);
    house.wait_ms(SECOND).await;
    let shown = house.thread();
    let count = |text: &str| shown.iter().filter(|line| *line == text).count();
    assert_eq!((count("甲"), count("乙")), (1, 1), "{shown:?}");

    house.customer("wang", edited("乙", "乙乙")).await;
    house.settle().await;
    assert_eq!(house.thread().last().unwrap(), "乙乙\n\n已编辑");
    assert!(house.thread().iter().any(|line| line == "甲"));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_room_that_counts_nothing_sees_each_line_at_once(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let before = house.thread().len();
    burst(&house, &["甲", "乙"]).await;
    assert_eq!(since_handoff(&house, before), ["甲", "乙"]);
}
