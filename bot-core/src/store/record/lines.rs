//! Messages of a conversation.

use sqlx::FromRow;
use uuid::Uuid;

use crate::domain::answer::Evidence;
use crate::domain::content::Content;
use crate::domain::effect::Direction;
use crate::domain::id::{AgentId, ConversationId, MessageId};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::judgement;
use crate::store::keyring::Keyring;
use crate::store::pool::Tx;
use crate::store::record::{AgentReply, ExplainedAnswer, Line};
use crate::store::seal::{DataKey, Sealed, Spot};
use crate::{fetch_all, fetch_optional};

pub(super) async fn newest_reply(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    agent: AgentId,
) -> Result<Option<AgentReply>, StoreError> {
    let row = fetch_optional!(
        tx,
        (Uuid, i64),
        "SELECT id, at FROM message WHERE conversation_id = $1 AND agent_id = $2 AND direction = 'out' AND deleted_at IS NULL ORDER BY seq DESC, id DESC LIMIT 1",
        conversation.0,
        agent.0
    )?;
    let Some((message, at)) = row else {
        return Ok(None);
    };
    Ok(Some(AgentReply {
        message: MessageId(message),
        at: Timestamp(at),
    }))
}

fn odd(column: &str, value: &str) -> StoreError {
    StoreError::Unreadable(format!("{column} is {value:?}"))
}

pub(super) async fn newest_answer(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    conversation: ConversationId,
) -> Result<Option<ExplainedAnswer>, StoreError> {
    let row = fetch_optional!(
        tx,
        (Uuid, String, i64, Sealed<Content>, Sealed<Evidence>),
        "SELECT id, direction, at, body_sealed, evidence_sealed FROM message WHERE conversation_id = $1 AND evidence_sealed IS NOT NULL ORDER BY seq DESC, id DESC LIMIT 1",
        conversation.0
    )?;
    let Some((message, direction, at, body, evidence)) = row else {
        return Ok(None);
    };
    let key = keyring.of_conversation(tx, conversation).await?;
    Ok(Some(ExplainedAnswer {
        is_draft: direction == Direction::Note.as_str(),
        opinions: judgement::of(tx, conversation, MessageId(message)).await?,
        at: Timestamp(at),
        content: key.open(Spot::new("message", "body", message), &body)?,
        evidence: key.open(Spot::new("message", "evidence", message), &evidence)?,
    }))
}

#[derive(FromRow)]
struct LineRow {
    id: Uuid,
    direction: String,
    at: i64,
    body_sealed: Sealed<Content>,
    edited_at: Option<i64>,
    deleted_at: Option<i64>,
}

impl LineRow {
    fn open(self, key: &DataKey) -> Result<Line, StoreError> {
        let direction = Direction::parse(&self.direction);
        Ok(Line {
            message: MessageId(self.id),
            direction: direction.ok_or_else(|| odd("message.direction", &self.direction))?,
            at: Timestamp(self.at),
            content: key.open(Spot::new("message", "body", self.id), &self.body_sealed)?,
            edited: self.edited_at.is_some(),
            deleted: self.deleted_at.is_some(),
        })
    }
}

/// What one event caused has its number: there `in` stands before `note` and `out`.
pub(super) async fn transcript(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    conversation: ConversationId,
    most: i64,
) -> Result<Vec<Line>, StoreError> {
    let rows = fetch_all!(
        tx,
        LineRow,
        "SELECT id, direction, at, body_sealed, edited_at, deleted_at FROM message WHERE conversation_id = $1 ORDER BY seq DESC, direction DESC, id DESC LIMIT $2",
        conversation.0,
        most
    )?;
    let key = keyring.of_conversation(tx, conversation).await?;
    rows.into_iter().rev().map(|row| row.open(&key)).collect()
}
