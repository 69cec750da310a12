//! Which process looks after what, where several share one database.

use uuid::Uuid;

use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::{execute, fetch_all, fetch_one};

/// A process that gives no sign of life for so long counts as gone, in milliseconds.
pub const TERM: i64 = 15_000;

/// A process that serves this database.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NodeRow {
    /// Its id.
    pub id: Uuid,
    /// The channels of its configuration, as [`list`] writes them.
    pub channels: String,
}

/// Something that one process at a time looks after.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LeaseRow {
    /// What.
    pub name: String,
    /// Who; nobody when it was handed back in good order.
    pub owner: Option<Uuid>,
    /// Raised with every owner.
    pub epoch: i64,
}

/// Names in one text, each between two bars, so that one is found without its likes.
#[must_use]
pub fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(|name| format!("|{name}|")).collect()
}

/// Whether a list holds a name.
#[must_use]
pub fn is_listed(list: &str, name: &str) -> bool {
    list.contains(&format!("|{name}|"))
}

/// The database's own time, where it has one: the clocks of several machines differ.
async fn time(tx: &mut Tx<'_>, clock: Timestamp) -> Result<i64, StoreError> {
    const SELECT: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
    match tx {
        Tx::Sqlite(_) => Ok(clock.0),
        Tx::Postgres(_) => Ok(fetch_one!(tx, (i64,), SELECT)?.0),
    }
}

/// A sign of life; the first one makes the process known. Forgets those that are long gone.
///
/// # Errors
/// When the database fails.
pub async fn beat(
    tx: &mut Tx<'_>,
    node: &NodeRow,
    lock_key: i64,
    clock: Timestamp,
) -> Result<(), StoreError> {
    let now = time(tx, clock).await?;
    execute!(tx, "DELETE FROM node WHERE until < $1", now - TERM)?;
    execute!(
        tx,
        "INSERT INTO node (id, lock_key, channels, until) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (id) DO UPDATE SET until = excluded.until, lock_key = excluded.lock_key, \
         channels = excluded.channels",
        node.id,
        lock_key,
        &node.channels,
        now + TERM
    )
    .map(|_| ())
}

/// The processes that live: their time runs, and their session stands. On SQLite only one process
/// at a time can have opened a session.
///
/// # Errors
/// When the database fails.
pub async fn alive(
    tx: &mut Tx<'_>,
    me: Uuid,
    clock: Timestamp,
) -> Result<Vec<NodeRow>, StoreError> {
    const ME: &str = "SELECT id, channels FROM node WHERE id = $1";
    const STANDING: &str = "SELECT id, channels FROM node n WHERE n.until >= $1 AND EXISTS \
         (SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND (CAST(l.classid AS BIGINT) << 32 | CAST(l.objid AS BIGINT)) = n.lock_key)";
    let now = time(tx, clock).await?;
    match tx {
        Tx::Sqlite(_) => fetch_all!(tx, NodeRow, ME, me),
        Tx::Postgres(_) => fetch_all!(tx, NodeRow, STANDING, now),
    }
}

/// All leases, after those of these names were made that nobody had before.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx<'_>, names: &[String]) -> Result<Vec<LeaseRow>, StoreError> {
    const SELECT: &str = "SELECT name, owner, epoch FROM lease";
    const MAKE: &str =
        "INSERT INTO lease (name, owner, epoch) VALUES ($1, NULL, 0) ON CONFLICT (name) DO NOTHING";
    let known = fetch_all!(tx, LeaseRow, SELECT)?;
    let is_new = |name: &&String| known.iter().all(|row| row.name != **name);
    let new: Vec<&String> = names.iter().filter(is_new).collect();
    if new.is_empty() {
        return Ok(known);
    }
    for name in new {
        execute!(tx, MAKE, name)?;
    }
    fetch_all!(tx, LeaseRow, SELECT)
}

/// Takes a lease as it was seen; `None` when somebody else was quicker. Gives the new epoch.
///
/// # Errors
/// When the database fails.
pub async fn take(
    tx: &mut Tx<'_>,
    seen: &LeaseRow,
    owner: Uuid,
) -> Result<Option<i64>, StoreError> {
    const UPDATE: &str =
        "UPDATE lease SET owner = $2, epoch = epoch + 1 WHERE name = $1 AND epoch = $3";
    let taken = execute!(tx, UPDATE, &seen.name, owner, seen.epoch)? == 1;
    Ok(taken.then_some(seen.epoch + 1))
}

/// Hands a lease back, if it is still the owner's.
///
/// # Errors
/// When the database fails.
pub async fn hand_back(tx: &mut Tx<'_>, name: &str, owner: Uuid) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE lease SET owner = NULL WHERE name = $1 AND owner = $2";
    execute!(tx, UPDATE, name, owner).map(|_| ())
}

/// A process ends: all that it held is nobody's.
///
/// # Errors
/// When the database fails.
pub async fn leave(tx: &mut Tx<'_>, node: Uuid) -> Result<(), StoreError> {
    execute!(tx, "UPDATE lease SET owner = NULL WHERE owner = $1", node)?;
    execute!(tx, "DELETE FROM node WHERE id = $1", node).map(|_| ())
}

/// Tells every process that listens, this one included.
///
/// # Errors
/// When the database fails.
pub async fn notify(tx: &mut Tx<'_>, channel: &str, payload: &str) -> Result<(), StoreError> {
    match tx {
        Tx::Sqlite(_) => Ok(()),
        Tx::Postgres(_) => execute!(tx, "SELECT pg_notify($1, $2)", channel, payload).map(|_| ()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_not_found_in_its_likes() {
        let names = list(["shop", "a_b"]);
        assert!(is_listed(&names, "shop") && is_listed(&names, "a_b"));
        assert!(!is_listed(&names, "sho") && !is_listed(&names, "axb"));
        assert!(!is_listed("", "shop"));
    }
}
