//! Sessions: only the hash of a token is stored.

use uuid::Uuid;

use bot_core::domain::id::AgentId;
use bot_core::domain::time::{DAY, Timestamp};
use bot_core::store::board::agents::{self, AgentRow};
use bot_core::store::{StoreError, Tx};
use bot_core::{execute, fetch_optional};

use crate::console::token::Hash;

/// A session that nobody uses for so long is over.
const IDLE: i64 = DAY;
/// However much it is used, it is over after so long.
pub(in crate::console) const LASTS: i64 = 30 * DAY;

/// Opens a session.
pub(in crate::console) async fn open(
    tx: &mut Tx<'_>,
    hash: &Hash,
    agent: AgentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO console_session (token_hash, agent_id, created_at, seen_at, expires_at) \
         VALUES ($1, $2, $3, $3, $4)",
        hash.as_slice(),
        agent.0,
        now.0,
        now.plus_ms(LASTS).0
    )
    .map(|_| ())
}

/// Who is behind a session that is not over, and when it was last seen.
pub(in crate::console) async fn agent_of(
    tx: &mut Tx<'_>,
    hash: &Hash,
    now: Timestamp,
) -> Result<Option<(AgentRow, Timestamp)>, StoreError> {
    let row = fetch_optional!(
        tx,
        (Uuid, i64),
        "SELECT agent_id, seen_at FROM console_session WHERE token_hash = $1 AND expires_at > $2 AND seen_at > $3",
        hash.as_slice(),
        now.0,
        now.plus_ms(-IDLE).0
    )?;
    let Some((agent, seen)) = row else {
        return Ok(None);
    };
    let agent = agents::find(tx, AgentId(agent)).await?;
    Ok(agent
        .filter(|agent| !agent.disabled)
        .map(|agent| (agent, Timestamp(seen))))
}

/// Keeps a session from falling idle.
pub(in crate::console) async fn seen(
    tx: &mut Tx<'_>,
    hash: &Hash,
    now: Timestamp,
) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE console_session SET seen_at = $2 WHERE token_hash = $1";
    execute!(tx, UPDATE, hash.as_slice(), now.0).map(|_| ())
}

/// Ends a session.
pub(in crate::console) async fn end(tx: &mut Tx<'_>, hash: &Hash) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM console_session WHERE token_hash = $1";
    execute!(tx, DELETE, hash.as_slice()).map(|_| ())
}

/// Ends the sessions of an agent, all but one.
pub(in crate::console) async fn end_all(
    tx: &mut Tx<'_>,
    agent: AgentId,
    but: Option<&Hash>,
) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM console_session WHERE agent_id = $1 AND token_hash <> $2";
    let but = but.map_or(&[][..], |hash| hash.as_slice());
    execute!(tx, DELETE, agent.0, but).map(|_| ())
}

/// Forgets sessions that are over.
pub(in crate::console) async fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM console_session WHERE expires_at <= $1 OR seen_at <= $2";
    execute!(tx, DELETE, now.0, now.plus_ms(-IDLE).0).map(|_| ())
}
