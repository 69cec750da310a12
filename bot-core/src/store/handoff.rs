//! How often people from one network address were handed to humans in the last hour.

use uuid::Uuid;

use crate::domain::id::ConversationId;
use crate::domain::time::{HOUR, Timestamp};
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::{execute, fetch_all};

/// Records a handoff.
///
/// # Errors
/// When the database fails.
pub async fn record(
    tx: &mut Tx<'_>,
    network: &str,
    conversation: ConversationId,
    at: Timestamp,
) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO handoff (network, conversation_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    execute!(tx, INSERT, network, conversation.0, at.0).map(|_| ())
}

/// The handoffs of other conversations from the same address in the last hour; `most` are enough.
///
/// # Errors
/// When the database fails.
pub async fn nearby(
    tx: &mut Tx<'_>,
    network: &str,
    but: ConversationId,
    now: Timestamp,
    most: i64,
) -> Result<Vec<Timestamp>, StoreError> {
    let rows = fetch_all!(
        tx,
        (i64,),
        "SELECT at FROM handoff WHERE network = $1 AND conversation_id <> $2 AND at > $3 ORDER BY at DESC LIMIT $4",
        network,
        but.0,
        now.plus_ms(-HOUR).0,
        most
    )?;
    Ok(rows.into_iter().map(|(at,)| Timestamp(at)).collect())
}

/// Forgets what is older than an hour, at most so many rows; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx<'_>, now: Timestamp, most: i64) -> Result<u64, StoreError> {
    let old = fetch_all!(
        tx,
        (String, Uuid, i64),
        "SELECT network, conversation_id, at FROM handoff WHERE at <= $1 ORDER BY at LIMIT $2",
        now.plus_ms(-HOUR).0,
        most
    )?;
    const DELETE: &str =
        "DELETE FROM handoff WHERE network = $1 AND conversation_id = $2 AND at = $3";
    for (network, conversation, at) in &old {
        execute!(tx, DELETE, network, conversation, at)?;
    }
    Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
}
