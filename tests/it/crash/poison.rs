//! A message that ends the process each time it is handled, as a fault in native code would.

use bot_core::domain::place::Place;
use rstest::rstest;

use crate::crash::house::BOMB;
use crate::crash::walk::Walk;
use crate::house::{On, said};

fn texts(walk: &Walk, account: &str, place: &str) -> Vec<String> {
    let seen = walk.town.seen(account, &Place(place.to_owned()));
    seen.into_iter().map(|one| one.text).collect()
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_ends_the_process_three_times_is_told_and_handed_to_a_human(#[case] on: On) {
    let mut walk = Walk::new(on, &[]).await;
    walk.hand_in("w1", "wang", said(BOMB)).await;
    walk.hand_in("w2", "wang", said("多久能送到")).await;
    for who in ["chen", "zhou"] {
        walk.hand_in(who, who, said("多久能送到")).await;
    }
    walk.wait(0).await;

    assert_eq!(walk.deaths, 3, "the fourth life asks no answerer about it");
    let wang = texts(&walk, "shop", "wang");
    assert_eq!(wang.len(), 2, "{wang:?}");
    assert!(wang[0].contains("工单 #1001"), "told: {wang:?}");
    assert!(
        wang[1].contains("一般两到三天送到。"),
        "the lane goes on: {wang:?}"
    );
    for who in ["chen", "zhou"] {
        let seen = texts(&walk, "shop", who);
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert!(
            seen[0].starts_with("一般两到三天送到。"),
            "innocent: {seen:?}"
        );
    }
    let threads = walk.town.threads();
    assert_eq!(threads.len(), 1, "{threads:?}");
    let thread = texts(&walk, "room", &threads[0].0);
    assert!(
        thread.iter().any(|line| line.contains("处理失败")),
        "{thread:?}"
    );
    assert!(walk.end().await.success());
}
