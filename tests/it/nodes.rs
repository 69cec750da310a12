//! Several processes on one PostgreSQL: each has its share, none does another's work, and what one
//! leaves behind is taken up by the others.

mod processes;

use bot_core::domain::id::LaneId;
use bot_core::domain::place::Place;
use bot_core::execute;
use bot_core::port::clock::Clock as _;
use bot_core::port::platform::rough::RoughPlatform;
use bot_core::runtime::engine::Engine;
use bot_core::runtime::leases::{LeaseName, SHARDS};
use bot_core::runtime::signals::LiveEvent;
use bot_core::store::{StoreError, inbox, outbox, timer};
use rstest::rstest;
use uuid::Uuid;

use crate::house::{self, House, On, said};

/// The key of the advisory lock by which a process is known to live.
const LOCK: &str = "SELECT pg_terminate_backend(l.pid, 10000) FROM pg_locks l JOIN node n \
    ON (CAST(l.classid AS BIGINT) << 32 | CAST(l.objid AS BIGINT)) = n.lock_key \
    WHERE l.locktype = 'advisory' AND n.id = (SELECT owner FROM lease WHERE name = $1)";

async fn house() -> House {
    House::new(On::Postgres).await
}

fn channels(engine: &Engine) -> Vec<String> {
    let held = engine.core.leases.held();
    let names = held.into_keys().filter_map(|name| match name {
        LeaseName::Channel(name) => Some(name),
        LeaseName::Lanes(_) => None,
    });
    names.collect()
}

/// Steps until nothing moves between the processes any more.
async fn share_out(engines: &[&Engine]) {
    for _ in 0..3 {
        for engine in engines {
            engine.nodes.step().await.unwrap();
        }
    }
}

/// The holder of a lease falls silent, as a process does that is stopped for a while.
async fn falls_silent(house: &House, lease: &'static str) {
    let silent = house.engine.core.db.write(move |tx| {
        Box::pin(async move {
            let sql =
                "UPDATE node SET until = 0 WHERE id = (SELECT owner FROM lease WHERE name = $1)";
            execute!(tx, sql, lease)
        })
    });
    assert_eq!(silent.await.unwrap(), 1);
}

#[tokio::test]
async fn everything_is_held_once_and_shared_out_anew() {
    let house = house().await;
    let first = &house.engine;
    assert_eq!(first.core.leases.shards(), -1, "alone it holds everything");
    let second = house.beside(2).await;
    second.nodes.join().await.unwrap();
    assert_eq!(second.core.leases.shards(), 0, "nothing is free");
    share_out(&[first, &second]).await;
    let shares = [first, &second].map(|engine| engine.core.leases.shards());
    assert_eq!(shares[0] ^ shares[1], -1, "each shard is held once");
    assert!(
        shares.iter().all(|share| share.count_ones() > 15),
        "{shares:?}"
    );
    assert_eq!(channels(first).len() + channels(&second).len(), 3);
    second.nodes.leave().await.unwrap();
    share_out(&[first]).await;
    assert_eq!(first.core.leases.shards(), -1);
    assert_eq!(channels(first).len(), 3);
}

/// As after a take or a hand-back that the database broke off in the middle.
#[tokio::test]
async fn what_stands_in_ones_name_and_is_not_held_is_taken_again() {
    let house = house().await;
    let moved =
        house.engine.core.db.write(|tx| {
            Box::pin(async move { execute!(tx, "UPDATE lease SET epoch = epoch + 1") })
        });
    moved.await.unwrap();
    house.engine.nodes.step().await.unwrap();
    assert_eq!(house.engine.core.leases.shards(), -1);
    assert_eq!(channels(&house.engine).len(), 3);
}

#[tokio::test]
async fn what_stands_in_ones_name_and_falls_to_another_is_handed_back() {
    let house = house().await;
    let second = house.beside(2).await;
    second.nodes.join().await.unwrap();
    share_out(&[&house.engine, &second]).await;
    let share = second.core.leases.shards();
    // As if nothing had ever been handed back: all stands in the first one's name.
    let stray = house.engine.core.db.write(move |tx| {
        Box::pin(async move {
            const ALL: &str = "UPDATE lease SET epoch = epoch + 1, owner = (SELECT id FROM node \
                 WHERE id <> (SELECT owner FROM lease WHERE name = $1))";
            let of_second = format!("lanes:{}", share.trailing_zeros());
            execute!(tx, ALL, of_second)
        })
    });
    stray.await.unwrap();
    share_out(&[&house.engine, &second]).await;
    let shares = [&house.engine, &second].map(|engine| engine.core.leases.shards());
    assert_eq!(shares[0] ^ shares[1], -1, "each shard is held once again");
    assert_eq!(shares[1], share);
}

#[tokio::test]
async fn work_under_a_lease_is_finished_before_another_gets_it() {
    let house = house().await;
    let second = house.beside(2).await;
    second.nodes.join().await.unwrap();
    let at_work: Vec<_> = (0..u128::from(SHARDS))
        .filter_map(|last| house.engine.core.leases.lane(LaneId(Uuid::from_u128(last))))
        .collect();
    assert_eq!(at_work.len(), usize::from(SHARDS));
    share_out(&[&house.engine, &second]).await;
    assert_eq!(second.core.leases.shards(), 0);
    assert!(at_work.iter().any(|hold| hold.ended.is_cancelled()));
    drop(at_work);
    share_out(&[&house.engine, &second]).await;
    assert_ne!(second.core.leases.shards(), 0);
}

/// Both steps of both processes lead to the same conversation that one alone would have led.
#[tokio::test]
async fn two_processes_serve_customers_as_one() {
    let house = house().await;
    let second = house.beside(2).await;
    second.nodes.join().await.unwrap();
    share_out(&[&house.engine, &second]).await;
    let customers: Vec<String> = (0..12).map(|n| format!("c{n}")).collect();
    for (n, who) in customers.iter().enumerate() {
        let engine = [&house.engine, &second][n % 2];
        let line = house.customer_event(who, said("多久能送到"));
        engine.intake.accept(line).await.unwrap();
    }
    for _ in 0..3 {
        house::settle(&house.engine).await;
        house::settle(&second).await;
    }
    for who in &customers {
        let seen = house.seen_by(who);
        let answers = seen.iter().filter(|text| text.contains("两到三天"));
        assert_eq!(answers.count(), 1, "{who}: {seen:?}");
    }
}

/// A row that waits for the channel's courier, ready to be claimed.
async fn a_waiting_reply(house: &House) {
    house.says("wang", "转人工").await;
    house.agent(said("马上看")).await;
    house.clock.advance_ms(4_000);
}

fn replies(house: &House) -> usize {
    let seen = house.seen_by("wang");
    seen.iter().filter(|text| text.contains("马上看")).count()
}

#[rstest]
#[case::stopped_for_a_while(false)]
#[case::without_its_session(true)]
#[tokio::test]
async fn who_has_lost_a_channel_sends_nothing_more(#[case] session_lost: bool) {
    let house = house().await;
    a_waiting_reply(&house).await;
    if session_lost {
        let ended = house
            .engine
            .core
            .db
            .write(|tx| Box::pin(async move { execute!(tx, LOCK, "channel:shop").map(drop) }));
        ended.await.unwrap();
    } else {
        falls_silent(&house, "channel:shop").await;
    }
    let second = house.beside(2).await;
    second.nodes.join().await.unwrap();
    assert_eq!(channels(&second).len(), 3, "it takes over at once");
    house.engine.courier.step().await.unwrap();
    assert_eq!(
        replies(&house),
        0,
        "the first does not know it yet, but sends nothing"
    );
    second.courier.step().await.unwrap();
    assert_eq!(replies(&house), 1);
    house.engine.nodes.step().await.unwrap();
    house.engine.courier.step().await.unwrap();
    assert_eq!(replies(&house), 1);
    assert!(house.engine.core.leases.channel("shop").is_none() || session_lost);
}

/// The row was being sent by the first process when the second took the channel over.
#[tokio::test]
async fn a_delivery_is_settled_by_the_process_that_has_the_channel() {
    let shop = RoughPlatform::new().that_confirms();
    let house = House::with(On::Postgres, shop, RoughPlatform::new(), <_>::default()).await;
    a_waiting_reply(&house).await;
    let (now, db) = (house.clock.now(), house.engine.core.db.clone());
    let heads = db.read(|tx| Box::pin(outbox::heads(tx, now, "", 10))).await;
    let heads = heads.unwrap();
    let head = heads.iter().find(|one| one.channel == "shop").unwrap();
    let (lane, row) = (LaneId(head.lane), head.id.into());
    let epoch = house
        .engine
        .core
        .leases
        .channel("shop")
        .map(|hold| hold.epoch);
    let claimed = db.write(move |tx| Box::pin(outbox::claim(tx, lane, row, epoch)));
    assert!(claimed.await.unwrap());
    falls_silent(&house, "channel:shop").await;
    let second = house.beside(2).await;
    second.nodes.join().await.unwrap();
    let state = bot_core::domain::delivery::DeliveryState::Sent;
    let late = db.write(move |tx| Box::pin(outbox::settle_as(tx, lane, row, epoch, state, None)));
    assert!(
        !late.await.unwrap(),
        "the first has nothing to say any more"
    );
    house.clock.advance_ms(5_000);
    house::settle(&second).await;
    assert_eq!(replies(&house), 1, "the second has asked, and sent it");
}

/// Else it would look again and again until they were fired.
#[tokio::test]
async fn timers_of_another_process_wake_nobody_here() {
    let house = house().await;
    let second = house.beside(2).await;
    second.nodes.join().await.unwrap();
    house
        .hand_in(house.customer_event("wang", said("送货")))
        .await;
    house::settle(&house.engine).await;
    house.clock.advance_ms(60_000);
    assert_eq!(second.timers.step().await.unwrap(), 0);
    let shards = second.core.leases.shards();
    let next = second.core.db.read(|tx| Box::pin(timer::next(tx, shards)));
    assert_eq!(next.await.unwrap(), None);
    assert!(house.engine.timers.step().await.unwrap() > 0);
}

#[tokio::test]
async fn what_is_another_processs_channel_is_not_homeless() {
    let house = house().await;
    a_waiting_reply(&house).await;
    let mut other = house.beside(2).await;
    let mut outside = house::outside(
        house.shop.clone(),
        house.room.clone(),
        other.core.outside.answerer.clone(),
    );
    outside.channels.retain(|name, _| name.0 != "shop");
    other.core.outside = std::sync::Arc::new(outside);
    let other = Engine::new(
        other.core.clone(),
        bot_core::store::blob::Blobs::Rows(other.core.db),
    );
    other.nodes.join().await.unwrap();
    other.courier.step().await.unwrap();
    assert_eq!(replies(&house), 0);
    share_out(&[&house.engine, &other]).await;
    house.engine.courier.step().await.unwrap();
    assert_eq!(replies(&house), 1, "its own process sends it");
}

/// Only the version, and the row's state, keep two processes from doing the same: the lease may have
/// moved in the middle.
#[tokio::test]
async fn a_room_command_is_carried_out_once() {
    let house = house().await;
    let second = house.beside(2).await;
    let place = Place("room".into());
    let command = house.room_event(&place, "111", said("/count 3"));
    house.hand_in(command).await;
    let db = &house.engine.core.db;
    let lanes = db.read(|tx| Box::pin(inbox::waiting_lanes(tx, -1, 10)));
    let lane = lanes.await.unwrap()[0];
    let both = tokio::join!(house.engine.desk.step(lane), second.desk.step(lane));
    both.0.unwrap();
    both.1.unwrap();
    let jobs = db.read(|tx| {
        Box::pin(async move { bot_core::fetch_one!(tx, (i64,), "SELECT COUNT(*) FROM job") })
    });
    assert_eq!(jobs.await.unwrap().0, 1);
}

#[tokio::test]
async fn what_happens_in_one_process_is_heard_in_the_other() {
    let house = house().await;
    let second = house.beside(2).await;
    second.nodes.join().await.unwrap();
    share_out(&[&house.engine, &second]).await;
    let mut live = second.core.signals.watch_live();
    let lane = LaneId(Uuid::from_u128(9));
    let mut feed = second.core.signals.watch_feed(lane);
    for engine in [&house.engine, &second] {
        engine.start();
    }
    let event = LiveEvent::Room {
        team: "support".to_owned(),
    };
    house.engine.core.signals.live(event.clone());
    house.engine.core.signals.feed(lane);
    assert_eq!(live.recv().await.unwrap(), event);
    feed.changed().await.unwrap();
    assert!(house.engine.end().await && second.end().await);
}

#[tokio::test]
async fn a_file_has_one_server() {
    let house = House::new(On::Sqlite).await;
    let second = house.beside(2).await;
    let refused = second.nodes.join().await;
    let said = match refused {
        Err(StoreError::Refused(said)) => said,
        other => panic!("{other:?}"),
    };
    assert!(said.contains("another process serves"), "{said}");
    house.engine.nodes.leave().await.unwrap();
    second.nodes.join().await.unwrap();
}
