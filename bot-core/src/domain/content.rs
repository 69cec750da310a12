//! What a message holds.

use serde::{Deserialize, Serialize};

use crate::domain::id::{AgentId, AttachmentId};

/// A message's content, the same for every platform.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Content {
    /// Plain text; may be empty when there are attachments.
    pub text: String,
    /// Files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Buttons, or a numbered list where the platform has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// The title of the article that the text comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What sort of message it is.
    #[serde(default)]
    pub kind: Kind,
    /// Who speaks.
    #[serde(default)]
    pub from: Author,
}

impl Content {
    /// A plain text from an author.
    #[must_use]
    pub fn text(from: Author, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            from,
            ..Self::default()
        }
    }
}

/// What sort of message it is, besides its media.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Words, with or without files.
    #[default]
    Text,
    /// A question for a rating.
    Survey,
    /// Something the desk says about the conversation itself.
    Notice,
    /// A line between colleagues; never for a customer.
    Note,
    /// The head of a thread: who the customer is.
    Card,
}

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "who")]
pub enum Author {
    /// The customer.
    Customer {
        /// As the customer is called on the channel.
        name: String,
    },
    /// The bot.
    Bot,
    /// A member of the team.
    Agent {
        /// Who.
        id: AgentId,
        /// The name that customers see.
        display: String,
    },
    /// The desk itself.
    #[default]
    System,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its row.
    pub id: AttachmentId,
    /// What it is.
    pub media: Media,
    /// The file's name, cleaned.
    pub name: String,
    /// Its type, as found in its bytes once they are stored; before that as announced.
    pub mime: String,
    /// Its size in bytes, if known.
    pub size: Option<u64>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// A picture.
    Image,
    /// A voice message or other sound.
    Voice,
    /// A film.
    Video,
    /// Anything else.
    File,
}

impl Media {
    /// What a file of this type is.
    #[must_use]
    pub fn of_mime(mime: &str) -> Self {
        match mime.split('/').next() {
            Some("image") => Self::Image,
            Some("audio") => Self::Voice,
            Some("video") => Self::Video,
            _ => Self::File,
        }
    }
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Comes back when it is chosen; unique in the conversation.
    pub id: String,
    /// What the button says.
    pub label: String,
}
