//! One ticket with everything that an agent should know.

use uuid::Uuid;

use crate::domain::answer::Evidence;
use crate::domain::id::{ConversationId, MessageId};
use crate::domain::ticket::{Status, Ticket};
use crate::domain::time::Timestamp;
use crate::fetch_all;
use crate::store::board::tickets::{TicketLine, by_number};
use crate::store::error::StoreError;
use crate::store::keyring::Keyring;
use crate::store::pool::Tx;
use crate::store::seal::{DataKey, Sealed, Spot};

/// Other tickets that are shown.
const EARLIER: i64 = 20;
/// Answers of the bot whose reasons are shown.
const FOUND: i64 = 10;

/// One ticket with everything that an agent should know.
#[derive(Clone, Debug)]
pub struct Card {
    /// The ticket and its customer.
    pub line: TicketLine,
    /// Other tickets of the same customer on this channel, newest first.
    pub earlier: Vec<Earlier>,
    /// What the bot found and why, newest first.
    pub found: Vec<Found>,
}

/// Another ticket of the same customer.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Its number.
    pub number: i64,
    /// Where it stands.
    pub status: Status,
    /// Its first words.
    pub subject: String,
    /// When it was opened.
    pub opened: Timestamp,
}

/// Why the bot said something.
#[derive(Clone, Debug)]
pub struct Found {
    /// The message that it sent, or decided not to answer.
    pub message: MessageId,
    /// When.
    pub at: Timestamp,
    /// The candidates, scores and thresholds.
    pub evidence: Evidence,
}

/// Reads the card of a ticket.
///
/// # Errors
/// When the database fails, or a sealed value does not open.
pub async fn card(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    number: i64,
) -> Result<Option<Card>, StoreError> {
    let Some(line) = by_number(tx, keyring, number).await? else {
        return Ok(None);
    };
    let key = keyring.of_conversation(tx, line.conversation).await?;
    let earlier = earlier(tx, &key, line.conversation, number).await?;
    let found = found(tx, &key, line.conversation).await?;
    Ok(Some(Card {
        line,
        earlier,
        found,
    }))
}

async fn earlier(
    tx: &mut Tx<'_>,
    key: &DataKey,
    conversation: ConversationId,
    number: i64,
) -> Result<Vec<Earlier>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid, i64, Sealed<Ticket>),
        "SELECT id, number, state_sealed FROM ticket WHERE conversation_id = $1 AND number <> $2 \
         ORDER BY number DESC LIMIT $3",
        conversation.0,
        number,
        EARLIER
    )?;
    let open = |(id, number, sealed)| {
        let ticket: Ticket = key.open(Spot::new("ticket", "state", id), &sealed)?;
        Ok(Earlier {
            number,
            status: ticket.status,
            subject: ticket.subject,
            opened: ticket.times.opened,
        })
    };
    rows.into_iter().map(open).collect()
}

async fn found(
    tx: &mut Tx<'_>,
    key: &DataKey,
    conversation: ConversationId,
) -> Result<Vec<Found>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid, i64, Sealed<Evidence>),
        "SELECT id, at, evidence_sealed FROM message \
         WHERE conversation_id = $1 AND evidence_sealed IS NOT NULL ORDER BY seq DESC, id DESC LIMIT $2",
        conversation.0,
        FOUND
    )?;
    let open = |(id, at, sealed)| {
        let evidence = key.open(Spot::new("message", "evidence", id), &sealed)?;
        Ok(Found {
            message: MessageId(id),
            at: Timestamp(at),
            evidence,
        })
    };
    rows.into_iter().map(open).collect()
}
