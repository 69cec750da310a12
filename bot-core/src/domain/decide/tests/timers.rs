//! Times that have come when nothing waits for them any more.

use rstest::rstest;

use super::scene::{LI, Scene};
use crate::domain::effect::FactKind;
use crate::domain::event::{EventKind, Timer};
use crate::domain::ticket::Status;
use crate::domain::time::{DAY, SECOND};

#[test]
fn a_resolved_ticket_closes_after_seven_days_without_a_word() {
    let mut scene = Scene::new().resolved();
    scene.wait(7 * DAY - 1);
    assert_eq!(scene.status(), Some(Status::Resolved));
    let then = scene.wait(1);
    assert_eq!(
        (scene.status(), then.thread()),
        (Some(Status::Closed), vec!["<close_thread>".to_owned()])
    );
    assert!(then.counts(FactKind::Closed) && then.told().is_empty());
}

#[rstest]
#[case(Timer::Settle)]
#[case(Timer::AnswerLate)]
#[case(Timer::WaitingUpdate)]
#[case(Timer::WaitingChoice)]
#[case(Timer::CloseResolved)]
#[case(Timer::Wake)]
fn a_timer_that_nothing_waits_for_changes_nothing(#[case] timer: Timer) {
    let rests = [Scene::new(), Scene::new().greeted(), Scene::new().with_li()];
    for mut scene in rests {
        let before = scene.case.clone();
        let then = scene.happens(EventKind::Timer(timer));
        assert!(then.effects.is_empty(), "{:?}", then.effects);
        assert_eq!(scene.case, before);
    }
}

#[test]
fn a_ticket_that_was_taken_up_again_does_not_close_under_its_agent() {
    let mut scene = Scene::new().resolved();
    scene.says("还是坏的怎么办啊");
    scene.wait(2 * SECOND);
    scene.writes(LI, "我看看");
    scene.happens(EventKind::Timer(Timer::CloseResolved));
    assert_eq!(scene.status(), Some(Status::InProgress));
}
