//! A channel that is taken out of the configuration, and put back.

use std::sync::Arc;

use bot_core::domain::time::{DAY, SECOND};
use bot_core::runtime::core::{Core, Outside};
use bot_core::runtime::engine::Engine;
use bot_core::store::blob::Blobs;
use rstest::rstest;

use crate::house::{House, On, said};

/// The same desk, started again with what `outside` has.
async fn restart(house: &mut House, outside: Arc<Outside>) {
    let core = Core {
        outside,
        signals: Arc::default(),
        leases: Arc::default(),
        ..house.engine.core.clone()
    };
    let blobs = Blobs::Rows(core.db.clone());
    house.engine.nodes.leave().await.unwrap();
    house.engine = Engine::new(core, blobs);
    house.engine.prepare().await.unwrap();
}

fn without_shop(house: &House) -> Arc<Outside> {
    let all = &house.engine.core.outside;
    let mut channels = all.channels.clone();
    channels.retain(|name, _| name.0 != "shop");
    Arc::new(Outside {
        channels,
        rooms: all.rooms.clone(),
        answerer: Arc::clone(&all.answerer),
        commands: Arc::clone(&all.commands),
    })
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_is_said_to_a_missing_channel_is_held_until_it_is_back(#[case] on: On) {
    let mut house = House::new(on).await;
    let all = Arc::clone(&house.engine.core.outside);
    house.says("wang", "转人工").await;
    house.agent(said("一")).await;

    let few = without_shop(&house);
    restart(&mut house, few).await;
    house.wait_ms(4 * SECOND).await;
    house.agent(said("二")).await;
    house.wait_ms(4 * SECOND).await;
    let told = house.thread();
    let told = told.iter().filter(|line| line.contains("已从配置里移除"));
    assert_eq!(told.count(), 2, "{:?}", house.thread());
    assert_eq!(house.seen_by("wang").len(), 1);

    restart(&mut house, all).await;
    house.settle().await;
    let seen = house.seen_by("wang");
    assert_eq!(seen[1..], ["一", "二"], "{seen:?}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_is_older_than_a_day_stays_held(#[case] on: On) {
    let mut house = House::new(on).await;
    let all = Arc::clone(&house.engine.core.outside);
    house.says("wang", "转人工").await;
    let few = without_shop(&house);
    restart(&mut house, few).await;
    house.agent(said("昨天的话")).await;
    house.wait_ms(2 * DAY).await;
    restart(&mut house, all).await;
    house.settle().await;
    assert!(!house.seen_by("wang").contains(&"昨天的话".to_owned()));
}
