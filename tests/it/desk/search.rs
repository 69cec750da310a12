//! Messages are found by their words, and the database holds none of them.

use bot_core::domain::id::{IdentityId, MessageId};
use bot_core::domain::inbound::{Incoming, Said};
use bot_core::domain::time::SECOND;
use bot_core::store::search::{self, Filter, Hit};
use bot_core::store::{Db, Keyring, case};
use rstest::rstest;

use crate::house::{House, On};

const TEN: Filter = Filter {
    conversation: None,
    ticket: None,
    before: None,
    most: 10,
};

async fn found(house: &House, words: &str, filter: &Filter) -> Vec<Hit> {
    let core = &house.engine.core;
    let (keyring, words, filter) = (core.keyring.clone(), words.to_owned(), filter.clone());
    let read = core
        .db
        .read(|tx| Box::pin(async move { search::search(tx, &keyring, &words, &filter).await }));
    read.await.unwrap()
}

fn texts(hits: &[Hit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.content.text.as_str()).collect()
}

async fn handed_off(on: On) -> House {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    house.says("wang", "退款流程是什么").await;
    house.says("wang", "My REFUND for order A-1234").await;
    house
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn messages_are_found_by_words_in_both_languages(#[case] on: On) {
    let house = handed_off(on).await;
    for (words, expected) in [
        ("退款", "退款流程是什么"),
        ("流程 退款", "退款流程是什么"),
        ("退貨", ""),
        ("退款流程", "退款流程是什么"),
        ("款退", ""),
        ("refund", "My REFUND for order A-1234"),
        ("1234 Refund", "My REFUND for order A-1234"),
        ("refun", ""),
        ("", ""),
    ] {
        let hits = found(&house, words, &TEN).await;
        assert_eq!(texts(&hits).concat(), expected, "{words}");
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_search_leads_to_tickets_and_keeps_to_its_filter(#[case] on: On) {
    let house = handed_off(on).await;
    house.wait_ms(SECOND).await;
    house.says("li", "转人工").await;
    house.says("li", "我也要退款").await;
    let hits = found(&house, "退款", &TEN).await;
    assert_eq!(texts(&hits), ["我也要退款", "退款流程是什么"]);
    assert_eq!(search::tickets(&hits).len(), 2);

    let last = &hits[0];
    let only = async |filter: Filter| found(&house, "退款", &filter).await.len();
    let conversation = Some(last.conversation);
    assert_eq!(
        only(Filter {
            conversation,
            ..TEN
        })
        .await,
        1
    );
    let ticket = last.ticket;
    assert_eq!(only(Filter { ticket, ..TEN }).await, 1);
    assert_eq!(only(Filter { most: 1, ..TEN }).await, 1);
    let before = Some((last.at, last.message));
    let next = found(&house, "退款", &Filter { before, ..TEN }).await;
    assert_eq!(texts(&next), ["退款流程是什么"]);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_edit_changes_what_a_message_is_found_by(#[case] on: On) {
    let house = handed_off(on).await;
    let line = Said {
        text: "蓝色的".into(),
        message: Some("c1".into()),
        ..Said::default()
    };
    house.customer("wang", Incoming::Said(line)).await;
    let change = Incoming::Edited {
        message: "c1".into(),
        text: "红色的".into(),
    };
    house.customer("wang", change).await;
    house.settle().await;
    assert!(found(&house, "蓝色", &TEN).await.is_empty());
    assert_eq!(found(&house, "红色", &TEN).await.len(), 1);

    let taken_back = Incoming::Deleted {
        message: "c1".into(),
    };
    house.customer("wang", taken_back).await;
    house.settle().await;
    assert!(found(&house, "红色", &TEN).await.is_empty());
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_purged_account_is_not_found_and_a_rebuild_finds_all_again(#[case] on: On) {
    let house = handed_off(on).await;
    house.says("li", "我也要退款").await;
    let core = &house.engine.core;
    let identity = identity_of(&house, "wang").await;
    let purge = core
        .db
        .write(move |tx| Box::pin(search::purge(tx, identity)));
    assert!(purge.await.unwrap() > 0);
    let hits = found(&house, "退款", &TEN).await;
    assert_eq!(texts(&hits), ["我也要退款"]);

    search::rebuild(&core.db, &core.keyring).await.unwrap();
    assert_eq!(found(&house, "退款", &TEN).await.len(), 2);
}

async fn identity_of(house: &House, who: &str) -> IdentityId {
    let engine = &house.engine;
    let conversation = engine.feed.conversation("shop", who).await.unwrap();
    let keyring = engine.core.keyring.clone();
    let read = engine
        .core
        .db
        .read(|tx| Box::pin(async move { case::load(tx, &keyring, conversation.unwrap()).await }));
    read.await.unwrap().case.identity
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_rebuild_goes_in_steps_of_500(#[case] on: On) {
    let house = handed_off(on).await;
    let core = &house.engine.core;
    fill(&core.db, &core.keyring, &house, 700).await;
    let mut cleared = Vec::new();
    loop {
        let step = core.db.write(|tx| Box::pin(search::clear_step(tx)));
        match step.await.unwrap() {
            0 => break,
            rows => cleared.push(rows),
        }
    }
    assert!(cleared.len() > 1 && cleared.iter().all(|rows| *rows <= 500));
    search::rebuild(&core.db, &core.keyring).await.unwrap();
    let all = Filter { most: 1000, ..TEN };
    assert_eq!(found(&house, "退款", &all).await.len(), 1);
}

/// Index rows of messages that do not exist any more, which a rebuild must not keep.
async fn fill(db: &Db, keyring: &Keyring, house: &House, messages: u128) {
    let conversation = house.engine.feed.conversation("shop", "wang").await;
    let conversation = conversation.unwrap().unwrap();
    let tokens = search::tokens(keyring, "退款");
    let write = db.write(move |tx| {
        let tokens = tokens.clone();
        Box::pin(async move {
            for id in 0..messages {
                let gone = MessageId(uuid::Uuid::from_u128(id));
                search::add(tx, conversation, gone, &tokens).await?;
            }
            Ok(())
        })
    });
    write.await.unwrap();
}

/// Prints what the index costs; run with `--nocapture`.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_a_message_costs(#[case] on: On) {
    const MESSAGES: u128 = 500;
    let text =
        "您好，我上周三买的蓝色外套还没有收到，订单号 A-20261102-7781，能帮我查一下物流吗？谢谢";
    let house = handed_off(on).await;
    let core = &house.engine.core;
    let began = std::time::Instant::now();
    let tokens = search::tokens(&core.keyring, text);
    let hashing = began.elapsed();
    let conversation = house.engine.feed.conversation("shop", "wang").await;
    let conversation = conversation.unwrap().unwrap();
    let count = tokens.len();
    let began = std::time::Instant::now();
    let write = core.db.write(move |tx| {
        let tokens = tokens.clone();
        Box::pin(async move {
            for id in 0..MESSAGES {
                let message = MessageId(uuid::Uuid::from_u128(id));
                search::add(tx, conversation, message, &tokens).await?;
            }
            Ok(())
        })
    });
    write.await.unwrap();
    let each = began.elapsed() / 500;
    println!("{on:?}: {count} terms, hashed in {hashing:?}, stored in {each:?} a message");
    let began = std::time::Instant::now();
    assert_eq!(found(&house, "退款", &TEN).await.len(), 1);
    println!("{on:?}: found in {:?}", began.elapsed());
}
