//! Lists of tickets.

use uuid::Uuid;

use crate::domain::content::Content;
use crate::domain::conversation::State;
use crate::domain::id::{AgentId, ConversationId, IdentityId, ThreadId};
use crate::domain::place::{Address, ChannelName, Place};
use crate::domain::ticket::{Status, Ticket};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::keyring::Keyring;
use crate::store::pool::Tx;
use crate::store::seal::{DataKey, Sealed, Spot};
use crate::{fetch_all, fetch_optional};

/// Which tickets are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Filter {
    /// By whose they are; everybody's without.
    pub assigned: Option<Assigned>,
    /// In these states; those that a human still has work with when it is empty.
    pub statuses: Vec<Status>,
    /// Of this team; of all without.
    pub team: Option<String>,
    /// In this order.
    pub order: Order,
}

/// Whose a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// This agent's.
    To(AgentId),
    /// Nobody's yet.
    Nobody,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Order {
    /// The customer who has waited longest first; those who do not wait at the end.
    Waiting,
    /// The ticket that changed last first.
    #[default]
    Recent,
}

/// Where the next page of a list begins: behind this ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// What the list is sorted by.
    pub key: i64,
    /// The ticket's number, which decides between equals.
    pub number: i64,
}

/// A ticket as a list shows it.
#[derive(Clone, Debug)]
pub struct TicketLine {
    /// The ticket.
    pub ticket: Ticket,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Where the customer writes.
    pub channel: ChannelName,
    /// What is remembered of the conversation: the customer's name and language among it.
    pub state: State,
    /// Its thread, once it has one.
    pub thread: Option<(ThreadId, Address)>,
    /// What was said last, either way.
    pub last: Option<LastLine>,
    /// When the customer wrote last.
    pub heard: Option<Timestamp>,
    /// When it changed last.
    pub updated: Timestamp,
    /// Its place in the list.
    pub after: After,
}

/// What was said last.
#[derive(Clone, Debug)]
pub struct LastLine {
    /// `in`, `out` or `note`.
    pub direction: String,
    /// When.
    pub at: Timestamp,
    /// What it holds.
    pub content: Content,
    /// It was taken back.
    pub deleted: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    conversation_id: Uuid,
    number: i64,
    ticket_sealed: Sealed<Ticket>,
    updated_at: i64,
    sort_key: i64,
    channel: String,
    state_sealed: Sealed<State>,
    identity_id: Uuid,
    key_wrapped: Vec<u8>,
    thread_id: Option<Uuid>,
    thread_channel: Option<String>,
    thread_place: Option<String>,
    last_id: Option<Uuid>,
    last_direction: Option<String>,
    last_at: Option<i64>,
    last_sealed: Option<Sealed<Content>>,
    last_deleted: Option<i64>,
    heard_at: Option<i64>,
}

/// The columns of a [`Row`]; the sort key and everything behind the joins differ.
macro_rules! select_tickets {
    ($sort_key:literal, $rest:literal) => {
        concat!(
            "SELECT t.id, t.conversation_id, t.number, t.state_sealed AS ticket_sealed, t.updated_at, ",
            $sort_key,
            " AS sort_key, c.channel, c.state_sealed, i.id AS identity_id, i.key_wrapped, \
             h.id AS thread_id, h.channel AS thread_channel, h.place AS thread_place, m.id AS last_id, \
             m.direction AS last_direction, m.at AS last_at, m.body_sealed AS last_sealed, m.deleted_at AS last_deleted, \
             (SELECT w.at FROM message w WHERE w.conversation_id = c.id AND w.ticket_id = t.id \
             AND w.direction = 'in' ORDER BY w.seq DESC LIMIT 1) AS heard_at \
             FROM ticket t JOIN conversation c ON c.id = t.conversation_id \
             JOIN identity i ON i.id = c.identity_id \
             LEFT JOIN thread h ON h.ticket_id = t.id AND h.role = 'primary' \
             LEFT JOIN message m ON m.conversation_id = c.id AND m.id = (SELECT n.id FROM message n \
             WHERE n.conversation_id = c.id AND n.ticket_id = t.id ORDER BY n.seq DESC, n.id DESC LIMIT 1) ",
            $rest
        )
    };
}

/// Those who do not wait sort behind everybody who does (9007199254740991 is 2^53 - 1).
const WAITING: &str = select_tickets!(
    "COALESCE(t.waiting_since, 9007199254740991)",
    "WHERE t.status IN ($1, $2, $3, $4, $5) AND ($6 IS NULL OR t.assignee = $6) \
     AND (NOT $7 OR t.assignee IS NULL) AND ($8 IS NULL OR t.team = $8) \
     AND (COALESCE(t.waiting_since, 9007199254740991) > $9 \
       OR (COALESCE(t.waiting_since, 9007199254740991) = $9 AND t.number > $10)) \
     ORDER BY sort_key, t.number LIMIT $11"
);

const RECENT: &str = select_tickets!(
    "t.updated_at",
    "WHERE t.status IN ($1, $2, $3, $4, $5) AND ($6 IS NULL OR t.assignee = $6) \
     AND (NOT $7 OR t.assignee IS NULL) AND ($8 IS NULL OR t.team = $8) \
     AND (t.updated_at < $9 OR (t.updated_at = $9 AND t.number < $10)) \
     ORDER BY t.updated_at DESC, t.number DESC LIMIT $11"
);

const CHANGED: &str = select_tickets!(
    "c.updated_at",
    "WHERE c.updated_at >= $1 AND t.number = (SELECT MAX(o.number) FROM ticket o WHERE o.conversation_id = c.id) \
     ORDER BY c.updated_at, t.number LIMIT $2"
);

const BY_NUMBER: &str = select_tickets!("t.updated_at", "WHERE t.number = $1");

const NEWEST: &str = select_tickets!(
    "t.updated_at",
    "WHERE t.conversation_id = $1 ORDER BY t.number DESC LIMIT 1"
);

/// A page of a list.
///
/// # Errors
/// When the database fails, or a sealed value does not open.
pub async fn list(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    filter: &Filter,
    after: Option<After>,
    most: i64,
) -> Result<Vec<TicketLine>, StoreError> {
    let (text, first) = match filter.order {
        Order::Waiting => (
            WAITING,
            After {
                key: -1,
                number: -1,
            },
        ),
        Order::Recent => (
            RECENT,
            After {
                key: i64::MAX,
                number: i64::MAX,
            },
        ),
    };
    let after = after.unwrap_or(first);
    let [a, b, c, d, e] = wanted(&filter.statuses);
    let (agent, unclaimed) = match filter.assigned {
        None => (None, false),
        Some(Assigned::To(agent)) => (Some(agent.0), false),
        Some(Assigned::Nobody) => (None, true),
    };
    let team = filter.team.as_deref();
    let rows = fetch_all!(
        tx,
        Row,
        text,
        a,
        b,
        c,
        d,
        e,
        agent,
        unclaimed,
        team,
        after.key,
        after.number,
        most
    )?;
    rows.into_iter().map(|row| row.open(keyring)).collect()
}

/// Five names for the five places of the statement: the wanted ones, the first repeated.
fn wanted(statuses: &[Status]) -> [&'static str; 5] {
    let open = [Status::Pending, Status::InProgress, Status::OnHold];
    let statuses = if statuses.is_empty() {
        &open[..]
    } else {
        statuses
    };
    let mut names = [statuses.first().map_or("", |one| one.as_str()); 5];
    for (place, status) in names.iter_mut().zip(statuses) {
        *place = status.as_str();
    }
    names
}

/// The newest tickets of the conversations in which something happened since, oldest change first.
///
/// # Errors
/// As [`list`].
pub async fn changed_since(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    since: Timestamp,
    most: i64,
) -> Result<Vec<TicketLine>, StoreError> {
    let rows = fetch_all!(tx, Row, CHANGED, since.0, most)?;
    rows.into_iter().map(|row| row.open(keyring)).collect()
}

/// The ticket with a number.
///
/// # Errors
/// As [`list`].
pub async fn by_number(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    number: i64,
) -> Result<Option<TicketLine>, StoreError> {
    let row = fetch_optional!(tx, Row, BY_NUMBER, number)?;
    row.map(|row| row.open(keyring)).transpose()
}

/// The newest ticket of a conversation.
///
/// # Errors
/// As [`list`].
pub async fn newest(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    conversation: ConversationId,
) -> Result<Option<TicketLine>, StoreError> {
    let row = fetch_optional!(tx, Row, NEWEST, conversation.0)?;
    row.map(|row| row.open(keyring)).transpose()
}

/// The number of a conversation's open ticket.
///
/// # Errors
/// When the database fails.
pub async fn open_number(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
) -> Result<Option<i64>, StoreError> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "SELECT number FROM ticket WHERE conversation_id = $1 \
         AND status IN ('pending', 'in_progress', 'on_hold') ORDER BY number DESC LIMIT 1",
        conversation.0
    )?;
    Ok(row.map(|(number,)| number))
}

/// How many open tickets a team has in one state.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Count {
    /// The team.
    pub team: String,
    /// The state's name.
    pub status: String,
    /// Those of the agent who asks.
    pub mine: i64,
    /// Those that nobody has taken.
    pub unclaimed: i64,
    /// Those whose customer waits for a human's word.
    pub waiting: i64,
    /// All.
    pub all: i64,
}

/// Counts the tickets that a human still has work with.
///
/// # Errors
/// When the database fails.
pub async fn counts(tx: &mut Tx<'_>, agent: AgentId) -> Result<Vec<Count>, StoreError> {
    fetch_all!(
        tx,
        Count,
        "SELECT team, status, COUNT(*) FILTER (WHERE assignee = $1) AS mine, \
         COUNT(*) FILTER (WHERE assignee IS NULL) AS unclaimed, \
         COUNT(*) FILTER (WHERE waiting_since IS NOT NULL) AS waiting, COUNT(*) AS \"all\" \
         FROM ticket WHERE status IN ('pending', 'in_progress', 'on_hold') \
         GROUP BY team, status",
        agent.0
    )
}

/// Whether there ever was a ticket.
///
/// # Errors
/// When the database fails.
pub async fn any(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    const SELECT: &str = "SELECT number FROM ticket LIMIT 1";
    Ok(fetch_optional!(tx, (i64,), SELECT)?.is_some())
}

impl Row {
    fn open(self, keyring: &Keyring) -> Result<TicketLine, StoreError> {
        let key = keyring.unwrap(IdentityId(self.identity_id), &self.key_wrapped)?;
        let last = self.last(&key)?;
        let ticket: Ticket =
            key.open(Spot::new("ticket", "state", self.id), &self.ticket_sealed)?;
        let spot = Spot::new("conversation", "state", self.conversation_id);
        Ok(TicketLine {
            ticket: Ticket {
                number: Some(self.number),
                ..ticket
            },
            conversation: ConversationId(self.conversation_id),
            channel: ChannelName(self.channel),
            state: key.open(spot, &self.state_sealed)?,
            thread: thread(self.thread_id, self.thread_channel, self.thread_place),
            last,
            heard: self.heard_at.map(Timestamp),
            updated: Timestamp(self.updated_at),
            after: After {
                key: self.sort_key,
                number: self.number,
            },
        })
    }

    fn last(&self, key: &DataKey) -> Result<Option<LastLine>, StoreError> {
        let (Some(id), Some(direction), Some(sealed)) =
            (self.last_id, &self.last_direction, &self.last_sealed)
        else {
            return Ok(None);
        };
        Ok(Some(LastLine {
            direction: direction.clone(),
            at: Timestamp(self.last_at.unwrap_or_default()),
            content: key.open(Spot::new("message", "body", id), sealed)?,
            deleted: self.last_deleted.is_some(),
        }))
    }
}

fn thread(
    id: Option<Uuid>,
    channel: Option<String>,
    place: Option<String>,
) -> Option<(ThreadId, Address)> {
    let at = Address {
        channel: ChannelName(channel?),
        place: Place(place?),
    };
    Some((ThreadId(id?), at))
}
