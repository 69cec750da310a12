//! What agents write, change and press in the thread.

use rstest::rstest;

use super::deeds::{file, wrote};
use super::scene::{LI, MO, Scene};
use crate::domain::command::{Act, Plan};
use crate::domain::content::{Author, Content, Kind};
use crate::domain::effect::Direction::{Note, Out};
use crate::domain::effect::{Effect, FactKind};
use crate::domain::event::{Button, EventKind, TeamDeed, Timer};
use crate::domain::id::{DeliveryId, MessageId};
use crate::domain::ticket::Status;
use crate::domain::time::{MINUTE, SECOND};

const CARD: &str = "请转到 4111 1111 1111 1111";
const KEPT: &str = "team.kept_as_note [button.send]";
const HELD: &str = "team.sensitive [button.send_anyway]";

// ---- answers ----

#[test]
fn plain_text_answers_the_customer_after_three_seconds_in_which_it_can_be_undone() {
    let mut scene = Scene::new().handed_over();
    let then = scene.writes(LI, "您好，我来看看");
    assert_eq!(then.told(), ["您好，我来看看"]);
    let to_customer = then
        .doings()
        .find(|doing| doing.hold_until.is_some())
        .unwrap();
    assert_eq!(
        to_customer.hold_until.map(|at| at.since(scene.now)),
        Some(3 * SECOND)
    );
    assert_eq!(then.kept(), [(Out, "您好，我来看看".to_owned())]);
    let author = &then.keeps().next().unwrap().body.from;
    let display = "小李".to_owned();
    assert_eq!(
        *author,
        Author::Agent { id: LI, display },
        "customers see the display name"
    );
}

#[test]
fn without_a_hold_a_reply_leaves_at_once() {
    let mut scene = Scene::new().handed_over();
    scene.policy.delays.send_hold = 0;
    let then = scene.writes(LI, "您好");
    assert!(then.doings().all(|doing| doing.hold_until.is_none()));
}

#[test]
fn the_first_reply_claims_the_ticket_and_the_others_are_told() {
    let mut scene = Scene::new().handed_over();
    scene.now = scene.now.plus_ms(MINUTE);
    let then = scene.writes(LI, "您好");
    assert_eq!(then.thread(), ["ticket.claimed", "您好"]);
    assert!(then.rings().is_empty(), "nobody rings himself");
    assert_eq!(
        (scene.status(), scene.ticket().assignee),
        (Some(Status::InProgress), Some(LI))
    );
    assert!(then.counts(FactKind::Claimed) && then.counts(FactKind::Replied));
    assert_eq!(then.value_of(FactKind::FirstResponse), Some(Some(MINUTE)));
    let again = scene.writes(LI, "还在看");
    assert_eq!(again.thread(), ["还在看"]);
    assert!(!again.counts(FactKind::FirstResponse) && !again.counts(FactKind::Claimed));
}

#[test]
fn a_reply_ends_the_waiting_and_its_choices() {
    let mut scene = Scene::new().handed_over();
    let choices = scene.wait(15 * MINUTE);
    scene.writes(LI, "您好");
    assert_eq!(scene.due(Timer::WaitingUpdate), None);
    let back = choices.choice("waiting.choice_bot");
    assert_eq!(scene.presses(&back).told(), ["choices.stale"]);
    assert_eq!(scene.status(), Some(Status::InProgress));
}

#[test]
fn a_reply_wakes_a_ticket_on_hold() {
    let mut scene = Scene::new().with_li();
    let reason = "等仓库".to_owned();
    scene.commands(LI, Act::Hold { reason, ms: None });
    assert_eq!(scene.writes(LI, "仓库回了").told(), ["仓库回了"]);
    assert_eq!(
        (scene.status(), scene.due(Timer::Wake)),
        (Some(Status::InProgress), None)
    );
}

#[test]
fn files_go_out_with_the_reply() {
    let mut scene = Scene::new().handed_over();
    let TeamDeed::Wrote { mut content, .. } = wrote("请看图", false) else {
        unreachable!()
    };
    content.attachments.push(file());
    let deed = TeamDeed::Wrote {
        content,
        answers_note: false,
    };
    let then = scene.team(LI, deed);
    assert_eq!(then.keeps().next().unwrap().body.attachments, [file()]);
}

// ---- notes ----

#[rstest]
#[case::by_another(MO, "我觉得可以退", false)]
#[case::to_a_colleague(LI, "小莫，帮我看一下", false)]
#[case::to_a_colleague(LI, "@mo can you check?", false)]
#[case::to_a_note(LI, "同意", true)]
fn what_is_meant_for_colleagues_becomes_a_note_with_a_button(
    #[case] agent: crate::domain::id::AgentId,
    #[case] text: &str,
    #[case] answers_note: bool,
) {
    let mut scene = Scene::new().with_li();
    let then = match answers_note {
        true => scene.answers_note(agent, text),
        false => scene.writes(agent, text),
    };
    assert!(then.told().is_empty());
    assert_eq!(then.thread(), [text, KEPT]);
    assert_eq!(then.kept(), [(Note, text.to_owned())]);
}

#[test]
fn the_setting_turns_plain_text_into_notes() {
    let mut scene = Scene::new().with_li();
    scene.policy.replies.notes_by_default = true;
    assert_eq!(scene.writes(LI, "客户很急").thread(), ["客户很急", KEPT]);
}

#[test]
fn what_is_a_note_by_kind_does_not_go_out_whatever_asked_for_it() {
    let mut scene = Scene::new().with_li();
    let content = Content {
        kind: Kind::Note,
        ..Content::text(Author::System, "内部")
    };
    let answers_note = false;
    let deed = TeamDeed::Wrote {
        content,
        answers_note,
    };
    assert!(scene.team(LI, deed).told().is_empty());
}

#[test]
fn the_button_sends_a_note_after_all_as_a_reply_of_the_one_who_presses() {
    let mut scene = Scene::new().with_li();
    let note = scene.writes(MO, "可以退");
    let then = scene.sends_kept(MO, note.message, "可以退");
    assert_eq!(then.told(), ["可以退"]);
    assert_eq!(then.thread(), ["<delete>", "可以退"]);
    let display = "小莫".to_owned();
    assert_eq!(
        then.keeps().next().unwrap().body.from,
        Author::Agent { id: MO, display }
    );
}

#[rstest]
#[case("/nota 客户很急")]
#[case("／备注 客户很急")]
#[case("、备注客户很急")]
fn a_command_is_never_customer_text_also_when_misspelt(#[case] text: &str) {
    let mut scene = Scene::new().with_li();
    assert!(scene.writes(LI, text).told().is_empty());
}

#[test]
fn an_unlisted_writer_is_told_that_nothing_was_delivered() {
    let mut scene = Scene::new().handed_over();
    let message = Some(MessageId::default());
    for deed in [
        wrote("我来回", false),
        wrote("/close", false),
        TeamDeed::Deleted { message },
        TeamDeed::Pressed(Button::Gone),
    ] {
        let then = scene.stranger(deed);
        assert_eq!(
            (then.told(), then.thread()),
            (vec![], vec!["team.stranger".to_owned()])
        );
        assert!(then.kept().is_empty());
    }
    assert_eq!(scene.status(), Some(Status::Pending));
}

// ---- what waits for a second word ----

#[test]
fn a_card_number_waits_for_a_second_word() {
    let mut scene = Scene::new().with_li();
    let then = scene.writes(LI, CARD);
    assert_eq!(
        (then.told(), then.thread()),
        (vec![], vec![CARD.to_owned(), HELD.to_owned()])
    );
    assert_eq!(scene.sends_kept(LI, then.message, CARD).told(), [CARD]);
}

#[test]
fn a_note_that_holds_a_card_number_says_so_at_its_button() {
    let mut scene = Scene::new().with_li();
    assert_eq!(scene.writes(MO, CARD).thread(), [CARD, HELD]);
}

#[test]
fn text_in_a_resolved_ticket_is_not_sent_but_can_reopen_it() {
    let mut scene = Scene::new().resolved();
    let then = scene.writes(LI, "补充一句");
    assert!(then.told().is_empty());
    assert_eq!(
        then.thread(),
        ["补充一句", "team.closed [button.reopen_and_send]"]
    );
    let (message, content) = (then.message, Content::text(Author::System, "补充一句"));
    let button = Button::ReopenAndSend { message, content };
    assert_eq!(
        scene.team(LI, TeamDeed::Pressed(button)).told(),
        ["补充一句"]
    );
    assert_eq!(scene.status(), Some(Status::InProgress));
}

#[test]
fn reopening_does_not_let_a_card_number_through() {
    let mut scene = Scene::new().resolved();
    let (message, content) = (MessageId::default(), Content::text(Author::System, CARD));
    let button = Button::ReopenAndSend { message, content };
    let then = scene.team(LI, TeamDeed::Pressed(button));
    assert!(then.told().is_empty());
    assert_eq!(then.thread().last().unwrap(), HELD);
}

#[test]
fn a_kept_line_of_a_resolved_ticket_stays_where_it_is() {
    let mut scene = Scene::new().resolved();
    let then = scene.sends_kept(LI, MessageId::default(), "晚了");
    assert_eq!(
        (then.told(), then.thread()),
        (vec![], vec!["ticket.not_open".to_owned()])
    );
}

#[test]
fn buttons_of_what_is_gone_say_so() {
    let mut scene = Scene::new().with_li();
    let gone = TeamDeed::Pressed(Button::Gone);
    assert_eq!(scene.team(LI, gone).thread(), ["button.gone"]);
}

#[test]
fn an_unknown_delivery_is_resent_or_left_as_the_agent_says() {
    let mut scene = Scene::new().with_li();
    let delivery = DeliveryId::default();
    let resend = scene.team(LI, TeamDeed::Pressed(Button::Resend(delivery)));
    let marked = false;
    assert_eq!(resend.effects, [Effect::Resend { delivery, marked }]);
    let leave = scene.team(LI, TeamDeed::Pressed(Button::Leave(delivery)));
    assert_eq!(leave.effects, [Effect::Leave { delivery }]);
}

// ---- corrections ----

#[test]
fn an_edit_of_a_reply_follows_to_the_customer() {
    let mut scene = Scene::new().with_li();
    let message = Some(scene.writes(LI, "明天到").message);
    let text = "后天到".to_owned();
    let then = scene.team(LI, TeamDeed::Edited { message, text });
    assert_eq!(
        (then.told(), then.thread()),
        (
            vec!["edit: 后天到".to_owned()],
            vec!["edit: 后天到".to_owned()]
        )
    );
}

#[rstest]
#[case("/note 别告诉他", vec!["team.edit_is_command"])]
#[case(CARD, vec![CARD, HELD])]
fn an_edit_sends_nothing_that_a_reply_would_not(#[case] text: &str, #[case] thread: Vec<&str>) {
    let mut scene = Scene::new().with_li();
    let message = Some(scene.writes(LI, "明天到").message);
    let text = text.to_owned();
    let then = scene.team(LI, TeamDeed::Edited { message, text });
    assert!(then.told().is_empty());
    assert_eq!(then.thread(), thread);
}

#[rstest]
#[case("客户不急", Some("客户不急"))]
#[case("/note 客户不急", Some("客户不急"))]
#[case("/note", None)]
#[case(CARD, Some(CARD))]
fn an_edited_note_stays_between_colleagues(#[case] text: &str, #[case] now: Option<&str>) {
    let mut scene = Scene::new().with_li();
    let note = "客户很急".to_owned();
    let message = scene.commands(LI, Act::Note(note)).message;
    let text = text.to_owned();
    let then = scene.team(LI, TeamDeed::NoteEdited { message, text });
    assert!(then.told().is_empty());
    let expected = now.map_or("team.edit_is_command".to_owned(), |now| {
        format!("edit: {now}")
    });
    assert_eq!(then.thread(), [expected]);
}

#[test]
fn a_deleted_note_goes_and_the_customer_never_hears_of_it() {
    let mut scene = Scene::new().with_li();
    let note = "客户很急".to_owned();
    let message = scene.commands(LI, Act::Note(note)).message;
    let then = scene.team(LI, TeamDeed::NoteDeleted { message });
    assert_eq!(
        (then.told(), then.thread()),
        (vec![], vec!["<delete>".to_owned()])
    );
}

// ---- the thread of an earlier ticket ----

#[rstest]
#[case(Scene::new().with_li(), "team.earlier [button.send]")]
#[case(Scene::new().resolved(), "team.earlier [button.reopen_and_send]")]
fn a_line_in_an_earlier_thread_waits(#[case] mut scene: Scene, #[case] notice: &str) {
    let then = scene.writes_earlier(LI, "补充一句");
    assert!(then.told().is_empty());
    assert_eq!(then.thread(), ["补充一句", notice]);
    let (message, content) = (then.message, Content::text(Author::System, "补充一句"));
    let button = Button::ReopenAndSend { message, content };
    assert_eq!(
        scene.team(LI, TeamDeed::Pressed(button)).told(),
        ["补充一句"]
    );
}

#[test]
fn a_command_in_an_earlier_thread_changes_nothing_but_a_note_is_kept() {
    let mut scene = Scene::new().with_li();
    scene.plan = Plan::doing(Act::Close {
        reason: None,
        silent: true,
    });
    let then = scene.writes_earlier(LI, "/close");
    assert_eq!(then.thread(), ["team.earlier_command"]);
    assert_eq!(scene.status(), Some(Status::InProgress));
    scene.plan = Plan::doing(Act::Note("看看".to_owned()));
    assert_eq!(scene.writes_earlier(LI, "/note 看看").thread(), ["看看"]);
}

#[test]
fn an_edit_or_a_delete_of_an_unknown_line_does_nothing() {
    let mut scene = Scene::new().with_li();
    let (message, text) = (None, "秘密".to_owned());
    let edited = scene.team(LI, TeamDeed::Edited { message, text });
    let deleted = scene.team(LI, TeamDeed::Deleted { message });
    assert!(edited.effects.is_empty() && deleted.effects.is_empty());
}

#[test]
fn a_deleted_reply_is_taken_back() {
    let mut scene = Scene::new().with_li();
    let message = scene.writes(LI, "错的话").message;
    let then = scene.team(
        LI,
        TeamDeed::Deleted {
            message: Some(message),
        },
    );
    assert!(then.effects.contains(&Effect::TakeBack { message }));
    assert_eq!(then.thread(), ["<delete>"]);
}

#[test]
fn lines_of_a_thread_without_a_ticket_reach_nobody() {
    let mut scene = Scene::new();
    let kind = |what| {
        let by = crate::domain::event::Writer::Colleague(LI);
        EventKind::Team(crate::domain::event::TeamAct {
            by,
            what,
            is_earlier: false,
        })
    };
    assert!(scene.happens(kind(wrote("您好", false))).told().is_empty());
}
