//! What an article said before.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use bot_core::domain::id::ArticleId;
use bot_core::domain::time::Timestamp;
use knowledge::diff::{FieldDiff, Part, Sort, diff as differences};
use knowledge::store::{self, Revision};

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::kb::articles::KeptView;
use crate::console::kb::{StepName, Words};
use crate::console::request::{Asked, At, Body};
use crate::console::session::Caller;

/// The changes of an article.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct History {
    /// The newest first.
    revisions: Vec<RevisionView>,
}

/// One change.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct RevisionView {
    /// Its number, from 1.
    revision: i64,
    /// When.
    at: String,
    /// Who.
    author: String,
    /// Why.
    reason: String,
    /// Where the article stood after it.
    status: &'static str,
}

/// Two revisions.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::console) struct Two {
    /// The older one.
    from: i64,
    /// The newer one.
    to: i64,
}

/// What changed between two revisions.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct Difference {
    /// The fields that differ.
    fields: Vec<FieldView>,
    /// What the newer one says.
    words: Words,
}

/// A field that differs.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct FieldView {
    /// Its name.
    field: &'static str,
    /// Its words, in order.
    parts: Vec<PartView>,
}

/// Words that stay, go or come.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct PartView {
    /// `same`, `gone` or `new`.
    sort: &'static str,
    /// The words.
    text: String,
}

/// To which revision an article goes back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct Back {
    /// Its number.
    revision: i64,
    /// Publish even if test questions fare worse.
    #[serde(default)]
    force: bool,
}

impl RevisionView {
    fn of(one: Revision) -> Self {
        Self {
            revision: one.revision,
            at: Timestamp(one.at).to_string(),
            author: one.author,
            reason: one.reason,
            status: one.status.word(),
        }
    }
}

impl FieldView {
    fn of(one: FieldDiff) -> Self {
        Self {
            field: one.field,
            parts: one.parts.into_iter().map(PartView::of).collect(),
        }
    }
}

impl PartView {
    fn of(part: Part) -> Self {
        Self {
            sort: match part.sort {
                Sort::Same => "same",
                Sort::Gone => "gone",
                Sort::New => "new",
            },
            text: part.text,
        }
    }
}

/// Who changed an article when.
#[utoipa::path(get, path = "/api/v1/kb/articles/{id}/revisions", params(("id" = Uuid, Path)), responses(
    (status = 200, body = History), (status = 404, body = ErrorBody)))]
pub(in crate::console) async fn list(
    State(console): State<Console>,
    At(id): At<Uuid>,
) -> Result<Json<History>, ApiError> {
    console.article(id).await?;
    let all = store::history(&console.context.keeper.db, ArticleId(id)).await?;
    Ok(Json(History {
        revisions: all.into_iter().map(RevisionView::of).collect(),
    }))
}

/// What changed between two revisions.
#[utoipa::path(get, path = "/api/v1/kb/articles/{id}/diff", params(("id" = Uuid, Path), Two), responses(
    (status = 200, body = Difference), (status = 404, body = ErrorBody)))]
pub(in crate::console) async fn diff(
    State(console): State<Console>,
    At(id): At<Uuid>,
    Asked(two): Asked<Two>,
) -> Result<Json<Difference>, ApiError> {
    let db = &console.context.keeper.db;
    let older = store::revision(db, ArticleId(id), two.from).await?;
    let newer = store::revision(db, ArticleId(id), two.to).await?;
    let (older, newer) = older.zip(newer).ok_or(ApiError::NotFound)?;
    let fields = differences(&older.content, &newer.content);
    Ok(Json(Difference {
        fields: fields.into_iter().map(FieldView::of).collect(),
        words: Words::of(&newer.content),
    }))
}

/// Have an article say again what it said.
#[utoipa::path(post, path = "/api/v1/kb/articles/{id}/rollback", params(("id" = Uuid, Path)),
    request_body = Back, responses((status = 200, body = KeptView), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody)))]
pub(in crate::console) async fn roll_back(
    State(console): State<Console>,
    caller: Caller,
    At(id): At<Uuid>,
    Body(back): Body<Back>,
) -> Result<Json<KeptView>, ApiError> {
    console.may_step(&caller, StepName::Publish)?;
    let article = console.article(id).await?;
    let change = console.change(&caller, "");
    let keeper = &console.context.keeper;
    let kept = keeper
        .roll_back(&article, back.revision, back.force, change)
        .await?;
    Ok(Json(KeptView::of(&kept.ok_or(ApiError::NotFound)?)?))
}
