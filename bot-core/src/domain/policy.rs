//! A snapshot of the settings in force, with a version that each decision stores.

use std::collections::BTreeMap;

use crate::domain::answer::AnswerMode;
use crate::domain::forbidden::ForbiddenWords;
use crate::domain::hours::Hours;
use crate::domain::id::AgentId;
use crate::domain::language::Language;
use crate::domain::mask::MaskLevel;
use crate::domain::place::ChannelName;
use crate::domain::time::{DAY, HOUR, MINUTE, SECOND};

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Raised by every change.
    pub version: i64,
    /// What the desk calls itself.
    pub desk: String,
    /// Where the privacy statement stands.
    pub privacy_link: Option<String>,
    /// The language of a customer who has not shown one.
    pub language: Language,
    /// The language of the team.
    pub team_language: Language,
    /// When humans answer.
    pub hours: Hours,
    /// Pauses and deadlines.
    pub delays: Delays,
    /// How much is too much.
    pub limits: Limits,
    /// The words that no article may answer.
    pub forbidden: ForbiddenWords,
    /// The team.
    pub agents: Vec<Colleague>,
    /// How agents' texts are treated.
    pub replies: Replies,
    /// What becomes of sure answers.
    pub answers: Answers,
}

/// What becomes of sure answers, channel by channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Where nothing else is said.
    pub usual: AnswerMode,
    /// By the settings.
    pub configured: BTreeMap<ChannelName, AnswerMode>,
    /// As somebody has switched it since; counts more than the settings.
    pub switched: BTreeMap<ChannelName, AnswerMode>,
}

impl Answers {
    /// What becomes of a sure answer on this channel.
    #[must_use]
    pub fn on(&self, channel: &ChannelName) -> AnswerMode {
        let said = self.switched.get(channel).or(self.configured.get(channel));
        said.copied().unwrap_or(self.usual)
    }
}

/// How agents' texts are treated.
#[derive(Clone, Copy, Debug)]
pub struct Replies {
    /// Plain text in a thread is a note; `/reply` answers.
    pub notes_by_default: bool,
    /// What is masked in threads on foreign servers.
    pub mask: MaskLevel,
}

/// Pauses and deadlines, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Delays {
    /// A turn that is not answered at once waits for this much quiet.
    pub settle: i64,
    /// … but no longer than this.
    pub settle_most: i64,
    /// Media wait for this much quiet.
    pub media: i64,
    /// An album is complete when nothing more of it has come for so long.
    pub album: i64,
    /// What a customer writes quickly goes into a counted room as one, after so long.
    pub relay: i64,
    /// A message waits so long for its files before it goes without them.
    pub files: i64,
    /// Agents' replies can be taken back without a trace for so long.
    pub send_hold: i64,
    /// The answerer's deadline within a decision.
    pub answer: i64,
    /// An answer that comes later than this is dropped.
    pub answer_late: i64,
    /// A waiting customer hears how it goes after this …
    pub waiting_update: i64,
    /// … and is offered a choice after this.
    pub waiting_choice: i64,
    /// A resolved ticket closes after so long without a word.
    pub close_resolved: i64,
    /// A ticket on hold wakes after this.
    pub hold: i64,
    /// The longest a ticket may rest.
    pub hold_most: i64,
}

impl Default for Delays {
    fn default() -> Self {
        Self {
            settle: 2 * SECOND,
            settle_most: 5 * SECOND,
            media: 3 * SECOND,
            album: 3 * SECOND,
            relay: SECOND,
            files: 5 * SECOND,
            send_hold: 3 * SECOND,
            answer: 3 * SECOND,
            answer_late: 30 * SECOND,
            waiting_update: 5 * MINUTE,
            waiting_choice: 15 * MINUTE,
            close_resolved: 7 * DAY,
            hold: DAY,
            hold_most: 7 * DAY,
        }
    }
}

/// How much is too much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Messages a minute of one account.
    pub messages_a_minute: usize,
    /// Handoffs an hour of one account.
    pub handoffs_an_hour: usize,
    /// The longest message that is taken, in characters; longer ones are cut and the customer told.
    pub text: usize,
    /// Between two surveys to one customer, in milliseconds.
    pub survey_pause: i64,
    /// The last sends of a counted window, which the bot leaves to humans while a ticket is open.
    pub last_sends: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            messages_a_minute: 20,
            handoffs_an_hour: 3,
            text: 20_000,
            survey_pause: 24 * HOUR,
            last_sends: 2,
        }
    }
}

/// A member of the team, as decisions see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub id: AgentId,
    /// The name in commands.
    pub name: String,
    /// The name that customers see.
    pub display: String,
    /// What they may do.
    pub roles: Vec<String>,
    /// What they are good at.
    pub skills: Vec<String>,
    /// At the desk just now.
    pub on_duty: bool,
}

/// The role of those who run the desk; it must not die out.
pub const ADMIN: &str = "admin";
/// The role of those who are rung when a customer has waited for too long.
pub const LEAD: &str = "lead";

impl Colleague {
    /// Whether they may say what the bot answers by itself.
    #[must_use]
    pub fn decides_on_answers(&self) -> bool {
        self.roles.iter().any(|role| role == LEAD || role == ADMIN)
    }

    /// Whether they lead the team.
    #[must_use]
    pub fn leads(&self) -> bool {
        self.roles.iter().any(|role| role == LEAD)
    }
}

impl Policy {
    /// The colleague with this id.
    #[must_use]
    pub fn colleague(&self, id: AgentId) -> Option<&Colleague> {
        self.agents.iter().find(|agent| agent.id == id)
    }

    /// The colleague who is called so; the display name counts too.
    #[must_use]
    pub fn colleague_named(&self, name: &str) -> Option<&Colleague> {
        let name = name.trim_start_matches('@');
        self.agents
            .iter()
            .find(|agent| agent.name.eq_ignore_ascii_case(name) || agent.display == name)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            version: 0,
            desk: "frontdesk".to_owned(),
            privacy_link: None,
            language: Language::Zh,
            team_language: Language::Zh,
            hours: Hours::always(),
            delays: Delays::default(),
            limits: Limits::default(),
            forbidden: ForbiddenWords::default(),
            agents: Vec::new(),
            replies: Replies {
                notes_by_default: false,
                mask: MaskLevel::Sensitive,
            },
            answers: Answers::default(),
        }
    }
}
