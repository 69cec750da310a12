//! A whole day: question, choice, handoff, thread, replies, notes, edits, close, survey.

use bot_core::domain::inbound::Incoming;
use bot_core::domain::time::{MINUTE, SECOND};
use bot_core::port::platform::Blob;
use bot_core::port::platform::rough::Fault;
use rstest::rstest;

use crate::house::{House, On, picture, said};

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_question_is_answered_from_its_article(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "多久能送到").await;
    let seen = house.seen_by("wang");
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(
        seen[0].starts_with("一般两到三天送到。\n\n您好，我是frontdesk的自动客服"),
        "{}",
        seen[0]
    );
    house.customer("wang", house.choice("wang", "👍")).await;
    house.settle().await;
    assert_eq!(house.seen_by("wang").len(), 2);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn choices_wait_for_quiet_and_lead_to_the_article(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "送货怎么安排").await;
    assert!(house.seen_by("wang").is_empty(), "it waits for quiet");
    house.wait_ms(2 * SECOND).await;
    assert_eq!(house.seen_by("wang").len(), 1);
    house.says("wang", "1").await;
    assert!(
        house.seen_by("wang")[1].contains("一般两到三天送到。"),
        "{:?}",
        house.seen_by("wang")
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_nobody_knows_becomes_a_ticket_that_a_human_answers(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "我的手机壳可以刻字吗请问").await;
    house.wait_ms(2 * SECOND).await;
    assert!(
        house.seen_by("wang")[0].contains("工单 #1001"),
        "{:?}",
        house.seen_by("wang")
    );
    let (_, title) = house.room.threads().pop().unwrap();
    assert_eq!(title, "#1001 · 我的手机壳可以刻字吗请问");
    assert!(
        house
            .thread()
            .iter()
            .any(|line| line == "我的手机壳可以刻字吗请问"),
        "{:?}",
        house.thread()
    );

    house.agent(said("可以的，请把文字发给我。")).await;
    assert_eq!(house.seen_by("wang").len(), 1, "it is held");
    house.wait_ms(3 * SECOND).await;
    assert_eq!(
        house.seen_by("wang").last().unwrap(),
        "可以的，请把文字发给我。"
    );

    house.agent(said("/note 客户很急")).await;
    house.wait_ms(5 * SECOND).await;
    assert!(
        !house
            .seen_by("wang")
            .iter()
            .any(|line| line.contains("很急")),
        "a note never leaves"
    );

    house.agent(said("/close")).await;
    let survey = house.shop.at(&"wang".into()).pop().unwrap();
    assert_eq!(survey.content.choices.len(), 5);
    house.says("wang", "5").await;
    assert!(
        house.thread().last().unwrap().contains('5'),
        "{:?}",
        house.thread()
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_held_reply_is_undone_without_a_trace(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let reply = house.agent(said("错的话")).await;
    house.agent(said(&format!("/undo {reply}"))).await;
    house.wait_ms(10 * SECOND).await;
    assert!(!house.seen_by("wang").iter().any(|line| line == "错的话"));
    assert!(!house.shop.calls().contains(&"delete"));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_edit_follows_the_reply_wherever_it_is(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let reply = house.agent(said("明天送到")).await;
    house
        .agent(Incoming::Edited {
            message: reply.to_string(),
            text: "后天送到".into(),
        })
        .await;
    house.wait_ms(3 * SECOND).await;
    assert_eq!(
        house.seen_by("wang").last().unwrap(),
        "后天送到",
        "rewritten while it was held"
    );
    house
        .agent(Incoming::Edited {
            message: reply.to_string(),
            text: "周五送到".into(),
        })
        .await;
    assert_eq!(
        house.seen_by("wang").last().unwrap(),
        "周五送到",
        "edited after it was sent"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_agents_doubtful_reply_asks_in_the_thread(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    house.shop.break_next("send", Fault::LostBefore);
    house.agent(said("我来处理")).await;
    house.wait_ms(3 * SECOND).await;
    house.wait_ms(5 * MINUTE).await;
    assert!(
        !house.seen_by("wang").iter().any(|line| line == "我来处理"),
        "never silently again"
    );
    let (place, _) = house.room.threads().pop().unwrap();
    let notice = house
        .room
        .at(&place)
        .into_iter()
        .rev()
        .find(|one| one.content.choices.len() == 2)
        .unwrap();
    house
        .agent(Incoming::Chose {
            choice: notice.content.choices[0].id.clone(),
        })
        .await;
    assert_eq!(
        house
            .seen_by("wang")
            .iter()
            .filter(|line| *line == "我来处理")
            .count(),
        1
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn the_bots_doubtful_answer_goes_once_more_with_a_mark(#[case] on: On) {
    let house = House::new(on).await;
    house.shop.break_next("send", Fault::LostAfter);
    house.says("wang", "多久能送到").await;
    house.wait_ms(30 * SECOND).await;
    let seen = house.seen_by("wang");
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen[1].starts_with('↻'), "{}", seen[1]);
    house.wait_ms(5 * MINUTE).await;
    assert_eq!(house.seen_by("wang").len(), 2);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_deleted_thread_is_opened_anew_with_what_was_said(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let (gone, _) = house.room.threads().pop().unwrap();
    house.room.delete_thread(&gone);
    house.says("wang", "还有人吗").await;
    let (place, _) = house.room.threads().pop().unwrap();
    assert_ne!(place, gone);
    let shown = house.room.texts_at(&place);
    let count = |text: &str| shown.iter().filter(|line| *line == text).count();
    assert_eq!((count("转人工"), count("还有人吗")), (1, 1), "{shown:?}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_picture_is_fetched_and_its_absence_told(#[case] on: On) {
    let house = House::new(on).await;
    let png = Blob {
        bytes: vec![0x89, b'P', b'N', b'G'],
        mime: "image/png".into(),
    };
    house.shop.offer_file("good", Ok(png));
    house.says("wang", "转人工").await;
    house.customer("wang", picture("good")).await;
    house.settle().await;
    let (place, _) = house.room.threads().pop().unwrap();
    let shown = house.room.at(&place);
    assert!(shown.iter().any(|one| !one.content.attachments.is_empty()));
    house.customer("wang", picture("gone")).await;
    house.settle().await;
    let told = |lines: Vec<String>| lines.iter().any(|line| line.contains("no such file"));
    assert!(told(house.thread()), "{:?}", house.thread());
    assert!(told(house.seen_by("wang")), "{:?}", house.seen_by("wang"));
}
