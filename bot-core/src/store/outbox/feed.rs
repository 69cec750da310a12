//! Local destinations: their rows are read from our own database, in the order of their cursors.

use uuid::Uuid;

use crate::domain::content::Content;
use crate::domain::delivery::Action;
use crate::domain::id::{DeliveryId, LaneId};
use crate::domain::place::Destination;
use crate::domain::time::Timestamp;
use crate::store::case::draw;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::store::seal::Sealed;
use crate::{execute, fetch_all};

/// A row as readers of a feed get it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FeedRow {
    /// Its id.
    pub id: Uuid,
    /// The message that it carries.
    pub message_id: Option<Uuid>,
    /// Its place in the feed; a changed row comes again with a larger one.
    pub cursor: i64,
    /// When it was decided.
    pub at: i64,
    /// What it says.
    pub body_sealed: Sealed<Action<Content>>,
    /// It was changed.
    pub edited: bool,
    /// It was taken back.
    pub deleted: bool,
}

/// The rows after a cursor, in order.
///
/// # Errors
/// When the database fails.
// SQLite reads a bare parameter behind LIMIT when it plans, and plans anew each time.
pub async fn page(
    tx: &mut Tx<'_>,
    lane: LaneId,
    destination: Destination,
    after: i64,
    most: i64,
) -> Result<Vec<FeedRow>, StoreError> {
    fetch_all!(
        tx,
        FeedRow,
        "SELECT id, message_id, cursor, at, body_sealed, edited, deleted FROM outbox \
         WHERE lane = $1 AND destination = $2 AND cursor > $3 ORDER BY cursor LIMIT CAST($4 AS BIGINT)",
        lane.0,
        destination.as_str(),
        after,
        most
    )
}

/// Local rows whose hold is over, and those that only waited behind one.
///
/// # Errors
/// When the database fails.
pub async fn releasable(
    tx: &mut Tx<'_>,
    now: Timestamp,
    most: i64,
) -> Result<Vec<(LaneId, DeliveryId, String)>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid, Uuid, String),
        "SELECT lane, id, destination FROM outbox o WHERE o.state = 'queued' AND o.next_at <= $1 AND o.local \
         AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.lane = o.lane AND p.destination = o.destination \
           AND p.out < o.out AND p.state IN ('queued', 'sending')) \
         AND (o.hold_until IS NULL OR NOT EXISTS (SELECT 1 FROM inbox i WHERE i.lane = o.lane \
           AND i.state = 'pending' AND i.accepted_at < o.hold_until)) \
         ORDER BY o.at LIMIT CAST($2 AS BIGINT)",
        now.0,
        most
    )?;
    Ok(rows
        .into_iter()
        .map(|(lane, id, destination)| (LaneId(lane), DeliveryId(id), destination))
        .collect())
}

/// Lets readers see a row; its cursor is drawn only now.
///
/// # Errors
/// When the database fails.
pub async fn release(tx: &mut Tx<'_>, lane: LaneId, row: DeliveryId) -> Result<bool, StoreError> {
    let cursor = draw(tx, lane).await?;
    const UPDATE: &str = "UPDATE outbox SET state = 'sent', cursor = $3 WHERE lane = $1 AND id = $2 AND state = 'queued'";
    Ok(execute!(tx, UPDATE, lane.0, row.0, cursor)? == 1)
}
