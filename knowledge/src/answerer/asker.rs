//! Who asks, where and when: which articles may answer.

use bot_core::domain::answer::{Audience, Question};
use bot_core::domain::time::Timestamp;

/// Who asks, where and when.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asker<'q> {
    /// Who will read the answer.
    pub audience: Audience,
    /// The channel, if it is asked on one.
    pub channel: Option<&'q str>,
    /// When; any time without.
    pub at: Option<Timestamp>,
}

impl<'q> Asker<'q> {
    /// A customer, anywhere and at any time.
    pub const CUSTOMER: Self = Self {
        audience: Audience::Customer,
        channel: None,
        at: None,
    };

    /// Somebody on the team: internal articles too.
    pub const AGENT: Self = Self {
        audience: Audience::Agent,
        channel: None,
        at: None,
    };

    /// Who asks a question.
    #[must_use]
    pub fn of(question: &'q Question) -> Self {
        Self {
            audience: question.audience,
            channel: Some(question.channel.as_str()).filter(|name| !name.is_empty()),
            at: question.at,
        }
    }
}
