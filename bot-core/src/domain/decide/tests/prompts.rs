//! What the customer answers to something that was asked: by button, number, or words.

use rstest::rstest;

use super::scene::{LI, Scene};
use crate::domain::effect::Direction::In;
use crate::domain::effect::{FactKind, Reason, RingCause};
use crate::domain::ticket::{Cause, Status};
use crate::domain::time::{HOUR, MINUTE, SECOND};

const ASKED: &str = "送货怎么安排";
const CHOSEN: &str = "chosen article [👍 | 👎]";

/// Choices are on the table.
fn offered() -> Scene {
    let mut scene = Scene::new().greeted().doubts(ASKED, &["甲", "乙"]);
    scene.says(ASKED);
    assert_eq!(scene.wait(2 * SECOND).told().len(), 1);
    scene
}

/// A survey is on the table.
fn surveyed() -> Scene {
    let mut scene = Scene::new().with_li();
    assert!(scene.closes(LI).told()[0].starts_with("survey.question"));
    scene
}

// ---- choices ----

#[rstest]
#[case("1")]
#[case("①")]
#[case("第二个")]
#[case("the first one")]
#[case("选2")]
fn a_bare_number_belongs_to_the_newest_prompt(#[case] text: &str) {
    let mut scene = offered();
    let then = scene.says(text);
    assert_eq!(then.told(), [CHOSEN]);
    assert_eq!(then.reason(), Some(Reason::Answered));
    assert_eq!(
        then.kept()[0],
        (In, text.to_owned()),
        "recorded before its answer"
    );
}

#[rstest]
#[case("3")]
#[case("最后一个")]
#[case("以上都不是")]
#[case("none of these")]
fn none_of_these_leads_to_a_person(#[case] text: &str) {
    let mut scene = offered();
    let then = scene.says(text);
    assert_eq!(then.told(), ["handoff.open_hours"]);
    assert_eq!(
        then.thread(),
        ["<opened>"],
        "the replay shows the words once"
    );
    let mut scene = Scene::new().greeted().doubts(ASKED, &["甲"]);
    scene.says(ASKED);
    let none = scene.wait(2 * SECOND).choice("choices.none");
    assert_eq!(scene.presses(&none).told(), ["handoff.open_hours"]);
}

#[rstest]
#[case::out_of_range("4")]
#[case::more_than_a_number("1个月")]
#[case::an_order("1042")]
fn anything_else_is_a_normal_message(#[case] text: &str) {
    let mut scene = offered();
    let then = scene.says(text);
    assert_eq!((then.told(), then.reason()), (vec![], None));
    assert_eq!(scene.asked.last().unwrap().text, text);
}

#[test]
fn a_number_after_ten_minutes_belongs_to_nothing() {
    let mut scene = offered();
    scene.wait(10 * MINUTE + 1);
    assert!(scene.says("1").told().is_empty());
    assert_eq!(
        scene.wait(2 * SECOND).told(),
        ["unknown.clarify [choices.person]"]
    );
}

#[test]
fn a_number_that_was_sent_before_the_prompt_belongs_to_nothing() {
    use crate::domain::event::{CustomerAct, EventKind};
    let mut scene = offered();
    let said = CustomerAct::Said(super::deeds::line("1"));
    let mut event = scene.event(EventKind::Customer(said));
    event.at = event.at.plus_ms(-1);
    assert_eq!(scene.settle(event).reason(), None);
}

#[test]
fn a_number_belongs_to_the_newest_prompt_only() {
    let mut scene = offered().knows("怎么退货", "七天内可退");
    scene.says("怎么退货");
    assert_eq!(
        scene.says("1").reason(),
        None,
        "the votes are newer and take no number"
    );
}

#[test]
fn an_answered_prompt_takes_no_second_answer() {
    let mut scene = offered();
    scene.says("1");
    assert_eq!(scene.says("1").reason(), None);
}

// ---- buttons ----

#[test]
fn buttons_live_on_by_their_own_id() {
    let mut scene = Scene::new().greeted().doubts(ASKED, &["甲"]);
    scene.says(ASKED);
    let button = scene.wait(2 * SECOND).choice("甲");
    scene.wait(5 * HOUR);
    scene.says("在吗");
    scene.wait(2 * SECOND);
    assert_eq!(scene.presses(&button).told(), [CHOSEN]);
    assert_eq!(scene.presses(&button).told(), ["choices.stale"]);
}

#[rstest]
#[case("p1:9")]
#[case("p1:yes")]
#[case("p99:0")]
#[case("p0:0")]
#[case("")]
#[case("p1")]
#[case("drop table")]
fn forged_buttons_do_nothing_and_say_so(#[case] choice: &str) {
    let mut scene = offered();
    let before = scene.case.clone();
    assert_eq!(scene.presses(choice).told(), ["choices.foreign"]);
    assert_eq!(scene.case, before);
}

#[rstest]
#[case("p1:0")]
#[case("p1:6")]
#[case("p1:five")]
fn a_rating_outside_the_scale_is_none(#[case] choice: &str) {
    let mut scene = surveyed();
    let then = scene.presses(choice);
    assert_eq!(then.told(), ["choices.foreign"]);
    assert!(!then.counts(FactKind::Rated));
}

#[test]
fn choices_are_withdrawn_when_a_resolved_ticket_is_taken_up_again() {
    let mut scene = Scene::new().handed_over().doubts(ASKED, &["甲"]);
    scene.writes(LI, "您好");
    scene.policy.agents[0].on_duty = false;
    scene.says(ASKED);
    scene.closes(LI);
    let button = scene.wait(2 * SECOND).choice("甲");
    scene.says("还是坏的怎么办啊");
    assert_eq!(scene.presses(&button).told(), ["choices.stale"]);
}

#[test]
fn the_way_to_a_person_is_a_button_and_a_number() {
    let mut vague = Scene::new().greeted();
    vague.says("在吗");
    vague.wait(2 * SECOND);
    assert_eq!(vague.says("1").told(), ["handoff.open_hours"]);
    assert_eq!(vague.ticket().cause, Cause::Asked);
}

// ---- surveys ----

#[rstest]
#[case("5", 5)]
#[case("★★★", 3)]
#[case("满意", 4)]
fn a_survey_takes_a_rating_by_number_and_by_words(#[case] text: &str, #[case] stars: i64) {
    let mut scene = surveyed();
    let then = scene.says(text);
    assert_eq!(then.told(), ["survey.thanks"]);
    assert_eq!(then.value_of(FactKind::Rated), Some(Some(stars)));
    assert_eq!(
        (then.thread(), then.rings()),
        (vec!["survey.rated".to_owned()], vec![])
    );
    assert_eq!(
        (then.reason(), scene.status()),
        (Some(Reason::Answered), Some(Status::Resolved))
    );
}

#[test]
fn a_survey_takes_a_number_for_24_hours() {
    let mut scene = surveyed();
    scene.wait(24 * HOUR);
    assert!(scene.clone().says("5").counts(FactKind::Rated));
    scene.wait(1);
    assert!(!scene.says("5").counts(FactKind::Rated));
}

#[rstest]
#[case("1")]
#[case("2")]
fn a_low_rating_asks_what_went_wrong_and_rings_the_lead(#[case] text: &str) {
    let mut scene = surveyed();
    let then = scene.says(text);
    assert_eq!(
        (then.told(), then.rings()),
        (
            vec!["survey.what_went_wrong".to_owned()],
            vec![RingCause::Urgent]
        )
    );
    let then = scene.says("等了很久也没人理我");
    assert_eq!(then.told(), ["survey.comment_thanks"]);
    assert_eq!(then.thread(), ["等了很久也没人理我"]);
    assert_eq!(
        (then.reason(), scene.status()),
        (Some(Reason::Answered), Some(Status::Resolved))
    );
    assert!(scene.says("谢谢").told().is_empty(), "asked once");
}

#[rstest]
#[case("人工", "handoff.open_hours")]
#[case("怎么退货", "七天内可退 [👍 | 👎]")]
#[case("我要起诉你们", "urgent.opened")]
#[case("取消", "cancel.done")]
fn what_went_wrong_is_no_cage(#[case] text: &str, #[case] told: &str) {
    let mut scene = surveyed().knows("怎么退货", "七天内可退");
    scene.says("1");
    assert_eq!(scene.says(text).told(), [told]);
}

#[test]
fn what_went_wrong_is_asked_for_half_an_hour() {
    let mut scene = surveyed();
    scene.says("1");
    scene.wait(30 * MINUTE + 1);
    scene.says("订单 20261124001 还没到");
    assert_eq!(
        scene.status(),
        Some(Status::InProgress),
        "a new word takes the ticket up again"
    );
}
