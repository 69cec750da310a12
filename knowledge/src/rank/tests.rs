use proptest::prelude::*;

use super::*;

fn ranker(articles: &[&[&str]]) -> Ranker {
    let phrases = articles.iter().map(|phrases| phrases.iter().copied());
    Ranker::build(phrases, Effort::Full, &|| true)
        .unwrap()
        .unwrap()
}

fn shop() -> Ranker {
    ranker(&[
        &["如何退货", "我想退货", "退款怎么办理"],
        &["运费是多少", "邮费谁出", "包邮吗"],
        &[
            "Where is my order?",
            "track my parcel",
            "when will it arrive",
        ],
        &[
            "What are your opening hours?",
            "when do you open",
            "are you open on sunday",
        ],
    ])
}

fn best(ranker: &Ranker, text: &str) -> Option<usize> {
    let ranking = ranker.rank(text, &|_| true).unwrap();
    ranking.ranked.first().map(|ranked| ranked.article)
}

#[test]
fn finds_the_article_in_both_languages() {
    let shop = shop();
    assert_eq!(best(&shop, "我要退貨"), Some(0));
    assert_eq!(best(&shop, "邮费多少钱"), Some(1));
    assert_eq!(best(&shop, "where is the parcel"), Some(2));
    assert_eq!(best(&shop, "do you open on Sundays"), Some(3));
}

/// The first weeks of a desk: few articles, so that each of their words looks rare.
#[test]
fn small_words_answer_nothing_in_a_small_base() {
    let shop = shop();
    let probability = |text: &str| {
        let ranking = shop.rank(text, &|_| true).unwrap();
        ranking.ranked.first().map_or(0.0, |best| best.probability)
    };
    for vague in [
        "在吗",
        "我那个",
        "今天天气怎么样",
        "tell me more",
        "is it my name?",
    ] {
        let found = probability(vague);
        assert!(found < 0.25, "{vague}: {found}");
    }
    for clear in ["我想要退货", "track my parcel", "邮费是谁出"] {
        let found = probability(clear);
        assert!(found > 0.55, "{clear}: {found}");
    }
}

#[test]
fn what_is_not_allowed_is_never_ranked() {
    let ranking = shop().rank("我想退货", &|article| article != 0).unwrap();
    assert!(ranking.ranked.iter().all(|ranked| ranked.article != 0));
}

#[test]
fn duplicate_articles_share_what_there_is() {
    let twice = ranker(&[&["如何退货"], &["如何退货"], &["运费"]]);
    let ranked = twice.rank("如何退货", &|_| true).unwrap().ranked;
    assert_eq!(ranked[0].score, ranked[1].score);
}

#[test]
fn odd_bases_are_harmless() {
    for base in [
        &[] as &[&[&str]],
        &[&[]],
        &[&["退货"]],
        &[&[""], &["😀"]],
        &[&["a", "a"], &["a"]],
    ] {
        let built = ranker(base);
        for text in ["", "退货", "a", "😀", "\u{0}", &"x ".repeat(50_000)] {
            let ranking = built.rank(text, &|_| true).unwrap();
            assert!(
                ranking
                    .ranked
                    .iter()
                    .all(|r| (0.0..=1.0).contains(&r.probability))
            );
        }
    }
}

#[test]
fn building_stops_when_it_is_not_wanted() {
    let phrases = [["a", "b"], ["c", "d"]]
        .into_iter()
        .map(IntoIterator::into_iter);
    assert!(
        Ranker::build(phrases, Effort::Full, &|| false)
            .unwrap()
            .is_none()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_base_judges_any_text(
        base in prop::collection::vec(prop::collection::vec("\\PC{0,20}|[退货运费我]{0,6}", 0..4), 0..6),
        text in "\\PC{0,60}|[退货运费我]{0,9}",
    ) {
        let phrases = base.iter().map(|phrases| phrases.iter().map(String::as_str));
        let built = Ranker::build(phrases, Effort::Full, &|| true).unwrap().unwrap();
        let ranked = built.rank(&text, &|_| true).unwrap().ranked;
        for pair in ranked.windows(2) {
            prop_assert!(pair[0].score >= pair[1].score);
            prop_assert!(pair[0].probability >= pair[1].probability - 1e-9);
        }
        for one in ranked {
            prop_assert!((0.0..=1.0).contains(&one.probability));
            prop_assert!(one.article < base.len());
        }
    }
}
