//! What people order in the team's chat to be done with articles, done as a job: a command decides, and
//! the work is done apart from the desk's transaction.

use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::command::Say;
use bot_core::domain::phrase::Phrase;
use bot_core::port::clock::Clock;
use bot_core::port::job::{JobError, JobHandler, Portion, Task};
use bot_core::runtime::corrections::Corrections;
use bot_core::store::record::Records;
use serde::{Deserialize, Serialize};

use crate::article::{Article, Step};
use crate::keeper::{Keeper, Kept, Wish};
use crate::learn::Learner;
use crate::store::{self, Change, Found, Saved};

mod imports;
mod recall;
mod suggestions;
mod tests_kept;
mod told;

pub use told::not_one;

/// Something to be done, by somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    /// What.
    pub order: Order,
    /// Who, as people know them.
    pub author: String,
}

/// What is to be done with articles. An article is named as people do: `id`, or `space/id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Takes an article a step further.
    Step {
        /// Which article.
        article: String,
        /// Where to.
        step: Step,
        /// Even if test questions fare worse.
        force: bool,
    },
    /// Has it say again what it said.
    RollBack {
        /// Which article.
        article: String,
        /// Which of its revisions.
        revision: i64,
        /// Even if test questions fare worse.
        force: bool,
    },
    /// Publishes what an import has left as drafts.
    PublishImport {
        /// Its number.
        number: i64,
        /// Even if test questions fare worse.
        force: bool,
    },
    /// Undoes an import.
    UndoImport {
        /// Its number; the newest without.
        number: Option<i64>,
    },
    /// Corrects what an article has told customers before.
    Correct {
        /// Which article.
        article: String,
        /// Without, it is only said what would be done.
        sure: bool,
    },
    /// Keeps a test question.
    KeepTest {
        /// Its words.
        question: String,
        /// The right article; none where a person is to answer.
        article: Option<String>,
    },
    /// Forgets a test question.
    ForgetTest {
        /// Its words.
        question: String,
    },
    /// Asks all test questions.
    AskTests,
    /// Looks for suggestions now.
    Learn,
    /// Takes a suggestion.
    Approve {
        /// Its number.
        number: i64,
        /// Even if test questions fare worse.
        force: bool,
    },
    /// Turns a suggestion down.
    Reject {
        /// Its number.
        number: i64,
    },
    /// Changes a suggestion's answer.
    Reword {
        /// Its number.
        number: i64,
        /// The answer.
        answer: String,
    },
    /// Takes back what came of a suggestion.
    Unlearn {
        /// Its number.
        number: i64,
    },
}

/// Does what people order.
#[derive(Debug)]
pub struct OrderJob {
    keeper: Keeper,
    learner: Learner,
    records: Arc<Records>,
    corrections: Corrections,
    clock: Arc<dyn Clock>,
}

impl OrderJob {
    /// The name of the work.
    pub const KIND: &'static str = "kb";

    /// Does it with this keeper; learns from these records, and has wrong answers corrected there.
    #[must_use]
    pub fn new(
        keeper: Keeper,
        records: Arc<Records>,
        corrections: Corrections,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            learner: Learner::new(keeper.clone(), Arc::clone(&records)),
            keeper,
            records,
            corrections,
            clock,
        }
    }

    async fn obey(&self, order: &Order, change: Change) -> Result<Vec<Say>, JobError> {
        match order {
            Order::Step {
                article,
                step,
                force,
            } => self.step(article, *step, *force, change).await,
            Order::RollBack {
                article,
                revision,
                force,
            } => self.roll_back(article, *revision, *force, change).await,
            Order::PublishImport { number, force } => {
                self.publish_import(*number, *force, &change.author).await
            }
            Order::Correct { article, sure } => self.correct(article, *sure).await,
            Order::UndoImport { number } => self.undo_import(*number, change).await,
            Order::KeepTest { question, article } => {
                self.keep_test(question, article.as_deref(), change).await
            }
            Order::ForgetTest { question } => self.forget_test(question).await,
            Order::AskTests => self.ask_tests().await,
            Order::Learn => self.learn().await,
            Order::Approve { number, force } => self.approve(*number, *force, change).await,
            Order::Reject { number } => self.reject(*number, &change).await,
            Order::Reword { number, answer } => self.reword(*number, answer).await,
            Order::Unlearn { number } => self.unlearn(*number, change).await,
        }
    }

    async fn step(
        &self,
        reference: &str,
        step: Step,
        force: bool,
        change: Change,
    ) -> Result<Vec<Say>, JobError> {
        let article = self.named(reference).await?;
        let wish = Wish::step(step).forced(force);
        let kept = self.keeper.save(article.id, wish, change).await;
        let mut said = told::step(step, &kept.map_err(temporary)?);
        if step == Step::Archive {
            said.extend(self.received(&article).await?);
        }
        Ok(said)
    }

    async fn roll_back(
        &self,
        reference: &str,
        revision: i64,
        force: bool,
        change: Change,
    ) -> Result<Vec<Say>, JobError> {
        let article = self.named(reference).await?;
        let kept = self
            .keeper
            .roll_back(&article, revision, force, change)
            .await;
        match kept.map_err(temporary)? {
            Some(kept) => Ok(told::rolled_back(revision, &kept)),
            None => Err(JobError::Refused(
                Phrase::new("kb.no_revision")
                    .with("id", article.content.external_id.to_string())
                    .with("revision", revision),
            )),
        }
    }

    /// The article that somebody means.
    async fn named(&self, reference: &str) -> Result<Article, JobError> {
        let found = store::find(&self.keeper.db, reference).await;
        match found.map_err(temporary)? {
            Found::One(article) => Ok(*article),
            other => Err(JobError::Refused(not_one(reference, &other))),
        }
    }
}

#[async_trait]
impl JobHandler for OrderJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    async fn work(&self, task: &Task) -> Result<Portion, JobError> {
        let ordered: Ordered = serde_json::from_value(task.payload.clone()).map_err(temporary)?;
        let change = Change {
            cause: task.id.0,
            author: ordered.author,
            reason: String::new(),
            at: self.clock.now(),
        };
        self.obey(&ordered.order, change).await.map(Portion::Done)
    }
}

fn temporary(error: impl std::fmt::Display) -> JobError {
    JobError::Temporary(error.to_string())
}

/// Whether what was kept is the article as it is now.
fn article(kept: &Kept) -> Option<&Article> {
    match &kept.saved {
        Saved::Done(one)
        | Saved::Unchanged(one)
        | Saved::Conflict(one)
        | Saved::NeedsSomebodyElse(one)
        | Saved::Taken(one) => Some(one),
        Saved::Gone => None,
    }
}
