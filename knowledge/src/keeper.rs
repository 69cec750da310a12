//! Keeping articles: what people do with them one by one, the same from the shell, the team's chat and the
//! page.

use std::sync::Arc;

use bot_core::domain::id::ArticleId;
use bot_core::port::clock::Ids;
use bot_core::store::{Db, StoreError};

use crate::answerer::preview::Intent;
use crate::answerer::{KnowledgeBase, RefreshError};
use crate::article::{Article, Content, Status, Step};
use crate::import::{Publication, PublishError, publish, restate_all};
use crate::regression::Preview;
use crate::store::{self, Change, Edit, Saved};

/// Writes articles for people.
#[derive(Clone)]
pub struct Keeper {
    /// Where they are.
    pub db: Db,
    /// Knows which spaces are reviewed, and asks the test questions.
    pub base: Arc<KnowledgeBase>,
    /// Where new articles' ids come from.
    pub ids: Arc<dyn Ids>,
}

/// What somebody wants of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// What it is to say; as before without.
    pub content: Option<Content>,
    /// Where it is to stand.
    pub step: Step,
    /// The revision that they have seen.
    pub expected: Option<i64>,
    /// Publish even if test questions fare worse.
    pub force: bool,
}

/// What came of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What was written.
    pub saved: Saved,
    /// It was not published, because test questions would fare worse; new words are kept as a draft.
    pub held_back: bool,
    /// What it does, or would do, to the test questions.
    pub preview: Preview,
}

/// Why a wish was not fulfilled.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The test questions could not be asked.
    #[error("the test questions could not be asked: {0}")]
    Preview(#[from] RefreshError),
}

impl From<PublishError> for KeepError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Store(error) => Self::Store(error),
            PublishError::Preview(error) => Self::Preview(error),
        }
    }
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}

impl Wish {
    /// Only takes the article a step further.
    #[must_use]
    pub const fn step(step: Step) -> Self {
        Self {
            content: None,
            step,
            expected: None,
            force: false,
        }
    }

    /// Lets the article say this.
    #[must_use]
    pub fn saying(content: Content, step: Step) -> Self {
        Self {
            content: Some(content),
            ..Self::step(step)
        }
    }

    /// Even if test questions fare worse.
    #[must_use]
    pub fn forced(self, force: bool) -> Self {
        Self { force, ..self }
    }

    /// Only if nobody has changed it since this revision.
    #[must_use]
    pub fn seen(self, expected: Option<i64>) -> Self {
        Self { expected, ..self }
    }
}

impl Keeper {
    /// Writes a new article.
    ///
    /// # Errors
    /// See [`KeepError`].
    pub async fn create(
        &self,
        content: Content,
        step: Step,
        force: bool,
        change: Change,
    ) -> Result<Kept, KeepError> {
        let reviewed = self.base.reviews(&content.space);
        let id = ArticleId(self.ids.fresh(change.at));
        let wish = Wish::saying(content.clone(), step).forced(force);
        let would = Article::draft(id, content.clone(), change.at);
        let (preview, step) = self.looked_at(&would, &wish, reviewed).await?;
        let ids = self.ids.as_ref();
        let saved = store::create(&self.db, ids, content, step, reviewed, change).await?;
        Ok(Kept {
            saved,
            held_back: step != wish.step,
            preview,
        })
    }

    /// Changes an article.
    ///
    /// # Errors
    /// See [`KeepError`].
    pub async fn save(
        &self,
        id: ArticleId,
        mut wish: Wish,
        change: Change,
    ) -> Result<Kept, KeepError> {
        let Some(mut would) = store::article(&self.db, id).await? else {
            return Ok(Kept::of(Saved::Gone));
        };
        // A page hands in all words, also of an article that is only taken a step further.
        wish.content = wish.content.filter(|content| *content != would.content);
        if let Some(content) = &wish.content {
            would.content = content.clone();
        }
        let reviewed = self.base.reviews(&would.content.space);
        let (preview, step) = self.looked_at(&would, &wish, reviewed).await?;
        let held_back = step != wish.step;
        if held_back && wish.content.is_none() {
            let saved = Saved::Unchanged(Box::new(would));
            return Ok(Kept {
                saved,
                held_back,
                preview,
            });
        }
        let edit = Edit {
            content: wish.content,
            step,
            expected: wish.expected,
            reviewed,
        };
        Ok(Kept {
            saved: store::save(&self.db, id, edit, change).await?,
            held_back,
            preview,
        })
    }

    /// Publishes what an import has left as drafts, and what has to be read by somebody else than who
    /// imported it, if they are somebody else. `None` when there is no such import, or it was undone.
    ///
    /// # Errors
    /// See [`KeepError`].
    pub async fn publish_import(
        &self,
        number: i64,
        force: bool,
        author: &str,
    ) -> Result<Option<Publication>, KeepError> {
        let found = store::import_numbered(&self.db, number).await?;
        let Some(import) = found.filter(|import| import.undone_at.is_none()) else {
            return Ok(None);
        };
        let (db, id) = (&self.db, import.id);
        restate_all(db, id, Status::Draft, Status::Published).await?;
        if import.author != author {
            restate_all(db, id, Status::Review, Status::Published).await?;
        }
        Ok(Some(publish(db, &self.base, id, force).await?))
    }

    /// Has an article say again what it said at a revision; where it stood published, it answers so.
    ///
    /// # Errors
    /// See [`KeepError`].
    pub async fn roll_back(
        &self,
        article: &Article,
        revision: i64,
        force: bool,
        change: Change,
    ) -> Result<Option<Kept>, KeepError> {
        let Some(before) = store::revision(&self.db, article.id, revision).await? else {
            return Ok(None);
        };
        let step = match article.live {
            Some(_) => Step::Publish,
            None => Step::Save,
        };
        let wish = Wish::saying(before.content, step).forced(force);
        self.save(article.id, wish, change).await.map(Some)
    }

    /// What publishing would do to the test questions, and how far the step may go.
    async fn looked_at(
        &self,
        would: &Article,
        wish: &Wish,
        reviewed: bool,
    ) -> Result<(Preview, Step), KeepError> {
        let goes_live = wish.step == Step::Publish && !(reviewed && wish.content.is_some());
        if !goes_live {
            return Ok((Preview::default(), wish.step));
        }
        let intent = Intent {
            publish: vec![would.clone()],
            ..Intent::default()
        };
        let preview = self.base.preview(&self.db, intent).await?;
        let step = match preview.worse.is_empty() || wish.force {
            true => Step::Publish,
            false => Step::Save,
        };
        Ok((preview, step))
    }
}

impl Kept {
    fn of(saved: Saved) -> Self {
        Self {
            saved,
            held_back: false,
            preview: Preview::default(),
        }
    }
}
