//! Finding messages by their words without storing a word: an index of keyed hashes, derived from the
//! messages.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::domain::content::{Author, Content};
use crate::domain::id::{ConversationId, IdentityId, MessageId, TicketId};
use crate::domain::search::{Query, terms};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::keyring::Keyring;
use crate::store::pool::{Db, Tx};
use crate::store::seal::{Sealed, Spot};
use crate::{execute, fetch_all, queue};

/// Messages, or rows of the index, in one step of a rebuild.
const STEP: i64 = 500;
/// Candidates that are opened for one page of a search: pairs may stand in a message without the whole.
const LOOKED_AT: i64 = 4;

/// The hashes under which a message is found: what people said, not what the bot recited to them. Its
/// answers are the articles' words, the longest there are, and are found among the articles.
#[must_use]
pub fn tokens_of(keyring: &Keyring, content: &Content) -> Vec<i64> {
    match content.from {
        Author::Customer { .. } | Author::Agent { .. } => tokens(keyring, &content.text),
        Author::Bot | Author::System => Vec::new(),
    }
}

/// The hashes under which a text is found.
#[must_use]
pub fn tokens(keyring: &Keyring, text: &str) -> Vec<i64> {
    hashes(keyring, &terms(text))
}

fn hashes(keyring: &Keyring, terms: &BTreeSet<String>) -> Vec<i64> {
    let hashed = terms.iter().map(|term| {
        let hash = keyring.master().blind("search", term.as_bytes());
        i64::from_be_bytes(hash.first_chunk().copied().unwrap_or_default())
    });
    hashed.collect()
}

fn list(tokens: &[i64]) -> String {
    serde_json::to_string(tokens).unwrap_or_default()
}

/// Makes a message findable.
///
/// # Errors
/// When the database fails.
pub async fn add(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    message: MessageId,
    tokens: &[i64],
) -> Result<(), StoreError> {
    const SQLITE: &str = "INSERT INTO search_token (conversation_id, message_id, token) \
         SELECT $1, $2, value FROM json_each($3) WHERE TRUE ON CONFLICT DO NOTHING";
    const POSTGRES: &str = "INSERT INTO search_token (conversation_id, message_id, token) \
         SELECT $1, $2, CAST(value AS BIGINT) FROM json_array_elements_text(CAST($3 AS JSON)) ON CONFLICT DO NOTHING";
    if tokens.is_empty() {
        return Ok(());
    }
    let sql = match tx {
        Tx::Sqlite(_) => SQLITE,
        Tx::Postgres(_) => POSTGRES,
    };
    queue!(tx, sql, conversation.0, message.0, list(tokens))
}

/// A message is found by other words than before, or by none.
///
/// # Errors
/// When the database fails.
pub async fn replace(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    message: MessageId,
    tokens: &[i64],
) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM search_token WHERE conversation_id = $1 AND message_id = $2";
    queue!(tx, DELETE, conversation.0, message.0)?;
    add(tx, conversation, message, tokens).await
}

/// Nothing of an account is found any more.
///
/// # Errors
/// When the database fails.
pub async fn purge(tx: &mut Tx<'_>, identity: IdentityId) -> Result<u64, StoreError> {
    const DELETE: &str = "DELETE FROM search_token WHERE conversation_id IN \
         (SELECT id FROM conversation WHERE identity_id = $1)";
    execute!(tx, DELETE, identity.0)
}

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Filter {
    /// In this conversation only.
    pub conversation: Option<ConversationId>,
    /// In this ticket only.
    pub ticket: Option<TicketId>,
    /// Older than this one: the last of the page before.
    pub before: Option<(Timestamp, MessageId)>,
    /// So many at the most; 0 is none.
    pub most: u32,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Which.
    pub message: MessageId,
    /// Whose.
    pub conversation: ConversationId,
    /// The ticket that was open.
    pub ticket: Option<TicketId>,
    /// `in`, `out` or `note`.
    pub direction: String,
    /// When.
    pub at: Timestamp,
    /// What it says.
    pub content: Content,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    conversation_id: Uuid,
    ticket_id: Option<Uuid>,
    direction: String,
    at: i64,
    body_sealed: Sealed<Content>,
}

macro_rules! search_sql {
    ($list:literal) => {
        concat!(
            "SELECT m.id, m.conversation_id, m.ticket_id, m.direction, m.at, m.body_sealed FROM message m JOIN (\
             SELECT conversation_id, message_id FROM search_token WHERE token IN (",
            $list,
            ") AND ($3 IS NULL OR conversation_id = $3) \
             GROUP BY conversation_id, message_id HAVING COUNT(*) = $2) h \
             ON h.conversation_id = m.conversation_id AND h.message_id = m.id \
             WHERE m.deleted_at IS NULL AND ($4 IS NULL OR m.ticket_id = $4) AND ($5 IS NULL OR m.at < $5 OR (m.at = $5 AND m.id < $6)) \
             ORDER BY m.at DESC, m.id DESC LIMIT $7"
        )
    };
}

/// The messages that have all the words, newest first. Who may see them is the caller's business.
///
/// # Errors
/// When the database fails, or a message does not open.
pub async fn search(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    words: &str,
    filter: &Filter,
) -> Result<Vec<Hit>, StoreError> {
    const SQLITE: &str = search_sql!("SELECT value FROM json_each($1)");
    const POSTGRES: &str =
        search_sql!("SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS JSON))");
    let query = Query::of(words);
    let wanted = hashes(keyring, &query.terms);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let sql = match tx {
        Tx::Sqlite(_) => SQLITE,
        Tx::Postgres(_) => POSTGRES,
    };
    let rows = fetch_all!(
        tx,
        Row,
        sql,
        list(&wanted),
        i64::try_from(wanted.len()).unwrap_or(i64::MAX),
        filter.conversation.map(|one| one.0),
        filter.ticket.map(|one| one.0),
        filter.before.map(|(at, _)| at.0),
        filter.before.map(|(_, message)| message.0),
        i64::from(filter.most) * LOOKED_AT
    )?;
    opened(tx, keyring, rows, (&query, filter.most)).await
}

async fn opened(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    rows: Vec<Row>,
    (query, most): (&Query, u32),
) -> Result<Vec<Hit>, StoreError> {
    let mut hits = Vec::new();
    for row in rows {
        let conversation = ConversationId(row.conversation_id);
        let key = keyring.of_conversation(tx, conversation).await?;
        let content = key.open(Spot::new("message", "body", row.id), &row.body_sealed)?;
        if query.fits(&content.text) && hits.len() < most as usize {
            hits.push(Hit {
                message: MessageId(row.id),
                conversation,
                ticket: row.ticket_id.map(TicketId),
                direction: row.direction,
                at: Timestamp(row.at),
                content,
            });
        }
    }
    Ok(hits)
}

/// The tickets of what was found, each once, in the same order.
#[must_use]
pub fn tickets(hits: &[Hit]) -> Vec<TicketId> {
    let mut seen = BTreeSet::new();
    let all = hits.iter().filter_map(|hit| hit.ticket);
    all.filter(|ticket| seen.insert(*ticket)).collect()
}

/// The last message that a rebuild has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Progress {
    conversation: Uuid,
    message: Uuid,
}

/// Makes the next messages findable, at most 500 of them; `None` after the last.
///
/// # Errors
/// When the database fails.
pub async fn rebuild_step(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    after: Progress,
) -> Result<Option<Progress>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid, Uuid, Sealed<Content>, Option<i64>),
        "SELECT conversation_id, id, body_sealed, deleted_at FROM message \
         WHERE conversation_id > $1 OR (conversation_id = $1 AND id > $2) ORDER BY conversation_id, id LIMIT $3",
        after.conversation,
        after.message,
        STEP
    )?;
    let last = rows.last().map(|row| Progress {
        conversation: row.0,
        message: row.1,
    });
    for (conversation, id, body, deleted_at) in rows {
        let conversation = ConversationId(conversation);
        // A message whose key was destroyed is found by nothing.
        let key = keyring.of_conversation(tx, conversation).await.ok();
        let spot = Spot::new("message", "body", id);
        let content = key
            .filter(|_| deleted_at.is_none())
            .and_then(|key| key.open(spot, &body).ok());
        let found_by = content.map(|content| tokens_of(keyring, &content));
        replace(
            tx,
            conversation,
            MessageId(id),
            &found_by.unwrap_or_default(),
        )
        .await?;
    }
    Ok(last)
}

/// Empties the index by at most 500 rows; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn clear_step(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    const DELETE: &str = "DELETE FROM search_token WHERE (conversation_id, message_id, token) IN \
         (SELECT conversation_id, message_id, token FROM search_token LIMIT $1)";
    execute!(tx, DELETE, STEP)
}

/// Makes the whole index anew, a step at a time, so that the desk goes on beside it.
///
/// # Errors
/// When the database fails; what is missing then is missing until the next rebuild.
pub async fn rebuild(db: &Db, keyring: &Keyring) -> Result<(), StoreError> {
    while db.write(|tx| Box::pin(clear_step(tx))).await? > 0 {}
    let mut after = Progress::default();
    loop {
        let keyring = keyring.clone();
        let step = db.write(move |tx| {
            let keyring = keyring.clone();
            Box::pin(async move { rebuild_step(tx, &keyring, after).await })
        });
        match step.await? {
            Some(next) => after = next,
            None => return Ok(()),
        }
    }
}
