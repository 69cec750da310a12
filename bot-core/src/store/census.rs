//! How much of everything there is: read by `/metrics`, cheap enough for every few seconds.

use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::{fetch_all, fetch_one};

/// How much of everything there is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Census {
    /// Events that are not decided yet.
    pub undecided: i64,
    /// When the oldest of them was accepted.
    pub oldest: Option<Timestamp>,
    /// Deliveries that are not over or did not end well, by state: `queued`, `sending`, `held`, `unknown`, `dead`.
    pub deliveries: Vec<(String, i64)>,
    /// Tickets that a human still has work with, by status.
    pub tickets: Vec<(String, i64)>,
    /// Files that are not fetched yet.
    pub files: i64,
}

/// Counts.
///
/// # Errors
/// When the database fails.
pub async fn take(tx: &mut Tx<'_>) -> Result<Census, StoreError> {
    let (undecided, oldest) = fetch_one!(
        tx,
        (i64, Option<i64>),
        "SELECT COUNT(*), MIN(accepted_at) FROM inbox WHERE state IN ('pending', 'asked', 'parked')"
    )?;
    let deliveries = fetch_all!(
        tx,
        (String, i64),
        "SELECT state, COUNT(*) FROM outbox WHERE state IN ('queued', 'sending') GROUP BY state \
         UNION ALL SELECT state, COUNT(*) FROM outbox WHERE state IN ('held', 'unknown', 'dead') GROUP BY state"
    )?;
    let tickets = fetch_all!(
        tx,
        (String, i64),
        "SELECT status, COUNT(*) FROM ticket WHERE status IN ('pending', 'in_progress', 'on_hold') GROUP BY status"
    )?;
    let (files,) = fetch_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM attachment WHERE state = 'wanted'"
    )?;
    Ok(Census {
        undecided,
        oldest: oldest.map(Timestamp),
        deliveries,
        tickets,
        files,
    })
}
