//! Suggestions: what customers ask that nothing answers well.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use bot_core::domain::time::Timestamp;
use knowledge::learn::{DecideError, DraftKind};
use knowledge::store;
use knowledge::store::suggestion::{Suggestion, SuggestionState};

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::kb::articles::KeptView;
use crate::console::kb::wrong;
use crate::console::request::{Asked, At, Body};
use crate::console::session::Caller;

/// Which suggestions.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::console) struct Which {
    /// `open`, `approved`, `rejected` or `undone`; open ones without.
    state: String,
}

/// Suggestions.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct Suggestions {
    /// The most frequent first.
    suggestions: Vec<SuggestionView>,
}

/// A suggestion.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct SuggestionView {
    /// What people call it.
    number: i64,
    /// `article`, or `phrasing`: more ways to ask for an article.
    kind: &'static str,
    /// The question.
    question: String,
    /// How customers put it.
    examples: Vec<String>,
    /// The answer, from what agents replied; may be empty.
    answer: String,
    /// How often it was asked.
    count: i64,
    /// How often in the last seven days.
    recent: i64,
    /// How often in the seven days before.
    earlier: i64,
    /// When it was last seen.
    at: String,
    /// Who has decided.
    decided_by: Option<String>,
    /// The id of the article that it is about, or that came of it.
    article: Option<String>,
}

/// What is to come of a suggestion.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::console) struct Approval {
    /// The question; as suggested without.
    question: Option<String>,
    /// The answer; as suggested without.
    answer: Option<String>,
    /// Publish even if test questions fare worse.
    force: bool,
}

impl From<DecideError> for ApiError {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::Gone => Self::NotFound,
            DecideError::Content(error) => wrong(&error),
            DecideError::Keep(error) => error.into(),
            DecideError::Store(error) => error.into(),
        }
    }
}

/// Suggestions.
#[utoipa::path(get, path = "/api/v1/kb/suggestions", params(Which), responses(
    (status = 200, body = Suggestions), (status = 400, body = ErrorBody)))]
pub(in crate::console) async fn list(
    State(console): State<Console>,
    Asked(which): Asked<Which>,
) -> Result<Json<Suggestions>, ApiError> {
    let state = match which.state.as_str() {
        "" => SuggestionState::Open,
        word => SuggestionState::ALL
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| ApiError::field("state", "open, approved, rejected or undone"))?,
    };
    let found = console.learner().suggestions(Some(state)).await?;
    let mut views = Vec::with_capacity(found.len());
    for one in found {
        views.push(console.view(one).await?);
    }
    Ok(Json(Suggestions { suggestions: views }))
}

/// Take a suggestion, perhaps with other words.
#[utoipa::path(post, path = "/api/v1/kb/suggestions/{number}/approve", params(("number" = i64, Path)),
    request_body = Approval, responses((status = 200, body = KeptView), (status = 400, body = ErrorBody),
    (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(in crate::console) async fn approve(
    State(console): State<Console>,
    caller: Caller,
    At(number): At<i64>,
    Body(approval): Body<Approval>,
) -> Result<Json<KeptView>, ApiError> {
    let learner = console.learner();
    if approval.question.is_some() || approval.answer.is_some() {
        learner
            .reword(number, approval.question, approval.answer)
            .await?;
    }
    let change = console.change(&caller, "");
    let kept = learner.approve(number, approval.force, change).await?;
    Ok(Json(KeptView::of(&kept)?))
}

/// Turn a suggestion down.
#[utoipa::path(post, path = "/api/v1/kb/suggestions/{number}/reject", params(("number" = i64, Path)),
    responses((status = 204), (status = 404, body = ErrorBody)))]
pub(in crate::console) async fn reject(
    State(console): State<Console>,
    caller: Caller,
    At(number): At<i64>,
) -> Result<StatusCode, ApiError> {
    let change = console.change(&caller, "");
    console.learner().reject(number, &change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take back what came of a suggestion.
#[utoipa::path(post, path = "/api/v1/kb/suggestions/{number}/unlearn", params(("number" = i64, Path)),
    responses((status = 204), (status = 404, body = ErrorBody)))]
pub(in crate::console) async fn unlearn(
    State(console): State<Console>,
    caller: Caller,
    At(number): At<i64>,
) -> Result<StatusCode, ApiError> {
    let change = console.change(&caller, "");
    console.learner().unlearn(number, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Console {
    async fn view(&self, one: Suggestion) -> Result<SuggestionView, ApiError> {
        let article = match one.article {
            Some(id) => store::article(&self.context.keeper.db, id).await?,
            None => None,
        };
        Ok(SuggestionView {
            number: one.number,
            kind: match one.kind {
                DraftKind::Article => "article",
                DraftKind::Phrasing(_) => "phrasing",
            },
            question: one.body.question,
            examples: one.body.examples,
            answer: one.body.answer,
            count: one.count,
            recent: one.recent,
            earlier: one.earlier,
            at: Timestamp(one.at).to_string(),
            decided_by: one.decided_by,
            article: article.map(|one| one.content.external_id.to_string()),
        })
    }
}
