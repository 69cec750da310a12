//! Facts: one row per happening, with pseudonymous ids only.

use uuid::Uuid;

use crate::domain::effect::Fact;
use crate::domain::id::ConversationId;
use crate::domain::time::Timestamp;
use crate::queue;
use crate::store::error::StoreError;
use crate::store::pool::Tx;

/// Where a fact belongs.
#[derive(Clone, Copy, Debug)]
pub struct FactAt<'a> {
    /// The conversation.
    pub conversation: ConversationId,
    /// The channel.
    pub channel: &'a str,
    /// The ticket that was open.
    pub ticket: Option<Uuid>,
    /// When.
    pub at: Timestamp,
}

/// Records a fact.
///
/// # Errors
/// When the database fails.
pub async fn record(
    tx: &mut Tx<'_>,
    id: Uuid,
    place: FactAt<'_>,
    fact: &Fact,
) -> Result<(), StoreError> {
    queue!(
        tx,
        "INSERT INTO fact (id, conversation_id, at, kind, channel, ticket_id, agent_id, article_id, value) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id,
        place.conversation.0,
        place.at.0,
        fact.kind.as_str(),
        place.channel,
        place.ticket,
        fact.agent.map(|agent| agent.0),
        fact.article.map(|article| article.0),
        fact.value
    )
}
