//! A case that a human works on, and the life it leads.

use serde::{Deserialize, Serialize};

use crate::domain::id::{AgentId, TicketId};
use crate::domain::time::Timestamp;

/// A case that a human works on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its row.
    pub id: TicketId,
    /// What people call it: `#1042`. Drawn when the ticket is stored for the first time.
    pub number: Option<i64>,
    /// Where it stands.
    pub status: Status,
    /// How pressing it is.
    pub priority: Priority,
    /// Who works on it.
    pub assignee: Option<AgentId>,
    /// The first words of it, for titles.
    pub subject: String,
    /// Labels.
    pub tags: Vec<String>,
    /// The team whose room holds its thread.
    pub team: String,
    /// Why it was opened.
    pub cause: Cause,
    /// When what happened.
    pub times: Times,
    /// Why and until when it rests.
    pub hold: Option<Hold>,
    /// The customer's consent to be bothered: no survey for spam, urgent cases and silent closes.
    pub quiet: bool,
}

/// When what happened to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Times {
    /// It was opened.
    pub opened: Timestamp,
    /// A human answered for the first time.
    pub first_response: Option<Timestamp>,
    /// The customer's oldest message that no human has answered yet.
    pub waiting_since: Option<Timestamp>,
    /// It was resolved.
    pub resolved: Option<Timestamp>,
    /// It was closed for good.
    pub closed: Option<Timestamp>,
    /// The customer was last told how the waiting goes.
    pub last_update: Option<Timestamp>,
}

/// Why and until when a ticket rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// In the agent's words.
    pub reason: String,
    /// When it wakes by itself.
    pub until: Timestamp,
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 待处理: nobody has taken it.
    Pending,
    /// 处理中: an agent works on it.
    InProgress,
    /// 挂起: it rests until a time or a word of the customer.
    OnHold,
    /// 已完成: done, and open to a reply for some days.
    Resolved,
    /// 已关闭: over.
    Closed,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::InProgress,
        Self::OnHold,
        Self::Resolved,
        Self::Closed,
    ];

    /// The name in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::OnHold => "on_hold",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }

    /// Reads the name in the database.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// Whether a human still has work with it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::InProgress | Self::OnHold)
    }

    /// Where a step leads from here; `None` where it makes no sense.
    #[must_use]
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Pending | Self::InProgress | Self::OnHold, Step::Claim) => {
                Some(Self::InProgress)
            }
            (Self::Pending | Self::InProgress | Self::OnHold, Step::Release) => Some(Self::Pending),
            (Self::Pending | Self::InProgress, Step::Hold) => Some(Self::OnHold),
            (Self::OnHold, Step::Wake) => Some(Self::InProgress),
            (Self::Pending | Self::InProgress | Self::OnHold, Step::Resolve) => {
                Some(Self::Resolved)
            }
            (Self::Pending | Self::InProgress | Self::OnHold | Self::Resolved, Step::Close) => {
                Some(Self::Closed)
            }
            (Self::Resolved | Self::Closed, Step::Reopen) => Some(Self::Pending),
            (Self::Pending | Self::InProgress, Step::Wake)
            | (Self::OnHold, Step::Hold)
            | (Self::Pending | Self::InProgress | Self::OnHold, Step::Reopen)
            | (
                Self::Resolved,
                Step::Claim | Step::Release | Step::Hold | Step::Wake | Step::Resolve,
            )
            | (
                Self::Closed,
                Step::Claim | Step::Release | Step::Hold | Step::Wake | Step::Resolve | Step::Close,
            ) => None,
        }
    }
}

/// What can happen to a ticket's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An agent takes it, or is given it.
    Claim,
    /// It goes back to everybody.
    Release,
    /// It rests.
    Hold,
    /// The rest is over.
    Wake,
    /// The work is done.
    Resolve,
    /// It is over for good.
    Close,
    /// It is taken up again.
    Reopen,
}

/// How pressing a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Can wait.
    Low,
    /// As usual.
    #[default]
    Normal,
    /// Before others.
    High,
    /// Now.
    Urgent,
}

impl Priority {
    /// All of them, least pressing first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The name in the database and in commands.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// Reads the name, in English or Chinese.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name.trim().to_lowercase().as_str() {
            "low" | "低" => Some(Self::Low),
            "normal" | "普通" | "中" => Some(Self::Normal),
            "high" | "高" => Some(Self::High),
            "urgent" | "紧急" | "緊急" => Some(Self::Urgent),
            _ => None,
        }
    }

    /// The emoji that stands before a title.
    #[must_use]
    pub const fn emoji(self) -> &'static str {
        match self {
            Self::Low => "🔽 ",
            Self::Normal => "",
            Self::High => "🔺 ",
            Self::Urgent => "🚨 ",
        }
    }
}

/// Why a ticket was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The customer asked for a person.
    Asked,
    /// No article answers the question.
    Unanswered,
    /// The answers did not help.
    Unhelpful,
    /// A word that no article may answer.
    Forbidden,
    /// The customer's data is concerned.
    Privacy,
    /// Looks like advertising.
    Spam,
    /// A message that the desk itself could not handle.
    Poison,
    /// A file that only a person can read.
    Media,
    /// The answer is a draft that an agent has to look at.
    Suggested,
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Asked,
        Self::Unanswered,
        Self::Unhelpful,
        Self::Forbidden,
        Self::Privacy,
        Self::Spam,
        Self::Poison,
        Self::Media,
        Self::Suggested,
    ];

    /// The last part of its phrase's key.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Unanswered => "unanswered",
            Self::Unhelpful => "unhelpful",
            Self::Forbidden => "forbidden",
            Self::Privacy => "privacy",
            Self::Spam => "spam",
            Self::Poison => "poison",
            Self::Media => "media",
            Self::Suggested => "suggested",
        }
    }
}

impl Ticket {
    /// A new ticket, waiting for somebody.
    #[must_use]
    pub fn open(id: TicketId, team: String, subject: &str, cause: Cause, now: Timestamp) -> Self {
        let times = Times {
            opened: now,
            waiting_since: Some(now),
            ..Times::default()
        };
        let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let quiet = matches!(cause, Cause::Spam | Cause::Forbidden);
        Self {
            id,
            number: None,
            status: Status::Pending,
            priority: Priority::default(),
            assignee: None,
            subject: subject.chars().take(60).collect(),
            tags: Vec::new(),
            team,
            cause,
            times,
            hold: None,
            quiet,
        }
    }

    /// Takes a step, where it makes sense, and keeps the times in order.
    pub fn take(&mut self, step: Step, now: Timestamp) -> bool {
        let Some(next) = self.status.after(step) else {
            return false;
        };
        self.status = next;
        if step != Step::Hold {
            self.hold = None;
        }
        match step {
            Step::Resolve => self.times.resolved = Some(now),
            Step::Close => self.times.closed = Some(now),
            Step::Reopen => self.reopened(now),
            Step::Release => self.assignee = None,
            Step::Claim | Step::Hold | Step::Wake => {}
        }
        true
    }

    fn reopened(&mut self, now: Timestamp) {
        self.times.resolved = None;
        self.times.closed = None;
        self.times.waiting_since = Some(now);
        if self.assignee.is_some() {
            self.status = Status::InProgress;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 7] = [
        Step::Claim,
        Step::Release,
        Step::Hold,
        Step::Wake,
        Step::Resolve,
        Step::Close,
        Step::Reopen,
    ];

    /// Every edge of the life of a ticket: rows are states, columns the steps above.
    #[test]
    fn every_edge_is_as_drawn() {
        use Status::{Closed, InProgress, OnHold, Pending, Resolved};
        let drawn = [
            (
                Pending,
                [
                    Some(InProgress),
                    Some(Pending),
                    Some(OnHold),
                    None,
                    Some(Resolved),
                    Some(Closed),
                    None,
                ],
            ),
            (
                InProgress,
                [
                    Some(InProgress),
                    Some(Pending),
                    Some(OnHold),
                    None,
                    Some(Resolved),
                    Some(Closed),
                    None,
                ],
            ),
            (
                OnHold,
                [
                    Some(InProgress),
                    Some(Pending),
                    None,
                    Some(InProgress),
                    Some(Resolved),
                    Some(Closed),
                    None,
                ],
            ),
            (
                Resolved,
                [None, None, None, None, None, Some(Closed), Some(Pending)],
            ),
            (Closed, [None, None, None, None, None, None, Some(Pending)]),
        ];
        for (from, to) in drawn {
            assert_eq!(STEPS.map(|step| from.after(step)), to, "{from:?}");
        }
    }

    #[test]
    fn a_reopened_ticket_goes_back_to_its_agent() {
        let mut ticket = Ticket::open(
            TicketId(uuid::Uuid::nil()),
            "support".into(),
            " a  b ",
            Cause::Asked,
            Timestamp(1),
        );
        assert_eq!(ticket.subject, "a b");
        ticket.assignee = Some(AgentId(uuid::Uuid::nil()));
        assert!(ticket.take(Step::Claim, Timestamp(2)) && ticket.take(Step::Resolve, Timestamp(3)));
        assert!(ticket.take(Step::Reopen, Timestamp(4)));
        assert_eq!(
            (ticket.status, ticket.times.waiting_since),
            (Status::InProgress, Some(Timestamp(4)))
        );
        assert!(!ticket.take(Step::Wake, Timestamp(5)));
    }
}
