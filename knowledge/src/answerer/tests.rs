use bot_core::domain::answer::{Audience, Outcome, Question};
use bot_core::domain::language::Language;
use bot_core::port::answerer::conformance;
use uuid::Uuid;

use super::snapshot::Snapshot;
use super::{Arc, KnowledgeBase};
use crate::article::{Article, Content, SpaceName, Status, Visibility};
use crate::rank::Effort;

fn article(
    id: u128,
    external_id: &str,
    phrases: &[&str],
    language: Language,
    visibility: Visibility,
) -> Article {
    Article {
        id: Uuid::from_u128(id).into(),
        revision: 3,
        updated_at: 0,
        status: Status::Published,
        content: Content {
            external_id: external_id.parse().unwrap(),
            space: SpaceName::default(),
            language,
            category: String::new(),
            question: phrases[0].to_owned(),
            alternatives: phrases[1..].iter().map(|&p| p.to_owned()).collect(),
            answer: format!("answer of {external_id}"),
            tags: Vec::new(),
            visibility,
        },
    }
}

fn snapshot() -> Snapshot {
    use Language::{En, Zh};
    use Visibility::{Internal, Public};
    let articles = vec![
        article(
            1,
            "return.zh",
            &["如何退货", "我想退货", "退款怎么办"],
            Zh,
            Public,
        ),
        article(
            2,
            "return.en",
            &["How do I return an order?", "refund"],
            En,
            Public,
        ),
        article(3, "shipping", &["运费是多少", "邮费多少钱"], Zh, Public),
        article(4, "secret", &["员工折扣是多少", "内部折扣"], Zh, Internal),
    ];
    Snapshot::build(1, articles.into(), Effort::Full, None, &|| true)
        .unwrap()
        .unwrap()
}

fn ask(text: &str) -> Question {
    Question {
        text: text.to_owned(),
        ..Question::default()
    }
}

fn answered(question: &Question) -> Option<String> {
    match snapshot().answer(question).unwrap().outcome {
        Outcome::Confident(answer) => Some(answer.text),
        Outcome::Choices(_) | Outcome::Unknown => None,
    }
}

#[test]
fn answers_what_it_knows_and_nothing_else() {
    assert_eq!(
        answered(&ask("我想退貨")).as_deref(),
        Some("answer of return.zh")
    );
    assert_eq!(
        answered(&ask("how do I return an order")).as_deref(),
        Some("answer of return.en")
    );
    assert_eq!(
        snapshot().answer(&ask("今天天气")).unwrap().outcome,
        Outcome::Unknown
    );
    assert_eq!(
        snapshot().answer(&ask("")).unwrap().outcome,
        Outcome::Unknown
    );
}

#[test]
fn a_customer_never_sees_an_internal_article() {
    let mut question = ask("员工折扣是多少");
    let answer = snapshot().answer(&question).unwrap();
    assert!(
        answer
            .evidence
            .candidates
            .iter()
            .all(|c| c.external_id.as_deref() != Some("secret"))
    );
    question.chosen = Some(Uuid::from_u128(4).into());
    assert_ne!(answered(&question).as_deref(), Some("answer of secret"));
    question.audience = Audience::Agent;
    assert_eq!(answered(&question).as_deref(), Some("answer of secret"));
}

#[test]
fn the_customers_language_is_preferred() {
    let mut question = ask("refund");
    question.language = Some(Language::Zh);
    let best = snapshot().answer(&question).unwrap().evidence.candidates;
    assert_eq!(best[0].external_id.as_deref(), Some("return.zh"));
}

#[test]
fn a_follow_up_is_looked_up_with_the_question_before() {
    let mut question = ask("那邮费呢");
    assert_eq!(
        snapshot().answer(&question).unwrap().evidence.looked_up,
        "那邮费呢"
    );
    question = ask("那流程呢");
    question.previous = vec!["我想退款".to_owned()];
    let answer = snapshot().answer(&question).unwrap();
    assert_eq!(answer.evidence.looked_up, "我想退款流程");
    assert_eq!(answered(&question).as_deref(), Some("answer of return.zh"));
}

#[test]
fn a_chosen_article_is_answered_as_it_stands() {
    let mut question = ask("whatever");
    question.chosen = Some(Uuid::from_u128(3).into());
    assert_eq!(answered(&question).as_deref(), Some("answer of shipping"));
}

#[test]
fn evidence_explains_the_answer() {
    let evidence = snapshot().answer(&ask("运费多少")).unwrap().evidence;
    assert_eq!(evidence.looked_up, "运费多少");
    assert!(!evidence.candidates.is_empty() && !evidence.features.is_empty());
    assert!(evidence.confident_from > evidence.choices_from);
}

#[tokio::test]
async fn it_does_what_every_answerer_must() {
    let base = KnowledgeBase::empty().unwrap();
    *base.current.write().unwrap() = Arc::new(snapshot());
    let breaches = conformance::check(&base, "如何退货", "帮我写一首关于春天的诗").await;
    assert!(breaches.is_empty(), "{breaches:#?}");
}
