//! Files that an agent is about to send, sealed in parts.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use bot_core::domain::id::AgentId;
use bot_core::domain::time::{DAY, Timestamp};
use bot_core::store::{DataKey, Sealed, Spot, StoreError, Tx};
use bot_core::{execute, fetch_all, fetch_optional};

/// A file that was not sent is forgotten after so long. One that was sent is copied within minutes.
const KEPT: i64 = DAY;
/// The size of a part, in bytes.
const PART: usize = 1024 * 1024;

/// What is known of an upload besides its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::console) struct Meta {
    /// The file's name.
    pub(in crate::console) name: String,
    /// Its type, as found in its bytes.
    pub(in crate::console) mime: String,
    /// Its size in bytes.
    pub(in crate::console) size: u64,
}

/// A file to store, sealed.
#[derive(Clone, Debug)]
pub(in crate::console) struct NewUpload {
    id: Uuid,
    agent: AgentId,
    meta: Sealed<Meta>,
    parts: Vec<Vec<u8>>,
}

impl NewUpload {
    /// Seals a file.
    pub(in crate::console) fn seal(
        key: &DataKey,
        id: Uuid,
        agent: AgentId,
        meta: &Meta,
        bytes: &[u8],
    ) -> Self {
        let parts = (0..).zip(bytes.chunks(PART));
        Self {
            id,
            agent,
            meta: key.seal(Spot::new("console_upload", "meta", id), meta),
            parts: parts
                .map(|(part, bytes)| key.seal_bytes(spot(id, part), bytes))
                .collect(),
        }
    }
}

/// A part's place: its number is mixed into the row's id, so that parts cannot change places.
fn spot(upload: Uuid, part: i64) -> Spot {
    let row = Uuid::from_u128(upload.as_u128() ^ u128::from(part.unsigned_abs()));
    Spot::new("console_upload_part", "bytes", row)
}

/// Stores a file.
pub(in crate::console) async fn keep(
    tx: &mut Tx<'_>,
    upload: &NewUpload,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO console_upload (id, agent_id, meta_sealed, at) VALUES ($1, $2, $3, $4)",
        upload.id,
        upload.agent.0,
        &upload.meta,
        now.0
    )?;
    for (part, bytes) in (0_i64..).zip(&upload.parts) {
        const INSERT: &str =
            "INSERT INTO console_upload_part (upload_id, part, bytes_sealed) VALUES ($1, $2, $3)";
        execute!(tx, INSERT, upload.id, part, bytes)?;
    }
    Ok(())
}

/// What is known of an upload; only its own agent finds it.
pub(in crate::console) async fn find(
    tx: &mut Tx<'_>,
    key: &DataKey,
    id: Uuid,
    agent: AgentId,
) -> Result<Option<Meta>, StoreError> {
    const SELECT: &str = "SELECT meta_sealed FROM console_upload WHERE id = $1 AND agent_id = $2";
    let row = fetch_optional!(tx, (Sealed<Meta>,), SELECT, id, agent.0)?;
    let meta = row.map(|(meta,)| key.open(Spot::new("console_upload", "meta", id), &meta));
    Ok(meta.transpose()?)
}

/// The type and the bytes of an upload.
pub(in crate::console) async fn read(
    tx: &mut Tx<'_>,
    key: &DataKey,
    id: Uuid,
) -> Result<Option<(Meta, Vec<u8>)>, StoreError> {
    const META: &str = "SELECT meta_sealed FROM console_upload WHERE id = $1";
    let Some((meta,)) = fetch_optional!(tx, (Sealed<Meta>,), META, id)? else {
        return Ok(None);
    };
    let meta = key.open(Spot::new("console_upload", "meta", id), &meta)?;
    const PARTS: &str =
        "SELECT part, bytes_sealed FROM console_upload_part WHERE upload_id = $1 ORDER BY part";
    let mut bytes = Vec::new();
    for (part, sealed) in fetch_all!(tx, (i64, Vec<u8>), PARTS, id)? {
        bytes.extend(key.open_bytes(spot(id, part), &sealed)?);
    }
    Ok(Some((meta, bytes)))
}

/// Forgets old files.
pub(in crate::console) async fn sweep(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    let before = now.plus_ms(-KEPT).0;
    execute!(
        tx,
        "DELETE FROM console_upload_part WHERE upload_id IN (SELECT id FROM console_upload WHERE at < $1)",
        before
    )?;
    execute!(tx, "DELETE FROM console_upload WHERE at < $1", before).map(|_| ())
}
