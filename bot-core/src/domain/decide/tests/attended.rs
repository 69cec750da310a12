//! What the bot still does while humans have a ticket, and after they resolved it.

use rstest::rstest;

use super::scene::{LI, Scene};
use crate::domain::effect::{Effect, FactKind};
use crate::domain::event::Timer;
use crate::domain::ticket::{Priority, Status};
use crate::domain::time::{MINUTE, SECOND};

const ASKED: &str = "怎么退货退款呢";
const VOTES: &str = "[👍 | 👎]";

// ---- while a ticket is open ----

#[rstest]
#[case::waiting(Scene::new().handed_over())]
#[case::assignee_off_duty(Scene::new().with_li().li_leaves())]
#[case::on_hold(on_hold())]
fn the_bot_still_gives_confident_answers_marked_and_copied(#[case] scene: Scene) {
    let mut scene = scene.knows(ASKED, "七天内可退").doubts("哪个好", &["甲"]);
    let then = scene.says(ASKED);
    let answer = "mark.automatic + 七天内可退";
    assert_eq!(then.told(), [format!("{answer} {VOTES}")]);
    assert_eq!(then.thread(), [ASKED, answer]);
    for text in ["哪个好", "你们的手机壳可以刻字吗", "在吗"] {
        assert_eq!(scene.says(text).thread(), [text]);
        assert!(scene.wait(5 * SECOND).told().is_empty(), "{text}");
    }
}

fn on_hold() -> Scene {
    use crate::domain::command::Act;
    let mut scene = Scene::new().with_li();
    let reason = "等仓库".to_owned();
    scene.commands(LI, Act::Hold { reason, ms: None });
    scene
}

#[test]
fn with_an_agent_on_duty_the_bot_is_silent() {
    let mut scene = Scene::new().with_li().knows(ASKED, "七天内可退");
    for text in [ASKED, "在吗", "人工", "你好", "你们的手机壳可以刻字吗"] {
        let then = scene.says(text);
        assert_eq!(
            (then.told(), then.thread()),
            (vec![], vec![text.to_owned()]),
            "{text}"
        );
    }
    assert!(scene.wait(4 * MINUTE).told().is_empty());
    assert!(scene.asked.is_empty());
}

#[test]
fn outside_hours_nobody_is_on_duty() {
    let mut scene = Scene::at_night().with_li().knows(ASKED, "七天内可退");
    assert_eq!(scene.says(ASKED).told().len(), 1);
}

#[test]
fn a_turn_that_an_agent_took_over_is_left_to_the_agent() {
    let mut scene = Scene::new().handed_over();
    scene.says("你们的手机壳可以刻字吗");
    scene.writes(LI, "可以的");
    assert!(
        scene
            .wait(5 * SECOND)
            .effects
            .iter()
            .all(|effect| matches!(effect, Effect::Timer { .. }))
    );
    assert_eq!(scene.case.state.turn, None);
}

// ---- while a ticket is resolved ----

#[test]
fn a_question_with_a_confident_answer_takes_nothing_up_again() {
    let mut scene = Scene::new().resolved().knows(ASKED, "七天内可退");
    assert_eq!(scene.says(ASKED).told(), [format!("七天内可退 {VOTES}")]);
    assert_eq!(scene.status(), Some(Status::Resolved));
}

#[rstest]
#[case("你们的手机壳可以刻字吗")]
#[case("在吗")]
#[case("你好")]
fn any_other_word_takes_a_resolved_ticket_up_again_at_once(#[case] text: &str) {
    let mut scene = Scene::new().resolved();
    let then = scene.says(text);
    assert_eq!(then.thread(), ["<reopen_thread>", "ticket.reopened", text]);
    assert!(then.told().is_empty(), "Li is on duty and answers");
    assert_eq!(
        (scene.status(), scene.ticket().assignee),
        (Some(Status::InProgress), Some(LI))
    );
    assert_eq!(scene.due(Timer::CloseResolved), None);
    assert!(then.counts(FactKind::Reopened));
}

#[test]
fn a_picture_takes_a_resolved_ticket_up_again() {
    let mut scene = Scene::new().resolved().li_leaves();
    assert_eq!(scene.shows_picture().told(), ["handoff.reopened"]);
    assert_eq!(scene.status(), Some(Status::InProgress));
    assert!(scene.wait(5 * SECOND).told().is_empty());
}

#[test]
fn after_it_is_closed_a_customer_begins_anew() {
    let mut scene = Scene::new().resolved();
    let first = scene.ticket().id;
    scene.wait(8 * 24 * 60 * MINUTE);
    assert_eq!(scene.status(), Some(Status::Closed));
    assert_eq!(scene.says("人工").told(), ["handoff.open_hours"]);
    assert_ne!(scene.ticket().id, first);
    assert_eq!(scene.ticket().priority, Priority::Normal);
}
