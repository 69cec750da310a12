//! What customers and agents thought of answers.

use crate::domain::conversation::Tally;
use crate::domain::effect::{FactKind, Judged, Opinion};
use crate::domain::id::{ConversationId, MessageId};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::{fetch_all, queue};

/// Links an opinion to the answer it is about; the first of its kind counts.
///
/// # Errors
/// When the database fails.
pub async fn record(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    judged: &Judged,
    now: Timestamp,
) -> Result<(), StoreError> {
    queue!(
        tx,
        "INSERT INTO judgement (conversation_id, message_id, opinion, at, agent_id, instead_id) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        conversation.0,
        judged.message.0,
        judged.opinion.as_str(),
        now.0,
        judged.agent.map(|agent| agent.0),
        judged.instead.map(|message| message.0)
    )
}

/// What was thought of an answer, oldest first.
///
/// # Errors
/// When the database fails, or holds an opinion that is not known.
pub async fn of(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Vec<Opinion>, StoreError> {
    let rows = fetch_all!(
        tx,
        (String, i64),
        "SELECT opinion, at FROM judgement WHERE conversation_id = $1 AND message_id = $2 \
         ORDER BY at, opinion",
        conversation.0,
        message.0
    )?;
    let read = |(name, _): (String, i64)| {
        Opinion::parse(&name)
            .ok_or_else(|| StoreError::Unreadable(format!("judgement.opinion is {name:?}")))
    };
    rows.into_iter().map(read).collect()
}

/// What agents made of a channel's drafts so far.
///
/// # Errors
/// When the database fails.
pub async fn tally(tx: &mut Tx<'_>, channel: &str) -> Result<Tally, StoreError> {
    let rows = fetch_all!(
        tx,
        (String, i64),
        "SELECT kind, COUNT(*) FROM fact WHERE channel = $1 \
         AND kind IN ('draft_sent', 'draft_edited', 'draft_wrong') GROUP BY kind",
        channel
    )?;
    let of = |kind: FactKind| {
        let count = rows.iter().find(|(name, _)| name == kind.as_str());
        count.map_or(0, |(_, count)| count.cast_unsigned())
    };
    Ok(Tally {
        sent: of(FactKind::DraftSent),
        edited: of(FactKind::DraftEdited),
        wrong: of(FactKind::DraftWrong),
    })
}
