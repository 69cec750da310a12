use std::sync::Arc;

use bot_core::domain::id::{ArticleId, ConversationId};
use bot_core::domain::language::Language;
use bot_core::store::record::{AskedFate, AskedQuestion};
use uuid::Uuid;

use super::*;
use crate::article::{Article, Content, SpaceName, Terms, Visibility};
use crate::rank::Effort;

const NOW: Timestamp = Timestamp(100 * DAY);
const SHIPPING: ArticleId = ArticleId(Uuid::from_u128(7));

fn snapshot() -> Snapshot {
    let content = Content {
        external_id: "ship".parse().unwrap(),
        space: SpaceName::default(),
        language: Language::Zh,
        category: String::new(),
        question: "运费是多少".to_owned(),
        alternatives: vec!["邮费多少钱".to_owned()],
        answer: "订单满 99 元包邮，不满 99 元收 8 元运费。".to_owned(),
        tags: Vec::new(),
        visibility: Visibility::Public,
        terms: Terms::default(),
        source: String::new(),
    };
    let articles = Arc::new(vec![Article::draft(SHIPPING, content, NOW)]);
    let built = Snapshot::build(1, articles, Effort::Full, None, &|| true);
    built.unwrap().unwrap()
}

fn asked(who: u128, days_ago: i64, text: &str, fate: AskedFate, replies: &[&str]) -> AskedQuestion {
    AskedQuestion {
        conversation: ConversationId(Uuid::from_u128(who)),
        at: NOW.plus_ms(-days_ago * DAY),
        text: text.to_owned(),
        fate,
        replies: replies.iter().map(|&one| one.to_owned()).collect(),
    }
}

fn learned(questions: &[AskedQuestion]) -> Vec<Draft> {
    drafts(questions, &snapshot(), None, NOW).unwrap()
}

#[test]
fn what_several_ask_is_one_suggestion_with_what_was_replied() {
    use AskedFate::Unanswered;
    let drafts = learned(&[
        asked(
            1,
            1,
            "手机壳可以刻字吗",
            Unanswered,
            &["好的", "可以的，刻字每件加收 15 元。"],
        ),
        asked(2, 2, "请问手机壳可以刻字吗", Unanswered, &[]),
        asked(3, 9, "手机壳可以刻字吗？", Unanswered, &[]),
        asked(4, 1, "你们招人吗", Unanswered, &[]),
    ]);
    assert_eq!(
        drafts.len(),
        1,
        "asked once and not replied to: {drafts:#?}"
    );
    let draft = &drafts[0];
    assert_eq!(draft.kind, DraftKind::Article);
    assert_eq!(draft.body.question, "手机壳可以刻字吗");
    assert_eq!(draft.body.answer, "可以的，刻字每件加收 15 元。");
    assert_eq!((draft.count, draft.recent, draft.earlier), (3, 2, 1));
    assert_eq!(draft.body.examples.len(), 2, "each wording once");
}

#[test]
fn a_reply_that_says_what_an_article_says_is_another_phrasing() {
    let reply = "您好，订单满 99 元包邮，不满 99 元收 8 元运费哦。";
    let drafts = learned(&[asked(
        1,
        1,
        "寄到北京要加钱么",
        AskedFate::Unanswered,
        &[reply],
    )]);
    assert_eq!(drafts[0].kind, DraftKind::Phrasing(SHIPPING));
    assert_eq!(drafts[0].body.examples, ["寄到北京要加钱么"]);
}

#[test]
fn what_the_articles_answer_by_now_is_no_suggestion_but_what_was_voted_down_is() {
    let reply = "这件商品走的是顺丰到付，请签收时付款。";
    let answered = asked(1, 1, "运费是多少", AskedFate::Unanswered, &[reply]);
    assert!(learned(&[answered]).is_empty());
    let down = asked(1, 1, "运费是多少", AskedFate::VotedDown(SHIPPING), &[reply]);
    assert_eq!(learned(&[down])[0].body.answer, reply);
}

#[test]
fn what_two_customers_pick_is_how_people_ask_for_it() {
    let picked = |who, text| asked(who, 1, text, AskedFate::Picked(SHIPPING), &[]);
    assert!(
        learned(&[picked(1, "快递钱谁出")]).is_empty(),
        "one is chance"
    );
    let drafts = learned(&[picked(1, "快递钱谁出"), picked(2, "快递钱谁出呀")]);
    assert_eq!(drafts[0].kind, DraftKind::Phrasing(SHIPPING));
    assert_eq!(drafts[0].body.question, "运费是多少");
    assert!(drafts[0].body.examples.contains(&"快递钱谁出".to_owned()));
}

#[test]
fn nothing_personal_is_kept() {
    let question = "我的号码 13812345678 收不到验证码";
    let reply = "已给 13812345678 重发，请查收 wang@example.com。";
    let asked = [
        asked(1, 1, question, AskedFate::Unanswered, &[reply]),
        asked(2, 1, question, AskedFate::Unanswered, &[]),
    ];
    let kept = format!("{:?}", learned(&asked));
    assert!(!kept.contains("13812345678"), "{kept}");
    assert!(!kept.contains("wang@example.com"), "{kept}");
}
