//! Commands as data: what they are called, what they take, what they want done.

use serde::{Deserialize, Serialize};

use crate::domain::id::{AgentId, ConversationId, MessageId, TicketId};
use crate::domain::phrase::Phrase;
use crate::domain::ticket::Priority;
use crate::domain::time::Timestamp;

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
}

/// A command, described once; parser, help, completion and native commands are derived from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandSpec {
    /// The name after the mark.
    pub name: &'static str,
    /// Other names, Chinese ones among them.
    pub aliases: &'static [&'static str],
    /// What it takes, in order.
    pub parameters: &'static [Parameter],
    /// Who may use it.
    pub permission: Permission,
    /// Where it makes sense.
    pub place: CommandPlace,
    /// One line in Chinese.
    pub summary_zh: &'static str,
    /// One line in English.
    pub summary_en: &'static str,
}

/// What a command takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, for help.
    pub name: &'static str,
    /// What it is.
    pub sort: ParameterSort,
    /// The command works without it.
    pub optional: bool,
}

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterSort {
    /// One word.
    Word,
    /// The rest of the line.
    Rest,
    /// An agent's name, or `me`.
    Agent,
    /// A time span such as `30m`, `2h`, `7d`.
    Span,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A flag word: present or not.
    Flag,
}

/// What a role may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read help and one's own state.
    Look,
    /// Work on tickets.
    Serve,
    /// Direct others' work.
    Lead,
    /// Change settings and articles.
    Administer,
}

/// Where a command makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandPlace {
    /// In a ticket's thread only.
    Thread,
    /// Anywhere in a team room.
    Anywhere,
}

/// The signs that begin a command.
const MARKS: [char; 4] = ['/', '／', '、', '\\'];

/// The Chinese names that commands have; a Chinese word after a mark is a command only if it is one.
pub const CHINESE_NAMES: &[&str] = &[
    "帮助",
    "备注",
    "结束",
    "重开",
    "转接",
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
];

/// The text after a command's mark, if the line is one: `/`, `／`, `、` or `\` followed by a Latin
/// letter or a known Chinese name. Such a line is never customer text, even when it is misspelt.
#[must_use]
pub fn after_mark(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix(MARKS)?;
    let latin = rest.starts_with(|first: char| first.is_ascii_alphabetic());
    let chinese = CHINESE_NAMES.iter().any(|name| rest.starts_with(name));
    (latin || chinese).then_some(rest)
}
