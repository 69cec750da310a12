//! What is asked of an answerer, and what it says, with its reasons.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::id::{ArticleId, MessageId};
use crate::domain::language::Language;
use crate::domain::time::Timestamp;

/// Who will read the answer; decides which articles may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// A customer: public articles only.
    #[default]
    Customer,
    /// A member of the team: internal articles too.
    Agent,
}

/// One turn of a customer, ready to be looked up.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Question {
    /// The newest message of the turn; the answer is stored with it.
    #[serde(default)]
    pub about: MessageId,
    /// The turn's text, cleaned.
    pub text: String,
    /// The customer's last clear language, if known.
    pub language: Option<Language>,
    /// The configured channel on which it was asked; empty where it was asked on none.
    pub channel: String,
    /// When it was asked: articles answer within their time only. Without it they answer at any time.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Who will read the answer.
    pub audience: Audience,
    /// The customer's turns before this one, newest last; at most three.
    pub previous: Vec<String>,
    /// The article that the customer picked from earlier choices; it is answered as it stands.
    pub chosen: Option<ArticleId>,
    /// What the answerer asked the case to keep at the turn before.
    pub memo: Option<Value>,
}

/// What becomes of an answer that is sure. Of several settings that concern it, the strictest counts.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum AnswerMode {
    /// The customer gets it.
    #[default]
    Auto,
    /// An agent gets it as a draft in the ticket's thread.
    Suggest,
    /// Nobody gets it; the question goes to a person.
    Off,
}

impl AnswerMode {
    /// Every mode, the most open one first.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Suggest, Self::Off];

    /// The word in settings, files and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Suggest => "suggest",
            Self::Off => "off",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == word)
    }
}

/// The answerer's verdict on one question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Confident, Choices or Unknown.
    pub outcome: Outcome,
    /// The articles that answer what else was asked in the same turn; only with a Confident outcome.
    #[serde(default)]
    pub others: Vec<ArticleAnswer>,
    /// What was asked besides, and no article answers; only with a Confident outcome.
    #[serde(default)]
    pub unanswered: Vec<String>,
    /// What is to become of a Confident outcome, as far as its articles say.
    #[serde(default)]
    pub mode: AnswerMode,
    /// Everything that led to the outcome; stored with the message and shown by `/why`.
    pub evidence: Evidence,
    /// Opaque state to hand back with the next question (guided flows).
    pub memo: Option<Value>,
}

impl Answer {
    /// Whether an article surely answers it.
    #[must_use]
    pub const fn is_confident(&self) -> bool {
        matches!(self.outcome, Outcome::Confident(_))
    }

    /// No article answers it, and there is nothing to show for it.
    #[must_use]
    pub fn unknown() -> Self {
        Self::of(Outcome::Unknown, Evidence::default())
    }

    /// This outcome, for these reasons.
    #[must_use]
    pub const fn of(outcome: Outcome, evidence: Evidence) -> Self {
        Self {
            outcome,
            others: Vec::new(),
            unanswered: Vec::new(),
            mode: AnswerMode::Auto,
            evidence,
            memo: None,
        }
    }
}

/// How sure the answerer is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// This article answers the question.
    Confident(ArticleAnswer),
    /// One of these (at most three) may be meant.
    Choices(Vec<ArticleChoice>),
    /// No article answers it.
    Unknown,
}

/// An article's words, as the customer gets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleAnswer {
    /// The article.
    pub article: ArticleId,
    /// The revision that gave the words.
    pub revision: i64,
    /// Shown under the answer as its source.
    pub title: String,
    /// The answer itself.
    pub text: String,
    /// The language of the words.
    pub language: Language,
}

/// An article offered as a possible meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleChoice {
    /// The article.
    pub article: ArticleId,
    /// What the button says: the article's question.
    pub title: String,
}

/// Why an answer came out as it did.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The text that was looked up, after normalising.
    pub looked_up: String,
    /// The best articles, best first.
    pub candidates: Vec<Candidate>,
    /// Probability from which an answer is Confident, from 0 to 1.
    pub confident_from: f64,
    /// Probability from which Choices are offered, from 0 to 1.
    pub choices_from: f64,
    /// Name and version of the ranker that judged.
    pub ranker: String,
    /// Named numbers behind the probability (margins, coverage …).
    pub features: Vec<(String, f64)>,
}

/// One article that was considered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The article.
    pub article: ArticleId,
    /// The revision that was considered; 0 in answers that were stored before it was kept.
    #[serde(default)]
    pub revision: i64,
    /// Its id in the source it was imported from, if any.
    pub external_id: Option<String>,
    /// Its question.
    pub title: String,
    /// The ranker's raw score; larger is better, comparable within one question only.
    pub score: f64,
    /// Calibrated probability that this article answers the question, from 0 to 1.
    pub probability: f64,
}
