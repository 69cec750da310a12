//! The conversation as text: `/transcript`.

use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::command::{
    CommandCall, CommandPlace, CommandSpec, Parameter, Permission, Plan,
};
use bot_core::domain::content::{Attachment, Author, Content};
use bot_core::domain::effect::Direction;
use bot_core::domain::language::Language;
use bot_core::domain::phrase::Phrase;
use bot_core::domain::policy::Policy;
use bot_core::port::command::{CommandContext, CommandHandler};
use bot_core::store::record::{Line, Records};

use crate::command::{outside_thread, read, unreadable, wording};

const SPECS: &[CommandSpec] = &[CommandSpec {
    name: "transcript",
    aliases: &["记录"],
    parameters: &[Parameter::flag("all", "全部")],
    permission: Permission::Serve,
    place: CommandPlace::Thread,
    summary_zh: "对话记录：最近 50 条，「全部」则至多 500 条",
    summary_en: "The conversation as text: the last 50 messages, with \"all\" up to 500",
    example_zh: "/记录 全部",
    example_en: "/transcript all",
}];

/// Messages that are shown without being asked for more.
const USUAL: i64 = 50;
/// Messages that are shown at the most: a thread is no archive.
const MOST: i64 = 500;

/// Gives a conversation as text.
#[derive(Clone, Debug)]
pub struct Transcript {
    records: Arc<Records>,
}

impl Transcript {
    /// Finds messages in these records.
    #[must_use]
    pub const fn new(records: Arc<Records>) -> Self {
        Self { records }
    }

    async fn planned(&self, call: &CommandCall, most: i64, policy: &Policy) -> Plan {
        let Some(conversation) = call.conversation else {
            return outside_thread("transcript");
        };
        // One more than is shown tells whether there are older ones.
        match self.records.transcript(conversation, most + 1).await {
            Ok(lines) => transcript(&lines, most, policy),
            Err(error) => unreadable(&error),
        }
    }
}

fn transcript(lines: &[Line], most: i64, policy: &Policy) -> Plan {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let older = lines.len().saturating_sub(most);
    let shown = lines.get(older..).unwrap_or_default();
    if shown.is_empty() {
        return Plan::saying(Phrase::new("transcript.empty"));
    }
    let written: Vec<String> = shown.iter().map(|line| written(line, policy)).collect();
    let phrase = Phrase::new("transcript.lines")
        .with("lines", written.join("\n"))
        .with("count", shown.len())
        .with("older", older > 0)
        .with("zone", policy.hours.zone().name());
    Plan::saying(phrase)
}

/// `2026-11-24 09:10 [note] Li: text (edited)`.
fn written(line: &Line, policy: &Policy) -> String {
    let language = policy.team_language;
    let at = wording::local(line.at, policy);
    let note = match (line.direction, language) {
        (Direction::Note, Language::Zh) => "【备注】",
        (Direction::Note, Language::En) => "[note] ",
        (Direction::In | Direction::Out, _) => "",
    };
    let who = author(&line.content.from, language);
    let colon = match language {
        Language::Zh => "：",
        Language::En => ": ",
    };
    let (text, fate) = (text(&line.content, language), fate(line, language));
    format!("{at} {note}{who}{colon}{text}{fate}")
}

fn author(author: &Author, language: Language) -> &str {
    match (author, language) {
        (Author::Customer { name }, _) if !name.is_empty() => name,
        (Author::Agent { display, .. }, _) if !display.is_empty() => display,
        (Author::Customer { .. }, Language::Zh) => "客户",
        (Author::Customer { .. }, Language::En) => "customer",
        (Author::Agent { .. }, Language::Zh) => "客服",
        (Author::Agent { .. }, Language::En) => "agent",
        (Author::Bot, Language::Zh) => "机器人",
        (Author::Bot, Language::En) => "bot",
        (Author::System, Language::Zh) => "系统",
        (Author::System, Language::En) => "system",
    }
}

/// What became of the line later; a line that was taken back stays readable for the team.
const fn fate(line: &Line, language: Language) -> &'static str {
    match (line.deleted, line.edited, language) {
        (true, _, Language::Zh) => "（已撤回）",
        (true, _, Language::En) => " (taken back)",
        (false, true, Language::Zh) => "（已编辑）",
        (false, true, Language::En) => " (edited)",
        (false, false, _) => "",
    }
}

/// The words, then the files and the choices in brackets.
fn text(content: &Content, language: Language) -> String {
    let file =
        |file: &Attachment| format!("[{}: {}]", wording::media(file.media, language), file.name);
    let files = content.attachments.iter().map(file);
    let choices = content
        .choices
        .iter()
        .map(|choice| format!("[{}]", choice.label));
    let words = Some(content.text.clone()).filter(|text| !text.is_empty());
    let parts: Vec<String> = words.into_iter().chain(files).chain(choices).collect();
    parts.join(" ")
}

#[async_trait]
impl CommandHandler for Transcript {
    fn specs(&self) -> &[CommandSpec] {
        SPECS
    }

    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan {
        match read(call, SPECS, context.policy) {
            Ok(parsed) => {
                let most = if parsed.has("all") { MOST } else { USUAL };
                self.planned(call, most, context.policy).await
            }
            Err(problem) => problem,
        }
    }
}
