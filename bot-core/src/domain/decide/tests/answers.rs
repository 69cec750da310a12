//! What follows from what was found: an answer and its votes, choices, a question back, a person.

use rstest::rstest;

use super::scene::{Answerer, LI, Scene};
use crate::domain::effect::{Effect, FactKind, Reason};
use crate::domain::language::Language;
use crate::domain::ticket::{Cause, Priority, Status};
use crate::domain::time::{MINUTE, SECOND};

const ASKED: &str = "怎么退货退款呢";
const VOTES: &str = "[👍 | 👎]";

// ---- choices ----

#[test]
fn choices_are_three_at_most_and_always_end_in_a_person() {
    let mut scene = Scene::new()
        .greeted()
        .doubts(ASKED, &["甲", "乙", "丙", "丁"]);
    scene.says(ASKED);
    let then = scene.wait(2 * SECOND);
    assert_eq!(then.told(), ["choices.which [甲 | 乙 | 丙 | choices.none]"]);
    assert!(then.counts(FactKind::Offered));
}

#[test]
fn a_chosen_article_is_answered_as_it_stands() {
    let mut scene = Scene::new().greeted().doubts(ASKED, &["甲", "乙"]);
    scene.says(ASKED);
    let button = scene.wait(2 * SECOND).choice("乙");
    assert_eq!(
        scene.presses(&button).told(),
        [format!("chosen article {VOTES}")]
    );
    assert!(scene.asked.pop().unwrap().chosen.is_some());
}

#[rstest]
#[case(Answerer::Failing)]
#[case(Answerer::Slow)]
fn a_chosen_article_that_is_out_of_reach_leads_to_a_person(#[case] answerer: Answerer) {
    let mut scene = Scene::new().greeted().doubts(ASKED, &["甲"]);
    scene.says(ASKED);
    let button = scene.wait(2 * SECOND).choice("甲");
    scene.answerer = answerer;
    assert_eq!(scene.presses(&button).told(), ["handoff.open_hours"]);
}

#[test]
fn a_choice_does_not_swallow_the_question_that_came_after_the_offer() {
    let mut scene = Scene::new().greeted().doubts(ASKED, &["甲"]);
    scene.says(ASKED);
    let button = scene.wait(2 * SECOND).choice("甲");
    scene.says("还有发票抬头能不能改");
    assert_eq!(
        scene.presses(&button).told(),
        [format!("chosen article {VOTES}")]
    );
    assert_eq!(scene.wait(2 * SECOND).told(), ["handoff.open_hours"]);
    assert_eq!(scene.ticket().subject, "还有发票抬头能不能改");
}

// ---- words ----

#[test]
fn several_questions_are_answered_together_and_what_is_left_is_said() {
    let text = "怎么退货？运费谁出？火星上有店吗？";
    let mut scene =
        Scene::new()
            .greeted()
            .knows_in_part(text, ["七天内", "我们出"], "火星上有店吗");
    let then = scene.says(text);
    let expected = format!("▸ title\n七天内 + ▸ other\n我们出 + answer.partly {VOTES}");
    assert_eq!(then.told(), [expected]);
    let answered = then
        .effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Count(fact) if fact.kind == FactKind::Answered));
    assert_eq!(answered.count(), 2, "each article is counted");
}

#[test]
fn an_answer_in_another_language_says_so() {
    let line = "returns 7 days please help";
    let mut scene = Scene::new()
        .greeted()
        .knows(ASKED, "七天内")
        .knows(line, "七天内");
    scene.only_in = Some(Language::Zh);
    assert_eq!(
        scene.says(line).told(),
        [format!("answer.only_chinese + 七天内 {VOTES}")]
    );
    assert_eq!(scene.says(ASKED).told(), [format!("七天内 {VOTES}")]);
}

// ---- feelings ----

#[rstest]
#[case("你们什么态度，等了三天没人理", Priority::High)]
#[case("I need a reply about my parcel asap", Priority::High)]
#[case("我想问一下包裹到哪里了", Priority::Normal)]
fn anger_and_haste_move_a_ticket_forward(#[case] text: &str, #[case] priority: Priority) {
    let mut scene = Scene::new().greeted();
    scene.says(text);
    scene.wait(2 * SECOND);
    assert_eq!(scene.ticket().priority, priority);
}

#[test]
fn anger_in_an_open_ticket_raises_it_once() {
    let mut scene = Scene::new().handed_over();
    let then = scene.says("你们太差劲了");
    assert_eq!(then.thread(), ["你们太差劲了", "ticket.priority"]);
    assert_eq!(scene.says("太差劲了").thread(), ["太差劲了"]);
    assert_eq!(scene.ticket().priority, Priority::High);
}

// ---- unknown ----

#[rstest]
#[case("你们的手机壳可以刻字吗")]
#[case("do you engrave phone cases")]
#[case("订单 20261124001")]
fn a_substantive_unknown_goes_to_a_person_at_once(#[case] text: &str) {
    let mut scene = Scene::new().greeted();
    scene.says(text);
    let then = scene.wait(2 * SECOND);
    assert_eq!(then.told(), ["handoff.open_hours"]);
    assert_eq!(scene.ticket().cause, Cause::Unanswered);
    assert!(
        then.keeps().any(|keep| keep.evidence.is_some()),
        "/why explains it"
    );
}

#[rstest]
#[case("在吗")]
#[case("hello?")]
#[case("我那个订单")]
fn a_vague_unknown_is_asked_about_once(#[case] text: &str) {
    let mut scene = Scene::new().greeted();
    scene.says(text);
    assert_eq!(
        scene.wait(2 * SECOND).told(),
        ["unknown.clarify [choices.person]"]
    );
    scene.says(text);
    assert_eq!(
        scene.wait(2 * SECOND).told(),
        ["handoff.open_hours"],
        "a second one in a row"
    );
}

#[test]
fn an_answer_between_two_unknowns_starts_the_row_again() {
    let mut scene = Scene::new().greeted().knows(ASKED, "七天内可退");
    scene.says("在吗");
    scene.wait(2 * SECOND);
    scene.says(ASKED);
    scene.says("在吗");
    assert_eq!(
        scene.wait(2 * SECOND).told(),
        ["unknown.clarify [choices.person]"]
    );
}

#[test]
fn after_a_handoff_the_row_of_unknowns_starts_again() {
    let mut scene = Scene::new().greeted();
    for _ in 0..2 {
        scene.says("在吗");
        scene.wait(2 * SECOND);
    }
    scene.closes(LI);
    scene.wait(8 * 24 * 60 * MINUTE);
    scene.says("在吗");
    assert_eq!(
        scene.wait(2 * SECOND).told(),
        ["unknown.clarify [choices.person]"]
    );
}

#[test]
fn an_answerer_that_fails_knows_nothing() {
    let mut scene = Scene::new().greeted().knows(ASKED, "七天内可退");
    scene.answerer = Answerer::Failing;
    scene.says(ASKED);
    assert_eq!(scene.wait(2 * SECOND).told(), ["handoff.open_hours"]);
}

// ---- votes ----

#[test]
fn a_vote_is_counted_and_thanked() {
    let mut scene = Scene::new().greeted().knows(ASKED, "七天内可退");
    let up = scene.says(ASKED).choice("👍");
    let then = scene.presses(&up);
    assert_eq!(then.told(), ["vote.thanks"]);
    assert!(then.counts(FactKind::VotedUp));
    assert_eq!(scene.presses(&up).told(), ["choices.stale"]);
}

#[test]
fn a_second_thumbs_down_leads_to_a_person() {
    let mut scene = Scene::new().greeted().knows(ASKED, "七天内可退");
    let down = scene.says(ASKED).choice("👎");
    assert_eq!(scene.presses(&down).told(), ["vote.sorry [choices.person]"]);
    let down = scene.says(ASKED).choice("👎");
    assert_eq!(scene.presses(&down).told(), ["handoff.open_hours"]);
    assert_eq!(scene.ticket().cause, Cause::Unhelpful);
}

#[test]
fn a_vote_in_a_ticket_opens_nothing_and_does_not_talk_over_an_agent() {
    let mut scene = Scene::new().handed_over().knows(ASKED, "七天内可退");
    let [one, two, three] = [(); 3].map(|()| scene.says(ASKED));
    let (down, up) = (two.choice("👎"), three.choice("👍"));
    assert_eq!(scene.presses(&one.choice("👎")).told(), ["vote.sorry"]);
    scene.writes(LI, "您好");
    for (vote, counted) in [(down, FactKind::VotedDown), (up, FactKind::VotedUp)] {
        let then = scene.presses(&vote);
        assert!(then.counts(counted) && then.told().is_empty());
    }
}

#[test]
fn a_vote_takes_no_resolved_ticket_up_again() {
    let mut scene = Scene::new().resolved().knows(ASKED, "七天内可退");
    let up = scene.says(ASKED).choice("👍");
    scene.presses(&up);
    assert_eq!(scene.status(), Some(Status::Resolved));
}

#[test]
fn a_question_is_recorded_without_a_reason() {
    let mut scene = Scene::new().knows(ASKED, "七天内可退");
    assert_eq!(scene.says(ASKED).reason(), None::<Reason>);
}
