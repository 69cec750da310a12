//! What the customer writes, before any article is asked.

use rstest::rstest;

use super::deeds::line;
use super::scene::{LI, Scene};
use crate::domain::command::Act;
use crate::domain::conversation::Turn;
use crate::domain::effect::Direction::{In, Out};
use crate::domain::effect::Reason;
use crate::domain::event::{CustomerAct, Timer};
use crate::domain::language::Language;
use crate::domain::ticket::Status;
use crate::domain::time::{DAY, SECOND};

// ---- first words ----

#[test]
fn a_first_greeting_is_answered_with_the_first_words_once_per_customer() {
    let mut scene = Scene::new();
    assert_eq!(scene.says("你好").told(), ["first_words"]);
    assert_eq!(scene.says("你好").told(), ["small_talk.hello"]);
    scene.wait(90 * DAY);
    assert_eq!(
        scene.says("hello").told(),
        ["small_talk.hello"],
        "not per visit"
    );
}

#[test]
fn the_first_words_carry_the_privacy_link_where_one_is_set() {
    let mut scene = Scene::new();
    scene.policy.privacy_link = Some("https://acme.example/privacy".to_owned());
    assert_eq!(
        scene.says("hi").told(),
        ["first_words + first_words.privacy"]
    );
}

#[test]
fn a_customer_who_opens_the_chat_is_greeted() {
    let mut scene = Scene::new();
    let source = Some("ad-7".to_owned());
    let arrives = CustomerAct::Arrived { source };
    assert_eq!(scene.customer(arrives.clone()).told(), ["first_words"]);
    assert_eq!(scene.case.state.profile.source.as_deref(), Some("ad-7"));
    assert_eq!(scene.customer(arrives).told(), ["small_talk.hello"]);
}

#[test]
fn nobody_is_greeted_into_an_open_ticket_or_through_a_block() {
    let mut attended = Scene::new().with_li();
    let mut blocked = Scene::new();
    blocked.commands(LI, Act::Block(None));
    for scene in [&mut attended, &mut blocked] {
        let arrives = CustomerAct::Arrived { source: None };
        assert!(scene.customer(arrives).told().is_empty());
    }
}

// ---- who writes ----

#[rstest]
#[case(&["where is my order"], Some("zh-CN"), Language::En)]
#[case(&["我的订单到哪了", "ok"], Some("en-US"), Language::Zh)]
#[case(&["我的订单到哪了", "where is my order"], None, Language::En)]
#[case(&["12345"], Some("en-US"), Language::En)]
#[case(&["12345"], None, Language::Zh)]
#[case(&["hello"], None, Language::En)]
#[case(&["hello"], Some("zh-CN"), Language::Zh)]
#[case(&["多久能送到", "hello"], None, Language::Zh)]
#[case(&["hello", "多久能送到"], None, Language::Zh)]
fn the_last_clear_language_wins_over_hints(
    #[case] texts: &[&str],
    #[case] locale: Option<&str>,
    #[case] spoken: Language,
) {
    let mut scene = Scene::new();
    for text in texts {
        let mut said = line(text);
        said.sender.locale = locale.map(str::to_owned);
        scene.sends(said);
    }
    let language = scene.case.state.language;
    assert_eq!(language.unwrap_or(scene.policy.language), spoken);
}

#[test]
fn what_the_platform_knows_of_the_customer_is_kept() {
    let mut scene = Scene::new();
    let mut said = line("你好");
    said.sender.attributes.insert("plan".into(), "pro".into());
    said.context.insert("page".into(), "/orders/1".into());
    scene.sends(said);
    scene.says("你好");
    let state = &scene.case.state;
    assert_eq!(state.profile.name, "王");
    assert_eq!(state.profile.attributes["plan"], "pro");
    assert_eq!(state.profile.context["page"], "/orders/1");
}

#[test]
fn a_message_that_is_too_long_is_cut_and_the_customer_told_after_the_answer() {
    let mut scene = Scene::new().greeted().knows("长文", "答案");
    let mut said = line("长文");
    said.cut = true;
    let then = scene.sends(said);
    assert_eq!(then.told(), ["答案 [👍 | 👎]", "not_accepted.cut"]);
    assert_eq!(then.kept()[0], (In, "长文".to_owned()));
}

// ---- small talk ----

#[test]
fn thanks_are_recorded_with_their_reason_and_answered_where_no_ticket_is() {
    let mut scene = Scene::new();
    let then = scene.says("谢谢");
    assert_eq!(then.reason(), Some(Reason::Thanks));
    assert_eq!(then.told(), ["small_talk.welcome"]);
}

#[rstest]
#[case("谢谢")]
#[case("ok")]
#[case("👍")]
fn thanks_never_take_a_ticket_up_again(#[case] thanks: &str) {
    let mut scene = Scene::new().resolved();
    let then = scene.says(thanks);
    assert_eq!(scene.status(), Some(Status::Resolved));
    assert_eq!(then.reason(), Some(Reason::Thanks));
    assert!(then.told().is_empty() && then.thread().is_empty());
}

#[test]
fn thanks_do_not_swallow_the_question_before_them() {
    let mut scene = Scene::new();
    scene.says("我的手机壳可以刻字吗");
    assert!(scene.says("谢谢").told().is_empty());
    let then = scene.wait(2 * SECOND);
    assert_eq!(then.told(), ["handoff.open_hours + first_words"]);
    assert_eq!(scene.ticket().subject, "我的手机壳可以刻字吗");
}

#[test]
fn a_greeting_within_an_open_ticket_is_shown_and_not_answered() {
    let mut scene = Scene::new().handed_over();
    let then = scene.says("你好");
    assert_eq!(
        (then.told(), then.thread()),
        (vec![], vec!["你好".to_owned()])
    );
}

// ---- media ----

#[test]
fn a_picture_is_answered_after_three_seconds_with_a_way_to_a_person() {
    let mut scene = Scene::new().greeted();
    assert!(scene.shows_picture().told().is_empty());
    assert_eq!(scene.due(Timer::Settle), Some(3 * SECOND));
    let then = scene.wait(3 * SECOND);
    assert_eq!(then.told(), ["media.unreadable [choices.person]"]);
    assert_eq!(
        scene.presses(&then.choice("choices.person")).told(),
        ["handoff.open_hours"]
    );
}

#[test]
fn pictures_keep_the_customer_waiting_five_seconds_at_most() {
    let mut scene = Scene::new();
    for _ in 0..4 {
        scene.shows_picture();
        scene.wait(SECOND);
    }
    assert_eq!(scene.due(Timer::Settle), Some(SECOND));
}

#[test]
fn a_picture_and_the_words_after_it_are_one_turn() {
    let mut scene = Scene::new().greeted();
    scene.shows_picture();
    scene.says("这个可以修吗麻烦看看");
    assert_eq!(scene.wait(5 * SECOND).told(), ["handoff.open_hours"]);
}

#[test]
fn a_picture_in_a_ticket_is_shown_and_needs_no_answer() {
    let mut scene = Scene::new().handed_over();
    let then = scene.shows_picture();
    assert_eq!(then.thread().len(), 1);
    assert_eq!(
        (then.told().len(), scene.case.state.turn.clone()),
        (0, None::<Turn>)
    );
}

// ---- edits and deletes ----

#[test]
fn an_edit_marks_the_copy_and_keeps_the_original() {
    let mut scene = Scene::new().handed_over();
    let message = Some(scene.says("明天要").message);
    let text = "后天要".to_owned();
    let then = scene.customer(CustomerAct::Edited { message, text });
    assert_eq!(then.thread(), ["edit: 后天要 + mark.edited"]);
    let deleted = scene.customer(CustomerAct::Deleted { message });
    assert_eq!(
        deleted.thread(),
        ["edit: mark.deleted"],
        "marked, not removed"
    );
    assert!(deleted.told().is_empty());
}

#[test]
fn an_edit_of_what_we_do_not_know_is_remarked() {
    let mut scene = Scene::new().handed_over();
    let text = "后天要".to_owned();
    let edited = CustomerAct::Edited {
        message: None,
        text,
    };
    assert_eq!(scene.customer(edited).thread(), ["customer.edited_unknown"]);
    let deleted = CustomerAct::Deleted { message: None };
    assert_eq!(
        scene.customer(deleted).thread(),
        ["customer.deleted_unknown"]
    );
    assert_eq!(
        scene.customer(CustomerAct::Left).thread(),
        ["customer.left"]
    );
}

#[test]
fn what_was_said_is_recorded_before_what_is_answered() {
    let mut scene = Scene::new();
    let kept = scene.says("你好").kept();
    assert_eq!(
        kept,
        [(In, "你好".to_owned()), (Out, "first_words".to_owned())]
    );
}
