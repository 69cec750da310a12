//! Who was given an answer.

use uuid::Uuid;

use crate::domain::answer::Evidence;
use crate::domain::content::Content;
use crate::domain::id::{ArticleId, ConversationId, MessageId};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::keyring::Keyring;
use crate::store::pool::Tx;
use crate::store::seal::{Sealed, Spot};
use crate::{fetch_all, fetch_one};

/// A message by which a customer was answered from an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenAnswer {
    /// Where.
    pub conversation: ConversationId,
    /// The message.
    pub message: MessageId,
    /// When.
    pub at: Timestamp,
    /// What the customer is called; may be empty.
    pub name: String,
    /// The channel.
    pub channel: String,
    /// The revision of the article that it gave.
    pub revision: i64,
    /// What it says now.
    pub text: String,
}

/// Oldest first.
pub(super) async fn since(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    article: ArticleId,
    since: Timestamp,
    most: i64,
) -> Result<Vec<GivenAnswer>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid, i64),
        "SELECT conversation_id, max(at) FROM fact WHERE article_id = $1 AND kind = 'answered' AND at >= $2 \
         GROUP BY conversation_id ORDER BY 2 DESC LIMIT $3",
        article.0,
        since.0,
        most
    )?;
    let mut given = Vec::new();
    for (conversation, _) in rows {
        let conversation = ConversationId(conversation);
        given.extend(in_conversation(tx, keyring, conversation, article, since).await?);
    }
    given.sort_by_key(|one| one.at);
    Ok(given)
}

async fn in_conversation(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    conversation: ConversationId,
    article: ArticleId,
    since: Timestamp,
) -> Result<Vec<GivenAnswer>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid, i64, Sealed<Content>, Sealed<Evidence>),
        "SELECT id, at, body_sealed, evidence_sealed FROM message WHERE conversation_id = $1 \
         AND evidence_sealed IS NOT NULL AND direction = 'out' AND deleted_at IS NULL AND at >= $2",
        conversation.0,
        since.0
    )?;
    let (identity, channel, name) = fetch_one!(
        tx,
        (Uuid, String, Sealed<String>),
        "SELECT i.id, i.channel, i.name_sealed FROM conversation c JOIN identity i ON i.id = c.identity_id \
         WHERE c.id = $1",
        conversation.0
    )?;
    let key = keyring.of_conversation(tx, conversation).await?;
    let name = key.open(Spot::new("identity", "name", identity), &name)?;
    let mut given = Vec::new();
    for (id, at, body, evidence) in rows {
        let body = key.open(Spot::new("message", "body", id), &body)?;
        let evidence = key.open(Spot::new("message", "evidence", id), &evidence)?;
        let mut candidates = evidence.candidates.iter();
        let found = candidates.find(|one| one.article == article);
        if let Some(one) = found.filter(|_| body.source.is_some()) {
            given.push(GivenAnswer {
                conversation,
                message: MessageId(id),
                at: Timestamp(at),
                name: name.clone(),
                channel: channel.clone(),
                revision: one.revision,
                text: body.text,
            });
        }
    }
    Ok(given)
}
