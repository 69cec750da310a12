//! What people do on the stage, one verb each.

use uuid::Uuid;

use crate::domain::command::{Act, Plan};
use crate::domain::content::{Attachment, Author, Content, Media};
use crate::domain::event::{
    Button, CustomerAct, CustomerLine, EventKind, TeamAct, TeamDeed, Writer,
};
use crate::domain::id::{AgentId, MessageId};
use crate::domain::inbound::Sender;

use super::scene::Scene;
use super::then::Then;

impl Scene {
    /// The customer writes.
    pub(crate) fn says(&mut self, text: &str) -> Then {
        self.sends(line(text))
    }

    /// The customer sends a picture without a word.
    pub(crate) fn shows_picture(&mut self) -> Then {
        let mut picture = line("");
        picture.content.attachments.push(file());
        self.sends(picture)
    }

    pub(crate) fn sends(&mut self, line: CustomerLine) -> Then {
        self.customer(CustomerAct::Said(line))
    }

    /// The customer presses a button, given by its id.
    pub(crate) fn presses(&mut self, choice: &str) -> Then {
        let choice = choice.to_owned();
        self.customer(CustomerAct::Chose { choice })
    }

    pub(crate) fn customer(&mut self, act: CustomerAct) -> Then {
        self.happens(EventKind::Customer(act))
    }

    /// An agent writes in the thread.
    pub(crate) fn writes(&mut self, agent: AgentId, text: &str) -> Then {
        self.team(agent, wrote(text, false))
    }

    /// An agent answers a note in the thread.
    pub(crate) fn answers_note(&mut self, agent: AgentId, text: &str) -> Then {
        self.team(agent, wrote(text, true))
    }

    /// An agent gives a command that wants this done.
    pub(crate) fn commands(&mut self, agent: AgentId, act: Act) -> Then {
        self.plan = Plan::doing(act);
        self.writes(agent, "/command")
    }

    /// An agent resolves the ticket.
    pub(crate) fn closes(&mut self, agent: AgentId) -> Then {
        let (reason, silent) = (None, false);
        self.commands(agent, Act::Close { reason, silent })
    }

    /// An agent presses "send" under a kept line.
    pub(crate) fn sends_kept(&mut self, agent: AgentId, message: MessageId, text: &str) -> Then {
        let content = Content::text(Author::System, text);
        let button = Button::Send { message, content };
        self.team(agent, TeamDeed::Pressed(button))
    }

    pub(crate) fn team(&mut self, agent: AgentId, what: TeamDeed) -> Then {
        let by = Writer::Colleague(agent);
        self.happens(EventKind::Team(TeamAct {
            by,
            what,
            is_earlier: false,
        }))
    }

    /// An agent writes in the thread of an earlier ticket.
    pub(crate) fn writes_earlier(&mut self, agent: AgentId, text: &str) -> Then {
        let act = TeamAct {
            by: Writer::Colleague(agent),
            what: wrote(text, false),
            is_earlier: true,
        };
        self.happens(EventKind::Team(act))
    }

    /// Somebody who is not on the list does something in the thread.
    pub(crate) fn stranger(&mut self, what: TeamDeed) -> Then {
        let name = "路人".to_owned();
        let by = Writer::Stranger { name };
        self.happens(EventKind::Team(TeamAct {
            by,
            what,
            is_earlier: false,
        }))
    }
}

/// A customer's line.
pub(crate) fn line(text: &str) -> CustomerLine {
    CustomerLine {
        content: Content::text(Author::System, text),
        cut: false,
        sender: Sender {
            id: "u-1".to_owned(),
            name: "王".to_owned(),
            ..Sender::default()
        },
        context: std::collections::BTreeMap::new(),
    }
}

/// A line in the thread.
pub(crate) fn wrote(text: &str, answers_note: bool) -> TeamDeed {
    let content = Content::text(Author::System, text);
    TeamDeed::Wrote {
        content,
        answers_note,
    }
}

/// A picture.
pub(crate) fn file() -> Attachment {
    Attachment {
        id: Uuid::from_u128(0xf1).into(),
        media: Media::Image,
        name: "a.png".to_owned(),
        mime: "image/png".to_owned(),
        size: Some(3),
    }
}
