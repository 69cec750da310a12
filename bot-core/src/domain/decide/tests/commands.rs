//! What commands do to the case of their thread.

use rstest::rstest;

use super::scene::{LI, MO, Scene};
use crate::domain::command::{Act, Plan, Say, Write};
use crate::domain::effect::Direction::Note;
use crate::domain::effect::{Effect, FactKind, RingCause};
use crate::domain::event::Timer;
use crate::domain::phrase::Phrase;
use crate::domain::ticket::{Priority, Status};
use crate::domain::time::{DAY, HOUR, MINUTE};

const SURVEY: &str = "survey.question [★★★★★ | ★★★★ | ★★★ | ★★ | ★]";

fn close(reason: Option<&str>, silent: bool) -> Act {
    let reason = reason.map(str::to_owned);
    Act::Close { reason, silent }
}

fn hold(ms: Option<i64>) -> Act {
    let reason = "等仓库".to_owned();
    Act::Hold { reason, ms }
}

#[test]
fn a_command_is_asked_for_and_its_plan_carried_out_in_order() {
    let mut scene = Scene::new().with_li();
    let agent = LI;
    let presence = "away".to_owned();
    let write = Write::Presence { agent, presence };
    scene.plan = Plan {
        says: vec![
            Say::Phrase(Phrase::new("command.done")),
            Say::Text("清单".into()),
        ],
        acts: vec![Act::Priority(Priority::High)],
        writes: vec![write.clone()],
    };
    let then = scene.writes(LI, "/away");
    assert_eq!(then.thread(), ["ticket.priority", "command.done", "清单"]);
    assert!(
        then.effects.contains(&Effect::Write(write)),
        "presence is written by the desk"
    );
}

// ---- notes and replies ----

#[test]
fn a_note_is_kept_between_colleagues() {
    let mut scene = Scene::new().with_li();
    let then = scene.commands(LI, Act::Note("客户很急".into()));
    assert_eq!(
        (then.told(), then.thread()),
        (vec![], vec!["客户很急".to_owned()])
    );
    assert_eq!(then.kept(), [(Note, "客户很急".to_owned())]);
}

#[test]
fn a_reply_by_command_answers_whatever_the_setting_is() {
    let mut scene = Scene::new().with_li();
    scene.policy.replies.notes_by_default = true;
    assert_eq!(
        scene.commands(LI, Act::Reply("您好".into())).told(),
        ["您好"]
    );
    let card = "卡号 4111 1111 1111 1111";
    assert!(
        scene
            .commands(LI, Act::Reply(card.into()))
            .told()
            .is_empty()
    );
}

#[test]
fn undo_takes_a_reply_back() {
    let mut scene = Scene::new().with_li();
    let message = scene.writes(LI, "错的话").message;
    let then = scene.commands(LI, Act::Undo(message));
    assert!(then.effects.contains(&Effect::TakeBack { message }));
}

// ---- the end of a ticket ----

#[test]
fn closing_resolves_tells_and_asks_how_it_was() {
    let mut scene = Scene::new().with_li();
    scene.wait(HOUR);
    let then = scene.commands(LI, close(Some("已换货"), false));
    assert_eq!(then.told(), [SURVEY]);
    assert_eq!(then.thread(), ["ticket.resolved_because", "<close_thread>"]);
    assert_eq!(scene.status(), Some(Status::Resolved));
    assert_eq!(then.value_of(FactKind::Resolved), Some(Some(HOUR)));
    assert_eq!(scene.due(Timer::CloseResolved), Some(7 * DAY));
}

#[test]
fn a_silent_close_tells_the_customer_nothing() {
    let mut scene = Scene::new().with_li();
    assert!(scene.commands(LI, close(None, true)).told().is_empty());
    assert_eq!(scene.status(), Some(Status::Resolved));
}

#[test]
fn one_customer_is_surveyed_once_in_24_hours() {
    let mut scene = Scene::new().with_li();
    assert_eq!(scene.closes(LI).told(), [SURVEY]);
    scene.wait(23 * HOUR);
    scene.says("人工");
    assert_eq!(scene.closes(LI).told(), ["ticket.done"]);
    scene.wait(2 * HOUR);
    scene.says("人工");
    assert_eq!(scene.closes(LI).told(), [SURVEY]);
}

#[test]
fn closing_twice_or_nothing_changes_nothing() {
    let mut scene = Scene::new().resolved();
    let then = scene.closes(LI);
    assert_eq!(
        (then.told(), then.thread()),
        (vec![], vec!["ticket.not_open".to_owned()])
    );
    assert!(Scene::new().closes(LI).told().is_empty());
}

#[test]
fn closing_ends_the_waiting() {
    let mut scene = Scene::new().handed_over();
    let choices = scene.wait(15 * MINUTE);
    scene.commands(LI, close(None, true));
    for timer in [Timer::WaitingUpdate, Timer::WaitingChoice, Timer::Wake] {
        assert_eq!(scene.due(timer), None);
    }
    let waits = choices.choice("waiting.choice_wait");
    assert_eq!(scene.presses(&waits).told(), ["choices.stale"]);
    assert_eq!(
        scene.ticket().assignee,
        Some(LI),
        "who closes it has done it"
    );
}

#[test]
fn a_closed_ticket_can_be_taken_up_again_by_command() {
    let mut scene = Scene::new().resolved();
    scene.wait(7 * DAY);
    assert_eq!(scene.status(), Some(Status::Closed));
    let then = scene.commands(LI, Act::Reopen);
    assert_eq!(then.thread(), ["<reopen_thread>", "ticket.reopened"]);
    assert_eq!(scene.status(), Some(Status::InProgress));
    assert_eq!(
        scene.commands(LI, Act::Reopen).thread(),
        ["ticket.not_closed"]
    );
}

#[test]
fn what_was_written_just_before_the_reopening_is_shown_to_the_agent() {
    for (text, shown) in [
        ("手机壳可以刻字吗", "手机壳可以刻字吗"),
        ("", "customer.sent_file"),
    ] {
        let mut scene = Scene::new().resolved();
        scene.wait(7 * DAY);
        match text.is_empty() {
            true => scene.shows_picture(),
            false => scene.says(text),
        };
        let then = scene.commands(LI, Act::Reopen);
        assert_eq!(then.thread().last().unwrap(), shown);
        assert!(scene.wait(MINUTE).told().is_empty(), "it is Li's now");
    }
}

#[test]
fn a_survey_is_withdrawn_when_its_ticket_is_taken_up_again() {
    let mut scene = Scene::new().with_li();
    let stars = scene.closes(LI).choice("★★★★★");
    scene.commands(LI, Act::Reopen);
    assert_eq!(scene.presses(&stars).told(), ["choices.stale"]);
}

// ---- whose it is ----

#[test]
fn a_ticket_is_given_to_a_colleague_who_is_rung() {
    let mut scene = Scene::new().handed_over();
    let then = scene.commands(LI, Act::Assign(Some(MO)));
    assert_eq!(then.thread(), ["ticket.claimed"]);
    assert_eq!(then.rings(), [RingCause::Assigned]);
    assert_eq!(
        (scene.status(), scene.ticket().assignee),
        (Some(Status::InProgress), Some(MO))
    );
    assert!(
        scene.commands(LI, Act::Assign(Some(MO))).effects.is_empty(),
        "it is Mo's already"
    );
    assert_eq!(
        scene.commands(LI, Act::Assign(Some(LI))).rings(),
        [],
        "taken, not given"
    );
}

#[test]
fn a_ticket_goes_back_to_everybody() {
    let mut scene = Scene::new().with_li();
    let then = scene.commands(LI, Act::Assign(None));
    assert_eq!(
        (then.thread(), then.rings()),
        (vec!["ticket.released".to_owned()], vec![RingCause::New])
    );
    assert_eq!(
        (scene.status(), scene.ticket().assignee),
        (Some(Status::Pending), None)
    );
}

#[rstest]
#[case(Act::Assign(Some(LI)))]
#[case(Act::Assign(None))]
#[case(hold(None))]
fn a_resolved_ticket_is_not_given_or_put_on_hold(#[case] act: Act) {
    let mut scene = Scene::new().resolved();
    assert_eq!(scene.commands(LI, act).thread(), ["ticket.not_open"]);
    assert_eq!(scene.status(), Some(Status::Resolved));
}

// ---- rest ----

#[rstest]
#[case::by_default(None, DAY)]
#[case(Some(2 * HOUR), 2 * HOUR)]
#[case::at_most(Some(30 * DAY), 7 * DAY)]
#[case::forged(Some(-5), 0)]
fn a_ticket_rests_with_a_reason_until_it_wakes(#[case] ms: Option<i64>, #[case] rests: i64) {
    let mut scene = Scene::new().with_li();
    assert_eq!(scene.commands(LI, hold(ms)).thread(), ["ticket.on_hold"]);
    assert_eq!(scene.status(), Some(Status::OnHold));
    assert_eq!(
        scene
            .ticket()
            .hold
            .as_ref()
            .map(|hold| hold.reason.as_str()),
        Some("等仓库")
    );
    assert_eq!(scene.due(Timer::Wake), Some(rests));
    let then = scene.wait(rests);
    assert_eq!(
        (then.thread(), then.rings()),
        (vec!["ticket.woke".to_owned()], vec![RingCause::Waiting])
    );
    assert_eq!(
        (scene.status(), scene.ticket().hold.clone()),
        (Some(Status::InProgress), None)
    );
}

#[test]
fn a_ticket_that_nobody_has_wakes_for_everybody() {
    let mut scene = Scene::new().handed_over();
    scene.commands(LI, hold(None));
    scene.wait(DAY);
    assert_eq!(scene.status(), Some(Status::Pending));
}

#[test]
fn a_ticket_on_hold_does_not_trouble_the_waiting_customer() {
    let mut scene = Scene::new().handed_over();
    scene.commands(LI, hold(None));
    assert!(scene.wait(HOUR).told().is_empty());
}

// ---- labels ----

#[test]
fn priority_and_tags_are_set_and_shown() {
    let mut scene = Scene::new().handed_over();
    let then = scene.commands(LI, Act::Priority(Priority::Urgent));
    assert_eq!(
        (then.thread(), scene.ticket().priority),
        (vec!["ticket.priority".to_owned()], Priority::Urgent)
    );
    let (add, remove) = (vec!["vip".to_owned(), "vip2".to_owned()], vec![]);
    assert_eq!(
        scene.commands(LI, Act::Tag { add, remove }).thread(),
        ["ticket.tags"]
    );
    let (add, remove) = (vec!["vip2".to_owned()], vec!["vip".to_owned()]);
    scene.commands(LI, Act::Tag { add, remove });
    assert_eq!(scene.ticket().tags, ["vip2"]);
}

#[test]
fn a_block_says_until_when() {
    let mut scene = Scene::new().handed_over();
    assert_eq!(
        scene.commands(LI, Act::Block(Some(HOUR))).thread(),
        ["ticket.blocked_until"]
    );
    assert_eq!(
        scene.commands(LI, Act::Block(None)).thread(),
        ["ticket.blocked"]
    );
    assert_eq!(
        scene.commands(LI, Act::Unblock).thread(),
        ["ticket.unblocked"]
    );
    assert_eq!(scene.case.state.block, None);
}

#[test]
fn without_a_ticket_commands_change_nothing() {
    let (add, remove) = (vec!["vip".to_owned()], vec![]);
    for act in [
        Act::Reopen,
        Act::Assign(Some(LI)),
        Act::Assign(None),
        hold(None),
        Act::Priority(Priority::High),
        Act::Tag { add, remove },
    ] {
        let mut scene = Scene::new();
        let before = scene.case.clone();
        assert!(scene.commands(LI, act).effects.is_empty());
        assert_eq!(scene.case, before);
    }
}
