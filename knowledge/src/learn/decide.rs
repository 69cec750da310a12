//! What people decide about suggestions.

use bot_core::domain::id::ArticleId;
use bot_core::store::StoreError;

use crate::article::{Content, ContentError, Step};
use crate::import::{Defaults, RawRow};
use crate::keeper::{KeepError, Kept, Wish};
use crate::learn::{Body, DraftKind, Learner};
use crate::store::suggestion::{self, Suggestion, SuggestionState as State};
use crate::store::{self, Change, Saved};

/// Why a decision was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no such suggestion, or somebody has decided already.
    #[error("there is no such suggestion, or somebody has decided already")]
    Gone,
    /// It has no answer, or another field that an article cannot have.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The article was not written.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Learner {
    /// Suggestions in a state, or all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn suggestions(&self, state: Option<State>) -> Result<Vec<Suggestion>, StoreError> {
        let key = self.records.system_key().clone();
        suggestion::suggestions(&self.keeper.db, key, state).await
    }

    async fn suggestion(&self, number: i64, state: State) -> Result<Suggestion, DecideError> {
        let key = self.records.system_key().clone();
        let found = suggestion::suggestion(&self.keeper.db, key, number).await?;
        found
            .filter(|one| one.state == state)
            .ok_or(DecideError::Gone)
    }

    /// Changes what an open suggestion says.
    ///
    /// # Errors
    /// See [`DecideError`].
    pub async fn reword(
        &self,
        number: i64,
        question: Option<String>,
        answer: Option<String>,
    ) -> Result<(), DecideError> {
        let mut body = self.suggestion(number, State::Open).await?.body;
        body.question = question.unwrap_or(body.question);
        body.answer = answer.unwrap_or(body.answer);
        body.edited = true;
        let key = self.records.system_key().clone();
        match suggestion::edit(&self.keeper.db, key, number, body).await? {
            true => Ok(()),
            false => Err(DecideError::Gone),
        }
    }

    /// Makes it an article, or more phrasings of one, and publishes that.
    ///
    /// # Errors
    /// See [`DecideError`].
    pub async fn approve(
        &self,
        number: i64,
        force: bool,
        mut change: Change,
    ) -> Result<Kept, DecideError> {
        let found = self.suggestion(number, State::Open).await?;
        change.reason = format!("suggestion {number}");
        let kept = match found.kind {
            DraftKind::Article => self.new_article(&found.body, force, change.clone()).await?,
            DraftKind::Phrasing(id) => {
                self.rephrased(id, &found.body, force, change.clone())
                    .await?
            }
        };
        if let Some(article) = written(&kept) {
            self.decided(
                number,
                (State::Open, State::Approved),
                &change,
                Some(article),
            )
            .await?;
        }
        Ok(kept)
    }

    async fn new_article(
        &self,
        body: &Body,
        force: bool,
        change: Change,
    ) -> Result<Kept, DecideError> {
        let others = body.examples.iter().filter(|one| **one != body.question);
        let row = RawRow {
            id: change.reason.replace(' ', "-"),
            question: body.question.clone(),
            answer: body.answer.clone(),
            alternatives: others.cloned().collect(),
            source: change.reason.clone(),
            ..RawRow::default()
        };
        let content = row.checked(&Defaults::default())?;
        Ok(self
            .keeper
            .create(content, Step::Publish, force, change)
            .await?)
    }

    /// More ways to ask for an article; one that is gone meanwhile cannot be asked for.
    async fn rephrased(
        &self,
        id: ArticleId,
        body: &Body,
        force: bool,
        change: Change,
    ) -> Result<Kept, DecideError> {
        let article = store::article(&self.keeper.db, id).await?;
        let mut content = article.ok_or(DecideError::Gone)?.content;
        content.alternatives.extend(body.examples.iter().cloned());
        self.saved(id, content.checked()?, force, change).await
    }

    async fn saved(
        &self,
        id: ArticleId,
        content: Content,
        force: bool,
        change: Change,
    ) -> Result<Kept, DecideError> {
        let wish = Wish::saying(content, Step::Publish).forced(force);
        Ok(self.keeper.save(id, wish, change).await?)
    }

    /// Turns it down; it is not made again.
    ///
    /// # Errors
    /// See [`DecideError`].
    pub async fn reject(&self, number: i64, change: &Change) -> Result<(), DecideError> {
        self.decided(number, (State::Open, State::Rejected), change, None)
            .await
    }

    /// Takes back what came of it: the article is archived, or its phrasings are gone again.
    ///
    /// # Errors
    /// See [`DecideError`].
    pub async fn unlearn(&self, number: i64, mut change: Change) -> Result<(), DecideError> {
        let found = self.suggestion(number, State::Approved).await?;
        let id = found.article.ok_or(DecideError::Gone)?;
        change.reason = format!("not suggestion {number}");
        let article = store::article(&self.keeper.db, id).await?;
        match (found.kind, article) {
            (_, None) => {}
            (DraftKind::Article, Some(_)) => {
                let wish = Wish::step(Step::Archive);
                self.keeper.save(id, wish, change.clone()).await?;
            }
            (DraftKind::Phrasing(_), Some(article)) => {
                let mut content = article.content;
                content
                    .alternatives
                    .retain(|one| !found.body.examples.contains(one));
                self.saved(id, content, true, change.clone()).await?;
            }
        }
        self.decided(number, (State::Approved, State::Undone), &change, None)
            .await
    }

    async fn decided(
        &self,
        number: i64,
        states: (State, State),
        change: &Change,
        article: Option<ArticleId>,
    ) -> Result<(), DecideError> {
        let (db, by) = (&self.keeper.db, change.author.clone());
        match suggestion::decide(db, number, states, by, article, change.at).await? {
            true => Ok(()),
            false => Err(DecideError::Gone),
        }
    }
}

/// The article, unless nothing was written.
fn written(kept: &Kept) -> Option<ArticleId> {
    match &kept.saved {
        Saved::Done(article) | Saved::Unchanged(article) => Some(article.id),
        Saved::Conflict(_) | Saved::NeedsSomebodyElse(_) | Saved::Taken(_) | Saved::Gone => None,
    }
}
