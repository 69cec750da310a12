//! Files that came with messages: wanted, stored, refused.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::domain::id::{AttachmentId, ConversationId, MessageId};
use crate::domain::inbound::IncomingFile;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::store::seal::Sealed;
use crate::{execute, fetch_all, fetch_optional, queue};

/// A file to fetch.
#[derive(Clone, Debug)]
pub struct NewAttachment {
    /// Its id.
    pub id: AttachmentId,
    /// The message it came with.
    pub message: MessageId,
    /// The channel that can fetch it.
    pub channel: String,
    /// How it is fetched.
    pub file: Sealed<IncomingFile>,
    /// Until when the platform keeps it.
    pub expires: Option<Timestamp>,
}

/// Records that a file is wanted.
///
/// # Errors
/// When the database fails.
pub async fn want(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    new: &NewAttachment,
    now: Timestamp,
) -> Result<(), StoreError> {
    queue!(
        tx,
        "INSERT INTO attachment (conversation_id, id, message_id, state, channel, file_sealed, next_at, expires_at) \
         VALUES ($1, $2, $3, 'wanted', $4, $5, $6, $7)",
        conversation.0,
        new.id.0,
        new.message.0,
        &new.channel,
        &new.file,
        now.0,
        new.expires.map(|at| at.0)
    )
}

/// The files of a message that are neither stored nor refused.
///
/// # Errors
/// When the database fails.
pub async fn wanted_of(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Vec<AttachmentId>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid,),
        "SELECT id FROM attachment WHERE conversation_id = $1 AND message_id = $2 AND state = 'wanted'",
        conversation.0,
        message.0
    )?;
    Ok(rows.into_iter().map(|(id,)| AttachmentId(id)).collect())
}

/// The files of a conversation whose bytes are still on their way.
///
/// # Errors
/// When the database fails.
pub async fn coming(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
) -> Result<BTreeSet<AttachmentId>, StoreError> {
    const SELECT: &str =
        "SELECT id FROM attachment WHERE conversation_id = $1 AND state = 'wanted'";
    let rows = fetch_all!(tx, (Uuid,), SELECT, conversation.0)?;
    Ok(rows.into_iter().map(|(id,)| AttachmentId(id)).collect())
}

/// A file whose turn it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Wanted {
    /// Its conversation.
    pub conversation_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// The message it came with.
    pub message_id: Uuid,
    /// The channel that can fetch it.
    pub channel: String,
    /// How it is fetched.
    pub file_sealed: Sealed<IncomingFile>,
    /// How often it was tried.
    pub attempt: i64,
    /// Until when the platform keeps it.
    pub expires_at: Option<i64>,
}

/// Files whose turn it is; none of channels that other processes take care of (`elsewhere`, written
/// by [`list`](crate::store::lease::list)).
///
/// # Errors
/// When the database fails.
pub async fn wanted(
    tx: &mut Tx<'_>,
    now: Timestamp,
    elsewhere: &str,
    most: i64,
) -> Result<Vec<Wanted>, StoreError> {
    fetch_all!(
        tx,
        Wanted,
        "SELECT conversation_id, id, message_id, channel, file_sealed, attempt, expires_at FROM attachment \
         WHERE state = 'wanted' AND next_at <= $1 AND REPLACE($2, '|' || channel || '|', '') = $2 \
         ORDER BY next_at LIMIT $3",
        now.0,
        elsewhere,
        most
    )
}

/// Puts a file off.
///
/// # Errors
/// When the database fails.
pub async fn put_off(tx: &mut Tx<'_>, file: &Wanted, until: Timestamp) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE attachment SET attempt = attempt + 1, next_at = $3 WHERE conversation_id = $1 AND id = $2",
        file.conversation_id,
        file.id,
        until.0
    )
    .map(|_| ())
}

/// Records how fetching ended: with a blob, or without one when it is refused.
///
/// # Errors
/// When the database fails.
pub async fn settled(
    tx: &mut Tx<'_>,
    file: &Wanted,
    blob: Option<&str>,
) -> Result<bool, StoreError> {
    let state = if blob.is_some() { "stored" } else { "refused" };
    let done = execute!(
        tx,
        "UPDATE attachment SET state = $3, blob = $4 WHERE conversation_id = $1 AND id = $2 AND state = 'wanted'",
        file.conversation_id,
        file.id,
        state,
        blob
    )?;
    Ok(done == 1)
}

/// A file that is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    /// The name of its blob.
    pub blob: String,
    /// How it was fetched, and what it was called.
    pub file_sealed: Sealed<IncomingFile>,
}

/// A stored file.
///
/// # Errors
/// When the database fails.
pub async fn stored(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    id: AttachmentId,
) -> Result<Option<Stored>, StoreError> {
    fetch_optional!(
        tx,
        Stored,
        "SELECT blob, file_sealed FROM attachment \
         WHERE conversation_id = $1 AND id = $2 AND state = 'stored' AND blob IS NOT NULL",
        conversation.0,
        id.0
    )
}
