//! A wrong answer is recalled: it stops, its receivers are known, and they hear what is right.

use std::sync::Arc;

use bot_core::port::answerer::Answerer;
use bot_core::port::clock::RandomIds;
use bot_core::port::platform::rough::RoughPlatform;
use bot_core::runtime::bulletin::Bulletin;
use bot_core::store::record::Records;
use knowledge::answerer::KnowledgeBase;
use knowledge::article::Step;
use knowledge::doubt::Doubts;
use knowledge::import::{Defaults, RawRow};
use knowledge::keeper::{Keeper, Wish};
use knowledge::store::{self, Change, Found, Saved};
use rstest::rstest;
use uuid::Uuid;

use crate::house::{House, On};
use crate::kb_import::{Talk, room, working};

/// A house that answers from real articles: one, about returns.
struct Shop {
    house: House,
    keeper: Keeper,
}

impl Shop {
    async fn open(on: On, customers: RoughPlatform) -> Self {
        let base = Arc::new(KnowledgeBase::empty().unwrap());
        let answerer = Arc::clone(&base) as Arc<dyn Answerer>;
        let house = House::at(customers, on, answerer).await;
        let house = working(house, Arc::clone(&base), "lead").await;
        let keeper = Keeper {
            db: house.engine.core.db.clone(),
            base,
            ids: Arc::new(RandomIds),
        };
        let row = RawRow {
            id: "return".into(),
            question: "怎么退货".into(),
            answer: "30 天内可以退货。".into(),
            ..RawRow::default()
        };
        let content = row.checked(&Defaults::default()).unwrap();
        let shop = Self { house, keeper };
        let kept = shop
            .keeper
            .create(content, Step::Publish, false, shop.change())
            .await;
        assert!(matches!(kept.unwrap().saved, Saved::Done(_)));
        shop.read().await;
        shop
    }

    fn change(&self) -> Change {
        Change {
            cause: Uuid::new_v4(),
            author: "mei".to_owned(),
            reason: String::new(),
            at: self.house.engine.core.now(),
        }
    }

    async fn read(&self) {
        while self
            .keeper
            .base
            .refresh_if_changed(&self.keeper.db)
            .await
            .unwrap()
        {}
    }

    async fn mend(&self, answer: &str) {
        let Found::One(article) = store::find(&self.keeper.db, "return").await.unwrap() else {
            panic!("the article is there");
        };
        let mut content = article.content.clone();
        answer.clone_into(&mut content.answer);
        let wish = Wish::saying(content, Step::Publish);
        self.keeper
            .save(article.id, wish, self.change())
            .await
            .unwrap();
        self.read().await;
    }

    /// Two customers ask; what the first was told.
    async fn two_ask(&self) {
        for who in ["wang", "zhao"] {
            self.house.says(who, "怎么退货").await;
            assert!(
                self.seen(who).last().unwrap().contains("30 天内可以退货"),
                "{who}"
            );
        }
    }

    fn seen(&self, who: &str) -> Vec<String> {
        self.house.seen_by(who)
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn messages_that_were_wrong_are_changed_where_they_stand(#[case] on: On) {
    let shop = Shop::open(on, RoughPlatform::new()).await;
    shop.two_ask().await;
    let mut talk = Talk::new(&shop.house);
    let off = talk.says("/kb off return").await;
    assert!(
        off.contains("已下架") && off.contains("2 位客户收到过"),
        "{off}"
    );
    shop.read().await;
    shop.house.says("qian", "怎么退货").await;
    assert!(
        !shop.seen("qian").iter().any(|line| line.contains("30 天")),
        "it stopped"
    );

    let nothing = talk.says("/kb correct return").await;
    assert!(nothing.contains("请先改好并发布"), "{nothing}");
    shop.mend("7 天内可以退货。").await;
    let preview = talk.says("/知识库 更正 return").await;
    assert!(preview.contains("2 位客户收到的 2 条回答"), "{preview}");
    assert!(
        shop.seen("wang").last().unwrap().contains("30 天"),
        "nothing is done yet"
    );
    let done = talk.says("/kb correct return send").await;
    assert!(done.contains("正在更正 2 位客户"), "{done}");
    for who in ["wang", "zhao"] {
        let seen = shop.seen(who);
        assert_eq!(seen.len(), 1, "{who}: changed, not said again: {seen:?}");
        assert!(
            seen[0].contains("7 天内可以退货。") && !seen[0].contains("30 天"),
            "{seen:?}"
        );
    }
    let again = talk.says("/kb correct return send").await;
    assert!(again.contains("不用更正"), "{again}");
    assert_eq!(shop.seen("wang").len(), 1);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn who_cannot_be_shown_a_change_is_told_once(#[case] on: On) {
    let customers = RoughPlatform::new().with(|abilities| abilities.edits = false);
    let shop = Shop::open(on, customers).await;
    shop.two_ask().await;
    shop.two_ask().await;
    shop.mend("7 天内可以退货。").await;
    let mut talk = Talk::new(&shop.house);
    let done = talk.says("/kb correct return send").await;
    assert!(done.contains("2 位客户收到的 4 条回答"), "{done}");
    for who in ["wang", "zhao"] {
        let seen = shop.seen(who);
        let told = seen
            .iter()
            .filter(|line| line.contains("更正一下之前的回答"));
        assert_eq!(told.count(), 1, "{who}: {seen:?}");
        assert!(
            seen.last().unwrap().ends_with("7 天内可以退货。"),
            "{seen:?}"
        );
    }
    let heard = shop.seen("wang").len();
    talk.says("/kb correct return send").await;
    assert_eq!(shop.seen("wang").len(), heard, "it is not told twice");
}

#[tokio::test]
async fn what_was_never_told_to_anybody_is_not_corrected() {
    let shop = Shop::open(On::Sqlite, RoughPlatform::new()).await;
    shop.mend("7 天内可以退货。").await;
    shop.house.says("wang", "怎么退货").await;
    let mut talk = Talk::new(&shop.house);
    let told = talk.says("/kb correct return send").await;
    assert!(told.contains("不用更正"), "{told}");
    assert_eq!(shop.seen("wang").len(), 1);
}

/// Three customers say that it did not help.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_three_customers_find_wrong_is_only_offered_until_it_is_mended(#[case] on: On) {
    let shop = Shop::open(on, RoughPlatform::new()).await;
    let core = shop.house.engine.core.clone();
    let records = Records::new(core.db.clone(), core.keyring.clone());
    let doubts = Doubts::new(
        core.db.clone(),
        Arc::new(records),
        Bulletin::new(core.clone()),
    );
    for (who, doubted) in [("wang", 0), ("zhao", 0), ("qian", 1)] {
        shop.house.says(who, "怎么退货").await;
        let down = shop.house.choice(who, "👎");
        shop.house.customer(who, down).await;
        shop.house.settle().await;
        assert_eq!(doubts.look(core.now()).await.unwrap(), doubted, "{who}");
    }
    assert_eq!(doubts.look(core.now()).await.unwrap(), 0, "it is known");
    shop.house.settle().await;
    let told = room(&shop.house);
    let told = told.last().unwrap();
    assert!(
        told.contains("3 位客户说「return」") && told.contains("@li"),
        "{told}"
    );
    shop.read().await;
    shop.house.says("sun", "怎么退货").await;
    shop.house.wait_ms(3_000).await;
    let seen = shop.seen("sun");
    assert!(!seen.iter().any(|line| line.contains("30 天")), "{seen:?}");
    shop.house.choice("sun", "怎么退货");

    shop.mend("7 天内可以退货。").await;
    shop.house.says("zhou", "怎么退货").await;
    assert!(shop.seen("zhou").last().unwrap().contains("7 天内"));
}
