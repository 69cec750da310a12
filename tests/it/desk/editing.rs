//! Edits and deletes reach everything that carries a message, or are reported.

use bot_core::domain::id::{DeliveryId, LaneId, MessageId};
use bot_core::domain::inbound::{Incoming, Said};
use bot_core::domain::policy::Policy;
use bot_core::domain::time::SECOND;
use bot_core::port::platform::rough::{Fault, RoughPlatform};
use bot_core::store::outbox;
use rstest::rstest;

use crate::house::{House, On, said};

fn edited(message: MessageId, text: &str) -> Incoming {
    Incoming::Edited {
        message: message.to_string(),
        text: text.to_owned(),
    }
}

/// A text of so many parts of the rough platform's 200 characters.
fn long(parts: usize, of: &str) -> String {
    of.repeat(200 * (parts - 1) + 50)
}

/// A house whose agent has written a reply, which has left.
async fn replied(on: On, shop: RoughPlatform, text: &str) -> (House, MessageId) {
    let house = House::with(on, shop, RoughPlatform::new(), Policy::default()).await;
    house.says("wang", "转人工").await;
    let reply = house.agent(said(text)).await;
    house.wait_ms(3 * SECOND).await;
    (house, reply)
}

fn after_handoff(house: &House) -> Vec<String> {
    house.seen_by("wang").split_off(1)
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_edit_reaches_every_part_of_a_long_reply(#[case] on: On) {
    let (house, reply) = replied(on, RoughPlatform::new(), &long(3, "旧")).await;
    assert_eq!(after_handoff(&house).len(), 3);
    house.agent(edited(reply, &long(3, "新"))).await;
    let seen = after_handoff(&house);
    assert_eq!(seen.concat(), long(3, "新"), "changed in place");

    house.agent(edited(reply, "短")).await;
    assert_eq!(after_handoff(&house), ["短"], "parts too many are deleted");

    house.agent(edited(reply, &long(2, "长"))).await;
    let seen = after_handoff(&house);
    assert_eq!((seen.len(), seen.concat()), (2, long(2, "长")));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_edit_of_a_held_reply_leaves_no_old_part(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let reply = house.agent(said(&long(3, "旧"))).await;
    house.agent(edited(reply, &long(2, "新"))).await;
    house.wait_ms(3 * SECOND).await;
    assert_eq!(after_handoff(&house).concat(), long(2, "新"));
    assert!(!house.shop.calls().contains(&"edit"), "nothing had left");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_long_reply_is_taken_back_whole(#[case] on: On) {
    let (house, reply) = replied(on, RoughPlatform::new(), &long(3, "错")).await;
    house.agent(said(&format!("/undo {reply}"))).await;
    assert!(after_handoff(&house).is_empty());
    assert_eq!(house.thread().last().unwrap(), "已撤回，客户那边也删掉了。");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_cannot_be_taken_back_says_why(#[case] on: On) {
    let shop = RoughPlatform::new().with(|can| can.deletes_for = None);
    let (house, reply) = replied(on, shop, "错").await;
    house.agent(said(&format!("/undo {reply}"))).await;
    assert_eq!(after_handoff(&house), ["错"]);
    assert_eq!(
        house.thread().last().unwrap(),
        "撤不回：这个平台不支持撤回。"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_edit_waits_behind_a_reply_that_is_being_sent(#[case] on: On) {
    let shop = RoughPlatform::new().that_confirms();
    let house = House::with(on, shop, RoughPlatform::new(), Policy::default()).await;
    house.says("wang", "转人工").await;
    let reply = house.agent(said("旧")).await;
    house.clock.advance_ms(3 * SECOND);
    claim_head(&house).await;
    house.agent(edited(reply, "新")).await;
    assert!(after_handoff(&house).is_empty(), "the sending row blocks");

    house.engine.nodes.join().await.unwrap();
    house.wait_ms(5 * SECOND).await;
    assert_eq!(after_handoff(&house), ["新"]);
    assert!(house.shop.calls().ends_with(&["send", "edit"]));
}

/// Commits the first due row as being sent, as a courier does that then falls silent.
async fn claim_head(house: &House) {
    use bot_core::port::clock::Clock;
    let (core, now) = (&house.engine.core, house.clock.now());
    let heads = core
        .db
        .read(|tx| Box::pin(outbox::heads(tx, now, "", 10)))
        .await
        .unwrap();
    let (lane, row) = (LaneId(heads[0].lane), DeliveryId(heads[0].id));
    let claimed = core
        .db
        .write(move |tx| Box::pin(outbox::claim(tx, lane, row, None)));
    assert!(claimed.await.unwrap());
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_edit_of_a_dead_reply_is_reported(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let reply = house.agent(said("旧")).await;
    house
        .shop
        .break_next("send", Fault::Permanent("blocked".into()));
    house.wait_ms(3 * SECOND).await;
    house.agent(edited(reply, "新")).await;
    let told = house.thread();
    assert!(told.last().unwrap().contains("没有送达"), "{told:?}");
    assert!(!house.shop.calls().contains(&"edit"));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_edit_of_a_doubtful_reply_is_reported_and_resent(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let reply = house.agent(said("旧")).await;
    house.shop.break_next("send", Fault::LostBefore);
    house.wait_ms(3 * SECOND).await;
    house.agent(edited(reply, "新")).await;
    assert!(after_handoff(&house).is_empty());
    assert!(house.thread().last().unwrap().contains("不确定是否送达"));

    house.agent(resend_button(&house)).await;
    assert_eq!(after_handoff(&house), ["新"]);
}

fn resend_button(house: &House) -> Incoming {
    let (place, _) = house.room.threads().pop().unwrap();
    let shown = house.room.at(&place);
    let mut choices = shown.into_iter().flat_map(|one| one.content.choices);
    let choice = choices.find(|one| one.id.starts_with("resend:")).unwrap();
    Incoming::Chose { choice: choice.id }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_edit_that_the_platform_cannot_make_is_reported(#[case] on: On) {
    let shop = RoughPlatform::new().with(|can| can.edits = false);
    let (house, reply) = replied(on, shop, "旧").await;
    house.agent(edited(reply, "新")).await;
    assert_eq!(after_handoff(&house), ["旧"]);
    assert!(house.thread().last().unwrap().contains("平台不支持修改"));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_edit_whose_target_is_lost_on_the_way_is_reported(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let reply = house.agent(said("旧")).await;
    house.clock.advance_ms(3 * SECOND);
    claim_head(&house).await;
    house.agent(edited(reply, "新")).await;
    house.engine.nodes.join().await.unwrap();
    house.settle().await;
    assert!(!house.shop.calls().contains(&"edit"), "there is no target");
    let told = house.thread();
    assert!(told.last().unwrap().contains("没有送达"), "{told:?}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_customers_edit_reaches_every_part_in_the_thread(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let line = Said {
        text: long(2, "旧"),
        message: Some("c1".into()),
        ..Said::default()
    };
    house.customer("wang", Incoming::Said(line)).await;
    house.settle().await;
    let before = house.thread();
    assert!(before.concat().ends_with(&long(2, "旧")), "{before:?}");
    let change = Incoming::Edited {
        message: "c1".into(),
        text: "新".into(),
    };
    house.customer("wang", change).await;
    house.settle().await;
    let after = house.thread();
    assert_eq!(after.len(), before.len() - 1, "{after:?}");
    assert_eq!(after.last().unwrap(), "新\n\n已编辑");
}
