//! The team: who is on it, and who is at the desk.

mod judge;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use bot_core::domain::id::{AgentId, LaneId};
use bot_core::domain::inbound::{Incoming, Said};
use bot_core::domain::place::{Address, Place};
use bot_core::domain::policy::ADMIN;
use bot_core::runtime::core::Core;
use bot_core::runtime::intake::{Stored, internal};
use bot_core::runtime::signals::LiveEvent;
use bot_core::runtime::team_room::KIND;
use bot_core::store::board::agents::{self, AgentChange, AgentRow, TakenTicket};
use bot_core::store::staff::{self, NewAgent};
use bot_core::store::{StoreError, Tx, inbox};

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::links::sign_in_link;
use crate::console::live::Aside;
use crate::console::request::{At, Body};
use crate::console::session::Caller;
use crate::console::store::{link, session};
use crate::console::view::Member;

/// Everybody on the team.
#[derive(Serialize, ToSchema)]
pub(super) struct Team {
    /// By name; those who are disabled too.
    agents: Vec<Member>,
}

/// A new member of the team.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMember {
    /// The name in commands: letters, digits, `-` and `_`.
    name: String,
    /// The name that customers see.
    display: String,
    /// What they may do.
    roles: Vec<String>,
    /// What they are good at.
    #[serde(default)]
    skills: Vec<String>,
}

/// A new member, with the link by which they sign in.
#[derive(Serialize, ToSchema)]
pub(super) struct Hired {
    /// Who.
    agent: Member,
    /// The link.
    link: Link,
}

/// A one-time link.
#[derive(Serialize, ToSchema)]
pub(super) struct Link {
    /// The address to open.
    url: String,
    /// Until when it can be used.
    expires: String,
}

/// What is to be changed; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberChange {
    /// The name that customers see.
    display: Option<String>,
    /// What they may do.
    roles: Option<Vec<String>>,
    /// What they are good at.
    skills: Option<Vec<String>>,
    /// They may do nothing (any more): sessions end, and their tickets go back to everybody.
    disabled: Option<bool>,
}

/// Whether one is at the desk.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPresence {
    /// Where one is.
    presence: Presence,
}

/// Whether somebody is at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Presence {
    /// At the desk.
    Online,
    /// Back soon.
    Away,
    /// Not working.
    Offline,
}

impl Presence {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Away => "away",
            Self::Offline => "offline",
        }
    }
}

/// The team.
#[utoipa::path(get, path = "/api/v1/agents", responses((status = 200, body = Team)))]
pub(super) async fn list(State(console): State<Console>) -> Result<Json<Team>, ApiError> {
    let rows = console
        .context
        .core
        .db
        .read(|tx| Box::pin(agents::all(tx)))
        .await?;
    Ok(Json(Team {
        agents: rows.iter().map(Member::from).collect(),
    }))
}

/// Add a member.
#[utoipa::path(post, path = "/api/v1/agents", request_body = NewMember, responses((status = 201, body = Hired),
    (status = 400, body = ErrorBody), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn add(
    State(console): State<Console>,
    Body(new): Body<NewMember>,
) -> Result<(StatusCode, Json<Hired>), ApiError> {
    new.judge()?;
    let row = console.hire(new).await?;
    console.team_changed().await?;
    let link = console.link(row.id).await?;
    tracing::info!(agent = %row.id, "a member was added to the team");
    Ok((
        StatusCode::CREATED,
        Json(Hired {
            agent: Member::from(&row),
            link,
        }),
    ))
}

/// A new sign-in link for a member; an older one stops working.
#[utoipa::path(post, path = "/api/v1/agents/{id}/link", params(("id" = Uuid, Path)), responses(
    (status = 201, body = Link), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(super) async fn invite(
    State(console): State<Console>,
    At(id): At<Uuid>,
) -> Result<(StatusCode, Json<Link>), ApiError> {
    let id = AgentId(id);
    let found = console
        .context
        .core
        .db
        .read(|tx| Box::pin(agents::find(tx, id)))
        .await?;
    let row = found.ok_or(ApiError::NotFound)?;
    if row.disabled {
        let message = "this member is disabled; enable them first";
        return Err(ApiError::Conflict {
            code: "disabled",
            message,
        });
    }
    Ok((StatusCode::CREATED, Json(console.link(id).await?)))
}

/// Change a member.
#[utoipa::path(patch, path = "/api/v1/agents/{id}", params(("id" = Uuid, Path)), request_body = MemberChange,
    responses((status = 200, body = Member), (status = 400, body = ErrorBody), (status = 403, body = ErrorBody),
    (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(super) async fn change(
    State(console): State<Console>,
    caller: Caller,
    At(id): At<Uuid>,
    Body(wanted): Body<MemberChange>,
) -> Result<Json<Member>, ApiError> {
    let (id, wanted) = (AgentId(id), wanted.judged()?);
    let ends = wanted.disabled == Some(true);
    let changed = console.apply(&caller, id, wanted).await?;
    let (row, lanes) = match changed {
        Changed::Done(row, lanes) => (row, lanes),
        Changed::Nobody => return Err(ApiError::NotFound),
        Changed::LastAdmin => {
            let message = "nobody else could administer the desk then";
            return Err(ApiError::Conflict {
                code: "last_admin",
                message,
            });
        }
    };
    console.team_changed().await?;
    lanes
        .into_iter()
        .for_each(|lane| console.context.core.signals.lane(lane));
    if ends {
        console.aside(Aside::AgentEnded {
            agent: id,
            but: None,
        });
    }
    console
        .context
        .core
        .signals
        .live(LiveEvent::Presence { agent: id });
    tracing::info!(agent = %id, by = %caller.id(), disabled = row.disabled, "a member of the team was changed");
    Ok(Json(Member::from(&*row)))
}

/// Say whether one is at the desk.
#[utoipa::path(put, path = "/api/v1/me/presence", request_body = NewPresence, responses(
    (status = 204), (status = 400, body = ErrorBody)))]
pub(super) async fn set_presence(
    State(console): State<Console>,
    caller: Caller,
    Body(new): Body<NewPresence>,
) -> Result<StatusCode, ApiError> {
    let (agent, now) = (caller.id(), console.now());
    let set = console.context.core.db.write(move |tx| {
        Box::pin(async move { staff::set_presence(tx, agent, new.presence.as_str(), now).await })
    });
    set.await?;
    console.team_changed().await?;
    console
        .context
        .core
        .signals
        .live(LiveEvent::Presence { agent });
    Ok(StatusCode::NO_CONTENT)
}

/// How a change went.
enum Changed {
    /// It is made; these lanes have something to decide.
    Done(Box<AgentRow>, Vec<LaneId>),
    /// There is no such member.
    Nobody,
    /// Nobody could administer the desk any more.
    LastAdmin,
}

impl Console {
    async fn link(&self, agent: AgentId) -> Result<Link, ApiError> {
        let made = sign_in_link(&self.context.core.db, agent, self.now()).await?;
        let url = made.url(self.context.public_url.as_deref().unwrap_or_default());
        Ok(Link {
            url,
            expires: made.expires.to_string(),
        })
    }

    async fn hire(&self, new: NewMember) -> Result<AgentRow, ApiError> {
        let agent = Arc::new(NewAgent {
            id: AgentId(self.context.core.fresh()),
            name: new.name,
            display: new.display,
            roles: new.roles,
            skills: new.skills,
            identities: Vec::new(),
        });
        let now = self.now();
        let added = self.context.core.db.write(move |tx| {
            let agent = Arc::clone(&agent);
            Box::pin(async move {
                if agents::named(tx, &agent.name).await?.is_some() {
                    return Ok(None);
                }
                let id = staff::upsert(tx, &agent, now).await?;
                agents::find(tx, id).await
            })
        });
        let message = "there is a member of that name already";
        added.await?.ok_or(ApiError::Conflict {
            code: "name_taken",
            message,
        })
    }

    async fn apply(
        &self,
        caller: &Caller,
        agent: AgentId,
        wanted: AgentChange,
    ) -> Result<Changed, ApiError> {
        let (core, by, wanted) = (self.context.core.clone(), caller.id(), Arc::new(wanted));
        let written = self.context.core.db.write(move |tx| {
            let (core, wanted) = (core.clone(), Arc::clone(&wanted));
            Box::pin(async move {
                if takes_admin(&wanted) && agents::others_with_role(tx, ADMIN, agent).await? == 0 {
                    return Ok(Changed::LastAdmin);
                }
                if !agents::change(tx, agent, &wanted).await? {
                    return Ok(Changed::Nobody);
                }
                let ends = wanted.disabled == Some(true);
                let lanes = if ends {
                    leave(tx, &core, agent, by).await?
                } else {
                    Vec::new()
                };
                let row = agents::find(tx, agent).await?;
                Ok(row.map_or(Changed::Nobody, |row| Changed::Done(Box::new(row), lanes)))
            })
        });
        Ok(written.await?)
    }
}

fn takes_admin(wanted: &AgentChange) -> bool {
    let demoted = wanted
        .roles
        .as_ref()
        .is_some_and(|roles| !roles.iter().any(|role| role == ADMIN));
    demoted || wanted.disabled == Some(true)
}

/// An agent leaves: sessions and links end, and every ticket of theirs goes back to everybody, as if
/// the one who sends them away had written it in each thread.
async fn leave(
    tx: &mut Tx<'_>,
    core: &Core,
    agent: AgentId,
    by: AgentId,
) -> Result<Vec<LaneId>, StoreError> {
    session::end_all(tx, agent, None).await?;
    link::revoke(tx, agent).await?;
    let mut lanes = Vec::new();
    for taken in agents::tickets_of(tx, agent).await? {
        let lane = taken.conversation.lane();
        let row = internal(
            core,
            lane,
            format!("release:{agent}:{}", core.now().0),
            &release(core, &taken, by),
        );
        inbox::accept(tx, &row).await?;
        lanes.push(lane);
    }
    Ok(lanes)
}

/// `/assign none` in the thread of a ticket, wherever that thread is.
fn release(core: &Core, taken: &TakenTicket, by: AgentId) -> Stored {
    let room = Place(KIND.to_owned());
    let at = Address {
        channel: KIND.into(),
        place: Place(taken.ticket.to_string()),
    };
    let said = Said {
        text: "/assign none".to_owned(),
        ..Said::default()
    };
    let sender = bot_core::domain::inbound::Sender {
        id: by.to_string(),
        ..Default::default()
    };
    Stored::Thread(Box::new(bot_core::domain::inbound::Inbound {
        channel: at.channel,
        place: at.place,
        room: Some(room),
        sender,
        key: format!("release:{}", taken.ticket),
        at: core.now(),
        body: Incoming::Said(said),
        slot: None,
        window: None,
    }))
}
