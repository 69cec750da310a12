//! The knowledge base: its articles, their revisions, imports and test questions.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use bot_core::domain::command::Permission;
use bot_core::domain::id::ArticleId;
use bot_core::domain::time::Timestamp;
use bot_core::store::record::Records;
use knowledge::article::{Article, Content, ContentError, Step};
use knowledge::import::{Defaults, RawRow};
use knowledge::keeper::KeepError;
use knowledge::learn::Learner;
use knowledge::store::{self, Change};

use crate::console::Console;
use crate::console::error::ApiError;
use crate::console::session::Caller;

pub(super) mod articles;
pub(super) mod imports;
pub(super) mod preview;
pub(super) mod questions;
pub(super) mod revisions;
pub(super) mod suggestions;

/// An article, as the team sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct ArticleView {
    /// Its identity.
    id: Uuid,
    /// What it says, and on which terms.
    #[serde(flatten)]
    words: Words,
    /// Where it stands: `draft`, `review`, `published` or `archived`.
    status: &'static str,
    /// Counts its changes.
    revision: i64,
    /// The revision that answers, if one does.
    live: Option<i64>,
    /// Who last changed what it says.
    edited_by: String,
    /// When it was last changed.
    updated_at: String,
    /// Where its words come from.
    source: String,
}

/// What an article says, and on which terms. What is left out is empty.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Words {
    /// Its id among people; made of the question if it is empty.
    external_id: String,
    /// The body of knowledge that it belongs to.
    space: String,
    /// The question.
    question: String,
    /// The question in other words.
    alternatives: Vec<String>,
    /// The answer.
    answer: String,
    /// What it is about.
    category: String,
    /// `zh` or `en`; recognised if it is empty.
    lang: String,
    /// Labels.
    tags: Vec<String>,
    /// `public` or `internal`.
    visibility: String,
    /// `auto`, `suggest` or `off`.
    mode: String,
    /// From when on it holds.
    valid_from: String,
    /// Until when it holds.
    valid_until: String,
    /// The channels on which it may be given.
    channels: Vec<String>,
}

/// A step to take an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StepName {
    /// Keep it; what answers stays as it is.
    Save,
    /// Have somebody else read it.
    Submit,
    /// Answer with it.
    Publish,
    /// Answer with it no more.
    Archive,
}

impl StepName {
    const fn step(self) -> Step {
        match self {
            Self::Save => Step::Save,
            Self::Submit => Step::Submit,
            Self::Publish => Step::Publish,
            Self::Archive => Step::Archive,
        }
    }

    /// Whether customers notice.
    const fn is_public(self) -> bool {
        matches!(self, Self::Publish | Self::Archive)
    }
}

impl ArticleView {
    fn of(article: &Article) -> Self {
        Self {
            id: article.id.0,
            words: Words::of(&article.content),
            status: article.status.word(),
            revision: article.revision,
            live: article.live,
            edited_by: article.edited_by.clone(),
            updated_at: Timestamp(article.updated_at).to_string(),
            source: article.content.source.clone(),
        }
    }
}

impl Words {
    fn of(content: &Content) -> Self {
        let moment = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        Self {
            external_id: content.external_id.to_string(),
            space: content.space.to_string(),
            question: content.question.clone(),
            alternatives: content.alternatives.clone(),
            answer: content.answer.clone(),
            category: content.category.clone(),
            lang: content.language.code().to_owned(),
            tags: content.tags.clone(),
            visibility: content.visibility.word().to_owned(),
            mode: content.terms.mode.as_str().to_owned(),
            valid_from: moment(content.terms.valid_from),
            valid_until: moment(content.terms.valid_until),
            channels: content.terms.channels.clone(),
        }
    }

    /// Checks every field.
    fn read(self, console: &Console, source: &str) -> Result<Content, ApiError> {
        let space = match self.space.as_str() {
            "" => Ok(knowledge::article::SpaceName::default()),
            name => name.parse(),
        };
        let defaults = Defaults {
            space: space.map_err(|error| wrong(&ContentError::from(error)))?,
            zone: console.context.zone,
            ..Defaults::default()
        };
        let row = RawRow {
            id: self.external_id,
            question: self.question,
            answer: self.answer,
            alternatives: self.alternatives,
            category: self.category,
            lang: self.lang,
            tags: self.tags,
            visibility: self.visibility,
            mode: self.mode,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            channels: self.channels,
            source: source.to_owned(),
            is_section: false,
        };
        row.checked(&defaults).map_err(|error| wrong(&error))
    }
}

fn wrong(error: &ContentError) -> ApiError {
    ApiError::field(error.field(), error.to_string())
}

impl From<KeepError> for ApiError {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::Store(error) => error.into(),
            KeepError::Preview(error) => {
                tracing::error!(%error, "the test questions could not be asked");
                Self::Internal
            }
        }
    }
}

impl Console {
    fn learner(&self) -> Learner {
        let core = &self.context.core;
        let records = Records::new(core.db.clone(), core.keyring.clone());
        Learner::new(self.context.keeper.clone(), Arc::new(records))
    }

    /// The newest revision of an article.
    async fn article(&self, id: Uuid) -> Result<Article, ApiError> {
        let found = store::article(&self.context.keeper.db, ArticleId(id)).await?;
        found.ok_or(ApiError::NotFound)
    }

    /// An act of somebody, now.
    fn change(&self, caller: &Caller, reason: &str) -> Change {
        let at = self.now();
        Change {
            cause: self.context.core.fresh(),
            author: caller.agent.name.clone(),
            reason: reason.to_owned(),
            at,
        }
    }

    /// What customers notice is for who directs others.
    fn may_step(&self, caller: &Caller, step: StepName) -> Result<(), ApiError> {
        match step.is_public() && !self.may(caller, Permission::Lead) {
            true => Err(ApiError::Forbidden),
            false => Ok(()),
        }
    }
}
