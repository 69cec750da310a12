//! Timers: rows that become events when their time has come.

use uuid::Uuid;

use crate::domain::event::Timer;
use crate::domain::id::{DeliveryId, LaneId, MessageId};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::{execute, fetch_all, fetch_one, queue};

/// Sets a timer, or clears it.
///
/// # Errors
/// When the database fails.
pub async fn set(
    tx: &mut Tx<'_>,
    lane: LaneId,
    timer: Timer,
    at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let name = timer.name();
    match at {
        Some(at) => queue!(
            tx,
            "INSERT INTO timer (lane, kind, at) VALUES ($1, $2, $3) ON CONFLICT (lane, kind) DO UPDATE SET at = excluded.at",
            lane.0,
            name,
            at.0
        ),
        None => queue!(
            tx,
            "DELETE FROM timer WHERE lane = $1 AND kind = $2",
            lane.0,
            name
        ),
    }
}

/// A timer whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Whose.
    pub lane: LaneId,
    /// Which.
    pub timer: Timer,
    /// The time it was set to.
    pub at: Timestamp,
}

/// Timers of lanes of these shards that are due, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn due(
    tx: &mut Tx<'_>,
    now: Timestamp,
    shards: i64,
    most: i64,
) -> Result<Vec<Due>, StoreError> {
    const ALL: &str =
        "SELECT lane, kind, at FROM timer WHERE at <= $1 ORDER BY at LIMIT CAST($2 AS BIGINT)";
    const OURS: &str = "SELECT lane, kind, at FROM timer WHERE at <= $1 \
         AND ($3 >> (get_byte(uuid_send(lane), 15) & 63)) & 1 = 1 ORDER BY at LIMIT $2";
    let rows = match tx {
        Tx::Sqlite(_) => fetch_all!(tx, (Uuid, String, i64), ALL, now.0, most)?,
        Tx::Postgres(_) => fetch_all!(tx, (Uuid, String, i64), OURS, now.0, most, shards)?,
    };
    let known = rows.into_iter().filter_map(|(lane, kind, at)| {
        Some(Due {
            lane: LaneId(lane),
            timer: parse(&kind)?,
            at: Timestamp(at),
        })
    });
    Ok(known.collect())
}

/// Takes a due timer away; `false` when it was set anew or cleared in the meantime.
///
/// # Errors
/// When the database fails.
pub async fn take(tx: &mut Tx<'_>, due: &Due) -> Result<bool, StoreError> {
    const DELETE: &str = "DELETE FROM timer WHERE lane = $1 AND kind = $2 AND at = $3";
    Ok(execute!(tx, DELETE, due.lane.0, due.timer.name(), due.at.0)? == 1)
}

/// When the next timer of lanes of these shards is due.
///
/// # Errors
/// When the database fails.
pub async fn next(tx: &mut Tx<'_>, shards: i64) -> Result<Option<Timestamp>, StoreError> {
    const ALL: &str = "SELECT MIN(at) FROM timer";
    const OURS: &str =
        "SELECT MIN(at) FROM timer WHERE ($1 >> (get_byte(uuid_send(lane), 15) & 63)) & 1 = 1";
    let (at,) = match tx {
        Tx::Sqlite(_) => fetch_one!(tx, (Option<i64>,), ALL)?,
        Tx::Postgres(_) => fetch_one!(tx, (Option<i64>,), OURS, shards)?,
    };
    Ok(at.map(Timestamp))
}

fn parse(name: &str) -> Option<Timer> {
    if let Some((kind, id)) = name.split_once(':') {
        let id = id.parse().ok()?;
        return match kind {
            "resend" => Some(Timer::Resend(DeliveryId(id))),
            "files" => Some(Timer::Files(MessageId(id))),
            "album" => Some(Timer::Album(MessageId(id))),
            _ => None,
        };
    }
    let plain = [
        Timer::Settle,
        Timer::AnswerLate,
        Timer::WaitingUpdate,
        Timer::WaitingChoice,
        Timer::CloseResolved,
        Timer::Wake,
    ];
    plain.into_iter().find(|timer| timer.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        let id = DeliveryId(Uuid::from_u128(7));
        for timer in [
            Timer::Settle,
            Timer::Wake,
            Timer::CloseResolved,
            Timer::Resend(id),
            Timer::Files(MessageId(id.0)),
            Timer::Album(MessageId(id.0)),
        ] {
            assert_eq!(parse(&timer.name()), Some(timer));
        }
        assert_eq!(parse("resend:x"), None);
    }
}
