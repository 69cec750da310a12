//! Facts: happenings that are counted, for reports.

use crate::domain::id::{AgentId, ArticleId};

/// A counted happening; ids in it are pseudonymous.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What happened.
    pub kind: FactKind,
    /// The agent concerned.
    pub agent: Option<AgentId>,
    /// The article concerned.
    pub article: Option<ArticleId>,
    /// A number that goes with it (a rating, milliseconds).
    pub value: Option<i64>,
}

impl Fact {
    /// A fact without particulars.
    #[must_use]
    pub const fn of(kind: FactKind) -> Self {
        Self {
            kind,
            agent: None,
            article: None,
            value: None,
        }
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactKind {
    /// A customer wrote.
    MessageIn,
    /// The bot answered from an article.
    Answered,
    /// The bot offered choices.
    Offered,
    /// No article was found.
    Unknown,
    /// The conversation went to humans.
    HandedOff,
    /// 👍.
    VotedUp,
    /// 👎.
    VotedDown,
    /// A human answered for the first time; the value is milliseconds since the ticket opened.
    FirstResponse,
    /// An agent took a ticket.
    Claimed,
    /// An agent wrote to the customer.
    Replied,
    /// A ticket was resolved; the value is milliseconds since it opened.
    Resolved,
    /// A ticket was closed.
    Closed,
    /// A ticket was taken up again.
    Reopened,
    /// A survey was answered; the value is the rating.
    Rated,
    /// A message could not be handled.
    Poisoned,
    /// A delivery died.
    Undelivered,
    /// A delivery's outcome is unknown.
    Doubtful,
    /// A message was turned away or slowed down.
    Flooded,
    /// A thread had to be opened in the built-in room.
    FellBack,
    /// The bot put a draft answer into the thread.
    Suggested,
    /// An agent sent a draft as it was.
    DraftSent,
    /// An agent sent a version of their own.
    DraftEdited,
    /// An agent turned a draft down.
    DraftWrong,
}

impl FactKind {
    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessageIn => "message_in",
            Self::Answered => "answered",
            Self::Offered => "offered",
            Self::Unknown => "unknown",
            Self::HandedOff => "handed_off",
            Self::VotedUp => "voted_up",
            Self::VotedDown => "voted_down",
            Self::FirstResponse => "first_response",
            Self::Claimed => "claimed",
            Self::Replied => "replied",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Rated => "rated",
            Self::Poisoned => "poisoned",
            Self::Undelivered => "undelivered",
            Self::Doubtful => "doubtful",
            Self::Flooded => "flooded",
            Self::FellBack => "fell_back",
            Self::Suggested => "suggested",
            Self::DraftSent => "draft_sent",
            Self::DraftEdited => "draft_edited",
            Self::DraftWrong => "draft_wrong",
        }
    }
}
