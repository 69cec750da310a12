//! Test questions, whose right article is known.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use bot_core::domain::text::clean;
use knowledge::article::QUESTION_CHARS;
use knowledge::keeper::KeepError;
use knowledge::store::{self, Found};

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::kb::preview::word;
use crate::console::request::Body;
use crate::console::session::Caller;

/// The test questions.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct Questions {
    /// The oldest first.
    questions: Vec<QuestionView>,
}

/// A test question, and what becomes of it now.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct QuestionView {
    /// Its words.
    question: String,
    /// The right article's id; none where a person is to answer.
    expected: Option<String>,
    /// `right`, `offered`, `unanswered` or `wrong`.
    verdict: &'static str,
}

/// A question with its right article.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct Expected {
    /// Its words.
    question: String,
    /// The right article's id, or `space/id`; none where a person is to answer.
    #[serde(default)]
    article: Option<String>,
}

/// A question to forget.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct Forgotten {
    /// Its words.
    question: String,
}

/// All test questions, asked now.
#[utoipa::path(get, path = "/api/v1/kb/questions", responses((status = 200, body = Questions)))]
pub(in crate::console) async fn list(
    State(console): State<Console>,
) -> Result<Json<Questions>, ApiError> {
    let keeper = &console.context.keeper;
    let asked = keeper
        .base
        .test(&keeper.db)
        .await
        .map_err(KeepError::from)?;
    let views = asked.into_iter().map(|(test, verdict)| QuestionView {
        question: test.question,
        expected: test.external_id,
        verdict: word(&verdict),
    });
    Ok(Json(Questions {
        questions: views.collect(),
    }))
}

/// Keep a test question.
#[utoipa::path(post, path = "/api/v1/kb/questions", request_body = Expected, responses((status = 204),
    (status = 400, body = ErrorBody)))]
pub(in crate::console) async fn keep(
    State(console): State<Console>,
    caller: Caller,
    Body(expected): Body<Expected>,
) -> Result<StatusCode, ApiError> {
    let cleaned = clean(expected.question.trim(), QUESTION_CHARS);
    if cleaned.text.is_empty() || cleaned.truncated {
        let message = format!("1 to {QUESTION_CHARS} characters");
        return Err(ApiError::field("question", message));
    }
    let db = &console.context.keeper.db;
    let right = match expected.article.as_deref().filter(|one| !one.is_empty()) {
        None => None,
        Some(reference) => match store::find(db, reference).await? {
            Found::One(one) => Some((one.content.space, one.content.external_id)),
            Found::Several(_) | Found::None(_) => {
                return Err(ApiError::field(
                    "article",
                    "no article, or several, have this id",
                ));
            }
        },
    };
    store::keep_test(db, cleaned.text, right, console.change(&caller, "")).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forget a test question.
#[utoipa::path(delete, path = "/api/v1/kb/questions", request_body = Forgotten, responses((status = 204),
    (status = 404, body = ErrorBody)))]
pub(in crate::console) async fn forget(
    State(console): State<Console>,
    Body(forgotten): Body<Forgotten>,
) -> Result<StatusCode, ApiError> {
    match store::forget_test(&console.context.keeper.db, forgotten.question).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::NotFound),
    }
}
