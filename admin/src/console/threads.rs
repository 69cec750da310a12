//! Tickets: lists of them, and one with everything that an agent should know.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use bot_core::domain::answer::{Candidate, Evidence};
use bot_core::domain::id::AgentId;
use bot_core::domain::ticket::Status;
use bot_core::runtime::team_room::KIND;
use bot_core::store::board::{
    self, After, Assigned, Card, Earlier, Filter, Found, Order, TicketLine,
};

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::request::{Asked, At};
use crate::console::search;
use crate::console::session::Caller;
use crate::console::totals::Totals;
use crate::console::view::{Summary, said};

/// Tickets of one page, where nothing is said.
const USUAL: i64 = 50;
/// Tickets of one page, at most.
const MOST: i64 = 200;

/// Which tickets are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `me`, `nobody`, or an agent's id; everybody's without.
    assigned: Option<String>,
    /// States, with commas between them; the open ones without.
    status: Option<String>,
    /// The team; all without.
    team: Option<String>,
    /// `waiting`: the longest wait first; `recent`: the last change first, as without.
    order: Option<String>,
    /// A number, a customer's name, a subject, or words that were said. Tickets of all states are
    /// searched, the newest first, on one page; the other wishes do not count.
    search: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200; 50 without.
    limit: Option<i64>,
}

/// A page of tickets.
#[derive(Serialize, ToSchema)]
pub(super) struct Threads {
    /// The tickets, in the order that was asked for.
    threads: Vec<Summary>,
    /// Where the next page begins, if there is one.
    next: Option<String>,
    /// How many tickets wait where.
    counts: Totals,
}

/// One ticket with everything that an agent should know.
#[derive(Serialize, ToSchema)]
pub(super) struct Thread {
    /// The ticket.
    ticket: Summary,
    /// Why it rests, and until when.
    hold: Option<Rest>,
    /// When what happened, by name, as far as it did.
    times: BTreeMap<&'static str, String>,
    /// The customer.
    customer: Customer,
    /// The ticket in which the conversation goes on, if this one has a successor.
    successor: Option<i64>,
    /// Other tickets of the same customer, newest first.
    earlier: Vec<EarlierTicket>,
    /// What the bot found and why, newest first.
    found: Vec<Reasons>,
}

/// Why and until when a ticket rests.
#[derive(Serialize, ToSchema)]
pub(super) struct Rest {
    /// In the agent's words.
    reason: String,
    /// When it wakes by itself.
    until: String,
}

/// What is known of the customer.
#[derive(Serialize, ToSchema)]
pub(super) struct Customer {
    /// As the channel gives it; may be empty.
    name: String,
    /// The language of the customer's program.
    locale: Option<String>,
    /// From the host's own systems.
    attributes: BTreeMap<String, String>,
    /// Where the last message was written.
    context: BTreeMap<String, String>,
    /// Where the customer came from.
    source: Option<String>,
    /// The customer is not served.
    blocked: bool,
    /// Until when, if that ends by itself.
    blocked_until: Option<String>,
}

/// Another ticket of the same customer.
#[derive(Serialize, ToSchema)]
pub(super) struct EarlierTicket {
    /// Its number.
    number: i64,
    /// Where it stands.
    #[schema(value_type = String)]
    status: Status,
    /// Its first words.
    subject: String,
    /// When it was opened.
    opened: String,
}

/// Why the bot said something.
#[derive(Serialize, ToSchema)]
pub(super) struct Reasons {
    /// The message.
    message: Uuid,
    /// When.
    at: String,
    /// What was looked up.
    looked_up: String,
    /// Probability from which an answer is given, from 0 to 1.
    confident_from: f64,
    /// Probability from which a choice is offered, from 0 to 1.
    choices_from: f64,
    /// The articles that were considered, best first.
    candidates: Vec<Considered>,
}

/// An article that was considered.
#[derive(Serialize, ToSchema)]
pub(super) struct Considered {
    /// Its id in the source it was imported from.
    external_id: Option<String>,
    /// Its question.
    title: String,
    /// Probability that it answers the question, from 0 to 1.
    probability: f64,
}

/// The tickets.
#[utoipa::path(get, path = "/api/v1/threads", params(Wanted), responses(
    (status = 200, body = Threads), (status = 400, body = ErrorBody)))]
pub(super) async fn list(
    State(console): State<Console>,
    caller: Caller,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Threads>, ApiError> {
    if let Some(words) = wanted
        .search
        .as_deref()
        .filter(|words| !words.trim().is_empty())
    {
        return console.search(words, caller.id()).await;
    }
    let (filter, after) = (wanted.filter(caller.id())?, wanted.after()?);
    let most = wanted.limit.unwrap_or(USUAL).clamp(1, MOST);
    let (keyring, me) = (console.context.core.keyring.clone(), caller.id());
    let read = console.context.core.db.read(|tx| {
        Box::pin(async move {
            let lines = board::list(tx, &keyring, &filter, after, most + 1).await?;
            Ok((lines, board::counts(tx, me).await?))
        })
    });
    let (lines, counts) = read.await?;
    let counts = Totals::of(&counts, wanted.team.as_deref());
    let most = usize::try_from(most).unwrap_or_default();
    let more = lines.len() > most;
    let next = lines
        .get(most.saturating_sub(1))
        .filter(|_| more)
        .map(cursor);
    Ok(Json(Threads {
        threads: lines.iter().take(most).map(Summary::from).collect(),
        next,
        counts,
    }))
}

/// One ticket.
#[utoipa::path(get, path = "/api/v1/threads/{number}", params(("number" = i64, Path)), responses(
    (status = 200, body = Thread), (status = 404, body = ErrorBody)))]
pub(super) async fn one(
    State(console): State<Console>,
    At(number): At<i64>,
) -> Result<Json<Thread>, ApiError> {
    let keyring = console.context.core.keyring.clone();
    let read = console
        .context
        .core
        .db
        .read(|tx| Box::pin(async move { board::card(tx, &keyring, number).await }));
    let card = read.await?.ok_or(ApiError::NotFound)?;
    Ok(Json(Thread::of(&card, console.now())))
}

impl Console {
    async fn search(&self, words: &str, me: AgentId) -> Result<Json<Threads>, ApiError> {
        let (keyring, words) = (self.context.core.keyring.clone(), words.to_owned());
        let read = self.context.core.db.read(|tx| {
            Box::pin(async move {
                let lines = search::tickets(tx, &keyring, &words).await?;
                Ok((lines, board::counts(tx, me).await?))
            })
        });
        let (lines, counts) = read.await?;
        Ok(Json(Threads {
            threads: lines.iter().map(Summary::from).collect(),
            next: None,
            counts: Totals::of(&counts, None),
        }))
    }

    /// The ticket with a number.
    pub(super) async fn ticket(&self, number: i64) -> Result<TicketLine, ApiError> {
        let keyring = self.context.core.keyring.clone();
        let read = self
            .context
            .core
            .db
            .read(|tx| Box::pin(async move { board::by_number(tx, &keyring, number).await }));
        read.await?.ok_or(ApiError::NotFound)
    }
}

/// Whether the ticket's thread is in the built-in room.
pub(super) fn is_here(line: &TicketLine) -> bool {
    line.thread
        .as_ref()
        .is_some_and(|(_, at)| at.channel.0 == KIND)
}

fn cursor(line: &TicketLine) -> String {
    format!("{}.{}", line.after.key, line.after.number)
}

impl Wanted {
    fn filter(&self, me: AgentId) -> Result<Filter, ApiError> {
        Ok(Filter {
            assigned: self
                .assigned
                .as_deref()
                .map(|whose| assigned(whose, me))
                .transpose()?,
            statuses: self.statuses()?,
            team: self.team.clone(),
            order: self.order()?,
        })
    }

    fn statuses(&self) -> Result<Vec<Status>, ApiError> {
        let names = self.status.as_deref().unwrap_or_default().split(',');
        let names = names.map(str::trim).filter(|name| !name.is_empty());
        let parsed = names.map(|name| {
            Status::parse(name)
                .ok_or_else(|| ApiError::field("status", format!("there is no status {name:?}")))
        });
        parsed.collect()
    }

    fn order(&self) -> Result<Order, ApiError> {
        match self.order.as_deref() {
            None | Some("recent") => Ok(Order::Recent),
            Some("waiting") => Ok(Order::Waiting),
            Some(_) => Err(ApiError::field("order", "either waiting or recent")),
        }
    }

    fn after(&self) -> Result<Option<After>, ApiError> {
        let Some(text) = &self.after else {
            return Ok(None);
        };
        let parts = text.split_once('.').and_then(|(key, number)| {
            Some(After {
                key: key.parse().ok()?,
                number: number.parse().ok()?,
            })
        });
        parts
            .map(Some)
            .ok_or_else(|| ApiError::field("after", "this is no `next` of a page"))
    }
}

fn assigned(whose: &str, me: AgentId) -> Result<Assigned, ApiError> {
    match whose {
        "me" => Ok(Assigned::To(me)),
        "nobody" => Ok(Assigned::Nobody),
        id => {
            let id = id
                .parse()
                .map_err(|_| ApiError::field("assigned", "me, nobody, or an agent's id"))?;
            Ok(Assigned::To(AgentId(id)))
        }
    }
}

impl Thread {
    fn of(card: &Card, now: bot_core::domain::time::Timestamp) -> Self {
        let ticket = &card.line.ticket;
        let times = [
            ("opened", Some(ticket.times.opened)),
            ("first_response", ticket.times.first_response),
            ("resolved", ticket.times.resolved),
            ("closed", ticket.times.closed),
        ];
        let times = times
            .into_iter()
            .filter_map(|(name, time)| Some((name, said(time?))));
        let profile = card.line.state.profile.clone();
        let block = card.line.state.block;
        Self {
            ticket: Summary::from(&card.line),
            hold: ticket.hold.as_ref().map(|hold| Rest {
                reason: hold.reason.clone(),
                until: said(hold.until),
            }),
            times: times.collect(),
            customer: Customer {
                name: profile.name,
                locale: profile.locale,
                attributes: profile.attributes,
                context: profile.context,
                source: profile.source,
                blocked_until: block.and_then(|block| block.until).map(said),
                blocked: block.is_some_and(|block| block.until.is_none_or(|until| now < until)),
            },
            successor: successor(card),
            earlier: card.earlier.iter().map(EarlierTicket::from).collect(),
            found: card.found.iter().map(Reasons::from).collect(),
        }
    }
}

/// The newest ticket of the conversation, where that is another one.
fn successor(card: &Card) -> Option<i64> {
    let newest = card.earlier.iter().map(|one| one.number).max()?;
    let number = card.line.ticket.number.unwrap_or_default();
    Some(newest).filter(|newest| *newest > number)
}

impl From<&Earlier> for EarlierTicket {
    fn from(one: &Earlier) -> Self {
        Self {
            number: one.number,
            status: one.status,
            subject: one.subject.clone(),
            opened: said(one.opened),
        }
    }
}

impl From<&Found> for Reasons {
    fn from(found: &Found) -> Self {
        let Evidence {
            looked_up,
            candidates,
            confident_from,
            choices_from,
            ..
        } = found.evidence.clone();
        Self {
            message: found.message.0,
            at: said(found.at),
            looked_up,
            confident_from,
            choices_from,
            candidates: candidates.into_iter().map(Considered::from).collect(),
        }
    }
}

impl From<Candidate> for Considered {
    fn from(one: Candidate) -> Self {
        Self {
            external_id: one.external_id,
            title: one.title,
            probability: one.probability,
        }
    }
}
