//! What was said, either way, and which platform message carries it.

use uuid::Uuid;

use crate::domain::answer::Evidence;
use crate::domain::content::Content;
use crate::domain::id::{ConversationId, DeliveryId, MessageId};
use crate::domain::place::Address;
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::store::seal::{DataKey, Sealed, Spot};
use crate::{execute, fetch_all, fetch_optional, queue};

/// A message to record.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Its id.
    pub id: Uuid,
    /// `in`, `out` or `note`.
    pub direction: &'static str,
    /// The ticket that was open.
    pub ticket: Option<Uuid>,
    /// The agent who wrote it.
    pub agent: Option<Uuid>,
    /// What it holds.
    pub body: Sealed<Content>,
    /// Why the bot said it.
    pub evidence: Option<Sealed<Evidence>>,
    /// Why nothing more was done about it.
    pub reason: Option<&'static str>,
}

/// Records a message. `seq` orders it within its conversation.
///
/// # Errors
/// When the database fails.
pub async fn keep(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    seq: i64,
    message: &NewMessage,
    at: Timestamp,
) -> Result<(), StoreError> {
    queue!(
        tx,
        "INSERT INTO message (conversation_id, id, seq, direction, ticket_id, agent_id, body_sealed, \
         evidence_sealed, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        conversation.0,
        message.id,
        seq,
        message.direction,
        message.ticket,
        message.agent,
        &message.body,
        message.evidence.as_ref(),
        message.reason,
        at.0
    )
}

/// A change of a message.
#[derive(Clone, Debug)]
pub struct Amended {
    /// Which.
    pub message: MessageId,
    /// What it says now, and what it said so far; the first original is kept for the team.
    pub words: Option<(Sealed<Content>, Sealed<Content>)>,
    /// It was taken back.
    pub deleted: bool,
}

/// Changes what a message says now.
///
/// # Errors
/// When the database fails.
pub async fn amend(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    amended: &Amended,
    at: Timestamp,
) -> Result<(), StoreError> {
    let (body, original) = amended.words.as_ref().map(|(new, old)| (new, old)).unzip();
    queue!(
        tx,
        "UPDATE message SET body_sealed = COALESCE($3, body_sealed), \
         original_sealed = COALESCE(original_sealed, $6), \
         edited_at = CASE WHEN $3 IS NULL THEN edited_at ELSE $4 END, \
         deleted_at = CASE WHEN $5 THEN $4 ELSE deleted_at END \
         WHERE conversation_id = $1 AND id = $2",
        conversation.0,
        amended.message.0,
        body,
        at.0,
        amended.deleted,
        original
    )
}

/// Completes what is recorded of a message: nobody has changed it.
///
/// # Errors
/// When the database fails.
pub async fn complete(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    message: MessageId,
    body: &Sealed<Content>,
) -> Result<(), StoreError> {
    const UPDATE: &str =
        "UPDATE message SET body_sealed = $3 WHERE conversation_id = $1 AND id = $2";
    execute!(tx, UPDATE, conversation.0, message.0, body).map(|_| ())
}

/// A recorded message.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its id.
    pub id: MessageId,
    /// `in`, `out` or `note`.
    pub direction: String,
    /// What it holds.
    pub content: Content,
    /// It was changed.
    pub edited: bool,
    /// It was taken back.
    pub deleted: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    direction: String,
    body_sealed: Sealed<Content>,
    edited_at: Option<i64>,
    deleted_at: Option<i64>,
}

impl Row {
    fn open(self, key: &DataKey) -> Result<Recorded, StoreError> {
        let content = key.open(Spot::new("message", "body", self.id), &self.body_sealed)?;
        Ok(Recorded {
            id: MessageId(self.id),
            direction: self.direction,
            content,
            edited: self.edited_at.is_some(),
            deleted: self.deleted_at.is_some(),
        })
    }
}

/// One message.
///
/// # Errors
/// When the database fails, or the message does not open.
pub async fn find(
    tx: &mut Tx<'_>,
    key: &DataKey,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Option<Recorded>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, direction, body_sealed, edited_at, deleted_at FROM message WHERE conversation_id = $1 AND id = $2",
        conversation.0,
        message.0
    )?;
    row.map(|row| row.open(key)).transpose()
}

/// The last messages of a conversation, oldest first.
///
/// # Errors
/// When the database fails, or a message does not open.
pub async fn last(
    tx: &mut Tx<'_>,
    key: &DataKey,
    conversation: ConversationId,
    most: i64,
) -> Result<Vec<Recorded>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT id, direction, body_sealed, edited_at, deleted_at FROM message \
         WHERE conversation_id = $1 ORDER BY seq DESC, id DESC LIMIT $2",
        conversation.0,
        most
    )?;
    rows.into_iter().rev().map(|row| row.open(key)).collect()
}

/// A message of the customer, with its place.
#[derive(Clone, Debug)]
pub struct Own {
    /// Its place in the conversation.
    pub seq: i64,
    /// When it came.
    pub at: Timestamp,
    /// The message.
    pub recorded: Recorded,
}

#[derive(sqlx::FromRow)]
struct OwnLine {
    seq: i64,
    at: i64,
    #[sqlx(flatten)]
    row: Row,
}

/// What the customer wrote after a place, in order.
///
/// # Errors
/// When the database fails, or a message does not open.
pub async fn own(
    tx: &mut Tx<'_>,
    key: &DataKey,
    conversation: ConversationId,
    after: i64,
    most: i64,
) -> Result<Vec<Own>, StoreError> {
    let rows = fetch_all!(
        tx,
        OwnLine,
        "SELECT seq, at, id, direction, body_sealed, edited_at, deleted_at FROM message \
         WHERE conversation_id = $1 AND direction = 'in' AND seq > $2 ORDER BY seq, id LIMIT $3",
        conversation.0,
        after,
        most
    )?;
    let open = |line: OwnLine| {
        Ok(Own {
            seq: line.seq,
            at: Timestamp(line.at),
            recorded: line.row.open(key)?,
        })
    };
    rows.into_iter().map(open).collect()
}

/// Remembers which platform message carries a message at a place.
///
/// # Errors
/// When the database fails.
pub async fn link(
    tx: &mut Tx<'_>,
    at: &Address,
    platform_id: &str,
    conversation: ConversationId,
    message: MessageId,
) -> Result<(), StoreError> {
    queue!(
        tx,
        "INSERT INTO link (channel, place, platform_id, conversation_id, message_id) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (channel, place, platform_id) DO NOTHING",
        &at.channel.0,
        &at.place.0,
        platform_id,
        conversation.0,
        message.0
    )
}

/// Remembers which platform message a row of the outbox made.
///
/// # Errors
/// When the database fails.
pub async fn link_row(
    tx: &mut Tx<'_>,
    at: &Address,
    platform_id: &str,
    (conversation, message): (ConversationId, MessageId),
    row: DeliveryId,
) -> Result<(), StoreError> {
    link(tx, at, platform_id, conversation, message).await?;
    const UPDATE: &str =
        "UPDATE link SET delivery = $4 WHERE channel = $1 AND place = $2 AND platform_id = $3";
    execute!(tx, UPDATE, &at.channel.0, &at.place.0, platform_id, row.0).map(|_| ())
}

/// The platform's first id of what a row made at a place.
///
/// # Errors
/// When the database fails.
pub async fn made_by(
    tx: &mut Tx<'_>,
    at: &Address,
    row: DeliveryId,
) -> Result<Option<String>, StoreError> {
    // Platforms count upwards; a shorter number is the smaller one.
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT platform_id FROM link WHERE delivery = $1 AND channel = $2 AND place = $3 \
         ORDER BY LENGTH(platform_id), platform_id LIMIT 1",
        row.0,
        &at.channel.0,
        &at.place.0
    )?;
    Ok(row.map(|(id,)| id))
}

/// The message that a platform message carries.
///
/// # Errors
/// When the database fails.
pub async fn linked(
    tx: &mut Tx<'_>,
    at: &Address,
    platform_id: &str,
) -> Result<Option<(ConversationId, MessageId)>, StoreError> {
    let row = fetch_optional!(
        tx,
        (Uuid, Uuid),
        "SELECT conversation_id, message_id FROM link WHERE channel = $1 AND place = $2 AND platform_id = $3",
        &at.channel.0,
        &at.place.0,
        platform_id
    )?;
    Ok(row.map(|(conversation, message)| (ConversationId(conversation), MessageId(message))))
}

/// The platform's newest id of a message at a place.
///
/// # Errors
/// When the database fails.
pub async fn carried_by(
    tx: &mut Tx<'_>,
    at: &Address,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Option<String>, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT platform_id FROM link WHERE conversation_id = $1 AND message_id = $2 AND channel = $3 AND place = $4 \
         ORDER BY LENGTH(platform_id) DESC, platform_id DESC LIMIT 1",
        conversation.0,
        message.0,
        &at.channel.0,
        &at.place.0
    )?;
    Ok(row.map(|(id,)| id))
}
