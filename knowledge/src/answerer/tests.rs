use bot_core::domain::answer::{AnswerMode, Audience, Outcome, Question};
use bot_core::domain::language::Language;
use bot_core::domain::time::Timestamp;
use bot_core::port::answerer::conformance;
use uuid::Uuid;

use super::settings::Settings;
use super::snapshot::Snapshot;
use super::{Arc, KnowledgeBase};
use crate::article::{Article, Content, SpaceName, Status, Terms, Visibility};
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
        live: Some(1),
        edited_by: String::new(),
        doubted: None,
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
            terms: Terms::default(),
            source: String::new(),
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

/// The shop whose article on shipping has these terms, with these settings.
fn answers_shipping(terms: Terms, settings: Settings, question: &Question) -> Option<AnswerMode> {
    let mut articles = snapshot().articles().to_vec();
    articles[2].content.terms = terms;
    let built = Snapshot::build(1, articles.into(), Effort::Full, None, &|| true);
    let snapshot = built.unwrap().unwrap().with_settings(Arc::new(settings));
    let answer = snapshot.answer(question).unwrap();
    match answer.outcome {
        Outcome::Confident(article) if article.text == "answer of shipping" => Some(answer.mode),
        _ => None,
    }
}

#[test]
fn an_article_answers_within_its_time_and_on_its_channels_only() {
    let terms = Terms {
        valid_from: Some(Timestamp(1_000)),
        valid_until: Some(Timestamp(2_000)),
        channels: vec!["shop".to_owned()],
        ..Terms::default()
    };
    let asked = |at, channel: &str| {
        let question = Question {
            at,
            channel: channel.to_owned(),
            ..ask("运费是多少")
        };
        answers_shipping(terms.clone(), Settings::default(), &question).is_some()
    };
    assert!(asked(None, "") && asked(Some(Timestamp(1_000)), "shop"));
    assert!(!asked(Some(Timestamp(999)), "shop") && !asked(Some(Timestamp(2_000)), "shop"));
    assert!(!asked(Some(Timestamp(1_500)), "app"));
}

#[test]
fn the_stricter_of_article_and_space_counts() {
    use AnswerMode::{Auto, Off, Suggest};
    let mode = |article, space| {
        let terms = Terms {
            mode: article,
            ..Terms::default()
        };
        let settings = Settings {
            spaces: [(SpaceName::default(), space)].into(),
            ..Settings::default()
        };
        answers_shipping(terms, settings, &ask("运费是多少"))
    };
    assert_eq!(mode(Auto, Auto), Some(Auto));
    assert_eq!(mode(Suggest, Auto), Some(Suggest));
    assert_eq!(mode(Auto, Suggest), Some(Suggest));
    assert_eq!((mode(Off, Auto), mode(Auto, Off)), (None, None));
}

#[test]
fn a_channel_answers_from_its_own_spaces_only() {
    let asked = |channel: &str| {
        let other = [("shop".to_owned(), ["wholesale".parse().unwrap()].into())];
        let settings = Settings {
            channels: other.into(),
            ..Settings::default()
        };
        let question = Question {
            channel: channel.to_owned(),
            ..ask("运费是多少")
        };
        answers_shipping(Terms::default(), settings, &question).is_some()
    };
    assert!(asked("app") && !asked("shop"));
}

#[test]
fn several_questions_are_answered_together() {
    let answer = snapshot().answer(&ask("如何退货？运费是多少？")).unwrap();
    assert!(
        matches!(&answer.outcome, Outcome::Confident(first) if first.text == "answer of return.zh")
    );
    assert_eq!(answer.others[0].text, "answer of shipping");
    assert!(answer.unanswered.is_empty());
    let answer = snapshot()
        .answer(&ask("如何退货？你们在火星上有几家门店？"))
        .unwrap();
    assert!(answer.is_confident() && answer.others.is_empty());
    assert_eq!(answer.unanswered, ["你们在火星上有几家门店"]);
    let angry = "你们到底是什么态度啊？如何退货？运费是多少？";
    let answer = snapshot().answer(&ask(angry)).unwrap();
    assert!(answer.unanswered.is_empty(), "{:?}", answer.unanswered);
    let best = &answer.evidence.candidates[0];
    assert_eq!(
        best.external_id.as_deref(),
        Some("return.zh"),
        "/why begins with it"
    );
}

#[test]
fn what_is_set_counts_more_than_what_is_usual() {
    let settings = Settings {
        confident_from: Some(0.2),
        ..Settings::default()
    };
    let thresholds = snapshot().with_settings(Arc::new(settings)).thresholds();
    assert_eq!(
        (thresholds.confident_from, thresholds.choices_from),
        (0.2, 0.2)
    );
}

/// A change must not wait until the thresholds of what was there before are fitted.
#[tokio::test]
async fn a_test_of_an_older_version_is_given_up() {
    let pairs: Vec<Article> = (0..60)
        .map(|n| {
            let [one, two] = [format!("question {n}"), format!("ask {n}")];
            article(
                n,
                &format!("a{n}"),
                &[&one, &two],
                Language::En,
                Visibility::Public,
            )
        })
        .collect();
    let built = Snapshot::build(1, pairs.into(), Effort::Full, None, &|| true);
    let now = Arc::new(built.unwrap().unwrap());
    let base = KnowledgeBase::empty().unwrap();
    base.wanted.store(1, super::Ordering::Relaxed);
    assert!(base.self_test(Arc::clone(&now), None).await.unwrap());
    base.wanted.store(2, super::Ordering::Relaxed);
    assert!(!base.self_test(now, None).await.unwrap());
}
