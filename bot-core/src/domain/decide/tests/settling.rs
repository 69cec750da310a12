//! When a question is looked up and answered: at once, after some quiet, or late.

use super::scene::{Answerer, LI, Scene};
use crate::domain::answer::Question;
use crate::domain::effect::FactKind;
use crate::domain::event::{EventKind, Reply, Timer};
use crate::domain::time::{MINUTE, SECOND};

const ASKED: &str = "怎么退货退款呢";
const VOTES: &str = "[👍 | 👎]";

// ---- settling ----

#[test]
fn a_confident_answer_leaves_at_once_and_is_followed_by_the_first_words() {
    let mut scene = Scene::new().knows(ASKED, "七天内可退");
    let then = scene.says(ASKED);
    assert_eq!(then.told(), [format!("七天内可退 + first_words {VOTES}")]);
    assert!(then.counts(FactKind::Answered));
    assert_eq!(scene.due(Timer::Settle), None);
    assert_eq!(scene.says(ASKED).told(), [format!("七天内可退 {VOTES}")]);
}

#[test]
fn an_answer_carries_its_source_and_its_evidence() {
    let mut scene = Scene::new().knows(ASKED, "七天内可退");
    let then = scene.says(ASKED);
    let keep = then.keeps().last().unwrap();
    assert_eq!(keep.body.source.as_deref(), Some("title"));
    assert_eq!(
        keep.evidence.as_ref().map(|found| found.looked_up.as_str()),
        Some(ASKED)
    );
}

#[test]
fn anything_else_waits_for_two_seconds_of_quiet_and_five_at_most() {
    let mut scene = Scene::new();
    for (later, waits) in [(0, 2_000), (1_900, 2_000), (1_900, 1_200), (1_000, 200)] {
        assert!(scene.wait(later).told().is_empty());
        scene.says("还有一件事情要问");
        assert_eq!(scene.due(Timer::Settle), Some(waits));
    }
    assert_eq!(scene.wait(200).told(), ["handoff.open_hours + first_words"]);
}

#[test]
fn fragments_are_one_turn() {
    let mut scene = Scene::new()
        .greeted()
        .knows("我想问\n怎么退货", "七天内可退");
    assert!(scene.says("我想问").told().is_empty());
    assert_eq!(
        scene.says("怎么退货").told(),
        [format!("七天内可退 {VOTES}")]
    );
    assert_eq!(scene.due(Timer::Settle), None);
    assert!(scene.wait(MINUTE).told().is_empty());
}

#[test]
fn earlier_turns_go_along_with_a_question_three_at_most() {
    let mut scene = Scene::new().greeted();
    for text in ["一", "二", "三", "四", "五"] {
        scene = scene.knows(text, "答案");
        scene.says(text);
    }
    let Question { previous, text, .. } = scene.asked.pop().unwrap();
    assert_eq!(
        (previous, text.as_str()),
        (vec!["二".into(), "三".into(), "四".into()], "五")
    );
}

// ---- answers that come late ----

fn slow() -> Scene {
    let mut scene = Scene::new().greeted().knows(ASKED, "七天内可退");
    scene.answerer = Answerer::Slow;
    assert!(scene.says(ASKED).told().is_empty());
    scene
}

fn late(scene: &Scene) -> EventKind {
    let question = scene.asked.last().unwrap();
    EventKind::Late(scene.answers(question))
}

#[test]
fn a_late_answer_is_given_when_it_comes() {
    let mut scene = slow();
    assert_eq!(scene.due(Timer::AnswerLate), Some(27 * SECOND));
    scene.wait(10 * SECOND);
    let kind = late(&scene);
    assert_eq!(scene.happens(kind).told(), [format!("七天内可退 {VOTES}")]);
    assert_eq!(scene.due(Timer::AnswerLate), None);
}

#[test]
fn an_answer_that_never_comes_counts_as_unknown() {
    let mut scene = slow();
    assert_eq!(scene.wait(27 * SECOND).told(), ["handoff.open_hours"]);
}

#[test]
fn a_late_failure_counts_as_unknown() {
    let mut scene = slow();
    let about = scene.asked[0].about;
    let reply = Reply::Answer {
        about,
        answer: None,
    };
    assert_eq!(
        scene.happens(EventKind::Late(reply)).told(),
        ["handoff.open_hours"]
    );
}

#[test]
fn a_late_answer_is_dropped_when_a_newer_turn_or_an_agent_took_over() {
    let mut newer = slow();
    let kind = late(&newer);
    newer.says("而且很急");
    assert!(newer.happens(kind).told().is_empty());
    let mut attended = slow();
    let kind = late(&attended);
    attended.says("人工");
    assert_eq!(attended.due(Timer::AnswerLate), None);
    attended.writes(LI, "您好");
    assert!(attended.happens(kind).told().is_empty());
    assert!(attended.wait(MINUTE).told().is_empty());
}

#[test]
fn replies_of_another_sort_change_nothing() {
    let mut scene = slow();
    assert!(
        scene
            .happens(EventKind::Late(Reply::Overdue))
            .effects
            .is_empty()
    );
}
