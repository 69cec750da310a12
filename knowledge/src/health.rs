//! How the articles fare: what they are used for, which are never, which say the same, and which fight over
//! the same questions.

use std::collections::BTreeMap;

use bot_core::domain::time::{DAY, Timestamp};
use bot_core::store::record::{ArticleUsage, Usage};
use serde::Serialize;

use crate::analyzer::Analysis;
use crate::answerer::asker::Asker;
use crate::answerer::snapshot::Snapshot;
use crate::article::Article;
use crate::index::IndexError;
use crate::rank::likeness::{Likeness, TextVector};

/// Usage is counted for these days.
pub const DAYS: i64 = 30;
/// An article that nobody was given in them, and that nobody has changed for so long, is stale.
const STALE: i64 = 180;
/// From this likeness of all their words on two articles say the same.
const SAME: f32 = 0.8;
/// A second article with this share of the first one's raw score fights for its question.
const FIGHTS: f64 = 0.7;
/// Articles that are compared; each costs a question.
const COMPARED: usize = 5_000;
/// Candidates that an article is compared with.
const NEAR: usize = 4;
/// Entries of a list.
const LISTED: usize = 20;

/// How the articles fare.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Health {
    /// Questions of the last thirty days that were answered, offered choices for, and neither.
    pub answered: i64,
    /// See `answered`.
    pub offered: i64,
    /// See `answered`.
    pub unknown: i64,
    /// The share that was answered, from 0 to 1; none where nothing was asked.
    pub answered_share: Option<f64>,
    /// The articles that were given most.
    pub most_given: Vec<Used>,
    /// The articles that customers liked least, of those with votes against them.
    pub least_liked: Vec<Used>,
    /// Articles that were not given and not changed for long.
    pub stale: Vec<String>,
    /// Articles that say the same.
    pub duplicates: Vec<Pair>,
    /// Articles that are nearly as likely for each other's questions.
    pub fights: Vec<Pair>,
    /// Articles that are only offered, because customers found them wrong.
    pub doubted: Vec<String>,
}

/// An article with what it was used for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Used {
    /// Its id.
    pub id: String,
    /// So often it was given.
    pub given: i64,
    /// 👍.
    pub up: i64,
    /// 👎.
    pub down: i64,
}

/// Two articles.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// One id.
    pub one: String,
    /// The other.
    pub other: String,
    /// How alike, or how near, from 0 to 1.
    pub nearness: f64,
}

impl Health {
    /// Looks at the articles that answer.
    ///
    /// # Errors
    /// When the articles cannot be searched.
    pub fn of(snapshot: &Snapshot, usage: &Usage, now: Timestamp) -> Result<Self, IndexError> {
        let asked = usage.answered + usage.offered + usage.unknown;
        let names: BTreeMap<_, _> = snapshot
            .articles()
            .iter()
            .map(|one| (one.id, id(one)))
            .collect();
        let used = usage.articles.iter();
        let used: Vec<Used> = used
            .filter_map(|(article, of)| Some(Used::of(names.get(article)?, *of)))
            .collect();
        let (duplicates, fights) = pairs(snapshot)?;
        let articles = || snapshot.articles().iter();
        let is_stale = |one: &&Article| {
            let given = usage.articles.get(&one.id).is_some_and(|of| of.given > 0);
            !given && now.since(Timestamp(one.updated_at)) >= STALE * DAY
        };
        Ok(Self {
            answered: usage.answered,
            offered: usage.offered,
            unknown: usage.unknown,
            answered_share: (asked > 0).then(|| usage.answered as f64 / asked as f64),
            most_given: sorted(&used, |one| one.given),
            least_liked: sorted(&used, |one| one.down),
            stale: articles().filter(is_stale).take(LISTED).map(id).collect(),
            duplicates,
            fights,
            doubted: articles().filter(|one| one.is_doubted()).map(id).collect(),
        })
    }
}

impl Used {
    fn of(id: &str, of: ArticleUsage) -> Self {
        Self {
            id: id.to_owned(),
            given: of.given,
            up: of.up,
            down: of.down,
        }
    }
}

/// Those that have any, the most first.
fn sorted(used: &[Used], by: impl Fn(&Used) -> i64) -> Vec<Used> {
    let mut some: Vec<Used> = used.iter().filter(|one| by(one) > 0).cloned().collect();
    some.sort_by_key(|one| std::cmp::Reverse(by(one)));
    some.truncate(LISTED);
    some
}

fn id(article: &Article) -> String {
    article.content.external_id.to_string()
}

/// Articles that say the same, and articles that fight, nearest first. Versions of one article in two
/// languages do neither.
fn pairs(snapshot: &Snapshot) -> Result<(Vec<Pair>, Vec<Pair>), IndexError> {
    let articles = snapshot.articles();
    let words =
        |one: &Article| Analysis::of(&format!("{} {}", one.content.question, one.content.answer));
    let analyses: Vec<Analysis> = articles.iter().take(COMPARED).map(words).collect();
    let likeness = Likeness::of(&analyses);
    let vectors: Vec<TextVector> = analyses.iter().map(|one| likeness.vector(one)).collect();
    let (mut same, mut fights) = (Vec::new(), Vec::new());
    for (at, article) in articles.iter().take(COMPARED).enumerate() {
        let ranking = snapshot.rank(&article.content.question, Asker::AGENT)?;
        let best = ranking.ranked.first().map_or(0.0, |best| best.score);
        for near in ranking
            .ranked
            .iter()
            .take(NEAR)
            .filter(|near| near.article != at)
        {
            let Some(other) = articles
                .get(near.article)
                .filter(|other| is_rival(article, other))
            else {
                continue;
            };
            let alike = vectors.get(near.article).zip(vectors.get(at));
            let alike = alike.map_or(0.0, |(one, other)| one.likeness(other));
            match alike >= SAME {
                true => same.push(pair(article, other, f64::from(alike))),
                false if near.score >= best * FIGHTS && best > 0.0 => {
                    fights.push(pair(article, other, (near.score / best).min(1.0)));
                }
                false => {}
            }
        }
    }
    Ok((nearest(same), nearest(fights)))
}

fn is_rival(one: &Article, other: &Article) -> bool {
    let (one, other) = (&one.content, &other.content);
    one.language == other.language
        || one.external_id.without_language() != other.external_id.without_language()
}

fn pair(one: &Article, other: &Article, nearness: f64) -> Pair {
    let (one, other) = (id(one), id(other));
    let (one, other) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    Pair {
        one,
        other,
        nearness,
    }
}

/// Each pair once.
fn nearest(mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.sort_by(|a, b| b.nearness.total_cmp(&a.nearness));
    let mut seen = std::collections::HashSet::new();
    pairs.retain(|one| seen.insert((one.one.clone(), one.other.clone())));
    pairs.truncate(LISTED);
    pairs
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bot_core::domain::id::ArticleId;
    use uuid::Uuid;

    use super::*;
    use crate::import::{Defaults, RawRow};
    use crate::rank::Effort;

    const NOW: Timestamp = Timestamp(400 * DAY);

    fn article(number: u128, id: &str, question: &str, answer: &str) -> Article {
        let row = RawRow {
            id: id.to_owned(),
            question: question.to_owned(),
            answer: answer.to_owned(),
            ..RawRow::default()
        };
        let content = row.checked(&Defaults::default()).unwrap();
        let updated = NOW.plus_ms(-200 * DAY);
        Article::draft(ArticleId(Uuid::from_u128(number)), content, updated)
    }

    #[test]
    fn what_is_used_stale_twice_and_at_odds_is_told() {
        let articles = vec![
            article(1, "ship", "运费是多少", "满 99 元包邮，不满收 8 元。"),
            article(2, "ship2", "运费多少钱", "满 99 元包邮，不满收 8 元。"),
            article(3, "return", "怎么退货", "七天之内。"),
            article(4, "return-how", "怎么退货退款", "在订单页点申请售后。"),
        ];
        let built = Snapshot::build(1, Arc::new(articles), Effort::Full, None, &|| true);
        let snapshot = built.unwrap().unwrap();
        let mut usage = Usage {
            answered: 6,
            offered: 1,
            unknown: 3,
            ..Usage::default()
        };
        let used = ArticleUsage {
            given: 6,
            up: 1,
            down: 2,
        };
        usage.articles.insert(ArticleId(Uuid::from_u128(3)), used);
        let health = Health::of(&snapshot, &usage, NOW).unwrap();
        assert_eq!(health.answered_share, Some(0.6));
        assert_eq!(health.most_given[0].id, "return");
        assert_eq!(health.least_liked[0].down, 2);
        assert_eq!(health.stale, ["ship", "ship2", "return-how"]);
        let ids = |pairs: &[Pair]| {
            let named = pairs.iter().map(|one| format!("{} {}", one.one, one.other));
            named.collect::<Vec<_>>()
        };
        assert_eq!(ids(&health.duplicates), ["ship ship2"]);
        assert_eq!(ids(&health.fights), ["return return-how"], "{health:#?}");
    }
}
