//! What the bot was asked, what became of it, and what agents replied: what can be learned from.

use sqlx::FromRow;
use uuid::Uuid;

use crate::domain::answer::Evidence;
use crate::domain::content::Content;
use crate::domain::effect::Direction;
use crate::domain::id::{ArticleId, ConversationId};
use crate::domain::time::Timestamp;
use crate::fetch_all;
use crate::store::error::StoreError;
use crate::store::keyring::Keyring;
use crate::store::pool::Tx;
use crate::store::seal::{Sealed, Spot};

/// So many of an agent's lines after a question are looked at.
const REPLIES: i64 = 3;

/// A question that the bot was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedQuestion {
    /// Where.
    pub conversation: ConversationId,
    /// When.
    pub at: Timestamp,
    /// Its words.
    pub text: String,
    /// What became of it.
    pub fate: AskedFate,
    /// What agents wrote to the customer afterwards, the first lines; only of what was not answered well.
    pub replies: Vec<String>,
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedFate {
    /// It was answered from this article, or the article was drafted.
    Answered(ArticleId),
    /// It was, and the customer said that it did not help.
    VotedDown(ArticleId),
    /// Articles were offered, and the customer picked this one.
    Picked(ArticleId),
    /// Articles were offered, and none was picked.
    Offered,
    /// Nothing answers it.
    Unanswered,
}

#[derive(FromRow)]
struct Row {
    conversation_id: Uuid,
    id: Uuid,
    seq: i64,
    direction: String,
    at: i64,
    body_sealed: Sealed<Content>,
    evidence_sealed: Sealed<Evidence>,
    down: i64,
}

pub(super) async fn since(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    since: Timestamp,
    most: i64,
) -> Result<Vec<AskedQuestion>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT m.conversation_id, m.id, m.seq, m.direction, m.at, m.body_sealed, m.evidence_sealed, \
             (SELECT count(*) FROM judgement j WHERE j.conversation_id = m.conversation_id \
              AND j.message_id = m.id AND j.opinion = 'voted_down') AS down \
         FROM message m WHERE m.evidence_sealed IS NOT NULL AND m.at >= $1 ORDER BY m.at DESC LIMIT $2",
        since.0,
        most
    )?;
    let mut asked: Vec<AskedQuestion> = Vec::with_capacity(rows.len());
    for row in rows.into_iter().rev() {
        if let Some(one) = read(tx, keyring, row, &asked).await? {
            asked.push(one);
        }
    }
    Ok(asked)
}

async fn read(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    row: Row,
    before: &[AskedQuestion],
) -> Result<Option<AskedQuestion>, StoreError> {
    let conversation = ConversationId(row.conversation_id);
    let key = keyring.of_conversation(tx, conversation).await?;
    let body = key.open(Spot::new("message", "body", row.id), &row.body_sealed)?;
    let evidence = key.open(
        Spot::new("message", "evidence", row.id),
        &row.evidence_sealed,
    )?;
    let fate = fate(&row, &body, &evidence);
    let (fate, text) = picked(fate, &evidence, offered(before, conversation))
        .unwrap_or((fate, evidence.looked_up));
    if text.trim().is_empty() {
        return Ok(None);
    }
    let open = matches!(fate, AskedFate::Unanswered | AskedFate::VotedDown(_));
    Ok(Some(AskedQuestion {
        conversation,
        at: Timestamp(row.at),
        text,
        fate,
        replies: match open {
            true => replies(tx, keyring, conversation, row.seq).await?,
            false => Vec::new(),
        },
    }))
}

/// The question before, if articles were offered for it.
fn offered(before: &[AskedQuestion], conversation: ConversationId) -> Option<&AskedQuestion> {
    let last = before
        .iter()
        .rev()
        .find(|one| one.conversation == conversation);
    last.filter(|one| one.fate == AskedFate::Offered)
}

/// Who picks says nothing new: the question is the one that the choices were offered for.
fn picked(
    fate: AskedFate,
    evidence: &Evidence,
    offered: Option<&AskedQuestion>,
) -> Option<(AskedFate, String)> {
    let offered = offered.filter(|_| evidence.features.is_empty())?;
    match fate {
        AskedFate::Answered(article) => Some((AskedFate::Picked(article), offered.text.clone())),
        _ => None,
    }
}

fn fate(row: &Row, body: &Content, evidence: &Evidence) -> AskedFate {
    let best = evidence.candidates.first().map(|one| one.article);
    let answered = body.source.is_some() || row.direction == Direction::Note.as_str();
    match best.filter(|_| answered) {
        Some(article) if row.down > 0 => AskedFate::VotedDown(article),
        Some(article) => AskedFate::Answered(article),
        None if body.choices.len() > 1 => AskedFate::Offered,
        None => AskedFate::Unanswered,
    }
}

async fn replies(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    conversation: ConversationId,
    after: i64,
) -> Result<Vec<String>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid, Sealed<Content>),
        "SELECT id, body_sealed FROM message WHERE conversation_id = $1 AND direction = 'out' \
         AND agent_id IS NOT NULL AND deleted_at IS NULL AND seq > $2 ORDER BY seq, id LIMIT $3",
        conversation.0,
        after,
        REPLIES
    )?;
    let key = keyring.of_conversation(tx, conversation).await?;
    let open = |(id, body): (Uuid, Sealed<Content>)| {
        let body = key.open(Spot::new("message", "body", id), &body)?;
        Ok(body.text)
    };
    rows.into_iter().map(open).collect()
}
