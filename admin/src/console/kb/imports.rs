//! Imports from the page: a file is the body, and the answer is the report.

use std::path::Path;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use utoipa::ToSchema;

use bot_core::domain::text::file_name;
use bot_core::domain::time::Timestamp;
use knowledge::article::SpaceName;
use knowledge::import::run::{Import, ImportError, Imported};
use knowledge::import::{Defaults, Publication, PublishError, Report};
use knowledge::store::{self, ImportRecord, Publish};

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::kb::preview::PreviewView;
use crate::console::request::{Asked, At};
use crate::console::session::Caller;

/// The largest file, in bytes.
pub(in crate::console) const LARGEST: usize = 60 * 1024 * 1024;
/// So many imports are listed.
const LISTED: i64 = 50;

/// How a file is to be imported.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::console) struct How {
    /// The file's name; its ending says what it is.
    name: String,
    /// Only read and check.
    #[serde(default)]
    dry_run: bool,
    /// Answer with new articles too.
    #[serde(default)]
    publish: bool,
    /// Publish even if test questions fare worse.
    #[serde(default)]
    force: bool,
    /// Where the articles go.
    #[serde(default)]
    space: String,
}

/// What an import did, or would do.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct ReportView {
    /// Its number; 0 after a dry run.
    number: i64,
    /// Good rows.
    accepted: u64,
    /// Bad rows.
    rejected: u64,
    /// New articles.
    created: u64,
    /// Changed articles.
    updated: u64,
    /// Articles that are the same.
    unchanged: u64,
    /// Articles that say the same as others.
    repeated: u64,
    /// Articles that are archived, and stay so.
    archived: u64,
    /// Articles that somebody else has to read first.
    in_review: u64,
    /// Sections of documents, which are drafts at first.
    sections: u64,
    /// Articles that answer now.
    published: u64,
    /// Articles that are drafts because test questions would fare worse.
    held_back: u64,
    /// What became of the test questions.
    preview: PreviewView,
    /// The first bad rows, each with its place and reason.
    errors: Vec<String>,
    /// The first good rows.
    first: Vec<String>,
}

/// The last imports.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct Imports {
    /// The newest first.
    imports: Vec<ImportView>,
}

/// An import.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct ImportView {
    /// What people call it.
    number: i64,
    /// When.
    at: String,
    /// Who.
    author: String,
    /// Its files.
    files: Vec<String>,
    /// New articles.
    created: i64,
    /// Changed articles.
    updated: i64,
    /// Articles that were the same.
    unchanged: i64,
    /// Bad rows.
    rejected: i64,
    /// Whether it was undone.
    undone: bool,
}

/// What undoing an import did.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct UndoneView {
    /// Articles that are gone again.
    removed: u64,
    /// Articles that say again what they said.
    restored: u64,
    /// Articles that were changed since, and stay.
    kept: u64,
}

impl ReportView {
    fn of(imported: Imported) -> Self {
        let Imported {
            number,
            report,
            publication,
        } = imported;
        let Publication {
            published,
            held_back,
            preview,
        } = publication;
        let written = report.written;
        Self {
            number,
            accepted: report.accepted,
            rejected: report.rejected,
            created: written.created,
            updated: written.updated,
            unchanged: written.unchanged,
            repeated: written.repeated,
            archived: written.archived,
            in_review: written.in_review,
            sections: report.sections,
            published,
            held_back,
            preview: PreviewView::of(&preview),
            errors: report.errors.iter().map(ToString::to_string).collect(),
            first: report.first,
        }
    }
}

impl ImportView {
    fn of(one: ImportRecord) -> Self {
        Self {
            number: one.number,
            at: Timestamp(one.at).to_string(),
            author: one.author,
            files: one.files.lines().map(str::to_owned).collect(),
            created: one.created,
            updated: one.updated,
            unchanged: one.unchanged,
            rejected: one.rejected,
            undone: one.undone_at.is_some(),
        }
    }
}

/// The last imports.
#[utoipa::path(get, path = "/api/v1/kb/imports", responses((status = 200, body = Imports)))]
pub(in crate::console) async fn list(
    State(console): State<Console>,
) -> Result<Json<Imports>, ApiError> {
    let imports = store::imports(&console.context.keeper.db, LISTED).await?;
    Ok(Json(Imports {
        imports: imports.into_iter().map(ImportView::of).collect(),
    }))
}

/// Import a file: its bytes are the body.
#[utoipa::path(post, path = "/api/v1/kb/imports", params(How),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ReportView), (status = 400, body = ErrorBody), (status = 413, body = ErrorBody)))]
pub(in crate::console) async fn run(
    State(console): State<Console>,
    caller: Caller,
    Asked(how): Asked<How>,
    bytes: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Json<ReportView>, ApiError> {
    let bytes = bytes.map_err(|_| ApiError::TooLarge(LARGEST))?;
    let space = match how.space.as_str() {
        "" => SpaceName::default(),
        name => name
            .parse()
            .map_err(|error: knowledge::article::NameError| {
                ApiError::field("space", error.to_string())
            })?,
    };
    let folder = tempfile::tempdir().map_err(|error| broken(&error))?;
    let path = folder.path().join(safe(&how.name));
    std::fs::write(&path, &bytes).map_err(|error| broken(&error))?;
    let import = import(&console, &caller, &how, space, &path);
    let imported = finished(&console, import, folder).await?;
    Ok(Json(ReportView::of(imported)))
}

fn import(console: &Console, caller: &Caller, how: &How, space: SpaceName, path: &Path) -> Import {
    Import {
        paths: vec![path.to_owned()],
        below: path.parent().map(Path::to_owned).unwrap_or_default(),
        defaults: Defaults {
            space,
            language: None,
            zone: console.context.zone,
            pdf: console.context.pdf.clone(),
        },
        publish: match how.publish {
            true => Publish::All,
            false => Publish::WhatAnswers,
        },
        force: how.force,
        dry_run: how.dry_run,
        author: caller.agent.name.clone(),
    }
}

/// Only the name's end comes near a path.
fn safe(name: &str) -> String {
    let name = file_name(name);
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    match last.trim_matches('.') {
        "" => "file".to_owned(),
        name => name.to_owned(),
    }
}

/// An import comes to its end even if nobody waits for it any more.
async fn finished(
    console: &Console,
    import: Import,
    folder: tempfile::TempDir,
) -> Result<Imported, ApiError> {
    let (keeper, core) = (console.context.keeper.clone(), console.context.core.clone());
    let (tell, told) = oneshot::channel();
    console.context.supervisor.spawn("import", async move {
        let (db, base, ids) = (&keeper.db, &keeper.base, keeper.ids.as_ref());
        let mut progress = |_: &Report| {};
        let run = import.run(db, base, core.clock.as_ref(), ids, &mut progress);
        // Whoever asked may be gone.
        drop(tell.send(run.await));
        drop(folder);
    });
    let done = told.await.map_err(|_| ApiError::Internal)?;
    done.map_err(|error| match error {
        ImportError::Write(error) | ImportError::Publish(PublishError::Store(error)) => {
            error.into()
        }
        error => broken(&error),
    })
}

fn broken(error: &dyn std::fmt::Display) -> ApiError {
    tracing::error!(%error, "an import broke off");
    ApiError::Internal
}

/// Undo an import.
#[utoipa::path(post, path = "/api/v1/kb/imports/{number}/undo", params(("number" = i64, Path)), responses(
    (status = 200, body = UndoneView), (status = 404, body = ErrorBody)))]
pub(in crate::console) async fn undo(
    State(console): State<Console>,
    caller: Caller,
    At(number): At<i64>,
) -> Result<(StatusCode, Json<UndoneView>), ApiError> {
    let change = console.change(&caller, "");
    let undone = store::undo(&console.context.keeper.db, Some(number), change).await?;
    let undone = undone.ok_or(ApiError::NotFound)?;
    Ok((
        StatusCode::OK,
        Json(UndoneView {
            removed: undone.removed,
            restored: undone.restored,
            kept: undone.kept,
        }),
    ))
}
