//! The knowledge base: answers questions from the published articles.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use bot_core::domain::answer::{Answer, Question};
use bot_core::domain::language::Language;
use bot_core::port::answerer::{AnswerError, Answerer};
use bot_core::port::articles::{ArticleSearch, PublicArticle, SearchError};
use bot_core::store::{Db, StoreError};

use crate::answerer::snapshot::Snapshot;
use crate::index::IndexError;
use crate::rank::Effort;
use crate::store;

mod search;
pub mod snapshot;

/// Bases with more phrases are answered from the index alone while their classifier is trained.
const TRAINED_AT_ONCE: usize = 3_000;

/// The articles in memory could not be renewed; the former ones stay in use.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The articles could not be read.
    #[error("the articles could not be read: {0}")]
    Read(#[from] StoreError),
    /// The index could not be built.
    #[error(transparent)]
    Build(#[from] IndexError),
    /// Building was broken off by a panic.
    #[error("building the index was broken off")]
    BrokenOff,
}

/// The published articles, ready to answer. Cheap to share; readers never wait for a renewal.
pub struct KnowledgeBase {
    current: RwLock<Arc<Snapshot>>,
    /// The newest version that was seen; a build for an older one is given up.
    wanted: Arc<AtomicI64>,
    /// One renewal at a time.
    renewing: tokio::sync::Mutex<()>,
}

impl KnowledgeBase {
    /// A base without articles; [`KnowledgeBase::refresh_if_changed`] fills it.
    ///
    /// # Errors
    /// When not even an empty index can be built.
    pub fn empty() -> Result<Self, IndexError> {
        Ok(Self {
            current: RwLock::new(Arc::new(Snapshot::empty()?)),
            wanted: Arc::new(AtomicI64::new(-1)),
            renewing: tokio::sync::Mutex::new(()),
        })
    }

    /// The articles in use now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the articles again if their version has moved, and swaps them in; says whether it
    /// did. Called each second. The heavy work runs on a blocking thread.
    ///
    /// A large base is swapped in with its index alone, and by the next call with its classifier:
    /// a desk is ready before the training. Call it until it says no to have both.
    ///
    /// # Errors
    /// When the articles cannot be read or indexed; those in use stay.
    pub async fn refresh_if_changed(&self, db: &Db) -> Result<bool, RefreshError> {
        let _turn = self.renewing.lock().await;
        let version = store::version(db).await?;
        self.wanted.store(version, Ordering::Relaxed);
        if self.snapshot().version() == version && self.snapshot().is_complete() {
            return Ok(false);
        }
        let articles = Arc::new(Snapshot::published(store::all_articles(db).await?));
        let phrases: usize = articles.iter().map(|a| a.content.phrases().count()).sum();
        let is_new = self.snapshot().version() != version;
        let effort = match is_new && phrases > TRAINED_AT_ONCE {
            true => Effort::IndexOnly,
            false => Effort::Full,
        };
        self.renew(version, articles, effort).await
    }

    async fn renew(
        &self,
        version: i64,
        articles: Arc<Vec<crate::article::Article>>,
        effort: Effort,
    ) -> Result<bool, RefreshError> {
        let wanted = Arc::clone(&self.wanted);
        let build = move || {
            let go_on = || wanted.load(Ordering::Relaxed) == version;
            Snapshot::build(version, articles, effort, &go_on)
        };
        let built = tokio::task::spawn_blocking(build).await;
        let Some(snapshot) = built.map_err(|_| RefreshError::BrokenOff)?? else {
            return Ok(false);
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        Ok(true)
    }
}

#[async_trait]
impl Answerer for KnowledgeBase {
    async fn answer(&self, question: &Question) -> Result<Answer, AnswerError> {
        self.snapshot()
            .answer(question)
            .map_err(|error| AnswerError(error.to_string()))
    }
}

#[async_trait]
impl ArticleSearch for KnowledgeBase {
    async fn find(
        &self,
        text: &str,
        language: Language,
        most: usize,
    ) -> Result<Vec<PublicArticle>, SearchError> {
        self.snapshot()
            .find(text, language, most)
            .map_err(|error| SearchError(error.to_string()))
    }
}

#[cfg(test)]
mod tests;
