//! Canned replies: what a team says again and again, kept under a name.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use bot_core::domain::text::clean;

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::request::{At, Body};
use crate::console::store::canned::{self, Canned};

/// The longest name, in characters.
const NAME_MOST: usize = 40;
/// The longest text, in characters.
const TEXT_MOST: usize = 4_000;
/// The languages that a reply can be kept in.
const LANGUAGES: [&str; 2] = ["zh", "en"];

/// All canned replies.
#[derive(Serialize, ToSchema)]
pub(super) struct AllCanned {
    /// By name, then by language.
    canned: Vec<CannedText>,
}

/// A canned reply.
#[derive(Serialize, ToSchema)]
pub(super) struct CannedText {
    /// What it is called.
    name: String,
    /// Its language, `zh` or `en`.
    language: String,
    /// Its words.
    text: String,
}

impl From<Canned> for CannedText {
    fn from(one: Canned) -> Self {
        Self {
            name: one.name,
            language: one.language,
            text: one.text,
        }
    }
}

/// The words of a canned reply.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CannedWords {
    /// What is put into the composer.
    text: String,
}

/// The canned replies.
#[utoipa::path(get, path = "/api/v1/canned", responses((status = 200, body = AllCanned)))]
pub(super) async fn list(State(console): State<Console>) -> Result<Json<AllCanned>, ApiError> {
    let db = &console.context.core.db;
    let all = db.read(|tx| Box::pin(canned::all(tx))).await?;
    Ok(Json(AllCanned {
        canned: all.into_iter().map(CannedText::from).collect(),
    }))
}

/// Keep a canned reply, new or changed.
#[utoipa::path(put, path = "/api/v1/canned/{name}/{language}", request_body = CannedWords,
    params(("name" = String, Path), ("language" = String, Path)), responses((status = 204),
    (status = 400, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub(super) async fn keep(
    State(console): State<Console>,
    At((name, language)): At<(String, String)>,
    Body(words): Body<CannedWords>,
) -> Result<StatusCode, ApiError> {
    let kept = judged(name, language, &words.text)?;
    let db = &console.context.core.db;
    db.write(move |tx| {
        let kept = kept.clone();
        Box::pin(async move { canned::keep(tx, &kept).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forget a canned reply.
#[utoipa::path(delete, path = "/api/v1/canned/{name}/{language}",
    params(("name" = String, Path), ("language" = String, Path)), responses((status = 204),
    (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(super) async fn forget(
    State(console): State<Console>,
    At((name, language)): At<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let db = &console.context.core.db;
    let gone = db.write(move |tx| {
        let (name, language) = (name.clone(), language.clone());
        Box::pin(async move { canned::forget(tx, &name, &language).await })
    });
    match gone.await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ApiError::NotFound),
    }
}

/// A name is typed behind a mark, so it is one word.
fn judged(name: String, language: String, text: &str) -> Result<Canned, ApiError> {
    let one_word = !name.is_empty() && !name.chars().any(char::is_whitespace);
    if !one_word || clean(&name, NAME_MOST).text != name {
        let message = format!("one word of at most {NAME_MOST} characters");
        return Err(ApiError::field("canned", message));
    }
    if !LANGUAGES.contains(&language.as_str()) {
        return Err(ApiError::field("language", "either zh or en"));
    }
    let cleaned = clean(text.trim(), TEXT_MOST);
    if cleaned.text.is_empty() || cleaned.truncated {
        let message = format!("1 to {TEXT_MOST} characters");
        return Err(ApiError::field("text", message));
    }
    Ok(Canned {
        name,
        language,
        text: cleaned.text,
    })
}
