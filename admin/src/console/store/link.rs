//! One-time links by which agents sign in.

use uuid::Uuid;

use bot_core::domain::id::AgentId;
use bot_core::domain::time::{DAY, Timestamp};
use bot_core::store::{StoreError, Tx};
use bot_core::{execute, fetch_optional};

use crate::console::token::Hash;

/// How long a link can be used.
pub(in crate::console) const LASTS: i64 = DAY;

/// Makes a link for an agent.
pub(in crate::console) async fn make(
    tx: &mut Tx<'_>,
    hash: &Hash,
    agent: AgentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO console_link (token_hash, agent_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        hash.as_slice(),
        agent.0,
        now.0,
        now.plus_ms(LASTS).0
    )
    .map(|_| ())
}

/// Uses a link up; gives whose it is. The update decides between two uses at once.
pub(in crate::console) async fn redeem(
    tx: &mut Tx<'_>,
    hash: &Hash,
    now: Timestamp,
) -> Result<Option<AgentId>, StoreError> {
    let row = fetch_optional!(
        tx,
        (Uuid,),
        "UPDATE console_link SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 \
         AND agent_id IN (SELECT id FROM agent WHERE NOT disabled) RETURNING agent_id",
        hash.as_slice(),
        now.0
    )?;
    Ok(row.map(|(agent,)| AgentId(agent)))
}

/// Takes back the links of an agent that are not used yet.
pub(in crate::console) async fn revoke(tx: &mut Tx<'_>, agent: AgentId) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM console_link WHERE agent_id = $1 AND used_at IS NULL";
    execute!(tx, DELETE, agent.0).map(|_| ())
}

/// Forgets links that have expired.
pub(in crate::console) async fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM console_link WHERE expires_at <= $1";
    execute!(tx, DELETE, now.0).map(|_| ())
}
