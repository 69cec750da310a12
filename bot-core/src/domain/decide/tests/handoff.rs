//! Towards a human: asking for one, what the customer is told, and waiting.

use rstest::rstest;

use super::deeds::line;
use super::scene::{LI, Scene};
use super::then::Then;
use crate::domain::draft::Words;
use crate::domain::effect::{FactKind, RingCause, Rung};
use crate::domain::event::{EventKind, Timer};
use crate::domain::language::Language;
use crate::domain::ticket::{Cause, Priority, Status};
use crate::domain::time::{DAY, HOUR, MINUTE, SECOND};

const CHOICE: &str =
    "waiting.choice [waiting.choice_wait | waiting.choice_later | waiting.choice_bot]";

// ---- asking for a human ----

#[rstest]
#[case("人工")]
#[case("转人工")]
#[case("麻烦帮我找一下客服，谢谢")]
#[case("我要真人")]
#[case("換真人")]
#[case("轉接客服")]
#[case("0")]
#[case("human")]
#[case("Can I talk to a real person please?")]
#[case("representative")]
fn who_asks_for_a_human_gets_one_without_any_answerer(#[case] text: &str) {
    let mut scene = Scene::new().knows(text, "答案");
    let then = scene.says(text);
    assert_eq!(then.told(), ["handoff.open_hours + first_words"]);
    assert_eq!(then.rings(), [RingCause::New]);
    assert_eq!(then.thread(), ["<opened>"]);
    assert!(then.counts(FactKind::HandedOff) && scene.asked.is_empty());
    assert_eq!(
        (scene.status(), scene.ticket().cause),
        (Some(Status::Pending), Cause::Asked)
    );
}

#[rstest]
#[case("客服电话是多少")]
#[case("人工费多少")]
#[case("退款要人工审核吗")]
#[case("what is a user agent")]
fn a_question_about_such_words_is_a_question(#[case] text: &str) {
    let mut scene = Scene::new().greeted().knows(text, "答案");
    assert_eq!(scene.says(text).told(), ["答案 [👍 | 👎]"]);
    assert!(scene.case.ticket.is_none());
}

#[test]
fn the_subject_is_the_question_before_the_wish() {
    let mut scene = Scene::new();
    scene.says("我的手机壳可以刻字吗");
    scene.says("人工");
    assert_eq!(scene.ticket().subject, "我的手机壳可以刻字吗");
}

#[test]
fn there_is_one_ticket_however_often_it_is_asked_for() {
    let mut scene = Scene::new().handed_over();
    let ticket = scene.ticket().id;
    let then = scene.says("人工");
    assert_eq!(
        (then.told(), then.thread()),
        (vec!["handoff.already".to_owned()], vec!["人工".to_owned()])
    );
    assert_eq!(scene.ticket().id, ticket);
}

#[test]
fn after_three_handoffs_in_an_hour_a_human_is_reached_but_nobody_rung() {
    let mut scene = Scene::new();
    for n in 1..=5 {
        let then = scene.says("人工");
        let quiet = n > 3;
        assert_eq!(then.rings().is_empty(), quiet, "{n}");
        assert_eq!(then.told()[0].starts_with("handoff.too_many"), quiet, "{n}");
        assert!(scene.case.open_ticket().is_some(), "{n}");
        scene.closes(LI);
    }
    scene.wait(HOUR);
    assert_eq!(scene.says("人工").rings(), [RingCause::New]);
}

// ---- hours ----

#[test]
fn out_of_hours_the_customer_hears_once_when_somebody_is_back() {
    let mut scene = Scene::at_night();
    scene.case.state.language = Some(Language::Zh);
    let then = scene.says("人工");
    assert_eq!(then.told(), ["handoff.closed_hours + first_words"]);
    assert_eq!(hours_said(&then), ["9:00–21:00", "9:00"]);
    for more in ["补充：订单 20261124001", "在吗", "你好"] {
        assert!(scene.says(more).told().is_empty(), "{more}");
    }
    assert!(scene.wait(HOUR).told().is_empty(), "no updates at night");
    let again = scene.says("人工");
    assert_eq!(again.told(), ["handoff.already_closed_hours"]);
    assert_eq!(hours_said(&again), ["9:00–21:00", "9:00"]);
}

/// The hours, and when it opens next, as they stand in what the customer is told.
fn hours_said(then: &Then) -> [String; 2] {
    let kept = then.keeps().last().unwrap();
    let Words::Phrase(phrase) = &kept.body.words[0] else {
        panic!("{kept:?}");
    };
    ["hours", "opens"].map(|name| phrase.args[name].as_str().unwrap().to_owned())
}

// ---- waiting ----

#[test]
fn a_waiting_customer_gets_one_update_and_then_a_choice() {
    let mut scene = Scene::new().handed_over();
    assert!(scene.wait(5 * MINUTE - 1).told().is_empty());
    let update = scene.wait(1);
    assert_eq!(
        (update.told(), update.rings()),
        (vec!["waiting.update".to_owned()], vec![RingCause::Waiting])
    );
    assert!(scene.wait(10 * MINUTE - 1).told().is_empty());
    let choice = scene.wait(1);
    assert_eq!(
        (choice.told(), choice.rings()),
        (vec![CHOICE.to_owned()], vec![RingCause::Waiting])
    );
    assert!(scene.wait(DAY).told().is_empty());
}

#[rstest]
#[case(&["agent"], [Rung::Team, Rung::Team])]
#[case(&["agent", "lead"], [Rung::Leads, Rung::Team])]
fn the_lead_is_rung_first_and_then_the_room(#[case] roles: &[&str], #[case] rung: [Rung; 2]) {
    let mut scene = Scene::new();
    scene.policy.agents[0].roles = roles.iter().map(|&role| role.to_owned()).collect();
    let mut scene = scene.handed_over();
    let after = [5, 10].map(|minutes| scene.wait(minutes * MINUTE).rung());
    assert_eq!(after, rung.map(|one| vec![one]));
}

#[test]
fn an_answer_in_time_makes_updates_needless() {
    let mut scene = Scene::new().handed_over();
    scene.writes(LI, "您好");
    assert!(scene.wait(HOUR).told().is_empty());
}

#[test]
fn in_an_urgent_ticket_only_the_team_hears_of_the_waiting() {
    let mut scene = Scene::new();
    scene.says("我要起诉你们");
    for _ in 0..2 {
        let then = scene.wait(10 * MINUTE);
        assert_eq!(
            (then.told(), then.rings()),
            (vec![], vec![RingCause::Waiting])
        );
    }
}

#[test]
fn a_ticket_that_was_taken_up_again_is_waited_for_as_a_new_one() {
    let mut asked = Scene::new().resolved();
    asked.says("人工");
    assert_eq!(asked.wait(5 * MINUTE).told(), ["waiting.update"]);
    let mut wrote = Scene::new().resolved();
    wrote.says("还是坏的怎么办啊");
    assert_eq!(wrote.wait(5 * MINUTE).told(), ["waiting.update"]);
}

#[rstest]
#[case("waiting.choice_wait", "1", "waiting.wait", Status::Pending)]
#[case("waiting.choice_later", "2", "waiting.later", Status::Pending)]
#[case("waiting.choice_bot", "3", "waiting.bot", Status::Closed)]
fn the_choice_of_a_waiting_customer_is_taken_by_button_and_by_number(
    #[case] label: &str,
    #[case] number: &str,
    #[case] told: &str,
    #[case] status: Status,
) {
    let mut by_button = Scene::new().handed_over();
    let button = by_button.wait(15 * MINUTE).choice(label);
    assert_eq!(by_button.presses(&button).told(), [told]);
    let mut by_number = Scene::new().handed_over();
    by_number.wait(15 * MINUTE);
    assert_eq!(by_number.says(number).told(), [told]);
    for scene in [by_button, by_number] {
        assert_eq!(scene.status(), Some(status));
    }
}

#[test]
fn back_with_the_bot_nothing_of_the_ticket_is_left() {
    let mut scene = Scene::new().handed_over().knows("怎么退货", "七天内可退");
    let back = scene.wait(15 * MINUTE).choice("waiting.choice_bot");
    let then = scene.presses(&back);
    assert_eq!(then.thread(), ["waiting.left_queue", "<close_thread>"]);
    assert!(then.counts(FactKind::Closed));
    assert_eq!(scene.says("怎么退货").told(), ["七天内可退 [👍 | 👎]"]);
    assert!(scene.wait(DAY).told().is_empty());
    let then = scene.says("人工");
    assert_eq!(
        (then.told(), then.thread()),
        (
            vec!["handoff.open_hours".to_owned()],
            vec!["<opened>".to_owned()]
        )
    );
}

// ---- taken up again ----

#[test]
fn asking_for_a_human_takes_a_resolved_ticket_up_again() {
    let mut scene = Scene::new().resolved();
    let ticket = scene.ticket().id;
    let then = scene.says("人工");
    assert_eq!(then.told(), ["handoff.open_hours"]);
    assert_eq!(
        (scene.ticket().id, scene.status()),
        (ticket, Some(Status::InProgress))
    );
    assert!(then.thread().contains(&"<reopen_thread>".to_owned()));
}

#[test]
fn a_forbidden_word_takes_a_resolved_ticket_up_again_as_urgent() {
    let mut scene = Scene::new().resolved();
    scene.says("我找律师了");
    assert_eq!(
        (scene.status(), scene.ticket().priority),
        (Some(Status::InProgress), Priority::Urgent)
    );
}

#[test]
fn the_customer_hears_of_it_where_the_assignee_is_away() {
    let mut scene = Scene::new().resolved().li_leaves();
    let then = scene.says("还是坏的怎么办啊");
    assert_eq!(then.told(), ["handoff.reopened"]);
    assert_eq!(then.rings(), [RingCause::Answered]);
}

// ---- what broke its handler ----

#[test]
fn a_message_that_broke_its_handler_is_told_and_shown_to_a_human() {
    let mut scene = Scene::new();
    let from_customer = true;
    let then = scene.happens(EventKind::Poisoned { from_customer });
    assert_eq!(then.told(), ["poison.customer + first_words"]);
    assert_eq!(then.thread(), ["<opened>", "poison.team"]);
    assert_eq!(
        (scene.ticket().cause, scene.ticket().priority),
        (Cause::Poison, Priority::High)
    );
    assert!(then.counts(FactKind::Poisoned) && scene.asked.is_empty());
}

#[test]
fn a_broken_message_marks_the_open_ticket() {
    let mut scene = Scene::new().handed_over();
    let from_customer = true;
    let then = scene.happens(EventKind::Poisoned { from_customer });
    assert_eq!(then.thread(), ["ticket.priority", "poison.team"]);
    let from_customer = false;
    let then = scene.happens(EventKind::Poisoned { from_customer });
    assert_eq!(
        (then.told(), then.thread()),
        (vec![], vec!["poison.team".to_owned()])
    );
}

#[test]
fn the_customers_words_in_a_ticket_ring_its_agent_once_until_an_answer() {
    let mut scene = Scene::new().with_li();
    assert_eq!(scene.says("好了吗请问").rings(), [RingCause::Answered]);
    assert!(scene.says("急急急急急急").rings().is_empty());
    scene.writes(LI, "好了");
    assert_eq!(scene.says("还有一件事").rings(), [RingCause::Answered]);
}

#[test]
fn a_message_with_a_name_opens_a_ticket_once_for_all_its_words() {
    let mut scene = Scene::new();
    let mut said = line("人工");
    said.cut = true;
    let then = scene.sends(said);
    assert_eq!(then.told().last().unwrap(), "not_accepted.cut");
    assert_eq!(scene.due(Timer::WaitingUpdate), Some(5 * 60 * SECOND));
}
