//! What the API shows: the rows that the desk has committed, in the form that a page needs.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use bot_core::domain::content::{Attachment, Author, Choice, Content, Kind};
use bot_core::domain::id::AttachmentId;
use bot_core::domain::ticket::{Cause, Priority, Status, Ticket};
use bot_core::domain::time::Timestamp;
use bot_core::store::board::agents::AgentRow;
use bot_core::store::board::{LastLine, TicketLine};

/// The longest preview of a last line, in characters.
const PREVIEW: usize = 120;

/// A member of the team.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Member {
    /// Who.
    id: Uuid,
    /// The name in commands; unique.
    name: String,
    /// The name that customers see.
    display: String,
    /// What they may do.
    roles: Vec<String>,
    /// What they are good at.
    skills: Vec<String>,
    /// `online`, `away` or `offline`, as they said last.
    presence: String,
    /// When they said it, or were last seen.
    presence_at: String,
    /// They may do nothing.
    disabled: bool,
}

impl From<&AgentRow> for Member {
    fn from(row: &AgentRow) -> Self {
        Self {
            id: row.id.0,
            name: row.name.clone(),
            display: row.display.clone(),
            roles: row.roles.clone(),
            skills: row.skills.clone(),
            presence: row.presence.clone(),
            presence_at: row.presence_at.to_string(),
            disabled: row.disabled,
        }
    }
}

/// A ticket as a list shows it. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Summary {
    /// What people call it.
    number: i64,
    /// Its first words.
    subject: String,
    /// Where it stands.
    #[schema(value_type = String, example = "in_progress")]
    status: Status,
    /// How pressing it is.
    #[schema(value_type = String, example = "normal")]
    priority: Priority,
    /// Why it was opened.
    #[schema(value_type = String, example = "asked")]
    cause: Cause,
    /// Who works on it.
    assignee: Option<Uuid>,
    /// The team that serves it.
    team: String,
    /// Labels.
    tags: Vec<String>,
    /// Where the customer writes.
    channel: String,
    /// What the customer is called; may be empty.
    customer: String,
    /// The customer's language, `zh` or `en`, once it is known.
    language: Option<&'static str>,
    /// It was opened.
    opened: String,
    /// The customer's oldest message that no human has answered yet.
    waiting_since: Option<String>,
    /// The customer wrote last.
    heard: Option<String>,
    /// It changed last.
    updated: String,
    /// What was said last.
    last: Option<Last>,
    /// It can be answered here; otherwise its thread is in another room.
    here: bool,
}

/// What was said last.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Last {
    /// `in`, `out` or `note`.
    direction: String,
    /// When.
    at: String,
    /// The beginning of it.
    text: String,
    /// It carries files.
    files: usize,
}

impl From<&TicketLine> for Summary {
    fn from(line: &TicketLine) -> Self {
        let Ticket { number, times, .. } = &line.ticket;
        Self {
            number: number.unwrap_or_default(),
            subject: line.ticket.subject.clone(),
            status: line.ticket.status,
            priority: line.ticket.priority,
            cause: line.ticket.cause,
            assignee: line.ticket.assignee.map(|agent| agent.0),
            team: line.ticket.team.clone(),
            tags: line.ticket.tags.clone(),
            channel: line.channel.0.clone(),
            customer: line.state.profile.name.clone(),
            language: line.state.language.map(|language| language.code()),
            opened: times.opened.to_string(),
            waiting_since: times.waiting_since.map(said),
            heard: line.heard.map(said),
            updated: line.updated.to_string(),
            last: line
                .last
                .as_ref()
                .filter(|last| !last.deleted)
                .map(Last::from),
            here: super::threads::is_here(line),
        }
    }
}

/// A time as the API writes it.
pub(super) fn said(time: Timestamp) -> String {
    time.to_string()
}

impl From<&LastLine> for Last {
    fn from(last: &LastLine) -> Self {
        Self {
            direction: last.direction.clone(),
            at: said(last.at),
            text: last.content.text.chars().take(PREVIEW).collect(),
            files: last.content.attachments.len(),
        }
    }
}

/// What a line holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Body {
    /// `text`, `survey`, `notice`, `note` or `card`.
    #[schema(value_type = String, example = "text")]
    kind: Kind,
    /// Who speaks.
    from: From_,
    /// Plain text.
    text: String,
    /// The title of the article that the text comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Buttons; pressed by `POST …/buttons`.
    choices: Vec<Button>,
    /// Files.
    attachments: Vec<File>,
}

/// Who speaks.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = From)]
pub(super) struct From_ {
    /// `customer`, `bot`, `agent` or `system`.
    who: &'static str,
    /// The agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// The customer's or the agent's name; may be empty.
    name: String,
}

impl From<&Author> for From_ {
    fn from(author: &Author) -> Self {
        let (who, id, name) = match author {
            Author::Customer { name } => ("customer", None, name.clone()),
            Author::Bot => ("bot", None, String::new()),
            Author::Agent { id, display } => ("agent", Some(id.0), display.clone()),
            Author::System => ("system", None, String::new()),
        };
        Self { who, id, name }
    }
}

/// A button under a line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Button {
    /// To be sent when it is pressed.
    id: String,
    /// What it says.
    label: String,
}

impl From<&Choice> for Button {
    fn from(choice: &Choice) -> Self {
        Self {
            id: choice.id.clone(),
            label: choice.label.clone(),
        }
    }
}

/// A file of a line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct File {
    /// Its id.
    id: Uuid,
    /// `image`, `voice`, `video` or `file`.
    #[schema(value_type = String, example = "image")]
    media: bot_core::domain::content::Media,
    /// Its name; may be empty.
    name: String,
    /// Its type; as announced until its bytes have arrived.
    mime: String,
    /// Its size in bytes, once it is known.
    size: Option<u64>,
    /// Its bytes are there.
    ready: bool,
    /// Where its bytes are.
    url: String,
}

impl Body {
    /// A content of a ticket's thread; the bytes of some files may still be coming.
    pub(super) fn of(number: i64, content: &Content, coming: &BTreeSet<AttachmentId>) -> Self {
        Self {
            kind: content.kind,
            from: From_::from(&content.from),
            text: content.text.clone(),
            source: content.source.clone(),
            choices: content.choices.iter().map(Button::from).collect(),
            attachments: content
                .attachments
                .iter()
                .map(|file| File::of(number, file, !coming.contains(&file.id)))
                .collect(),
        }
    }
}

impl File {
    fn of(number: i64, file: &Attachment, ready: bool) -> Self {
        Self {
            id: file.id.0,
            media: file.media,
            name: file.name.clone(),
            mime: file.mime.clone(),
            size: file.size,
            ready,
            url: format!("/api/v1/threads/{number}/attachments/{}", file.id),
        }
    }
}
