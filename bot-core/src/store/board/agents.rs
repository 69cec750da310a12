//! The team as administrators see it: those who are disabled too.

use uuid::Uuid;

use crate::domain::id::{AgentId, ConversationId, TicketId};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::{execute, fetch_all, fetch_one, fetch_optional};

/// A member of the team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentRow {
    /// Who.
    pub id: AgentId,
    /// The name in commands; unique.
    pub name: String,
    /// The name that customers see.
    pub display: String,
    /// What they may do.
    pub roles: Vec<String>,
    /// What they are good at.
    pub skills: Vec<String>,
    /// `online`, `away` or `offline`, as they said last.
    pub presence: String,
    /// When they said it, or were last seen.
    pub presence_at: Timestamp,
    /// They may do nothing.
    pub disabled: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    display: String,
    roles: String,
    skills: String,
    presence: String,
    presence_at: i64,
    disabled: bool,
}

impl From<Row> for AgentRow {
    fn from(row: Row) -> Self {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        Self {
            id: AgentId(row.id),
            roles: words(&row.roles),
            skills: words(&row.skills),
            presence_at: Timestamp(row.presence_at),
            name: row.name,
            display: row.display,
            presence: row.presence,
            disabled: row.disabled,
        }
    }
}

/// Everybody, by name.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<AgentRow>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT id, name, display, roles, skills, presence, presence_at, disabled FROM agent ORDER BY name"
    )?;
    Ok(rows.into_iter().map(AgentRow::from).collect())
}

/// One of them.
///
/// # Errors
/// When the database fails.
pub async fn find(tx: &mut Tx<'_>, agent: AgentId) -> Result<Option<AgentRow>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, name, display, roles, skills, presence, presence_at, disabled FROM agent WHERE id = $1",
        agent.0
    )?;
    Ok(row.map(AgentRow::from))
}

/// The one of a name.
///
/// # Errors
/// When the database fails.
pub async fn named(tx: &mut Tx<'_>, name: &str) -> Result<Option<AgentRow>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, name, display, roles, skills, presence, presence_at, disabled FROM agent WHERE name = $1",
        name
    )?;
    Ok(row.map(AgentRow::from))
}

/// What is to be changed of an agent; what is `None` stays.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AgentChange {
    /// The name that customers see.
    pub display: Option<String>,
    /// What they may do.
    pub roles: Option<Vec<String>>,
    /// What they are good at.
    pub skills: Option<Vec<String>>,
    /// They may do nothing (any more).
    pub disabled: Option<bool>,
}

/// Changes an agent; gives whether there is such an agent.
///
/// # Errors
/// When the database fails.
pub async fn change(
    tx: &mut Tx<'_>,
    agent: AgentId,
    change: &AgentChange,
) -> Result<bool, StoreError> {
    let joined = |words: &Option<Vec<String>>| words.as_ref().map(|words| words.join(" "));
    let changed = execute!(
        tx,
        "UPDATE agent SET display = COALESCE($2, display), roles = COALESCE($3, roles), \
         skills = COALESCE($4, skills), disabled = COALESCE($5, disabled), \
         presence = CASE WHEN $5 THEN 'offline' ELSE presence END WHERE id = $1",
        agent.0,
        change.display.as_deref(),
        joined(&change.roles),
        joined(&change.skills),
        change.disabled
    )?;
    Ok(changed == 1)
}

/// How many others may act and have a role: the last administrator must not lock everybody out.
///
/// # Errors
/// When the database fails.
pub async fn others_with_role(
    tx: &mut Tx<'_>,
    role: &str,
    but: AgentId,
) -> Result<i64, StoreError> {
    let (others,) = fetch_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM agent WHERE NOT disabled AND id <> $1 AND ' ' || roles || ' ' LIKE $2",
        but.0,
        format!("% {role} %")
    )?;
    Ok(others)
}

/// The open tickets that an agent has taken.
///
/// # Errors
/// When the database fails.
pub async fn tickets_of(tx: &mut Tx<'_>, agent: AgentId) -> Result<Vec<TakenTicket>, StoreError> {
    let rows = fetch_all!(
        tx,
        (Uuid, Uuid),
        "SELECT id, conversation_id FROM ticket \
         WHERE assignee = $1 AND status IN ('pending', 'in_progress', 'on_hold') ORDER BY number",
        agent.0
    )?;
    let taken = rows.into_iter().map(|(ticket, conversation)| TakenTicket {
        ticket: TicketId(ticket),
        conversation: ConversationId(conversation),
    });
    Ok(taken.collect())
}

/// A ticket that somebody has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenTicket {
    /// Which.
    pub ticket: TicketId,
    /// Its conversation.
    pub conversation: ConversationId,
}
