//! What customers and agents think of answers.

use crate::domain::effect::FactKind;
use crate::domain::id::{AgentId, MessageId};

/// What somebody thought of an answer, or of a draft of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The answer, recorded with its evidence.
    pub message: MessageId,
    /// What they thought.
    pub opinion: Opinion,
    /// The agent; the customer without.
    pub agent: Option<AgentId>,
    /// What was said instead.
    pub instead: Option<MessageId>,
}

/// What somebody thought of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Opinion {
    /// The customer: 👍.
    VotedUp,
    /// The customer: 👎.
    VotedDown,
    /// An agent sent the draft as it was.
    Sent,
    /// An agent sent a version of their own.
    Edited,
    /// An agent turned the draft down.
    Wrong,
}

impl Opinion {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::VotedUp,
        Self::VotedDown,
        Self::Sent,
        Self::Edited,
        Self::Wrong,
    ];

    /// The name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::VotedUp => "voted_up",
            Self::VotedDown => "voted_down",
            Self::Sent => "sent",
            Self::Edited => "edited",
            Self::Wrong => "wrong",
        }
    }

    /// Reads the name in the database.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// The fact that is counted for it.
    #[must_use]
    pub const fn fact(self) -> FactKind {
        match self {
            Self::VotedUp => FactKind::VotedUp,
            Self::VotedDown => FactKind::VotedDown,
            Self::Sent => FactKind::DraftSent,
            Self::Edited => FactKind::DraftEdited,
            Self::Wrong => FactKind::DraftWrong,
        }
    }
}
