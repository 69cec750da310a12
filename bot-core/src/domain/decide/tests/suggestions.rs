//! Where the bot only suggests: drafts in the thread, what agents make of them, and who decides.

use rstest::rstest;

use super::scene::{LI, MO, Scene};
use super::then::Then;
use crate::domain::answer::AnswerMode::{Auto, Off, Suggest};
use crate::domain::command::Write;
use crate::domain::content::{Author, Content};
use crate::domain::conversation::Tally;
use crate::domain::effect::{Direction, Effect, FactKind, Opinion};
use crate::domain::event::{Button, DraftVerdict, TeamDeed};
use crate::domain::id::MessageId;
use crate::domain::ticket::{Cause, Status};
use crate::domain::time::SECOND;

const ASKED: &str = "多久能送到";
const DRAFT: &str = "suggestion.draft + 两天 [button.suggestion_send | button.suggestion_edit | button.suggestion_wrong]";

fn suggesting() -> Scene {
    Scene::new()
        .greeted()
        .knows(ASKED, "两天")
        .with_mode(Suggest)
}

/// The scene in whose thread the draft stands, and the draft.
fn drafted() -> (Scene, MessageId) {
    let mut scene = suggesting();
    scene.says(ASKED);
    let then = scene.wait(2 * SECOND);
    let draft = then.keeps().find(|keep| keep.direction == Direction::Note);
    let message = draft.unwrap().message;
    (scene, message)
}

impl Scene {
    fn judges(&mut self, message: MessageId, verdict: DraftVerdict) -> Then {
        let content = Content::text(Author::Bot, "两天");
        let button = Button::Draft {
            message,
            content,
            verdict,
        };
        self.team(LI, TeamDeed::Pressed(button))
    }
}

#[test]
fn a_sure_answer_becomes_a_draft_in_the_thread_and_the_customer_hears_of_a_person() {
    let mut scene = suggesting();
    assert!(scene.says(ASKED).told().is_empty());
    let then = scene.wait(2 * SECOND);
    assert_eq!(then.told(), ["handoff.open_hours"]);
    assert_eq!(then.thread(), ["<opened>", DRAFT]);
    assert_eq!(scene.ticket().cause, Cause::Suggested);
    assert!(then.counts(FactKind::Suggested) && !then.counts(FactKind::Answered));
    let note = then.keeps().find(|keep| keep.direction == Direction::Note);
    assert!(note.unwrap().evidence.is_some(), "/why explains the draft");
}

#[test]
fn a_draft_leaves_out_what_it_has_no_answer_to() {
    let text = "怎么退货？运费谁出？火星上有店吗？";
    let scene = Scene::new().greeted().with_mode(Suggest);
    let mut scene = scene.knows_in_part(text, ["七天内", "我们出"], "火星上有店吗");
    scene.says(text);
    let thread = scene.wait(2 * SECOND).thread().join("\n");
    assert!(
        thread.contains("我们出") && !thread.contains("answer.partly"),
        "{thread}"
    );
}

#[test]
fn an_article_that_only_suggests_does_so_on_any_channel() {
    let mut scene = suggesting().with_mode(Auto);
    scene.article_mode = Suggest;
    scene.says(ASKED);
    assert_eq!(scene.wait(2 * SECOND).thread(), ["<opened>", DRAFT]);
}

#[test]
fn where_answers_are_off_nobody_is_asked_and_a_person_answers() {
    let mut scene = suggesting().with_mode(Off);
    scene.says(ASKED);
    scene.says("我的订单到哪里了");
    assert_eq!(scene.wait(5 * SECOND).told(), ["handoff.open_hours"]);
    assert!(scene.asked.is_empty());
}

#[test]
fn choices_are_not_offered_by_a_bot_that_only_suggests() {
    let mut scene = suggesting().doubts("怎么退货退款呢", &["甲", "乙"]);
    scene.says("怎么退货退款呢");
    assert_eq!(scene.wait(2 * SECOND).told(), ["handoff.open_hours"]);
}

#[test]
fn with_an_agent_in_the_conversation_the_draft_stands_in_the_thread_alone() {
    let mut scene = suggesting().with_li();
    let then = scene.says(ASKED);
    assert!(then.told().is_empty());
    assert_eq!(then.thread(), [ASKED, DRAFT]);
    let mut auto = suggesting().with_mode(Auto).with_li();
    assert_eq!(auto.says(ASKED).thread(), [ASKED], "only where it is set");
}

#[test]
fn sending_a_draft_answers_the_customer_and_claims_the_ticket() {
    let (mut scene, draft) = drafted();
    let then = scene.judges(draft, DraftVerdict::Send);
    assert_eq!(then.told(), ["两天"]);
    assert_eq!(then.judged(), [Opinion::Sent]);
    assert!(then.counts(FactKind::DraftSent));
    assert_eq!(scene.status(), Some(Status::InProgress));
    let again = scene.judges(draft, DraftVerdict::Send);
    assert_eq!(again.thread(), ["button.gone"]);
    assert!(again.told().is_empty(), "it goes out once");
}

#[test]
fn a_draft_that_is_edited_counts_when_the_agents_own_version_goes_out() {
    let (mut scene, draft) = drafted();
    let then = scene.judges(draft, DraftVerdict::Edit);
    assert_eq!(
        (then.thread(), then.judged()),
        (vec!["suggestion.edit".to_owned()], vec![])
    );
    let then = scene.writes(LI, "两到三天");
    assert_eq!(then.told(), ["两到三天"]);
    assert_eq!(then.judged(), [Opinion::Edited]);
    let linked = then.effects.iter().any(
        |effect| matches!(effect, Effect::Judge(judged) if judged.instead == Some(then.message)),
    );
    assert!(linked, "the correction is linked to the draft");
    assert!(scene.writes(LI, "还有别的问题吗").judged().is_empty());
}

#[test]
fn a_colleagues_reply_is_not_the_edited_draft() {
    let (mut scene, draft) = drafted();
    scene.judges(draft, DraftVerdict::Edit);
    assert!(scene.writes(MO, "我来答").judged().is_empty());
}

#[test]
fn a_wrong_draft_goes_nowhere() {
    let (mut scene, draft) = drafted();
    let then = scene.judges(draft, DraftVerdict::Wrong);
    assert!(then.told().is_empty());
    assert_eq!(
        then.thread(),
        ["edit: 两天 + mark.wrong", "suggestion.wrong"]
    );
    assert_eq!(then.judged(), [Opinion::Wrong]);
    assert!(then.counts(FactKind::DraftWrong));
}

#[test]
fn a_draft_of_a_resolved_ticket_is_not_sent() {
    let (mut scene, draft) = drafted();
    scene.case.state.surveyed_at = Some(scene.now);
    scene.closes(LI);
    let then = scene.judges(draft, DraftVerdict::Send);
    assert_eq!(
        (then.told(), then.thread()),
        (vec![], vec!["ticket.not_open".to_owned()])
    );
}

#[rstest]
#[case(49, true)]
#[case(99, true)]
#[case(48, false)]
#[case(50, false)]
fn after_every_fifty_drafts_the_desk_says_how_they_went(#[case] before: u64, #[case] tells: bool) {
    let (mut scene, draft) = drafted();
    scene.case.state.tally = Tally {
        sent: before,
        ..Tally::default()
    };
    let thread = scene.judges(draft, DraftVerdict::Wrong).thread();
    let offer = "suggestion.tally [button.switch_on]".to_owned();
    assert_eq!(thread.contains(&offer), tells, "{thread:?}");
}

#[rstest]
#[case(&["agent"], false)]
#[case(&["agent", "lead"], true)]
#[case(&["admin"], true)]
fn only_who_leads_lets_the_bot_answer_by_itself(#[case] roles: &[&str], #[case] may: bool) {
    let (mut scene, _) = drafted();
    scene.policy.agents[0].roles = roles.iter().map(|role| (*role).to_owned()).collect();
    let then = scene.team(LI, TeamDeed::Pressed(Button::SwitchOn));
    let write = Effect::Write(Write::Answers {
        channel: "shop".into(),
        mode: Auto,
    });
    assert_eq!(then.effects.contains(&write), may);
    let told = if may {
        "suggestion.switched_on"
    } else {
        "suggestion.not_yours"
    };
    assert_eq!(then.thread(), [told]);
}
