//! Deliveries that did not simply succeed, threads that are gone, and files that have come.

use rstest::rstest;

use super::deeds::file;
use super::scene::Scene;
use super::then::Then;
use crate::domain::content::Attachment;
use crate::domain::effect::{Effect, FactKind};
use crate::domain::event::{EventKind, FileReport, Outcome, Report, Timer};
use crate::domain::id::{DeliveryId, MessageId};
use crate::domain::place::Destination;
use crate::domain::time::SECOND;

const DELIVERY: DeliveryId = DeliveryId(uuid::Uuid::from_u128(0xd1));

fn report(scene: &mut Scene, destination: Destination, by_agent: bool, outcome: Outcome) -> Then {
    let at = scene.now;
    let (delivery, message) = (DELIVERY, None);
    scene.happens(EventKind::Report(Report {
        delivery,
        message,
        destination,
        by_agent,
        at,
        outcome,
    }))
}

fn dead() -> Outcome {
    let reason = "blocked".to_owned();
    Outcome::Dead { reason }
}

fn resent(then: &Then) -> bool {
    let (delivery, marked) = (DELIVERY, true);
    then.effects.contains(&Effect::Resend { delivery, marked })
}

#[rstest]
#[case(Destination::Customer, vec!["delivery.dead"])]
#[case(Destination::Callback, vec!["delivery.dead"])]
#[case(Destination::Thread, vec![])]
#[case(Destination::Room, vec![])]
fn what_will_not_arrive_is_counted_and_said_where_it_can_be(
    #[case] destination: Destination,
    #[case] thread: Vec<&str>,
) {
    let mut scene = Scene::new().handed_over();
    let then = report(&mut scene, destination, false, dead());
    assert_eq!(
        (then.thread(), then.told().len()),
        (thread.into_iter().map(str::to_owned).collect(), 0)
    );
    assert!(then.counts(FactKind::Undelivered));
}

#[test]
fn an_agents_reply_that_may_have_arrived_is_asked_about_and_never_sent_again_by_itself() {
    let mut scene = Scene::new().with_li();
    let then = report(&mut scene, Destination::Customer, true, Outcome::Unknown);
    assert_eq!(
        then.thread(),
        ["delivery.unknown [button.resend | button.leave]"]
    );
    assert!(then.counts(FactKind::Doubtful));
    assert!(!resent(&scene.wait(60 * SECOND)));
}

#[test]
fn a_bots_answer_that_may_have_arrived_goes_once_more_after_30_seconds() {
    let mut scene = Scene::new();
    report(&mut scene, Destination::Customer, false, Outcome::Unknown);
    assert!(!resent(&scene.wait(30 * SECOND - 1)));
    assert!(resent(&scene.wait(1)));
    assert!(
        !resent(&scene.happens(EventKind::Timer(Timer::Resend(DELIVERY)))),
        "once"
    );
}

#[rstest]
#[case::a_word("在吗")]
#[case::a_button("p1:up")]
fn unless_the_customer_has_written_since(#[case] sent: &str) {
    let mut scene = Scene::new();
    report(&mut scene, Destination::Customer, false, Outcome::Unknown);
    match sent.starts_with('p') {
        true => scene.presses(sent),
        false => scene.says(sent),
    };
    let then = scene.wait(30 * SECOND);
    assert!(then.effects.contains(&Effect::Leave { delivery: DELIVERY }));
    assert!(!resent(&then));
}

#[rstest]
#[case(Destination::Thread)]
#[case(Destination::Room)]
#[case(Destination::Callback)]
fn what_may_have_reached_the_team_goes_once_more_marked(#[case] destination: Destination) {
    let mut scene = Scene::new().handed_over();
    assert!(resent(&report(
        &mut scene,
        destination,
        false,
        Outcome::Unknown
    )));
}

#[test]
fn a_thread_that_is_gone_is_opened_anew() {
    let gone = || EventKind::ThreadGone { generation: 1 };
    assert_eq!(
        Scene::new().handed_over().happens(gone()).effects,
        [Effect::OpenThread]
    );
    assert!(Scene::new().happens(gone()).effects.is_empty());
}

fn became(stored: Result<Attachment, &str>, from_customer: bool) -> EventKind {
    EventKind::File {
        report: FileReport {
            message: MessageId::default(),
            attachment: file().id,
            stored: stored.map_err(str::to_owned),
        },
        from_customer,
    }
}

#[test]
fn a_stored_file_takes_its_place() {
    let mut scene = Scene::new().handed_over();
    let message = MessageId::default();
    assert_eq!(
        scene.happens(became(Ok(file()), true)).effects,
        [Effect::Attach {
            message,
            file: file()
        }]
    );
}

#[rstest]
#[case::both_sides_hear_of_a_customers(true, &["not_accepted.file"], "file.refused")]
#[case::the_team_hears_of_an_agents(false, &[], "file.not_sent")]
fn a_refused_file_is_told(#[case] from_customer: bool, #[case] told: &[&str], #[case] why: &str) {
    let mut scene = Scene::new().handed_over();
    let then = scene.happens(became(Err("too big"), from_customer));
    assert_eq!(then.told(), told);
    assert_eq!(then.thread(), [why]);
}
