//! What is suggested.

use bot_core::domain::id::ArticleId;
use serde::{Deserialize, Serialize};

/// A suggestion before it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What would come of it.
    pub kind: DraftKind,
    /// What it says.
    pub body: Body,
    /// How often it was asked.
    pub count: i64,
    /// How often in the last seven days.
    pub recent: i64,
    /// How often in the seven days before.
    pub earlier: i64,
}

/// What would come of a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftKind {
    /// A new article.
    Article,
    /// More ways to ask for an article that is there.
    Phrasing(ArticleId),
}

/// What a suggestion says; sealed where it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The question, as people would read it.
    pub question: String,
    /// How customers put it.
    pub examples: Vec<String>,
    /// The answer, from what agents replied; empty where nobody did.
    pub answer: String,
    /// Somebody has changed it: it is left as it is.
    pub edited: bool,
}

impl DraftKind {
    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Phrasing(_) => "phrasing",
        }
    }

    /// The article that it is about.
    #[must_use]
    pub const fn article(self) -> Option<ArticleId> {
        match self {
            Self::Article => None,
            Self::Phrasing(id) => Some(id),
        }
    }
}
