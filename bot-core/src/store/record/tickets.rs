//! Tickets in lists.

use sqlx::FromRow;
use uuid::Uuid;

use crate::domain::id::{ConversationId, CustomerId};
use crate::domain::ticket::Ticket;
use crate::fetch_all;
use crate::store::error::StoreError;
use crate::store::keyring::Keyring;
use crate::store::pool::Tx;
use crate::store::record::{TicketRow, Whose};
use crate::store::seal::{Sealed, Spot};

#[derive(FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    conversation_id: Uuid,
    state_sealed: Sealed<Ticket>,
}

pub(super) async fn of_customer(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    customer: CustomerId,
    most: i64,
) -> Result<Vec<TicketRow>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT t.id, t.number, t.conversation_id, t.state_sealed FROM ticket t JOIN conversation c ON c.id = t.conversation_id JOIN identity i ON i.id = c.identity_id WHERE i.customer_id = $1 ORDER BY t.opened_at DESC, t.number DESC LIMIT $2",
        customer.0,
        most
    )?;
    opened(tx, keyring, rows).await
}

pub(super) async fn open(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    whose: Whose,
    most: i64,
) -> Result<Vec<TicketRow>, StoreError> {
    let rows = match whose {
        Whose::Of(agent) => fetch_all!(
            tx,
            Row,
            "SELECT id, number, conversation_id, state_sealed FROM ticket WHERE status IN ('pending', 'in_progress', 'on_hold') AND assignee = $1 ORDER BY CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END, COALESCE(waiting_since, 9223372036854775807), number LIMIT $2",
            agent.0,
            most
        )?,
        Whose::Unclaimed => fetch_all!(
            tx,
            Row,
            "SELECT id, number, conversation_id, state_sealed FROM ticket WHERE status IN ('pending', 'in_progress', 'on_hold') AND assignee IS NULL ORDER BY CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END, COALESCE(waiting_since, 9223372036854775807), number LIMIT $1",
            most
        )?,
    };
    opened(tx, keyring, rows).await
}

async fn opened(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    rows: Vec<Row>,
) -> Result<Vec<TicketRow>, StoreError> {
    let mut tickets = Vec::with_capacity(rows.len());
    for row in rows {
        let conversation = ConversationId(row.conversation_id);
        let key = keyring.of_conversation(tx, conversation).await?;
        tickets.push(TicketRow {
            number: row.number,
            conversation,
            ticket: key.open(Spot::new("ticket", "state", row.id), &row.state_sealed)?,
        });
    }
    Ok(tickets)
}
