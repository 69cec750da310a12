//! A bot that only suggests: drafts in the thread, what agents make of them, and the way to answers of
//! its own.

use bot_core::domain::answer::AnswerMode;
use bot_core::domain::effect::Opinion;
use bot_core::domain::id::ConversationId;
use bot_core::domain::inbound::Incoming;
use bot_core::domain::place::ChannelName;
use bot_core::domain::policy::{Answers, Policy};
use bot_core::domain::time::SECOND;
use bot_core::port::platform::rough::RoughPlatform;
use bot_core::store::record::{Records, Whose};
use bot_core::store::setting;
use rstest::rstest;

use crate::house::{House, On, said};

const ASKED: &str = "多久能送到";
const DRAFT: &str = "💡 建议回答（客户看不到）：\n\n一般两到三天送到。";

async fn suggesting(on: On) -> House {
    let policy = Policy {
        answers: Answers {
            usual: AnswerMode::Suggest,
            ..Answers::default()
        },
        ..Policy::default()
    };
    House::with(on, RoughPlatform::new(), RoughPlatform::new(), policy).await
}

async fn drafted(on: On) -> House {
    let house = suggesting(on).await;
    house.says("wang", ASKED).await;
    house.wait_ms(2 * SECOND).await;
    house
}

/// The button with this label in the newest thread.
fn button(house: &House, label: &str) -> Incoming {
    let (thread, _) = house.room.threads().pop().unwrap();
    let shown = house.room.at(&thread).into_iter().rev();
    let mut choices = shown.flat_map(|one| one.content.choices);
    let choice = choices.find(|one| one.label == label).unwrap();
    Incoming::Chose { choice: choice.id }
}

async fn conversation(house: &House) -> (Records, ConversationId) {
    let core = &house.engine.core;
    let records = Records::new(core.db.clone(), core.keyring.clone());
    let mut open = records.open_tickets(Whose::Unclaimed, 9).await.unwrap();
    if open.is_empty() {
        let li = core.policy().colleague_named("li").unwrap().id;
        open = records.open_tickets(Whose::Of(li), 9).await.unwrap();
    }
    (records, open[0].conversation)
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_draft_is_sent_by_its_button_and_explained(#[case] on: On) {
    let house = drafted(on).await;
    let before = house.seen_by("wang");
    assert!(
        !before.iter().any(|line| line.contains("两到三天")),
        "{before:?}"
    );
    assert_eq!(house.thread().last().unwrap(), DRAFT);
    let (records, conversation) = conversation(&house).await;
    let draft = records.newest_answer(conversation).await.unwrap().unwrap();
    assert!(draft.is_draft && draft.opinions.is_empty());
    house.agent(button(&house, "发给客户")).await;
    house.wait_ms(4 * SECOND).await;
    let seen = house.seen_by("wang");
    assert!(
        seen.last().unwrap().contains("一般两到三天送到。"),
        "{seen:?}"
    );
    let draft = records.newest_answer(conversation).await.unwrap().unwrap();
    assert_eq!(draft.opinions, [Opinion::Sent]);
    let tally = records.drafts("shop").await.unwrap();
    assert_eq!((tally.sent, tally.edited, tally.wrong), (1, 0, 0));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_edited_draft_counts_with_the_agents_own_words(#[case] on: On) {
    let house = drafted(on).await;
    house.agent(button(&house, "改一改再发")).await;
    house.agent(said("三天左右")).await;
    house.wait_ms(4 * SECOND).await;
    assert_eq!(house.seen_by("wang").last().unwrap(), "三天左右");
    let (records, conversation) = conversation(&house).await;
    let draft = records.newest_answer(conversation).await.unwrap().unwrap();
    assert_eq!(draft.opinions, [Opinion::Edited]);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_downvote_is_linked_to_the_answer(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", ASKED).await;
    let vote = house.choice("wang", "👎");
    house.customer("wang", vote).await;
    house.says("wang", "转人工").await;
    let (records, conversation) = conversation(&house).await;
    let answer = records.newest_answer(conversation).await.unwrap().unwrap();
    assert_eq!(answer.opinions, [Opinion::VotedDown]);
    assert!(!answer.is_draft);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_is_switched_counts_more_than_the_settings(#[case] on: On) {
    let house = suggesting(on).await;
    let shop = ChannelName("shop".into());
    let switched = shop.clone();
    let db = &house.engine.core.db;
    let write = db.write(move |tx| {
        let switched = switched.clone();
        Box::pin(async move { setting::switch_answers(tx, &switched, AnswerMode::Auto).await })
    });
    write.await.unwrap();
    house.engine.core.refresh_policy().await.unwrap();
    assert_eq!(
        house.engine.core.policy().answers.on(&shop),
        AnswerMode::Auto
    );
    house.says("wang", ASKED).await;
    let seen = house.seen_by("wang");
    assert!(
        seen.last().unwrap().starts_with("一般两到三天送到。"),
        "{seen:?}"
    );
}
