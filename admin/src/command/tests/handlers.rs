//! What each family does and says, over a real database.

use bot_core::domain::answer::{Candidate, Evidence};
use bot_core::domain::command::{Act, Write};
use bot_core::domain::content::{Author, Content};
use bot_core::domain::conversation::Block;
use bot_core::domain::delivery::DeliveryState;
use bot_core::domain::effect::{Direction, FactKind};
use bot_core::domain::id::{ArticleId, MessageId};
use bot_core::domain::ticket::{Priority, Status};
use bot_core::domain::time::{DAY, HOUR, MINUTE};
use bot_core::store::identity::Account;

use super::*;

/// Does a line in the thread of Anna's conversation, as an agent.
async fn run(store: &Store, line: &str, language: Language, at: Timestamp) -> Plan {
    let account = store.customer("Anna").await;
    let case = store.case(&account).await;
    let policy = policy(language);
    let context = CommandContext {
        case: Some(&case),
        policy: &policy,
    };
    let call = call(line, agent_of("agent"), Some(&account), at);
    registry(store).plan(&call, context).await
}

#[rstest]
#[case("/note hurry", Act::Note("hurry".into()))]
#[case("/备注客户很急", Act::Note("客户很急".into()))]
#[case("/reply hello", Act::Reply("hello".into()))]
#[case("/close done silent", Act::Close { reason: Some("done".into()), silent: true })]
#[case("/结束", Act::Close { reason: None, silent: false })]
#[case("/reopen", Act::Reopen)]
#[case("/hold waiting 2h", Act::Hold { reason: "waiting".into(), ms: Some(2 * HOUR) })]
#[case("/挂起 等仓库", Act::Hold { reason: "等仓库".into(), ms: None })]
#[case("/priority urgent", Act::Priority(Priority::Urgent))]
#[case("/优先级高", Act::Priority(Priority::High))]
#[case("/tag #refund -late, vip", Act::Tag { add: vec!["refund".into(), "vip".into()], remove: vec!["late".into()] })]
#[case("/标签 退款、加急", Act::Tag { add: vec!["退款".into(), "加急".into()], remove: vec![] })]
#[case("/block 7d", Act::Block(Some(7 * DAY)))]
#[case("/拉黑永久", Act::Block(None))]
#[case("/claim", Act::Assign(Some(agent_of("agent"))))]
#[case("/assign me", Act::Assign(Some(agent_of("agent"))))]
#[case("/assign @lead", Act::Assign(Some(agent_of("lead"))))]
#[case("/assign The lead", Act::Assign(Some(agent_of("lead"))))]
#[case("/转接 无", Act::Assign(None))]
#[tokio::test]
async fn acts(#[case] line: &str, #[case] act: Act) {
    let store = Store::open().await;
    let plan = run(&store, line, Language::En, Timestamp(0)).await;
    assert_eq!(plan.acts, [act], "{line}: {plan:?}");
    assert_eq!(store.rows().await, 0, "handlers only read");
}

#[rstest]
#[case("/hold 2h", "needs reason")]
#[case("/assign laed", "Did you mean lead?")]
#[case("/assign auditor", "does not work on tickets")]
#[case("/tag", "Tags: none")]
#[case("/unblock", "is not blocked")]
#[case("/undo", "no reply to take back")]
#[case("/why", "not answered anything")]
#[case("/transcript", "No messages yet")]
#[case("/priority soon", "low, normal, high, urgent")]
#[case("/block soon", "30m, 2h or 7d")]
#[tokio::test]
async fn refusals_say_why(#[case] line: &str, #[case] part: &str) {
    let store = Store::open().await;
    let plan = run(&store, line, Language::En, Timestamp(0)).await;
    assert!(plan.acts.is_empty(), "{line}: {plan:?}");
    let text = said(&plan, Language::En);
    assert!(text.contains(part), "{line}: {text}");
}

async fn reply(store: &Store) -> (Account, MessageId) {
    let account = store.customer("Anna").await;
    let from = Author::Agent {
        id: agent_of("agent"),
        display: "Li".into(),
    };
    let content = Content::text(from, "on its way");
    let message = store
        .line(&account, 1, Direction::Out, &content, None)
        .await;
    (account, message)
}

const NOW: Timestamp = Timestamp(MINUTE);

#[rstest]
#[case(DeliveryState::Queued, Some(NOW.plus_ms(1)), NOW, true, "")]
#[case(DeliveryState::Sent, None, NOW, true, "")]
#[case(DeliveryState::Dead, None, NOW, true, "")]
#[case(DeliveryState::Sent, None, NOW.plus_ms(3 * DAY), false, "cannot be taken back")]
#[tokio::test]
async fn undo_knows_how_far_a_reply_got(
    #[case] state: DeliveryState,
    #[case] hold: Option<Timestamp>,
    #[case] at: Timestamp,
    #[case] undone: bool,
    #[case] part: &str,
) {
    let store = Store::open().await;
    let (account, message) = reply(&store).await;
    store.delivery(&account, message, state, hold).await;
    let plan = run(&store, "/undo", Language::En, at).await;
    let expected = if undone {
        vec![Act::Undo(message)]
    } else {
        Vec::new()
    };
    assert_eq!(plan.acts, expected);
    // What was done is said by the desk, which knows it.
    let text = said(&plan, Language::En);
    assert!(text.contains(part) && text.is_empty() == undone, "{text}");
    store.take_back(&account, message).await;
    assert!(run(&store, "/undo", Language::En, at).await.acts.is_empty());
}

fn evidence(best: f64) -> Evidence {
    let candidate = |title: &str, probability| Candidate {
        revision: 1,
        article: ArticleId(Uuid::nil()),
        external_id: Some("faq-7".into()),
        title: title.into(),
        score: 12.345,
        probability,
    };
    Evidence {
        looked_up: "where is my parcel".into(),
        candidates: vec![candidate("Parcels", best), candidate("Refunds", 0.05)],
        confident_from: 0.7,
        choices_from: 0.3,
        ranker: "bm25/1".into(),
        features: Vec::new(),
    }
}

#[rstest]
#[case(0.87, true, "87% sure, and 70% is enough", "把握 87%")]
#[case(0.5, true, "The customer picked this article", "客户自己选了")]
#[case(0.2, false, "has only 20%, and 30% is the least", "不到 30%")]
#[case(0.298, false, "has only 29.8%, and 30.0% is the least", "29.8%")]
#[case(0.5, false, "Did not offer choices", "没有把选项给客户")]
#[tokio::test]
async fn why_explains_in_words(
    #[case] best: f64,
    #[case] answered: bool,
    #[case] en: &str,
    #[case] zh: &str,
) {
    let store = Store::open().await;
    let account = store.customer("Anna").await;
    let content = Content {
        source: answered.then(|| "Parcels".into()),
        ..Content::text(Author::Bot, "It is on its way")
    };
    let evidence = evidence(best);
    store
        .line(&account, 1, Direction::Out, &content, Some(&evidence))
        .await;
    for (language, part) in [(Language::En, en), (Language::Zh, zh)] {
        let text = said(&run(&store, "/why", language, NOW).await, language);
        assert!(text.contains(part), "{text}");
        assert!(
            text.contains("where is my parcel") && text.contains("· Parcels (faq-7, 12.3"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_transcript_marks_notes_and_keeps_order() {
    let store = Store::open().await;
    let account = store.customer("Anna").await;
    let customer = Author::Customer {
        name: "Anna".into(),
    };
    store
        .line(
            &account,
            1,
            Direction::Out,
            &Content::text(Author::Bot, "Hello"),
            None,
        )
        .await;
    store
        .line(
            &account,
            1,
            Direction::In,
            &Content::text(customer, "Hi"),
            None,
        )
        .await;
    let from = Author::Agent {
        id: agent_of("agent"),
        display: "Li".into(),
    };
    let note = store
        .line(
            &account,
            2,
            Direction::Note,
            &Content::text(from, "vip"),
            None,
        )
        .await;
    store.take_back(&account, note).await;
    let text = said(
        &run(&store, "/transcript", Language::En, NOW).await,
        Language::En,
    );
    let expected = "All messages: 3. Times: UTC\n1970-01-01 00:01 Anna: Hi\n\
         1970-01-01 00:01 bot: Hello\n1970-01-01 00:02 [note] Li: vip (taken back)";
    assert_eq!(text, expected);
    let text = said(&run(&store, "/记录", Language::Zh, NOW).await, Language::Zh);
    assert!(text.contains("【备注】Li：vip（已撤回）"), "{text}");
}

#[tokio::test]
async fn the_card_shows_the_customer_on_all_channels() {
    let store = Store::open().await;
    let (anna, other) = (
        store.customer("Anna").await,
        store.customer("Anna elsewhere").await,
    );
    store.merge(&other, &anna).await;
    let number = store
        .ticket(&other, "parcel lost", |ticket| {
            ticket.status = Status::Closed
        })
        .await;
    let mut case = store.case(&anna).await;
    case.state.profile.name = "Anna".into();
    case.state
        .profile
        .attributes
        .insert("plan".into(), "pro".into());
    case.state.block = Some(Block {
        until: Some(NOW),
        told: false,
    });
    let policy = policy(Language::En);
    let context = CommandContext {
        case: Some(&case),
        policy: &policy,
    };
    let call = call("/customer", agent_of("agent"), Some(&anna), Timestamp(0));
    let text = said(&registry(&store).plan(&call, context).await, Language::En);
    for part in [
        "Anna",
        "Channel: shop",
        "plan: pro",
        "Blocked until 1970-01-01 00:01",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(
        text.contains(&format!("#{number} · closed · parcel lost")),
        "{text}"
    );
}

#[tokio::test]
async fn the_queue_puts_the_pressing_first() {
    let store = Store::open().await;
    let mut numbers = Vec::new();
    for (name, priority) in [("a", Priority::Normal), ("b", Priority::Urgent)] {
        let account = store.customer(name).await;
        numbers.push(
            store
                .ticket(&account, name, |ticket| ticket.priority = priority)
                .await,
        );
    }
    let mine = store.customer("c").await;
    let number = store
        .ticket(&mine, "c", |ticket| {
            ticket.assignee = Some(agent_of("agent"))
        })
        .await;
    let text = said(
        &run(&store, "/queue", Language::En, NOW).await,
        Language::En,
    );
    let expected = format!(
        "Your tickets\n#{number} · c · waiting 1 min\n\nNobody has taken\n🚨 #{} · b · waiting 1 min\n#{} · a · waiting 1 min",
        numbers[1], numbers[0]
    );
    assert_eq!(text, expected);
}

#[tokio::test]
async fn the_status_counts_people_tickets_and_doubts() {
    let store = Store::open().await;
    store.agent(agent_of("agent"), "agent", "online").await;
    let account = store.customer("Anna").await;
    store.ticket(&account, "x", |_| ()).await;
    store.happening(&account, FactKind::Doubtful, NOW).await;
    let text = said(
        &run(&store, "/status", Language::En, NOW).await,
        Language::En,
    );
    for part in [
        "Open tickets: 1, not taken: 1",
        "doubtful: 1",
        "The agent · online · 0",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[rstest]
#[case("/online", "online")]
#[case("/离开", "away")]
#[case("/下线", "offline")]
#[tokio::test]
async fn presence_is_written_by_the_desk(#[case] line: &str, #[case] presence: &str) {
    let store = Store::open().await;
    let plan = run(&store, line, Language::Zh, NOW).await;
    let expected = Write::Presence {
        agent: agent_of("agent"),
        presence: presence.into(),
    };
    assert_eq!(plan.writes, [expected]);
    assert!(said(&plan, Language::Zh).starts_with("您已"));
}
