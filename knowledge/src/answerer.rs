//! The knowledge base: answers questions from the published articles.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use bot_core::domain::answer::{Answer, Question};
use bot_core::domain::language::Language;
use bot_core::port::answerer::{AnswerError, Answerer};
use bot_core::port::articles::{ArticleSearch, PublicArticle, SearchError};
use bot_core::store::{Db, StoreError};

use crate::answerer::model::Model;
use crate::answerer::snapshot::{Snapshot, Understanding};
use crate::article::Article;
use crate::embed::{Encoder, ModelError};
use crate::index::IndexError;
use crate::rank::Effort;
use crate::store;

mod model;
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
    /// One renewal at a time. It holds the newest snapshot that goes by the meaning: its phrases need not
    /// be read again.
    renewing: tokio::sync::Mutex<Option<Arc<Snapshot>>>,
    model: Model,
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
            renewing: tokio::sync::Mutex::default(),
            model: Model::default(),
        })
    }

    /// Goes by the meaning too, once there is a model of sentences in this file.
    #[must_use]
    pub fn with_model(self, file: PathBuf) -> Self {
        Self {
            model: Model::in_file(file),
            ..self
        }
    }

    /// Looks whether a model was installed, renewed or removed, and loads it on a blocking thread; says
    /// whether something changed. The articles go by it after the next
    /// [`KnowledgeBase::refresh_if_changed`]. Called each second.
    ///
    /// # Errors
    /// When there is a model that cannot be loaded; told once for each file.
    pub async fn look_for_model(&self) -> Result<bool, ModelError> {
        self.model.look().await
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
    /// a desk is ready before the training. A model of sentences comes into play by a later call. Call it
    /// until it says no to have everything.
    ///
    /// # Errors
    /// When the articles cannot be read or indexed; those in use stay.
    pub async fn refresh_if_changed(&self, db: &Db) -> Result<bool, RefreshError> {
        let mut understood = self.renewing.lock().await;
        let version = store::version(db).await?;
        self.wanted.store(version, Ordering::Relaxed);
        let (now, encoder) = (self.snapshot(), self.model.encoder());
        if encoder.is_none() {
            // A model that was let go is not kept for its vectors.
            *understood = None;
        }
        if now.is_at(version, encoder.is_some()) {
            return Ok(false);
        }
        let articles = Arc::new(Snapshot::published(store::all_articles(db).await?));
        let step = Step::from(&now, version, &articles, encoder, understood.as_ref());
        let Some(built) = self.build(version, articles, step).await? else {
            return Ok(false);
        };
        if built.understands() {
            *understood = Some(Arc::clone(&built));
        }
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = built;
        Ok(true)
    }

    async fn build(
        &self,
        version: i64,
        articles: Arc<Vec<Article>>,
        step: Step,
    ) -> Result<Option<Arc<Snapshot>>, RefreshError> {
        let wanted = Arc::clone(&self.wanted);
        let build = move || {
            let go_on = || wanted.load(Ordering::Relaxed) == version;
            Snapshot::build(version, articles, step.effort, step.understanding, &go_on)
        };
        let built = tokio::task::spawn_blocking(build).await;
        Ok(built.map_err(|_| RefreshError::BrokenOff)??.map(Arc::new))
    }
}

/// The next step of a renewal.
struct Step {
    effort: Effort,
    understanding: Option<Understanding>,
}

impl Step {
    /// What is built after `now`; `understood` is what went by the meaning last.
    fn from(
        now: &Snapshot,
        version: i64,
        articles: &[Article],
        encoder: Option<Arc<Encoder>>,
        understood: Option<&Arc<Snapshot>>,
    ) -> Self {
        let is_new = now.version() != version;
        let phrases: usize = articles.iter().map(|a| a.content.phrases().count()).sum();
        let effort = match is_new && phrases > TRAINED_AT_ONCE {
            true => Effort::IndexOnly,
            false => Effort::Full,
        };
        // Reading a whole base for the first time takes a while: it answers by its words until then.
        let reads = effort == Effort::Full && (!is_new || understood.is_some());
        let understanding = encoder.filter(|_| reads).map(|encoder| Understanding {
            encoder,
            before: understood.cloned(),
        });
        Self {
            effort,
            understanding,
        }
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
