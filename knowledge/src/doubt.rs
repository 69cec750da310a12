//! An article that several customers have found wrong is not given by itself any more: it is offered, until
//! somebody has looked at it and published it anew.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use bot_core::domain::id::{ArticleId, ConversationId};
use bot_core::domain::phrase::Phrase;
use bot_core::domain::time::{DAY, Timestamp};
use bot_core::runtime::bulletin::Bulletin;
use bot_core::store::record::{Records, Vote};
use bot_core::store::{Db, StoreError};

use crate::store;

/// So many different customers have to say so within a day …
const CUSTOMERS: usize = 3;
/// … and they have to be this share of all who voted, at least.
const SHARE: f64 = 0.3;

/// Looks at what customers think of articles.
#[derive(Debug)]
pub struct Doubts {
    db: Db,
    records: Arc<Records>,
    bulletin: Bulletin,
}

impl Doubts {
    /// Reads votes from these records, and tells the teams there.
    #[must_use]
    pub const fn new(db: Db, records: Arc<Records>, bulletin: Bulletin) -> Self {
        Self {
            db,
            records,
            bulletin,
        }
    }

    /// Doubts what the votes of the last day speak against; says how many articles are newly doubted.
    /// Called now and then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut votes: BTreeMap<ArticleId, Vec<Vote>> = BTreeMap::new();
        for vote in self.records.votes(now.plus_ms(-DAY)).await? {
            votes.entry(vote.article).or_default().push(vote);
        }
        let mut doubted = 0;
        for (article, votes) in votes {
            // Most are thrown out before anything else is read.
            if are_against(&votes, Timestamp(0)) {
                doubted += usize::from(self.look_at(article, &votes).await?);
            }
        }
        Ok(doubted)
    }

    async fn look_at(&self, id: ArticleId, votes: &[Vote]) -> Result<bool, StoreError> {
        let article = store::article(&self.db, id).await?;
        let Some((article, live)) = article.and_then(|one| one.live.map(|live| (one, live))) else {
            return Ok(false);
        };
        let since = store::revision(&self.db, id, live).await?;
        let since = Timestamp(since.map_or(0, |one| one.updated_at));
        if !are_against(votes, since) || !store::doubt(&self.db, id, live).await? {
            return Ok(false);
        }
        let content = &article.content;
        let phrase = Phrase::new("kb.doubted")
            .with("id", content.external_id.to_string())
            .with("question", content.question.as_str())
            .with("customers", against(votes, since).len())
            .with("leads", self.bulletin.leads());
        let key = format!("doubted:{}:{live}", id.0);
        self.bulletin.post(&key, &phrase).await?;
        Ok(true)
    }
}

fn against(votes: &[Vote], since: Timestamp) -> HashSet<ConversationId> {
    let down = votes.iter().filter(|vote| !vote.up && vote.at >= since);
    down.map(|vote| vote.conversation).collect()
}

fn are_against(votes: &[Vote], since: Timestamp) -> bool {
    let all = votes.iter().filter(|vote| vote.at >= since);
    let all: HashSet<ConversationId> = all.map(|vote| vote.conversation).collect();
    let against = against(votes, since).len();
    against >= CUSTOMERS && against as f64 >= SHARE * all.len() as f64
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use uuid::Uuid;

    use super::*;

    fn votes(down: u128, up: u128) -> Vec<Vote> {
        let vote = |who, up| Vote {
            article: ArticleId(Uuid::from_u128(1)),
            conversation: ConversationId(Uuid::from_u128(who)),
            up,
            at: Timestamp(1_000),
        };
        let down = (0..down).map(|who| vote(who, false));
        down.chain((0..up).map(|who| vote(1_000 + who, true)))
            .collect()
    }

    #[rstest]
    #[case(2, 0, false)]
    #[case(3, 0, true)]
    #[case(3, 7, true)]
    #[case(3, 8, false)]
    #[case(30, 70, true)]
    fn three_customers_and_a_third_of_them(
        #[case] down: u128,
        #[case] up: u128,
        #[case] against: bool,
    ) {
        assert_eq!(are_against(&votes(down, up), Timestamp(0)), against);
    }

    #[test]
    fn one_customer_counts_once_and_what_was_said_of_an_older_revision_not_at_all() {
        let mut same = votes(3, 0);
        for vote in &mut same {
            vote.conversation = ConversationId(Uuid::nil());
        }
        assert!(!are_against(&same, Timestamp(0)));
        assert!(!are_against(&votes(3, 0), Timestamp(1_001)));
    }
}
