//! The inbox: what was accepted and is not decided yet, and what was, for thirty days.

use uuid::Uuid;

use crate::domain::id::{InboxId, LaneId};
use crate::domain::time::{DAY, Timestamp};
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::{execute, fetch_all, fetch_one, fetch_optional, queue};

/// How long the key of a decided row keeps its repeats away, in milliseconds.
const REMEMBERED: i64 = 30 * DAY;

/// A row to accept.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Its lane.
    pub lane: LaneId,
    /// Its id.
    pub id: InboxId,
    /// With `place` and `key`: what makes it the same event.
    pub channel: String,
    /// See `channel`.
    pub place: String,
    /// See `channel`.
    pub key: String,
    /// When it was accepted.
    pub at: Timestamp,
    /// The event, sealed.
    pub raw: Vec<u8>,
    /// It waits until its thread is known.
    pub parked: bool,
}

/// Accepts a row, unless the same event was accepted before; gives the id of the stored row.
///
/// # Errors
/// When the database fails.
pub async fn accept(tx: &mut Tx<'_>, row: &NewRow) -> Result<InboxId, StoreError> {
    // A repeat leaves a gap in the numbers, which only order and need not be dense.
    const DRAW: &str = "UPDATE lane SET next_seq = next_seq + 1 WHERE id = $1";
    queue!(tx, DRAW, row.lane.0)?;
    let inserted = execute!(
        tx,
        "INSERT INTO inbox (lane, seq, id, channel, place, key, accepted_at, raw_sealed, state) \
         SELECT id, next_seq - 1, $2, $3, $4, $5, $6, $7, $8 FROM lane WHERE id = $1 \
         ON CONFLICT (channel, place, key) DO NOTHING",
        row.lane.0,
        row.id.0,
        &row.channel,
        &row.place,
        &row.key,
        row.at.0,
        &row.raw,
        if row.parked { "parked" } else { "pending" }
    )?;
    match inserted {
        1 => Ok(row.id),
        _ => known(tx, &row.channel, &row.place, &row.key)
            .await?
            .map(InboxId)
            .ok_or_else(|| StoreError::Unreadable(format!("there is no lane {}", row.lane))),
    }
}

/// The id under which an event was accepted before.
///
/// # Errors
/// When the database fails.
pub async fn known(
    tx: &mut Tx<'_>,
    channel: &str,
    place: &str,
    key: &str,
) -> Result<Option<Uuid>, StoreError> {
    const SELECT: &str = "SELECT id FROM inbox WHERE channel = $1 AND place = $2 AND key = $3";
    Ok(fetch_optional!(tx, (Uuid,), SELECT, channel, place, key)?.map(|(id,)| id))
}

/// A row that waits to be decided.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Pending {
    /// Its number in the lane.
    pub seq: i64,
    /// Its id.
    pub id: Uuid,
    /// `internal` for the desk's own.
    pub channel: String,
    /// When it was accepted.
    pub accepted_at: i64,
    /// The event.
    pub raw_sealed: Option<Vec<u8>>,
    /// How often it was there when its handler, or the process, broke.
    pub boots: i64,
}

/// The oldest row of a lane that waits, and whether others wait behind it.
///
/// # Errors
/// When the database fails.
pub async fn oldest(tx: &mut Tx<'_>, lane: LaneId) -> Result<Option<(Pending, bool)>, StoreError> {
    let rows = fetch_all!(
        tx,
        Pending,
        "SELECT seq, id, channel, accepted_at, raw_sealed, boots FROM inbox \
         WHERE lane = $1 AND state = 'pending' ORDER BY seq LIMIT 2",
        lane.0
    )?;
    let others = rows.len() > 1;
    Ok(rows.into_iter().next().map(|oldest| (oldest, others)))
}

/// Lanes of these shards (one bit each, by the last byte of the id) that have something to decide.
/// A file has one server, whose shards are all.
///
/// # Errors
/// When the database fails.
pub async fn waiting_lanes(
    tx: &mut Tx<'_>,
    shards: i64,
    most: i64,
) -> Result<Vec<LaneId>, StoreError> {
    const ALL: &str = "SELECT DISTINCT lane FROM inbox WHERE state = 'pending' LIMIT $1";
    const OURS: &str = "SELECT DISTINCT lane FROM inbox WHERE state = 'pending' \
         AND ($2 >> (get_byte(uuid_send(lane), 15) & 63)) & 1 = 1 LIMIT $1";
    let lanes = match tx {
        Tx::Sqlite(_) => fetch_all!(tx, (Uuid,), ALL, most)?,
        Tx::Postgres(_) => fetch_all!(tx, (Uuid,), OURS, most, shards)?,
    };
    Ok(lanes.into_iter().map(|(lane,)| LaneId(lane)).collect())
}

/// Marks a row as decided and empties it.
///
/// # Errors
/// When the database fails.
pub async fn done(tx: &mut Tx<'_>, lane: LaneId, seq: i64) -> Result<(), StoreError> {
    const UPDATE: &str =
        "UPDATE inbox SET state = 'done', raw_sealed = NULL WHERE lane = $1 AND seq = $2";
    queue!(tx, UPDATE, lane.0, seq)
}

/// Takes a row to settle it; `false` when another process has settled it meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn take(tx: &mut Tx<'_>, lane: LaneId, seq: i64) -> Result<bool, StoreError> {
    const UPDATE: &str = "UPDATE inbox SET state = 'done', raw_sealed = NULL \
         WHERE lane = $1 AND seq = $2 AND state = 'pending'";
    Ok(execute!(tx, UPDATE, lane.0, seq)? == 1)
}

/// Marks a row as a dead letter; its content is kept for the operator.
///
/// # Errors
/// When the database fails.
pub async fn dead(tx: &mut Tx<'_>, lane: LaneId, seq: i64, reason: &str) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE inbox SET state = 'dead', reason = $3 WHERE lane = $1 AND seq = $2 AND state = 'pending'";
    queue!(tx, UPDATE, lane.0, seq, reason)
}

/// Counts that a row's handler broke; gives the count.
///
/// # Errors
/// When the database fails.
pub async fn broke(tx: &mut Tx<'_>, lane: LaneId, seq: i64) -> Result<i64, StoreError> {
    const UPDATE: &str =
        "UPDATE inbox SET boots = boots + 1 WHERE lane = $1 AND seq = $2 RETURNING boots";
    Ok(fetch_one!(tx, (i64,), UPDATE, lane.0, seq)?.0)
}

/// After an unclean end: everything that was waiting in these shards may have caused it. Only what
/// runs alone can be blamed for the last time, so nothing gets further than to that here.
///
/// # Errors
/// When the database fails.
pub async fn suspect_all(tx: &mut Tx<'_>, shards: i64) -> Result<u64, StoreError> {
    const ALL: &str = "UPDATE inbox SET boots = boots + 1 WHERE state = 'pending' AND boots < 2";
    const OURS: &str = "UPDATE inbox SET boots = boots + 1 WHERE state = 'pending' AND boots < 2 \
         AND ($1 >> (get_byte(uuid_send(lane), 15) & 63)) & 1 = 1";
    match tx {
        Tx::Sqlite(_) => execute!(tx, ALL),
        Tx::Postgres(_) => execute!(tx, OURS, shards),
    }
}

/// Lanes of these shards with rows that were there at two unclean ends: they run alone.
///
/// # Errors
/// When the database fails.
pub async fn suspects(tx: &mut Tx<'_>, shards: i64) -> Result<Vec<LaneId>, StoreError> {
    const ALL: &str = "SELECT DISTINCT lane FROM inbox WHERE state = 'pending' AND boots >= 2";
    const OURS: &str = "SELECT DISTINCT lane FROM inbox WHERE state = 'pending' AND boots >= 2 \
         AND ($1 >> (get_byte(uuid_send(lane), 15) & 63)) & 1 = 1";
    let lanes = match tx {
        Tx::Sqlite(_) => fetch_all!(tx, (Uuid,), ALL)?,
        Tx::Postgres(_) => fetch_all!(tx, (Uuid,), OURS, shards)?,
    };
    Ok(lanes.into_iter().map(|(lane,)| LaneId(lane)).collect())
}

/// Moves parked rows of a place to the lane of the thread that it turned out to be.
///
/// # Errors
/// When the database fails.
pub async fn unpark(
    tx: &mut Tx<'_>,
    channel: &str,
    place: &str,
    lane: LaneId,
) -> Result<(), StoreError> {
    const PARKED: &str = "SELECT lane, seq FROM inbox WHERE channel = $1 AND place = $2 AND state = 'parked' ORDER BY seq";
    for (from, seq) in fetch_all!(tx, (Uuid, i64), PARKED, channel, place)? {
        let (next,) = fetch_one!(
            tx,
            (i64,),
            "UPDATE lane SET next_seq = next_seq + 1 WHERE id = $1 RETURNING next_seq - 1",
            lane.0
        )?;
        execute!(
            tx,
            "UPDATE inbox SET lane = $1, seq = $2, state = 'pending' WHERE lane = $3 AND seq = $4",
            lane.0,
            next,
            from,
            seq
        )?;
    }
    Ok(())
}

/// Forgets decided rows whose repeats need no longer be kept away, at most so many; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &mut Tx<'_>, now: Timestamp, most: i64) -> Result<u64, StoreError> {
    const DELETE: &str = "DELETE FROM inbox WHERE (lane, seq) IN (SELECT lane, seq FROM inbox \
         WHERE state = 'done' AND accepted_at < $1 ORDER BY accepted_at LIMIT $2)";
    execute!(tx, DELETE, now.plus_ms(-REMEMBERED).0, most)
}
