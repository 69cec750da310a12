//! Articles, and the checks that their fields pass at the door.

use std::fmt;
use std::str::FromStr;

use bot_core::domain::id::ArticleId;
use bot_core::domain::language::Language;
use bot_core::domain::text::clean;
use bot_core::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

mod digest;
mod life;
mod name;
mod terms;

pub use life::{Live, NeedsSomebodyElse, Stage, Step};
pub use name::{ExternalId, NameError, SpaceName};
pub use terms::{Terms, mode_named};

/// Most characters of a question, or of an alternative phrasing.
pub const QUESTION_CHARS: usize = 1_000;
/// Most characters of an answer.
pub const ANSWER_CHARS: usize = 20_000;
/// Most alternative phrasings of one article.
pub const MOST_ALTERNATIVES: usize = 5_000;
/// Most tags of one article.
pub const MOST_TAGS: usize = 50;
/// Most characters of a source.
pub const SOURCE_CHARS: usize = 500;
/// Most characters of a tag or a category.
pub const LABEL_CHARS: usize = 100;

/// One question that can be answered, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Its identity, for ever.
    pub id: ArticleId,
    /// Counts the changes, from 1.
    pub revision: i64,
    /// When it was last changed, in UTC milliseconds.
    pub updated_at: i64,
    /// Where this revision stands in its life.
    pub status: Status,
    /// The revision that answers, which may be an older one; none while it is new, or archived.
    pub live: Option<i64>,
    /// Who last changed what it says.
    pub edited_by: String,
    /// The revision that customers have found wrong: while it is live, it is offered and never given by
    /// itself.
    pub doubted: Option<i64>,
    /// What it says.
    pub content: Content,
}

/// What an article says, and about what: everything an import brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its id in its source; unique in its space.
    pub external_id: ExternalId,
    /// The body of knowledge it belongs to.
    pub space: SpaceName,
    /// The language of its words.
    pub language: Language,
    /// What it is about, for people; may be empty.
    pub category: String,
    /// The question as people would read it.
    pub question: String,
    /// The same question in other words.
    pub alternatives: Vec<String>,
    /// The answer.
    pub answer: String,
    /// Labels, for people and filters.
    pub tags: Vec<String>,
    /// Who may read it.
    pub visibility: Visibility,
    /// How, when and where it answers.
    pub terms: Terms,
    /// Where its words come from: a file, its headings, a page; may be empty.
    pub source: String,
}

/// Who may read an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// The team only; never shown or offered to a customer.
    Internal,
}

/// Where an article stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not answered with yet.
    #[default]
    Draft,
    /// Waits for somebody else to read and publish it.
    Review,
    /// In use.
    Published,
    /// Out of use, kept for the record.
    Archived,
}

/// A field that an article cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// A field that must have words has none.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// A field is too long.
    #[error("the {field} has more than {most} characters")]
    TooLong {
        /// The field.
        field: &'static str,
        /// Its limit.
        most: usize,
    },
    /// A list has too many entries.
    #[error("more than {most} {field}")]
    TooMany {
        /// The list.
        field: &'static str,
        /// Its limit.
        most: usize,
    },
    /// The id or the space is no name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The language is none that the desk speaks.
    #[error("the language “{0}” is not one of zh, en")]
    Language(String),
    /// The way of answering is unknown.
    #[error("the mode “{0}” is not one of auto, suggest, off")]
    Mode(String),
    /// A time is none.
    #[error("the {field} “{text}” is no date; write 2026-12-01 or 2026-12-01 09:30")]
    Moment {
        /// The field.
        field: &'static str,
        /// What stands there.
        text: String,
    },
    /// It ends before it begins.
    #[error("valid_until is not after valid_from")]
    NeverValid,
    /// The visibility is unknown.
    #[error("the visibility “{0}” is not one of public, internal")]
    Visibility(String),
}

impl ContentError {
    /// The field that is to blame, as files name it.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Empty(field)
            | Self::TooLong { field, .. }
            | Self::TooMany { field, .. }
            | Self::Moment { field, .. } => field,
            Self::Name(error) => error.field(),
            Self::Language(_) => "lang",
            Self::Mode(_) => "mode",
            Self::NeverValid => "valid_until",
            Self::Visibility(_) => "visibility",
        }
    }
}

impl Article {
    /// A new one, of which nothing is stored yet.
    #[must_use]
    pub const fn draft(id: ArticleId, content: Content, at: Timestamp) -> Self {
        Self {
            id,
            revision: 1,
            updated_at: at.0,
            status: Status::Draft,
            live: None,
            edited_by: String::new(),
            doubted: None,
            content,
        }
    }

    /// Whether this revision is the one that answers.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.live == Some(self.revision)
    }

    /// Whether customers have found wrong what answers.
    #[must_use]
    pub fn is_doubted(&self) -> bool {
        self.live.is_some() && self.doubted == self.live
    }

    /// Whether it is to answer, and waits for the rest of its import.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.status == Status::Published && !self.is_live()
    }
}

impl Content {
    /// Cleans and checks every field.
    ///
    /// # Errors
    /// The first field that an article cannot have.
    pub fn checked(mut self) -> Result<Self, ContentError> {
        self.question = words("question", &self.question, QUESTION_CHARS)?;
        self.answer = words("answer", &self.answer, ANSWER_CHARS)?;
        self.category = bounded("category", &self.category, LABEL_CHARS)?;
        self.tags = list("tags", &self.tags, MOST_TAGS, LABEL_CHARS)?;
        self.source = bounded("source", &self.source, SOURCE_CHARS)?;
        self.terms.channels = list("channels", &self.terms.channels, MOST_TAGS, LABEL_CHARS)?;
        self.terms = self.terms.checked()?;
        self.alternatives = list(
            "alternatives",
            &self.alternatives,
            MOST_ALTERNATIVES,
            QUESTION_CHARS,
        )?;
        Ok(self)
    }

    /// The question and its alternatives: everything that asks for this article.
    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        let question = std::iter::once(self.question.as_str());
        question.chain(self.alternatives.iter().map(String::as_str))
    }
}

fn bounded(field: &'static str, text: &str, most: usize) -> Result<String, ContentError> {
    let cleaned = clean(text, most);
    if cleaned.truncated {
        return Err(ContentError::TooLong { field, most });
    }
    Ok(cleaned.text)
}

fn words(field: &'static str, text: &str, most: usize) -> Result<String, ContentError> {
    let text = bounded(field, text, most)?;
    if text.is_empty() {
        return Err(ContentError::Empty(field));
    }
    Ok(text)
}

/// A list without its empty entries and repetitions.
fn list(
    field: &'static str,
    entries: &[String],
    most: usize,
    most_chars: usize,
) -> Result<Vec<String>, ContentError> {
    let mut kept: Vec<String> = Vec::with_capacity(entries.len());
    let mut seen = std::collections::HashSet::new();
    for entry in entries {
        let entry = bounded(field, entry, most_chars)?;
        if !entry.is_empty() && seen.insert(entry.clone()) {
            kept.push(entry);
        }
    }
    if kept.len() > most {
        return Err(ContentError::TooMany { field, most });
    }
    Ok(kept)
}

/// The language a column or an option names: a tag such as `zh-CN`, or a language's own name.
///
/// # Errors
/// When it is none that the desk speaks.
pub fn language_named(name: &str) -> Result<Language, ContentError> {
    let named = match name.trim().to_lowercase().as_str() {
        "中文" | "汉语" | "漢語" | "简体中文" | "繁體中文" | "chinese" => {
            Some(Language::Zh)
        }
        "英文" | "英语" | "英語" | "english" => Some(Language::En),
        tag => Language::from_tag(tag),
    };
    named.ok_or_else(|| ContentError::Language(name.trim().to_owned()))
}

impl Visibility {
    /// The word in files and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
        }
    }
}

impl FromStr for Visibility {
    type Err = ContentError;

    fn from_str(word: &str) -> Result<Self, ContentError> {
        match word.trim().to_lowercase().as_str() {
            "" | "public" | "公开" | "公開" => Ok(Self::Public),
            "internal" | "内部" | "內部" => Ok(Self::Internal),
            _ => Err(ContentError::Visibility(word.trim().to_owned())),
        }
    }
}

impl Status {
    /// All of them, in the order of an article's life.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Review, Self::Published, Self::Archived];

    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Review => "review",
            Self::Published => "published",
            Self::Archived => "archived",
        }
    }

    /// Reads the word in the database.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn content(question: &str, answer: &str) -> Content {
        Content {
            external_id: "a".parse().unwrap(),
            space: SpaceName::default(),
            language: Language::En,
            category: String::new(),
            question: question.to_owned(),
            alternatives: vec![" x ".to_owned(), String::new(), "x".to_owned()],
            answer: answer.to_owned(),
            tags: Vec::new(),
            visibility: Visibility::Public,
            terms: Terms::default(),
            source: String::new(),
        }
    }

    #[rstest]
    #[case("q", "a", None)]
    #[case("  ", "a", Some(ContentError::Empty("question")))]
    #[case("q", "\u{0}\u{200b}", Some(ContentError::Empty("answer")))]
    #[case(&"q".repeat(1_001), "a", Some(ContentError::TooLong { field: "question", most: 1_000 }))]
    fn checks(#[case] question: &str, #[case] answer: &str, #[case] error: Option<ContentError>) {
        assert_eq!(content(question, answer).checked().err(), error);
    }

    #[test]
    fn cleans_lists() {
        let content = content("q", "a").checked().unwrap();
        assert_eq!(content.alternatives, ["x"]);
        assert_eq!(content.phrases().collect::<Vec<_>>(), ["q", "x"]);
    }

    #[rstest]
    #[case("zh-CN", Some(Language::Zh))]
    #[case("中文", Some(Language::Zh))]
    #[case(" English ", Some(Language::En))]
    #[case("fr", None)]
    fn names_languages(#[case] name: &str, #[case] expected: Option<Language>) {
        assert_eq!(language_named(name).ok(), expected);
    }
}
