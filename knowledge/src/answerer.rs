//! The knowledge base: answers questions from the published articles.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use bot_core::domain::answer::{Answer, Question};
use bot_core::port::answerer::{AnswerError, Answerer};
use bot_core::port::articles::{ArticleQuery, ArticleSearch, PublicArticle, SearchError};
use bot_core::store::{Db, StoreError};

use crate::answerer::model::Model;
use crate::answerer::settings::Settings;
use crate::answerer::snapshot::{Snapshot, Understanding};
use crate::article::{Article, SpaceName};
use crate::embed::{Encoder, ModelError};
use crate::index::IndexError;
use crate::rank::Effort;
use crate::store;

pub mod asker;
pub mod fit;
mod model;
pub mod preview;
mod search;
pub mod settings;
mod several;
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
    settings: Arc<Settings>,
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
            settings: Arc::default(),
        })
    }

    /// Answers as the operator has set.
    #[must_use]
    pub fn with_settings(self, settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
            ..self
        }
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

    /// Whether a space asks for a second pair of eyes before something goes live.
    #[must_use]
    pub fn reviews(&self, space: &SpaceName) -> bool {
        self.settings.reviewed.contains(space)
    }

    /// The model of sentences, if one is loaded.
    #[must_use]
    pub fn encoder(&self) -> Option<Arc<Encoder>> {
        self.model.encoder()
    }

    /// The articles in use now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks which version of the articles is the newest: training, reading and testing of an older one are
    /// given up. Called each second, also while [`KnowledgeBase::refresh_if_changed`] is at work.
    ///
    /// # Errors
    /// When the version cannot be read.
    pub async fn notice_changes(&self, db: &Db) -> Result<(), StoreError> {
        self.wanted
            .store(store::version(db).await?, Ordering::Relaxed);
        Ok(())
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
            return match now.waits_for_a_test() {
                true => self.self_test(now, encoder).await,
                false => Ok(false),
            };
        }
        let articles = Arc::new(store::live_articles(db).await?);
        let step = Step::from(&now, version, &articles, encoder, understood.as_ref());
        let Some(built) = self.build(version, articles, step).await? else {
            return Ok(false);
        };
        let built = Arc::new(built.after(&now));
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
    ) -> Result<Option<Snapshot>, RefreshError> {
        let (wanted, settings) = (Arc::clone(&self.wanted), Arc::clone(&self.settings));
        let build = move || {
            let Step {
                effort,
                understanding,
            } = step;
            // An index is soon there, and a stream of changes must not keep it from ever being.
            let is_index = effort == Effort::IndexOnly;
            let go_on = || is_index || wanted.load(Ordering::Relaxed) == version;
            let built = Snapshot::build(version, articles, effort, understanding, &go_on)?;
            Ok::<_, IndexError>(built.map(|built| built.with_settings(settings)))
        };
        let built = tokio::task::spawn_blocking(build).await;
        Ok(built.map_err(|_| RefreshError::BrokenOff)??)
    }

    /// Fits the thresholds to the articles in use; says whether it came to an end.
    async fn self_test(
        &self,
        now: Arc<Snapshot>,
        encoder: Option<Arc<Encoder>>,
    ) -> Result<bool, RefreshError> {
        let (wanted, version) = (Arc::clone(&self.wanted), now.version());
        let testing = move || {
            let go_on = || wanted.load(Ordering::Relaxed) == version;
            now.self_tested(encoder.as_ref(), &go_on)
        };
        let tested = tokio::task::spawn_blocking(testing).await;
        let Some(tested) = tested.map_err(|_| RefreshError::BrokenOff)?? else {
            return Ok(false);
        };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tested);
        Ok(true)
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
    async fn find(&self, query: &ArticleQuery<'_>) -> Result<Vec<PublicArticle>, SearchError> {
        self.snapshot()
            .find(query)
            .map_err(|error| SearchError(error.to_string()))
    }
}

#[cfg(test)]
mod tests;
