//! Who has how much to do, and how deliveries went.

use uuid::Uuid;

use crate::domain::effect::FactKind;
use crate::domain::id::AgentId;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::store::record::{DeliveryTrouble, Load};
use crate::{fetch_all, fetch_one};

pub(super) async fn loads(tx: &mut Tx<'_>) -> Result<Vec<Load>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Option<Uuid>, i64),
        "SELECT assignee, COUNT(*) FROM ticket WHERE status IN ('pending', 'in_progress', 'on_hold') GROUP BY assignee"
    )?;
    let loads = rows.into_iter().map(|(agent, open)| Load {
        agent: agent.map(AgentId),
        open,
    });
    Ok(loads.collect())
}

pub(super) async fn presences(tx: &mut Tx<'_>) -> Result<Vec<(AgentId, String)>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid, String),
        "SELECT id, presence FROM agent WHERE disabled = FALSE ORDER BY name"
    )?;
    Ok(rows
        .into_iter()
        .map(|(agent, presence)| (AgentId(agent), presence))
        .collect())
}

pub(super) async fn trouble(
    tx: &mut Tx<'_>,
    since: Timestamp,
) -> Result<DeliveryTrouble, StoreError> {
    Ok(DeliveryTrouble {
        doubtful: happenings(tx, FactKind::Doubtful, since).await?,
        undelivered: happenings(tx, FactKind::Undelivered, since).await?,
        fallbacks: happenings(tx, FactKind::FellBack, since).await?,
    })
}

async fn happenings(tx: &mut Tx<'_>, kind: FactKind, since: Timestamp) -> Result<i64, StoreError> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM fact WHERE kind = $1 AND at >= $2",
        kind.as_str(),
        since.0
    )?;
    Ok(count)
}
