//! The team: who they are, by which accounts they are known, and whether they are at the desk.

use uuid::Uuid;

use crate::domain::id::AgentId;
use crate::domain::policy::Colleague;
use crate::domain::time::{HOUR, Timestamp};
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::{execute, fetch_all, fetch_one, fetch_optional};

/// Presence lapses after this long without a sign of life, in milliseconds.
const PRESENCE_LASTS: i64 = 2 * HOUR;

/// An agent of the configuration, or of a command.
#[derive(Clone, Debug)]
pub struct NewAgent {
    /// Used if the name is new.
    pub id: AgentId,
    /// The name in commands; unique.
    pub name: String,
    /// The name that customers see.
    pub display: String,
    /// What they may do.
    pub roles: Vec<String>,
    /// What they are good at.
    pub skills: Vec<String>,
    /// `platform:account` pairs by which they are known.
    pub identities: Vec<(String, String)>,
}

/// Adds an agent, or updates the one of that name; gives its id.
///
/// # Errors
/// When the database fails.
pub async fn upsert(
    tx: &mut Tx<'_>,
    agent: &NewAgent,
    now: Timestamp,
) -> Result<AgentId, StoreError> {
    execute!(
        tx,
        "INSERT INTO agent (id, name, display, roles, skills, presence, presence_at) \
         VALUES ($1, $2, $3, $4, $5, 'offline', $6) ON CONFLICT (name) DO UPDATE SET \
         display = excluded.display, roles = excluded.roles, skills = excluded.skills",
        agent.id.0,
        &agent.name,
        &agent.display,
        agent.roles.join(" "),
        agent.skills.join(" "),
        now.0
    )?;
    let (id,) = fetch_one!(
        tx,
        (Uuid,),
        "SELECT id FROM agent WHERE name = $1",
        &agent.name
    )?;
    for (platform, account) in &agent.identities {
        execute!(
            tx,
            "INSERT INTO agent_identity (platform, account, agent_id) VALUES ($1, $2, $3) \
             ON CONFLICT (platform, account) DO UPDATE SET agent_id = excluded.agent_id",
            platform,
            account,
            id
        )?;
    }
    Ok(AgentId(id))
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    display: String,
    roles: String,
    skills: String,
    presence: String,
    presence_at: i64,
}

/// The agents who may act.
///
/// # Errors
/// When the database fails.
pub async fn colleagues(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Colleague>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT id, name, display, roles, skills, presence, presence_at FROM agent WHERE NOT disabled ORDER BY name"
    )?;
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let colleagues = rows.into_iter().map(|row| Colleague {
        id: AgentId(row.id),
        roles: words(&row.roles),
        skills: words(&row.skills),
        on_duty: row.presence == "online" && now.since(Timestamp(row.presence_at)) < PRESENCE_LASTS,
        name: row.name,
        display: row.display,
    });
    Ok(colleagues.collect())
}

/// The agent behind a platform account.
///
/// # Errors
/// When the database fails.
pub async fn known_as(
    tx: &mut Tx<'_>,
    platform: &str,
    account: &str,
) -> Result<Option<AgentId>, StoreError> {
    let row = fetch_optional!(
        tx,
        (Uuid,),
        "SELECT a.id FROM agent_identity i JOIN agent a ON a.id = i.agent_id \
         WHERE i.platform = $1 AND i.account = $2 AND NOT a.disabled",
        platform,
        account
    )?;
    Ok(row.map(|(id,)| AgentId(id)))
}

/// Records an agent's presence.
///
/// # Errors
/// When the database fails.
pub async fn set_presence(
    tx: &mut Tx<'_>,
    agent: AgentId,
    presence: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE agent SET presence = $2, presence_at = $3 WHERE id = $1";
    execute!(tx, UPDATE, agent.0, presence, now.0).map(|_| ())
}

/// A sign of life of an agent who is online.
///
/// # Errors
/// When the database fails.
pub async fn alive(tx: &mut Tx<'_>, agent: AgentId, now: Timestamp) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE agent SET presence_at = $2 WHERE id = $1 AND presence = 'online'";
    execute!(tx, UPDATE, agent.0, now.0).map(|_| ())
}
