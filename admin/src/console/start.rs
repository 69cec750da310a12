//! What a new desk still lacks, for the page's first guidance.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use bot_core::runtime::team_room::KIND;
use bot_core::store::board::{self, agents};

use crate::console::Console;
use crate::console::error::ApiError;

/// What is there already.
#[derive(Serialize, ToSchema)]
pub(super) struct Start {
    /// There was a ticket.
    tickets: bool,
    /// There is an article.
    articles: bool,
    /// More than one member may act.
    colleagues: bool,
    /// Where customers may write.
    channels: Vec<Door>,
    /// Where one can try to be a customer.
    customer_page: Option<&'static str>,
}

/// A channel that customers write on.
#[derive(Serialize, ToSchema)]
pub(super) struct Door {
    /// Its name.
    name: String,
    /// Its platform.
    #[schema(example = "web")]
    kind: &'static str,
    /// It can be put on a website by one line.
    widget: bool,
}

/// What a new desk still lacks.
#[utoipa::path(get, path = "/api/v1/start", responses((status = 200, body = Start)))]
pub(super) async fn start(State(console): State<Console>) -> Result<Json<Start>, ApiError> {
    let core = &console.context.core;
    let read = core
        .db
        .read(|tx| Box::pin(async move { Ok((board::any(tx).await?, agents::all(tx).await?)) }));
    let (tickets, members) = read.await?;
    let acting = members.iter().filter(|member| !member.disabled).count();
    Ok(Json(Start {
        tickets,
        articles: knowledge::store::has_articles(&core.db).await?,
        colleagues: acting > 1,
        channels: console.doors(),
        customer_page: console.context.customer_page,
    }))
}

impl Console {
    fn doors(&self) -> Vec<Door> {
        let channels = self.context.core.outside.channels.iter();
        let doors = channels.filter(|(_, account)| account.kind != KIND);
        doors
            .map(|(name, account)| Door {
                name: name.0.clone(),
                kind: account.kind,
                widget: self.context.widgets.contains(name),
            })
            .collect()
    }
}
