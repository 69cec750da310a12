//! What articles were used for.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::effect::FactKind;
use crate::domain::id::ArticleId;
use crate::domain::time::Timestamp;
use crate::fetch_all;
use crate::store::error::StoreError;
use crate::store::pool::Tx;

/// What became of the questions of some time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Answers from articles.
    pub answered: i64,
    /// Questions for which articles were offered.
    pub offered: i64,
    /// Questions that nothing answers.
    pub unknown: i64,
    /// What each article was used for.
    pub articles: BTreeMap<ArticleId, ArticleUsage>,
}

/// What an article was used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArticleUsage {
    /// So often it was given.
    pub given: i64,
    /// 👍.
    pub up: i64,
    /// 👎.
    pub down: i64,
}

pub(super) async fn since(tx: &mut Tx<'_>, since: Timestamp) -> Result<Usage, StoreError> {
    let rows = fetch_all!(
        tx,
        (String, Option<Uuid>, i64),
        "SELECT kind, article_id, count(*) FROM fact WHERE kind IN ('answered', 'offered', 'unknown', \
             'voted_up', 'voted_down') AND at >= $1 GROUP BY kind, article_id",
        since.0
    )?;
    let mut usage = Usage::default();
    for (kind, article, count) in rows {
        let is = |one: FactKind| kind == one.as_str();
        if is(FactKind::Offered) {
            usage.offered += count;
        } else if is(FactKind::Unknown) {
            usage.unknown += count;
        } else if is(FactKind::Answered) {
            usage.answered += count;
        }
        let Some(article) = article else { continue };
        let of = usage.articles.entry(ArticleId(article)).or_default();
        if is(FactKind::Answered) {
            of.given += count;
        } else if is(FactKind::VotedUp) {
            of.up += count;
        } else if is(FactKind::VotedDown) {
            of.down += count;
        }
    }
    Ok(usage)
}
