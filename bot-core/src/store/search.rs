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

/// Messages in one step of a rebuild.
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

/// The hashes in one text: JSON for PostgreSQL, words of sixteen digits for SQLite.
fn list(tx: &Tx<'_>, tokens: &[i64]) -> String {
    match tx {
        Tx::Sqlite(_) => {
            let words = tokens.iter().map(|token| format!("{token:016x}"));
            words.collect::<Vec<_>>().join(" ")
        }
        Tx::Postgres(_) => serde_json::to_string(tokens).unwrap_or_default(),
    }
}

/// Makes a message findable by these hashes, and by no others.
///
/// # Errors
/// When the database fails.
pub async fn add(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    message: MessageId,
    tokens: &[i64],
) -> Result<(), StoreError> {
    const ENTRY: &str = "INSERT INTO search_entry (conversation_id, message_id) VALUES ($1, $2) \
         ON CONFLICT DO NOTHING";
    const SQLITE: &str = "INSERT OR REPLACE INTO search_tokens (rowid, tokens) \
         SELECT id, $3 FROM search_entry WHERE conversation_id = $1 AND message_id = $2";
    const POSTGRES: &str = "INSERT INTO search_entry (conversation_id, message_id, tokens) \
         VALUES ($1, $2, ARRAY(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($3 AS JSON)))) \
         ON CONFLICT (conversation_id, message_id) DO UPDATE SET tokens = excluded.tokens";
    if tokens.is_empty() {
        return Ok(());
    }
    let words = list(tx, tokens);
    let sql = match tx {
        Tx::Sqlite(_) => {
            queue!(tx, ENTRY, conversation.0, message.0)?;
            SQLITE
        }
        Tx::Postgres(_) => POSTGRES,
    };
    queue!(tx, sql, conversation.0, message.0, words)
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
    const TOKENS: &str = "DELETE FROM search_tokens WHERE rowid IN \
         (SELECT id FROM search_entry WHERE conversation_id = $1 AND message_id = $2)";
    const ENTRY: &str = "DELETE FROM search_entry WHERE conversation_id = $1 AND message_id = $2";
    if !tokens.is_empty() {
        return add(tx, conversation, message, tokens).await;
    }
    if matches!(tx, Tx::Sqlite(_)) {
        queue!(tx, TOKENS, conversation.0, message.0)?;
    }
    queue!(tx, ENTRY, conversation.0, message.0)
}

/// Nothing of an account is found any more; gives how many messages are not.
///
/// # Errors
/// When the database fails.
pub async fn purge(tx: &mut Tx<'_>, identity: IdentityId) -> Result<u64, StoreError> {
    const TOKENS: &str = "DELETE FROM search_tokens WHERE rowid IN (SELECT e.id FROM search_entry e \
         JOIN conversation c ON c.id = e.conversation_id WHERE c.identity_id = $1)";
    const ENTRIES: &str = "DELETE FROM search_entry WHERE conversation_id IN \
         (SELECT id FROM conversation WHERE identity_id = $1)";
    if matches!(tx, Tx::Sqlite(_)) {
        queue!(tx, TOKENS, identity.0)?;
    }
    execute!(tx, ENTRIES, identity.0)
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
    ($found:literal) => {
        concat!(
            "SELECT m.id, m.conversation_id, m.ticket_id, m.direction, m.at, m.body_sealed FROM message m JOIN (",
            $found,
            ") h ON h.conversation_id = m.conversation_id AND h.message_id = m.id \
             WHERE m.deleted_at IS NULL AND ($2 IS NULL OR m.conversation_id = $2) \
             AND ($3 IS NULL OR m.ticket_id = $3) AND ($4 IS NULL OR m.at < $4 OR (m.at = $4 AND m.id < $5)) \
             ORDER BY m.at DESC, m.id DESC LIMIT $6"
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
    const SQLITE: &str = search_sql!(
        "SELECT e.conversation_id, e.message_id FROM search_tokens \
         JOIN search_entry e ON e.id = search_tokens.rowid WHERE search_tokens MATCH $1"
    );
    const POSTGRES: &str = search_sql!(
        "SELECT conversation_id, message_id FROM search_entry WHERE tokens @> \
         ARRAY(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS JSON)))"
    );
    let query = Query::of(words);
    let wanted = hashes(keyring, &query.terms);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let sql = match tx {
        Tx::Sqlite(_) => SQLITE,
        Tx::Postgres(_) => POSTGRES,
    };
    let words = list(tx, &wanted);
    let rows = fetch_all!(
        tx,
        Row,
        sql,
        words,
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

/// Empties the index by at most 500 messages; gives how many.
///
/// # Errors
/// When the database fails.
pub async fn clear_step(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    const TOKENS: &str = "DELETE FROM search_tokens WHERE rowid IN \
         (SELECT id FROM search_entry ORDER BY id LIMIT $1)";
    const SQLITE: &str = "DELETE FROM search_entry WHERE id IN \
         (SELECT id FROM search_entry ORDER BY id LIMIT $1)";
    const POSTGRES: &str = "DELETE FROM search_entry WHERE (conversation_id, message_id) IN \
         (SELECT conversation_id, message_id FROM search_entry LIMIT $1)";
    let sql = match tx {
        Tx::Sqlite(_) => {
            queue!(tx, TOKENS, STEP)?;
            SQLITE
        }
        Tx::Postgres(_) => POSTGRES,
    };
    execute!(tx, sql, STEP)
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
