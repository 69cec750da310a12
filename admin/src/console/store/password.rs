//! Passwords of agents.

use uuid::Uuid;

use bot_core::domain::id::AgentId;
use bot_core::domain::time::Timestamp;
use bot_core::store::{StoreError, Tx};
use bot_core::{execute, fetch_optional};

/// What a sign-in by name is compared with.
#[derive(Debug)]
pub(in crate::console) struct Known {
    pub(in crate::console) agent: AgentId,
    pub(in crate::console) hash: Option<String>,
}

/// The agent of a name who may act, with their password if they have one.
pub(in crate::console) async fn of_name(
    tx: &mut Tx<'_>,
    name: &str,
) -> Result<Option<Known>, StoreError> {
    let row = fetch_optional!(
        tx,
        (Uuid, Option<String>),
        "SELECT a.id, p.hash FROM agent a LEFT JOIN console_password p ON p.agent_id = a.id \
         WHERE a.name = $1 AND NOT a.disabled",
        name
    )?;
    Ok(row.map(|(agent, hash)| Known {
        agent: AgentId(agent),
        hash,
    }))
}

/// An agent's password.
pub(in crate::console) async fn of_agent(
    tx: &mut Tx<'_>,
    agent: AgentId,
) -> Result<Option<String>, StoreError> {
    const SELECT: &str = "SELECT hash FROM console_password WHERE agent_id = $1";
    Ok(fetch_optional!(tx, (String,), SELECT, agent.0)?.map(|(hash,)| hash))
}

/// Stores a password.
pub(in crate::console) async fn set(
    tx: &mut Tx<'_>,
    agent: AgentId,
    hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO console_password (agent_id, hash, changed_at) VALUES ($1, $2, $3) \
         ON CONFLICT (agent_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at",
        agent.0,
        hash,
        now.0
    )
    .map(|_| ())
}
