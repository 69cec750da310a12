//! What is to be seen in a ticket's thread, and by whom.

use bot_core::domain::inbound::{Incoming, Said};
use bot_core::domain::policy::Policy;
use bot_core::domain::time::SECOND;
use bot_core::port::platform::rough::RoughPlatform;
use bot_core::store::record::Records;
use rstest::rstest;

use crate::house::{House, On, said};

const CARD: &str = "4539578763621486";
const IDENTITY: &str = "11010519491231002X";

fn with_id(text: &str, id: &str) -> Incoming {
    Incoming::Said(Said {
        text: text.to_owned(),
        message: Some(id.to_owned()),
        ..Said::default()
    })
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_customers_edit_marks_the_copy(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    house.customer("wang", with_id("红色的", "c-1")).await;
    house.settle().await;
    let change = Incoming::Edited {
        message: "c-1".into(),
        text: "蓝色的".into(),
    };
    house.customer("wang", change).await;
    house.settle().await;
    let thread = house.thread();
    assert_eq!(thread.last().unwrap(), "蓝色的\n\n已编辑", "{thread:?}");
    assert!(!thread.iter().any(|line| line == "红色的"), "{thread:?}");
}

/// The copy is marked; the words themselves stay in the record until retention ends.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_customers_delete_marks_the_copy_and_keeps_the_record(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    house.customer("wang", with_id("说错了的话", "c-1")).await;
    house.settle().await;
    let gone = Incoming::Deleted {
        message: "c-1".into(),
    };
    house.customer("wang", gone).await;
    house.settle().await;
    assert_eq!(
        house.thread().last().unwrap(),
        "已撤回",
        "{:?}",
        house.thread()
    );
    let core = &house.engine.core;
    let records = Records::new(core.db.clone(), core.keyring.clone());
    let tickets = records.open_tickets(bot_core::store::record::Whose::Unclaimed, 9);
    let conversation = tickets.await.unwrap()[0].conversation;
    let lines = records.transcript(conversation, 99).await.unwrap();
    let kept = lines.iter().find(|line| line.content.text == "说错了的话");
    assert!(kept.is_some_and(|line| line.deleted), "{lines:?}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn card_and_identity_numbers_are_hidden_on_foreign_servers(#[case] on: On) {
    let house = House::new(on).await;
    let shown = numbers_in_thread(&house).await;
    assert!(
        !shown.contains(CARD) && !shown.contains(IDENTITY),
        "{shown}"
    );
    assert!(
        shown.contains("1486"),
        "the end is shown, to tell them apart: {shown}"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn on_a_server_of_ours_nothing_is_hidden(#[case] on: On) {
    let ours = RoughPlatform::new().with(|can| can.trusted = true);
    let house = House::with(on, RoughPlatform::new(), ours, Policy::default()).await;
    let shown = numbers_in_thread(&house).await;
    assert!(shown.contains(CARD) && shown.contains(IDENTITY), "{shown}");
}

/// Numbers in the subject, in what is replayed, in a relayed line and in an edit.
async fn numbers_in_thread(house: &House) -> String {
    let first = format!("我的银行卡 {CARD} 被多扣了一笔钱");
    house.says("wang", &first).await;
    house.wait_ms(2 * SECOND).await;
    let line = format!("身份证是 {IDENTITY}");
    house.customer("wang", with_id(&line, "c-1")).await;
    house.settle().await;
    let change = Incoming::Edited {
        message: "c-1".into(),
        text: format!("身份证号码是 {IDENTITY}"),
    };
    house.customer("wang", change).await;
    house.settle().await;
    let (_, title) = house.room.threads().pop().unwrap();
    format!("{title}\n{}", house.thread().join("\n"))
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_writer_who_is_not_listed_is_told_so_and_not_delivered(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let before = house.seen_by("wang");
    let (thread, _) = house.room.threads().pop().unwrap();
    house.in_thread(&thread, "999", said("我是路过的")).await;
    house.in_thread(&thread, "999", said("/close")).await;
    house.wait_ms(60 * SECOND).await;
    assert_eq!(house.seen_by("wang"), before);
    let told = house.thread();
    let told: Vec<_> = told.iter().filter(|line| line.starts_with("🚫")).collect();
    assert_eq!(told.len(), 2, "{:?}", house.thread());
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_deleted_thread_comes_back_with_all_lines_in_order(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    house.agent(said("请问什么事？")).await;
    house.wait_ms(3 * SECOND).await;
    house.says("wang", "杯子碎了").await;
    house.agent(said("/note 第二次了")).await;
    let (gone, _) = house.room.threads().pop().unwrap();
    house.room.delete_thread(&gone);
    for text in ["照片在邮件里", "还在吗"] {
        house.customer("wang", said(text)).await;
    }
    house.settle().await;
    let (place, _) = house.room.threads().pop().unwrap();
    let shown = house.room.texts_at(&place);
    let expected = [
        "转人工",
        "请问什么事？",
        "杯子碎了",
        "第二次了",
        "照片在邮件里",
        "还在吗",
    ];
    let kept: Vec<&String> = shown
        .iter()
        .filter(|line| expected.contains(&line.as_str()))
        .collect();
    assert_eq!(kept, expected, "{shown:?}");
    house.agent(said("马上给您补发")).await;
    house.wait_ms(3 * SECOND).await;
    assert_eq!(house.seen_by("wang").last().unwrap(), "马上给您补发");
}
