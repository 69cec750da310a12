//! Tries to sign in. A try is counted before its password is looked at, so that guesses at the same
//! time do not slip through together; a success takes its count back.

use bot_core::domain::time::Timestamp;
use bot_core::store::{StoreError, Tx};
use bot_core::{execute, fetch_one, fetch_optional};

use crate::console::limit::{FORGOTTEN_AFTER, free_at};
use crate::console::token::Hash;

/// Something that tries are counted for.
#[derive(Clone, Copy, Debug)]
pub(in crate::console) struct Subject {
    /// A keyed hash of a name or an address.
    pub(in crate::console) hash: Hash,
    /// Failures before it has to wait.
    pub(in crate::console) free: i64,
}

/// Counts a try for every subject, as long as none has to wait; gives how long it has to.
pub(in crate::console) async fn count(
    tx: &mut Tx<'_>,
    subjects: &[Subject],
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    for subject in subjects {
        if let Some(wait) = waits(tx, subject, now).await? {
            return Ok(Some(wait));
        }
    }
    for subject in subjects {
        add(tx, subject, now).await?;
    }
    Ok(None)
}

async fn waits(
    tx: &mut Tx<'_>,
    subject: &Subject,
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    const SELECT: &str = "SELECT free_at FROM console_attempt WHERE subject = $1";
    let row = fetch_optional!(tx, (i64,), SELECT, subject.hash.as_slice())?;
    let wait = row.map(|(free,)| Timestamp(free).since(now));
    Ok(wait.filter(|wait| *wait > 0))
}

async fn add(tx: &mut Tx<'_>, subject: &Subject, now: Timestamp) -> Result<(), StoreError> {
    let (failures,) = fetch_one!(
        tx,
        (i64,),
        "INSERT INTO console_attempt (subject, failures, last_at, free_at) VALUES ($1, 1, $2, $2) \
         ON CONFLICT (subject) DO UPDATE SET last_at = excluded.last_at, \
         failures = CASE WHEN console_attempt.last_at < $3 THEN 1 ELSE console_attempt.failures + 1 END \
         RETURNING failures",
        subject.hash.as_slice(),
        now.0,
        now.plus_ms(-FORGOTTEN_AFTER).0
    )?;
    let free = free_at(failures, subject.free, now);
    const UPDATE: &str = "UPDATE console_attempt SET free_at = $2 WHERE subject = $1";
    execute!(tx, UPDATE, subject.hash.as_slice(), free.0).map(|_| ())
}

/// Takes a counted try back from the address, and forgets those of the name: it was the right person.
pub(in crate::console) async fn succeeded(
    tx: &mut Tx<'_>,
    name: &Subject,
    address: &Subject,
    now: Timestamp,
) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM console_attempt WHERE subject = $1";
    execute!(tx, DELETE, name.hash.as_slice())?;
    const UPDATE: &str = "UPDATE console_attempt SET failures = failures - 1, free_at = $2 \
         WHERE subject = $1 AND failures > 0";
    execute!(tx, UPDATE, address.hash.as_slice(), now.0).map(|_| ())
}

/// Forgets failures that are old enough.
pub(in crate::console) async fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM console_attempt WHERE last_at < $1";
    execute!(tx, DELETE, now.plus_ms(-FORGOTTEN_AFTER).0).map(|_| ())
}
