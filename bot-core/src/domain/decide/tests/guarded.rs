//! Words that need humans, and customers that need limits: urgent cases, privacy, spam, blocks, floods.

use rstest::rstest;

use super::scene::{LI, Scene};
use crate::domain::command::Act;
use crate::domain::effect::Direction::In;
use crate::domain::effect::{FactKind, Reason, RingCause};
use crate::domain::ticket::{Cause, Priority};
use crate::domain::time::{HOUR, MINUTE, SECOND};

// ---- words that need humans ----

#[rstest]
#[case("我要打12315投诉", "urgent.opened")]
#[case("I will call my lawyer", "urgent.opened")]
#[case("充电器起火了", "urgent.opened_safety")]
fn a_forbidden_word_opens_an_urgent_ticket_without_any_article(
    #[case] text: &str,
    #[case] words: &str,
) {
    let mut scene = Scene::new().knows(text, "答案");
    let then = scene.says(text);
    assert_eq!(then.told(), [words]);
    assert_eq!(then.rings(), [RingCause::Urgent]);
    let ticket = scene.ticket();
    assert_eq!(
        (ticket.cause, ticket.priority),
        (Cause::Forbidden, Priority::Urgent)
    );
    assert!(ticket.quiet && scene.asked.is_empty());
}

#[test]
fn in_an_urgent_ticket_the_bot_is_silent_and_no_survey_follows() {
    let mut scene = Scene::new().knows("退货", "答案");
    scene.says("我要起诉你们");
    for text in ["退货", "你好", "谢谢", "人工", "找律师", "问题一二三四五"] {
        let then = scene.says(text);
        assert!(then.told().is_empty(), "{text}: {:?}", then.told());
        assert!(then.thread().contains(&text.to_owned()), "{text}");
    }
    assert!(scene.wait(MINUTE).told().is_empty());
    assert_eq!(scene.closes(LI).told(), ["ticket.done"]);
}

#[test]
fn a_forbidden_word_makes_an_open_ticket_urgent() {
    let mut scene = Scene::new().handed_over();
    let then = scene.says("再不处理我就报警");
    assert_eq!(then.told(), ["urgent.opened"]);
    assert_eq!(then.rings(), [RingCause::Urgent]);
    assert_eq!(then.thread(), ["再不处理我就报警", "ticket.priority"]);
    assert_eq!(scene.ticket().cause, Cause::Asked, "it is the same ticket");
}

#[test]
fn safety_words_ring_even_at_night_and_again() {
    let mut scene = Scene::at_night();
    assert_eq!(scene.says("孩子误吞了电池").rings(), [RingCause::Urgent]);
    assert_eq!(scene.says("他昏迷了").rings(), [RingCause::Urgent]);
}

#[rstest]
#[case("删除我的数据", "privacy.opened", "privacy.due")]
#[case("delete my data", "privacy.opened", "privacy.due")]
#[case("导出我的数据", "privacy.opened_copy", "privacy.due_copy")]
fn a_privacy_wish_opens_a_ticket_of_its_own_that_is_due_in_15_days(
    #[case] text: &str,
    #[case] told: &str,
    #[case] due: &str,
) {
    let mut scene = Scene::new();
    let then = scene.says(text);
    assert_eq!(then.told(), [told]);
    assert_eq!(then.thread(), ["<opened>", due]);
    let ticket = scene.ticket();
    assert_eq!(
        (ticket.cause, ticket.tags.as_slice()),
        (Cause::Privacy, &["privacy".to_owned()][..])
    );
    assert!(ticket.quiet, "no survey");
}

#[test]
fn a_privacy_wish_in_an_open_ticket_marks_it_and_is_said_once_while_an_agent_speaks() {
    let mut scene = Scene::new().with_li();
    assert_eq!(scene.says("删除我的数据").told(), ["privacy.opened"]);
    assert_eq!(scene.ticket().tags, ["privacy"]);
    assert!(scene.says("删除我的数据").told().is_empty());
    assert_eq!(scene.ticket().tags, ["privacy"]);
}

// ---- spam ----

#[test]
fn a_first_contact_of_links_only_is_suspected_spam_that_rings_nobody() {
    let mut scene = Scene::new();
    let then = scene.says("https://spam.example/win");
    assert_eq!(then.told(), ["spam.received + first_words"]);
    assert!(then.rings().is_empty());
    assert_eq!(
        (scene.ticket().cause, scene.ticket().priority),
        (Cause::Spam, Priority::Low)
    );
    assert!(scene.wait(HOUR).rings().is_empty());
    assert_eq!(scene.closes(LI).told(), ["ticket.done"], "no survey");
}

#[rstest]
#[case("人工", Cause::Asked)]
#[case("这个链接里的商品可以退吗", Cause::Unanswered)]
fn what_looked_like_spam_still_reaches_a_human(#[case] text: &str, #[case] cause: Cause) {
    let mut scene = Scene::new();
    scene.says("https://shop.example/item/1");
    let mut then = scene.says(text);
    then.extend(scene.wait(2 * SECOND));
    assert_eq!(then.told(), ["handoff.open_hours"]);
    assert_eq!(then.rings(), [RingCause::New]);
    assert_eq!((scene.ticket().cause, scene.ticket().quiet), (cause, false));
}

#[test]
fn suspected_spam_that_an_agent_answered_is_a_ticket_like_others() {
    let mut scene = Scene::new();
    scene.says("https://shop.example/item/1");
    scene.writes(LI, "您好");
    assert!(scene.says("人工").told().is_empty(), "Li is there");
}

#[test]
fn links_of_a_customer_we_know_are_a_question() {
    let mut scene = Scene::new().greeted();
    scene.says("https://shop.example/item/1");
    assert_eq!(scene.wait(2 * SECOND).rings(), [RingCause::New]);
    assert_eq!(scene.ticket().cause, Cause::Unanswered);
}

// ---- blocks and floods ----

#[test]
fn a_blocked_customer_is_told_once_and_recorded_with_the_reason() {
    let mut scene = Scene::new();
    scene.commands(LI, Act::Block(None));
    assert_eq!(scene.says("你好").told(), ["blocked.once"]);
    let again = scene.says("人工");
    assert_eq!(
        (again.told(), again.reason()),
        (vec![], Some(Reason::Blocked))
    );
    assert!(scene.case.ticket.is_none());
}

#[test]
fn the_buttons_of_a_blocked_customer_do_nothing() {
    let mut scene = Scene::new();
    scene.says("在吗");
    let button = scene.wait(2 * SECOND).choice("choices.person");
    scene.commands(LI, Act::Block(None));
    assert_eq!(scene.presses(&button).told(), ["blocked.once"]);
    assert!(scene.presses(&button).told().is_empty() && scene.case.ticket.is_none());
}

#[test]
fn a_block_ends_by_time_or_by_command() {
    for ends in [Some(HOUR), None] {
        let mut scene = Scene::new();
        scene.commands(LI, Act::Block(ends));
        scene.says("你好");
        scene.wait(HOUR);
        if ends.is_none() {
            scene.commands(LI, Act::Unblock);
        }
        assert_eq!(scene.says("你好").told(), ["first_words"], "{ends:?}");
    }
}

#[test]
fn the_twenty_first_message_in_a_minute_is_slowed_with_one_notice() {
    let mut scene = Scene::new().greeted();
    for _ in 0..20 {
        assert_eq!(scene.says("你好").told(), ["small_talk.hello"]);
    }
    let then = scene.says("你好");
    assert_eq!(
        (then.told(), then.reason()),
        (vec!["flood.notice".to_owned()], Some(Reason::Flood))
    );
    assert_eq!(then.kept()[0].0, In);
    assert!(then.counts(FactKind::Flooded));
    assert!(scene.says("你好").told().is_empty(), "one notice");
    scene.wait(MINUTE);
    assert_eq!(scene.says("你好").told(), ["small_talk.hello"]);
}

#[test]
fn a_human_stays_reachable_in_a_flood() {
    for (text, told) in [
        ("人工", "handoff.open_hours"),
        ("我要报警", "urgent.opened"),
    ] {
        let mut scene = Scene::new().greeted();
        (0..25).for_each(|_| drop(scene.says("你好")));
        assert_eq!(scene.says(text).told(), [told]);
    }
}

#[test]
fn in_a_ticket_a_flood_is_still_shown_and_the_agent_not_talked_over() {
    let mut scene = Scene::new().with_li();
    for n in 0..30 {
        let then = scene.says(&format!("第{n}件事"));
        assert_eq!(
            (then.told(), then.thread()),
            (vec![], vec![format!("第{n}件事")])
        );
    }
}
