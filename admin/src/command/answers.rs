//! What the bot answers by itself: `/answers`.

use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::answer::AnswerMode;
use bot_core::domain::command::{
    CommandCall, CommandPlace, CommandSpec, Parameter, ParameterSort, Parsed, Permission, Plan,
    Wording, Write,
};
use bot_core::domain::language::Language;
use bot_core::domain::phrase::Phrase;
use bot_core::domain::place::ChannelName;
use bot_core::domain::policy::Policy;
use bot_core::port::command::{CommandContext, CommandHandler};
use bot_core::store::StoreError;
use bot_core::store::record::Records;

use crate::command::{read, unreadable};

const MODES: &[Wording] = &[
    Wording {
        name: "auto",
        name_zh: "自动",
        others: &[],
    },
    Wording {
        name: "suggest",
        name_zh: "建议",
        others: &[],
    },
    Wording {
        name: "off",
        name_zh: "关闭",
        others: &["关"],
    },
];

const SPECS: &[CommandSpec] = &[CommandSpec {
    name: "answers",
    aliases: &["回答方式"],
    parameters: &[
        Parameter::optional("mode", "方式", ParameterSort::OneOf(MODES)),
        Parameter::optional("channel", "渠道", ParameterSort::Word),
    ],
    permission: Permission::Lead,
    place: CommandPlace::Anywhere,
    summary_zh: "机器人怎么回答：自动、建议或关闭；不带参数时列出",
    summary_en: "What the bot does with its answers: auto, suggest or off; lists them without",
    example_zh: "/回答方式 建议",
    example_en: "/answers suggest",
}];

/// What the bot answers by itself.
#[derive(Clone, Debug)]
pub struct Answers {
    records: Arc<Records>,
}

impl Answers {
    /// Counts what agents made of drafts in these records.
    #[must_use]
    pub const fn new(records: Arc<Records>) -> Self {
        Self { records }
    }

    async fn listed(&self, policy: &Policy) -> Result<Plan, StoreError> {
        let mut lines = Vec::new();
        for channel in policy.answers.configured.keys() {
            let tally = self.records.drafts(&channel.0).await?;
            let mode = shown(policy.answers.on(channel), policy.team_language);
            let counts = format!("{} · {} · {}", tally.sent, tally.edited, tally.wrong);
            lines.push(match tally.total() {
                0 => format!("{}: {mode}", channel.0),
                _ => format!("{}: {mode} (💡 {counts})", channel.0),
            });
        }
        Ok(Plan::saying(
            Phrase::new("answers.list").with("channels", lines.join("\n")),
        ))
    }
}

fn shown(mode: AnswerMode, language: Language) -> &'static str {
    let word = MODES.iter().find(|one| one.name == mode.as_str());
    word.map_or(mode.as_str(), |one| one.shown(language))
}

/// Switches the channel that is named, or the only one.
fn switched(mode: AnswerMode, parsed: &Parsed<'_>, policy: &Policy) -> Plan {
    let mut channels = policy.answers.configured.keys();
    let channel = match (parsed.text("channel"), channels.len()) {
        (Some(name), _) => channels.find(|channel| channel.0 == name),
        (None, 1) => channels.next(),
        (None, _) => None,
    };
    let Some(channel) = channel else {
        let names: Vec<&str> = policy
            .answers
            .configured
            .keys()
            .map(|one| one.0.as_str())
            .collect();
        return Plan::saying(Phrase::new("answers.which").with("channels", names.join(", ")));
    };
    let told = Phrase::new("answers.switched")
        .with("channel", channel.0.clone())
        .with("mode", shown(mode, policy.team_language));
    Plan {
        writes: vec![Write::Answers {
            channel: ChannelName(channel.0.clone()),
            mode,
        }],
        ..Plan::saying(told)
    }
}

#[async_trait]
impl CommandHandler for Answers {
    fn specs(&self) -> &[CommandSpec] {
        SPECS
    }

    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan {
        let parsed = match read(call, SPECS, context.policy) {
            Ok(parsed) => parsed,
            Err(problem) => return problem,
        };
        match parsed.text("mode").and_then(AnswerMode::parse) {
            Some(mode) => switched(mode, &parsed, context.policy),
            None => self
                .listed(context.policy)
                .await
                .unwrap_or_else(|error| unreadable(&error)),
        }
    }
}
