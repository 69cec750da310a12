//! A message that is decided but not yet put into words.

use crate::domain::content::{Attachment, Author, Content, Kind};
use crate::domain::phrase::Phrase;

/// Words to be: a phrase, or somebody's own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// Ours, in the reader's language.
    Phrase(Phrase),
    /// Verbatim.
    Text(String),
}

impl From<&str> for Words {
    /// A phrase without values.
    fn from(key: &str) -> Self {
        Self::Phrase(Phrase::new(key))
    }
}

impl From<Phrase> for Words {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(phrase)
    }
}

/// A message before it is rendered.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Draft {
    /// Paragraphs.
    pub words: Vec<Words>,
    /// Files that are already known to the conversation.
    pub attachments: Vec<Attachment>,
    /// Choices: id and label.
    pub choices: Vec<(String, Words)>,
    /// The title of the article that the words come from.
    pub source: Option<String>,
    /// What sort of message it is.
    pub kind: Kind,
    /// Who speaks.
    pub from: Author,
}

impl Draft {
    /// A draft of one paragraph.
    #[must_use]
    pub fn of(from: Author, words: impl Into<Words>) -> Self {
        Self {
            words: vec![words.into()],
            from,
            ..Self::default()
        }
    }

    /// The bot says a phrase.
    #[must_use]
    pub fn bot(words: impl Into<Words>) -> Self {
        Self::of(Author::Bot, words)
    }

    /// The desk itself remarks on the conversation.
    #[must_use]
    pub fn notice(words: impl Into<Words>) -> Self {
        Self {
            kind: Kind::Notice,
            ..Self::of(Author::System, words)
        }
    }

    /// Repeats a content as it stands.
    #[must_use]
    pub fn verbatim(content: &Content) -> Self {
        Self {
            words: vec![Words::Text(content.text.clone())],
            attachments: content.attachments.clone(),
            source: content.source.clone(),
            kind: content.kind,
            from: content.from.clone(),
            ..Self::default()
        }
    }

    /// One paragraph more, at the end.
    #[must_use]
    pub fn and(mut self, words: impl Into<Words>) -> Self {
        self.words.push(words.into());
        self
    }

    /// One choice more.
    #[must_use]
    pub fn choice(mut self, id: impl Into<String>, label: impl Into<Words>) -> Self {
        self.choices.push((id.into(), label.into()));
        self
    }

    /// The same draft as another kind of message.
    #[must_use]
    pub const fn as_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }
}
