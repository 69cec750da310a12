//! What customers thought of answers.

use uuid::Uuid;

use crate::domain::effect::FactKind;
use crate::domain::id::{ArticleId, ConversationId};
use crate::domain::time::Timestamp;
use crate::fetch_all;
use crate::store::error::StoreError;
use crate::store::pool::Tx;

/// So many votes are looked at, the newest.
const MOST: i64 = 50_000;

/// 👍 or 👎 for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
    /// The article.
    pub article: ArticleId,
    /// Who: one customer's conversation.
    pub conversation: ConversationId,
    /// 👍.
    pub up: bool,
    /// When.
    pub at: Timestamp,
}

pub(super) async fn since(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<Vote>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid, Uuid, String, i64),
        "SELECT article_id, conversation_id, kind, at FROM fact WHERE kind IN ('voted_up', 'voted_down') \
         AND article_id IS NOT NULL AND at >= $1 ORDER BY at DESC LIMIT $2",
        since.0,
        MOST
    )?;
    let vote = |(article, conversation, kind, at): (Uuid, Uuid, String, i64)| Vote {
        article: ArticleId(article),
        conversation: ConversationId(conversation),
        up: kind == FactKind::VotedUp.as_str(),
        at: Timestamp(at),
    };
    Ok(rows.into_iter().map(vote).collect())
}
