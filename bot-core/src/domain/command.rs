//! Commands as data: what they are called, what they take, what they want done.

mod complete;
mod help;
mod nearest;
mod parse;
mod span;
mod spec;
mod words;

use serde::{Deserialize, Serialize};

use crate::domain::answer::AnswerMode;
use crate::domain::id::{AgentId, ConversationId, MessageId, TicketId};
use crate::domain::phrase::Phrase;
use crate::domain::place::ChannelName;
use crate::domain::text;
use crate::domain::ticket::Priority;
use crate::domain::time::Timestamp;

pub use complete::{Completion, complete};
pub use help::{help, help_one, usage};
pub use nearest::nearest;
pub use parse::{ParseError, Parsed, Person, parse, resolve};
pub use span::{parse_span, spoken_span};
pub use spec::{CommandPlace, CommandSpec, Parameter, ParameterSort, Permission, Wording};
pub use words::{Word, words};

/// A command that was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandCall {
    /// The whole line, with its mark.
    pub line: String,
    /// Who typed it.
    pub by: AgentId,
    /// The conversation in whose thread it was typed; none in a room.
    pub conversation: Option<ConversationId>,
    /// The ticket of that thread.
    pub ticket: Option<TicketId>,
    /// When.
    pub at: Timestamp,
}

/// What a command wants said and done. The desk does it, in one transaction with the event.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// Shown where the command was typed.
    pub says: Vec<Say>,
    /// Done to the case.
    pub acts: Vec<Act>,
    /// Written to the database by the desk.
    pub writes: Vec<Write>,
}

impl Plan {
    /// Only says something.
    #[must_use]
    pub fn saying(phrase: Phrase) -> Self {
        Self::default().and_say(phrase)
    }

    /// Only does something to the case.
    #[must_use]
    pub fn doing(act: Act) -> Self {
        Self {
            acts: vec![act],
            ..Self::default()
        }
    }

    /// The same plan with one phrase more to say.
    #[must_use]
    pub fn and_say(mut self, phrase: Phrase) -> Self {
        self.says.push(Say::Phrase(phrase));
        self
    }
}

/// Something to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Say {
    /// One of our phrases.
    Phrase(Phrase),
    /// Ready text (a list, a transcript).
    Text(String),
}

/// Something to do to the case of the thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Keep a line between colleagues.
    Note(String),
    /// Answer the customer.
    Reply(String),
    /// Resolve the ticket.
    Close {
        /// Why, in the agent's words.
        reason: Option<String>,
        /// Without a word to the customer.
        silent: bool,
    },
    /// Take the ticket up again.
    Reopen,
    /// Give the ticket to somebody, or back to everybody.
    Assign(Option<AgentId>),
    /// Let the ticket rest.
    Hold {
        /// Why.
        reason: String,
        /// For how long, in milliseconds; the setting without.
        ms: Option<i64>,
    },
    /// Change the priority.
    Priority(Priority),
    /// Add and remove labels.
    Tag {
        /// To add.
        add: Vec<String>,
        /// To remove.
        remove: Vec<String>,
    },
    /// Stop serving the customer, for so many milliseconds or for good.
    Block(Option<i64>),
    /// Serve the customer again.
    Unblock,
    /// Take back a reply.
    Undo(MessageId),
}

/// A change outside the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// An agent's presence.
    Presence {
        /// Who.
        agent: AgentId,
        /// `online`, `away` or `offline`.
        presence: String,
    },
    /// What becomes of sure answers on a channel.
    Answers {
        /// Where.
        channel: ChannelName,
        /// What.
        mode: AnswerMode,
    },
    /// Long work, done by the job handler of this kind; the files that came with the command are its.
    Job {
        /// Which sort of work.
        kind: String,
        /// What it needs to know.
        payload: serde_json::Value,
    },
}

/// The signs that begin a command.
const MARKS: [char; 4] = ['/', '／', '、', '\\'];

/// The Chinese names that commands have; a Chinese word after a mark is a command only if it is
/// one. They stand here, apart from the specs, because deciding whether a line may reach the
/// customer must not depend on which handlers are installed.
pub const CHINESE_NAMES: &[&str] = &[
    "帮助",
    "备注",
    "结束",
    "重开",
    "转接",
    "转给",
    "认领",
    "优先级",
    "标签",
    "拉黑",
    "解除",
    "撤回",
    "依据",
    "客户",
    "记录",
    "挂起",
    "回复",
    "上线",
    "离开",
    "下线",
    "待办",
    "状态",
    "知识库",
    "回答方式",
];

/// The text after a command's mark, if the line is one: `/`, `／`, `、` or `\` followed by a Latin
/// letter or a known Chinese name, in Traditional characters too. Such a line is never customer
/// text, even when it is misspelt.
#[must_use]
pub fn after_mark(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix(MARKS)?;
    let chinese = || {
        CHINESE_NAMES
            .iter()
            .any(|name| after_name(rest, name).is_some())
    };
    (rest.starts_with(is_latin) || chinese()).then_some(rest)
}

/// A Latin letter, also of full width as input methods for Chinese write it.
const fn is_latin(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
}

/// What follows a name at the beginning of a text; the name may be written in Traditional
/// characters, and what follows may be glued to it.
fn after_name<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let count = name.chars().count();
    let end = text
        .char_indices()
        .nth(count)
        .map_or(text.len(), |(at, _)| at);
    let (begin, rest) = text.split_at_checked(end)?;
    (begin == name || begin.chars().any(text::is_han) && text::fold(begin) == name).then_some(rest)
}

#[cfg(test)]
mod tests;
