//! Reading a ticket's thread.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use bot_core::domain::content::Content;
use bot_core::domain::delivery::{Action, DeliveryState};
use bot_core::domain::id::AttachmentId;
use bot_core::store::attachment;
use bot_core::store::board::{self, LineDelivery, Stretch, ThreadLine, TicketLine};

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::request::{Asked, At};
use crate::console::threads::is_here;
use crate::console::view;

/// Lines of one page.
const PAGE: i64 = 100;

/// Where a page begins.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// The `next` of the page before; from the beginning without.
    pub(super) after: Option<i64>,
}

/// Which lines of a thread are wanted; all of them from the beginning without.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The `next` of the page before: what is new or has changed since, in the order of the changes.
    after: Option<i64>,
    /// The `earlier` of a page: the lines just before it, in their order.
    before: Option<i64>,
    /// `true`: the last lines, in their order.
    #[serde(default)]
    last: bool,
}

impl Wanted {
    fn stretch(&self) -> Result<Stretch, ApiError> {
        match (self.after, self.before, self.last) {
            (Some(cursor), None, false) => Ok(Stretch::After(cursor)),
            (None, Some(place), false) => Ok(Stretch::Before(place)),
            (None, None, true) => Ok(Stretch::Before(i64::MAX)),
            (None, None, false) => Ok(Stretch::After(0)),
            _ => Err(ApiError::field(
                "after",
                "only one of after, before and last",
            )),
        }
    }
}

/// A page of a thread.
#[derive(Serialize, ToSchema)]
pub(super) struct Lines {
    /// The lines. A line that changed comes again under the same id.
    messages: Vec<Line>,
    /// Where the next page begins; the same as before when there is nothing new.
    next: i64,
    /// More is there already.
    more: bool,
    /// Where the page before begins, when one was asked for by `before` or `last` and there is one.
    earlier: Option<i64>,
}

/// A line of a thread.
#[derive(Serialize, ToSchema)]
pub(super) struct Line {
    /// Its row; the same when it comes again changed.
    id: Uuid,
    /// The message that it shows, to be named in edits and quotes.
    message: Option<Uuid>,
    /// Its place among the lines of the thread.
    place: i64,
    /// When it was decided.
    at: String,
    /// What it holds.
    #[serde(flatten)]
    body: view::Body,
    /// It was changed.
    edited: bool,
    /// It was taken back.
    deleted: bool,
    /// What the customer had written before they changed it or took it back; for the team only.
    original: Option<String>,
    /// How the message fares on its way to the customer.
    delivery: Option<Fare>,
}

/// How a message fares on its way to the customer.
#[derive(Serialize, ToSchema)]
pub(super) struct Fare {
    /// `queued`, `sending`, `sent`, `unknown`, `held`, `dead` or `superseded`.
    #[schema(value_type = String, example = "sent")]
    state: DeliveryState,
    /// Until then it can be undone without a trace.
    hold_until: Option<String>,
    /// Why it did not arrive.
    reason: Option<String>,
}

/// The lines of a thread.
#[utoipa::path(get, path = "/api/v1/threads/{number}/messages", params(("number" = i64, Path), Wanted), responses(
    (status = 200, body = Lines), (status = 404, body = ErrorBody)))]
pub(super) async fn page(
    State(console): State<Console>,
    At(number): At<i64>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Lines>, ApiError> {
    let stretch = wanted.stretch()?;
    let ticket = console.ticket(number).await?;
    let Read {
        newest,
        rows,
        coming,
    } = console.lines(&ticket, stretch).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
    let (next, more, earlier) = match stretch {
        Stretch::After(cursor) => (rows.last().map_or(cursor, |row| row.cursor), full, None),
        Stretch::Before(_) => (newest, false, rows.first().filter(|_| full)),
    };
    Ok(Json(Lines {
        next,
        more,
        earlier: earlier.map(|row| row.place),
        messages: rows
            .into_iter()
            .map(|row| Line::of(number, row, &coming))
            .collect(),
    }))
}

/// Lines as they were read.
#[derive(Default)]
struct Read {
    /// The newest cursor, from before the lines were read: what comes between is read once more.
    newest: i64,
    rows: Vec<ThreadLine>,
    /// Files whose bytes are still on their way.
    coming: BTreeSet<AttachmentId>,
}

impl Console {
    async fn lines(&self, ticket: &TicketLine, stretch: Stretch) -> Result<Read, ApiError> {
        let Some((thread, _)) = ticket.thread.clone().filter(|_| is_here(ticket)) else {
            return Ok(Read::default());
        };
        let (keyring, conversation) = (self.context.core.keyring.clone(), ticket.conversation);
        let read = self.context.core.db.read(|tx| {
            Box::pin(async move {
                let key = keyring.of_conversation(tx, conversation).await?;
                let newest = board::newest_cursor(tx, (conversation, thread)).await?;
                let of = (conversation, thread);
                Ok(Read {
                    newest,
                    coming: attachment::coming(tx, conversation).await?,
                    rows: board::lines(tx, &key, of, stretch, PAGE).await?,
                })
            })
        });
        Ok(read.await?)
    }
}

impl Line {
    fn of(number: i64, row: ThreadLine, coming: &BTreeSet<AttachmentId>) -> Self {
        let content = match row.action {
            Action::Send(body)
            | Action::Edit { body, .. }
            | Action::OpenThread { card: body, .. } => body,
            _ => Content::default(),
        };
        let shown = if row.deleted {
            emptied(content)
        } else {
            content
        };
        Self {
            id: row.id.0,
            message: row.message.map(|message| message.0),
            place: row.place,
            at: row.at.to_string(),
            body: view::Body::of(number, &shown, coming),
            edited: row.edited,
            deleted: row.deleted,
            original: row.original,
            delivery: row.delivery.map(Fare::from_delivery),
        }
    }
}

/// What is left to show of a line that was taken back: who had written it.
fn emptied(content: Content) -> Content {
    Content {
        kind: content.kind,
        from: content.from,
        ..Content::default()
    }
}

impl Fare {
    fn from_delivery(delivery: LineDelivery) -> Self {
        Self {
            state: delivery.state,
            hold_until: delivery.hold_until.map(view::said),
            reason: delivery.reason,
        }
    }
}
