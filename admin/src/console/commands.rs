//! What can be typed: commands and canned replies, while one types.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use bot_core::domain::command::Completion;
use bot_core::domain::text::fold;

use crate::console::Console;
use crate::console::canned::CannedText;
use crate::console::error::ApiError;
use crate::console::request::Asked;
use crate::console::session::Caller;
use crate::console::store::canned;

/// Canned replies that are offered at once.
const OFFERED: usize = 20;

/// What was typed so far.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Typed {
    /// The line so far, with its mark: `/as`.
    prefix: String,
}

/// The ways to go on.
#[derive(Serialize, ToSchema)]
pub(super) struct Offers {
    /// Commands, and the words that they take.
    commands: Vec<Offer>,
    /// Canned replies whose name holds what was typed.
    canned: Vec<CannedText>,
}

/// One way to go on.
#[derive(Serialize, ToSchema)]
pub(super) struct Offer {
    /// The whole line as it then is.
    line: String,
    /// What a list shows.
    label: String,
    /// What it does.
    hint: String,
}

/// Complete what was typed.
#[utoipa::path(get, path = "/api/v1/commands", params(Typed), responses((status = 200, body = Offers)))]
pub(super) async fn complete(
    State(console): State<Console>,
    caller: Caller,
    Asked(typed): Asked<Typed>,
) -> Result<Json<Offers>, ApiError> {
    let policy = console.context.core.policy();
    let commands = console
        .context
        .registry
        .complete(&typed.prefix, caller.id(), &policy);
    let canned = console
        .context
        .core
        .db
        .read(|tx| Box::pin(canned::all(tx)))
        .await?;
    let word = fold(typed.prefix.trim_start_matches(['/', '／', '、', '\\']));
    let named = canned
        .into_iter()
        .filter(|one| fold(&one.name).contains(&word));
    Ok(Json(Offers {
        commands: commands.into_iter().map(Offer::from).collect(),
        canned: named.take(OFFERED).map(CannedText::from).collect(),
    }))
}

impl From<Completion> for Offer {
    fn from(one: Completion) -> Self {
        Self {
            line: one.line,
            label: one.label,
            hint: one.hint,
        }
    }
}
