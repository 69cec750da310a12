use bot_core::domain::policy::Policy;

use super::*;
use crate::answerer::snapshot::Snapshot;
use crate::article::{Article, Content, SpaceName, Status, Terms, Visibility};
use crate::rank::Effort;

fn article(id: u128, phrases: &[&str]) -> Article {
    Article {
        id: uuid::Uuid::from_u128(id).into(),
        revision: 1,
        updated_at: 0,
        status: Status::Published,
        live: Some(1),
        edited_by: String::new(),
        doubted: None,
        content: Content {
            external_id: format!("a{id}").parse().unwrap(),
            space: SpaceName::default(),
            language: Language::Zh,
            category: String::new(),
            question: phrases[0].to_owned(),
            alternatives: phrases[1..].iter().map(|&one| one.to_owned()).collect(),
            answer: "答案".to_owned(),
            tags: Vec::new(),
            visibility: Visibility::Public,
            terms: Terms::default(),
            source: String::new(),
        },
    }
}

fn rehearsed(policy: &Policy, chats: &[(&str, &str)]) -> Rehearsal {
    let articles = vec![
        article(1, &["如何退货", "我想退货", "退货流程"]),
        article(2, &["运费是多少", "邮费多少钱", "运费怎么算"]),
    ];
    let built = Snapshot::build(1, articles.into(), Effort::Full, None, &|| true);
    let snapshot = built.unwrap().unwrap();
    let messages: Vec<PastMessage> = chats
        .iter()
        .map(|(conversation, text)| PastMessage {
            conversation: (*conversation).to_owned(),
            text: (*text).to_owned(),
        })
        .collect();
    let rehearsing = Rehearsing {
        snapshot: &snapshot,
        policy,
        encoder: None,
        groups: 20,
    };
    rehearsing.run(&messages, &mut |_| ()).unwrap()
}

#[test]
fn each_message_meets_the_fate_that_the_desk_would_give_it() {
    let chats = [
        ("1", "如何退货"),
        ("1", "谢谢"),
        ("2", "转人工"),
        ("3", "我要报警"),
        ("4", "在吗"),
        ("5", "手机壳上可以刻我的名字吗"),
    ];
    let rehearsal = rehearsed(&Policy::default(), &chats);
    let expected = [
        (Fate::Answered, 1),
        (Fate::SmallTalk, 1),
        (Fate::AskedBack, 1),
        (Fate::Person, 1),
        (Fate::Urgent, 1),
        (Fate::HandedOff, 1),
    ];
    assert_eq!(rehearsal.fates, BTreeMap::from(expected));
    assert!((rehearsal.share(Fate::Answered) - 1.0 / 6.0).abs() < 1e-9);
}

#[test]
fn a_bot_that_only_suggests_would_have_drafted() {
    let mut policy = Policy::default();
    policy.answers.usual = AnswerMode::Suggest;
    let rehearsal = rehearsed(&policy, &[("1", "如何退货")]);
    assert_eq!(rehearsal.fates, BTreeMap::from([(Fate::Suggested, 1)]));
}

#[test]
fn what_no_article_covers_is_grouped() {
    let chats = [
        ("1", "手机壳上可以刻我的名字吗"),
        ("2", "手机壳可以刻名字吗"),
        ("3", "手机壳可以刻名字吗"),
        ("4", "你们在哪里招聘店员和司机"),
    ];
    let groups = rehearsed(&Policy::default(), &chats).groups;
    assert_eq!(
        groups.iter().map(|one| one.count).collect::<Vec<_>>(),
        [3, 1]
    );
    assert_eq!(
        groups[0].examples[0], "手机壳可以刻名字吗",
        "the most frequent first"
    );
}
