//! A ticket whose room takes no thread is handled in the built-in room, with everything that was said.

use std::sync::Arc;

use bot_core::domain::inbound::{Inbound, Sender};
use bot_core::domain::place::{Address, ChannelName, Destination};
use bot_core::domain::time::{DAY, MINUTE, SECOND};
use bot_core::port::platform::rough::Fault;
use bot_core::runtime::core::{Core, Outside};
use bot_core::runtime::engine::Engine;
use bot_core::runtime::team_room::KIND;
use bot_core::store::blob::Blobs;
use bot_core::store::record::Records;
use bot_core::store::thread;
use rstest::rstest;

use crate::house::{self, House, MONDAY_TEN, On, said};

/// What the built-in room shows of the only conversation's thread.
async fn on_the_page(engine: &Engine) -> Vec<String> {
    let conversation = engine.feed.conversation("shop", "wang").await.unwrap();
    let lane = conversation.unwrap().lane();
    let rows = engine.feed.page(lane, Destination::Thread, 0, 100).await;
    rows.unwrap()
        .into_iter()
        .map(|row| row.content.text)
        .collect()
}

async fn fallbacks(core: &Core) -> i64 {
    let records = Records::new(core.db.clone(), core.keyring.clone());
    let trouble = records.trouble(MONDAY_TEN.plus_ms(-DAY)).await.unwrap();
    trouble.fallbacks
}

fn count(lines: &[String], text: &str) -> usize {
    lines.iter().filter(|line| *line == text).count()
}

fn cannot_open(house: &House) {
    let refused = Fault::Permanent("no rights to open topics".into());
    house.room.break_next("open_thread", refused);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_thread_that_cannot_be_opened_opens_in_the_built_in_room(#[case] on: On) {
    let house = House::new(on).await;
    cannot_open(&house);
    house.says("wang", "转人工").await;
    house.says("wang", "订单没到").await;
    let page = on_the_page(&house.engine).await;
    assert_eq!((count(&page, "转人工"), count(&page, "订单没到")), (1, 1));
    let told = |lines: &[String]| lines.iter().any(|line| line.contains("no rights"));
    assert!(told(&page), "{page:?}");
    let room = house.room.texts_at(&"room".into());
    assert!(told(&room), "the room hears why: {room:?}");
    assert_eq!(fallbacks(&house.engine.core).await, 1, "/status counts it");
    assert!(house.room.threads().is_empty());
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_was_waiting_behind_the_opening_is_shown_once(#[case] on: On) {
    let house = House::new(on).await;
    house.room.break_next("open_thread", Fault::Temporary);
    house.says("wang", "转人工").await;
    house.says("wang", "一").await;
    house.says("wang", "二").await;
    cannot_open(&house);
    house.wait_ms(MINUTE).await;
    let page = on_the_page(&house.engine).await;
    let counts = ["转人工", "一", "二"].map(|text| count(&page, text));
    assert_eq!(counts, [1, 1, 1], "{page:?}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_opening_that_fails_for_a_day_falls_back_too(#[case] on: On) {
    let house = House::new(on).await;
    for _ in 0..200 {
        house.room.break_next("open_thread", Fault::Temporary);
    }
    house.says("wang", "转人工").await;
    for _ in 0..60 {
        house.wait_ms(60 * MINUTE).await;
    }
    assert_eq!(count(&on_the_page(&house.engine).await, "转人工"), 1);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_agent_answers_from_the_built_in_room(#[case] on: On) {
    let house = House::new(on).await;
    cannot_open(&house);
    house.says("wang", "转人工").await;
    let ticket = thread_of(&house.engine).await;
    assert_eq!(ticket.0, KIND);
    let li = uuid::Uuid::from_u128(0x11).to_string();
    let line = Inbound {
        room: Some("support".into()),
        ..inbound((KIND, &ticket.1), &li, "我来处理")
    };
    house.hand_in(line).await;
    house.settle().await;
    house.wait_ms(3 * SECOND).await;
    assert_eq!(house.seen_by("wang").last().unwrap(), "我来处理");
}

fn inbound((channel, place): (&str, &str), sender: &str, text: &str) -> Inbound {
    Inbound {
        channel: channel.into(),
        place: place.into(),
        room: None,
        sender: Sender {
            id: sender.to_owned(),
            ..Sender::default()
        },
        key: format!("by hand: {text}"),
        at: MONDAY_TEN,
        body: said(text),
        slot: None,
        window: None,
    }
}

/// Where the newest ticket's thread is.
async fn thread_of(engine: &Engine) -> (String, String) {
    let conversation = engine.feed.conversation("shop", "wang").await.unwrap();
    let conversation = conversation.unwrap();
    let keyring = engine.core.keyring.clone();
    let read = engine.core.db.read(|tx| {
        Box::pin(async move {
            let case = bot_core::store::case::load(tx, &keyring, conversation).await?;
            thread::of_ticket(tx, case.case.ticket.unwrap().id).await
        })
    });
    let row = read.await.unwrap().unwrap();
    (row.channel, row.place.unwrap())
}

/// The same desk after the team's platform was taken out of the configuration.
fn without_team_chat(house: &House) -> Engine {
    without(house, "team-chat")
}

fn without(house: &House, channel: &str) -> Engine {
    let before = &house.engine.core.outside;
    let mut channels = before.channels.clone();
    channels.remove(&ChannelName(channel.to_owned()));
    let outside = Outside {
        channels,
        rooms: before.rooms.clone(),
        answerer: Arc::clone(&before.answerer),
        commands: Arc::clone(&before.commands),
    };
    let core = Core {
        outside: Arc::new(outside),
        ..house.engine.core.clone()
    };
    Engine::new(core.clone(), Blobs::Rows(core.db))
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn the_thread_of_a_removed_platform_moves_when_something_is_said(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let engine = without_team_chat(&house);
    let line = inbound(("shop", "wang"), "wang", "还有人吗");
    engine.intake.accept(line).await.unwrap();
    house::settle(&engine).await;
    let page = on_the_page(&engine).await;
    assert_eq!((count(&page, "转人工"), count(&page, "还有人吗")), (1, 1));
    assert!(page.iter().any(|line| line.contains("已从配置中删除")));
    assert_eq!(fallbacks(&engine.core).await, 1);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_waited_for_a_removed_platform_moves_by_itself(#[case] on: On) {
    let house = House::new(on).await;
    house.room.break_next("open_thread", Fault::Temporary);
    house.says("wang", "转人工").await;
    let engine = without_team_chat(&house);
    house.clock.advance_ms(MINUTE);
    // The courier finds out, and then the lane decides.
    engine.courier.step().await.unwrap();
    house::settle(&engine).await;
    let page = on_the_page(&engine).await;
    assert_eq!(count(&page, "转人工"), 1, "{page:?}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_report_of_an_older_generation_is_ignored(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let (gone, _) = house.room.threads().pop().unwrap();
    house.room.delete_thread(&gone);
    house.says("wang", "还有人吗").await;
    let (open, _) = house.room.threads().pop().unwrap();
    report_gone(&house, 1).await;
    house.settle().await;
    let threads = house.room.threads();
    assert_eq!(threads.last().map(|(place, _)| place), Some(&open));
    assert_eq!(threads.len(), 1, "{threads:?}");
}

async fn report_gone(house: &House, generation: i64) {
    use bot_core::runtime::intake::{Stored, internal};
    let engine = &house.engine;
    let conversation = engine.feed.conversation("shop", "wang").await.unwrap();
    let at = Address {
        channel: "team-chat".into(),
        place: house.room.threads().pop().unwrap().0,
    };
    let read = engine
        .core
        .db
        .read(|tx| Box::pin(async move { thread::at(tx, &at).await }));
    let thread = read.await.unwrap().unwrap().id;
    let event = Stored::ThreadGone { thread, generation };
    let lane = conversation.unwrap().lane();
    let row = internal(&engine.core, lane, "late".into(), &event);
    let write = engine.core.db.write(move |tx| {
        let row = row.clone();
        Box::pin(async move { bot_core::store::inbox::accept(tx, &row).await })
    });
    write.await.unwrap();
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn without_another_room_the_opening_is_dead(#[case] on: On) {
    let house = House::new(on).await;
    let engine = without(&house, KIND);
    cannot_open(&house);
    let asked = inbound(("shop", "wang"), "wang", "转人工");
    engine.intake.accept(asked).await.unwrap();
    house::settle(&engine).await;
    assert!(house.seen_by("wang")[0].contains("#1001"), "still served");
}
