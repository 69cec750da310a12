//! What was said, as an app reads it.

use serde::Serialize;

use bot_core::domain::content::{Attachment, Author, Choice, Content, Kind, Media};
use bot_core::domain::file_type::honest_name;
use bot_core::domain::id::ConversationId;
use bot_core::domain::time::Timestamp;
use bot_core::runtime::feed::OwnRow;

use crate::web::files::FileKey;
use crate::web::links::Links;
use crate::web::mailbox::{Cursor, Row};

/// One page of the long poll.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct OutPage {
    pub(crate) messages: Vec<OutMessage>,
    pub(crate) next: String,
}

impl OutPage {
    /// Nothing was said yet.
    pub(crate) fn empty() -> Self {
        Self {
            messages: Vec::new(),
            next: "0".to_owned(),
        }
    }
}

/// One message in the form that the app sees; an edit or a deletion has the id of its message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutMessage {
    /// The message's id.
    pub id: String,
    /// When it was said, RFC 3339 in UTC.
    pub at: String,
    /// `bot`, `agent` or `system`; in the widget `customer` too.
    pub from: &'static str,
    /// The name of the agent who speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `text`, `image`, `voice`, `video`, `file`, `survey` or `notice`.
    pub kind: &'static str,
    /// The words.
    pub text: String,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// The files.
    pub attachments: Vec<OutAttachment>,
    /// The title of the article that the words come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether it was changed after it had been said.
    pub edited: bool,
    /// Whether it was taken back.
    pub deleted: bool,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutAttachment {
    /// Where it can be read.
    pub url: String,
    /// Its type, as found in its bytes.
    pub mime: String,
    /// Its name, with an ending that fits its type.
    pub name: String,
    /// Its size in bytes, if it is known yet.
    pub size: Option<u64>,
}

/// A push: the message, and whom it is for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Push<'a> {
    pub(crate) user: PushedUser<'a>,
    #[serde(flatten)]
    pub(crate) message: OutMessage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct PushedUser<'a> {
    pub(crate) id: &'a str,
}

/// What identifies a message and its present state.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    pub(crate) conversation: ConversationId,
    pub(crate) id: String,
    pub(crate) at: Timestamp,
    pub(crate) edited: bool,
}

/// A page without the rows that are not for customers.
pub(crate) fn page(
    conversation: ConversationId,
    rows: Vec<Row>,
    next: Cursor,
    links: &Links,
) -> OutPage {
    let messages = rows
        .into_iter()
        .filter_map(|row| row_as_message(conversation, row, links))
        .collect();
    OutPage {
        messages,
        next: next.to_string(),
    }
}

fn row_as_message(conversation: ConversationId, row: Row, links: &Links) -> Option<OutMessage> {
    let Row {
        message,
        at,
        content,
        edited,
        deleted,
        ..
    } = row;
    let envelope = Envelope {
        conversation,
        id: message.to_string(),
        at,
        edited,
    };
    if deleted {
        Some(taken_back(envelope))
    } else {
        message_of(content, envelope, links)
    }
}

/// A message as the app sees it; `None` for what a customer must never see.
pub(crate) fn message_of(
    content: Content,
    envelope: Envelope,
    links: &Links,
) -> Option<OutMessage> {
    let (from, name) = match content.from {
        Author::Customer { .. } => return None,
        Author::Bot => ("bot", None),
        Author::Agent { display, .. } => ("agent", Some(display)),
        Author::System => ("system", None),
    };
    Some(OutMessage {
        id: envelope.id,
        at: envelope.at.to_string(),
        from,
        name,
        kind: kind_of(content.kind, &content.attachments)?,
        text: content.text,
        choices: content.choices,
        attachments: content
            .attachments
            .into_iter()
            .map(|file| attachment(envelope.conversation, file, links))
            .collect(),
        source: content.source,
        edited: envelope.edited,
        deleted: false,
    })
}

/// What the customer wrote, as their own page shows it.
pub(crate) fn own_message(conversation: ConversationId, row: OwnRow, links: &Links) -> OutMessage {
    let envelope = Envelope {
        conversation,
        id: row.message.to_string(),
        at: row.at,
        edited: row.edited,
    };
    let plain = OutMessage {
        from: "customer",
        ..taken_back(envelope)
    };
    if row.deleted {
        return plain;
    }
    let files = row.content.attachments;
    OutMessage {
        kind: kind_of(Kind::Text, &files).unwrap_or("text"),
        text: row.content.text,
        attachments: files
            .into_iter()
            .map(|file| attachment(conversation, file, links))
            .collect(),
        deleted: false,
        ..plain
    }
}

/// A message that was taken back says nothing any more.
pub(crate) fn taken_back(envelope: Envelope) -> OutMessage {
    OutMessage {
        id: envelope.id,
        at: envelope.at.to_string(),
        from: "system",
        name: None,
        kind: "text",
        text: String::new(),
        choices: Vec::new(),
        attachments: Vec::new(),
        source: None,
        edited: envelope.edited,
        deleted: true,
    }
}

const fn kind_of(kind: Kind, files: &[Attachment]) -> Option<&'static str> {
    match kind {
        Kind::Note | Kind::Card => None,
        Kind::Survey => Some("survey"),
        Kind::Notice => Some("notice"),
        Kind::Text => Some(match files {
            [] => "text",
            [first, ..] => media_name(first.media),
        }),
    }
}

const fn media_name(media: Media) -> &'static str {
    match media {
        Media::Image => "image",
        Media::Voice => "voice",
        Media::Video => "video",
        Media::File => "file",
    }
}

fn attachment(conversation: ConversationId, file: Attachment, links: &Links) -> OutAttachment {
    let name = honest_name(&file.name, &file.mime);
    OutAttachment {
        url: links.url(FileKey::Of(conversation, file.id), &name),
        mime: file.mime,
        name,
        size: file.size,
    }
}
