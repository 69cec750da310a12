//! A customer who comes again: the second ticket of a conversation has a thread of its own.

use bot_core::domain::time::MINUTE;
use rstest::rstest;

use crate::house::{House, On, said};

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_second_ticket_opens_a_second_thread(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    house.wait_ms(15 * MINUTE).await;
    house.says("wang", "3").await;
    house.says("wang", "转人工").await;
    let titles: Vec<_> = house
        .room
        .threads()
        .into_iter()
        .map(|(_, title)| title)
        .collect();
    assert_eq!(titles.len(), 2, "{titles:?}");
    assert!(titles[1].starts_with("#1002"), "{titles:?}");
    assert!(
        house
            .seen_by("wang")
            .last()
            .is_some_and(|told| told.contains("#1002")),
        "{:?}",
        house.seen_by("wang")
    );
    house.agent(said("您好")).await;
    house.wait_ms(MINUTE).await;
    assert_eq!(
        house.seen_by("wang").last().map(String::as_str),
        Some("您好")
    );
}
