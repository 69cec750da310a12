//! The life of a ticket: `/close`, `/reopen`, `/hold`, `/priority`, `/tag`.

use async_trait::async_trait;
use bot_core::domain::command::{
    Act, CommandCall, CommandPlace, CommandSpec, Parameter, ParameterSort, Parsed, Permission,
    Plan, Wording, words,
};
use bot_core::domain::conversation::Case;
use bot_core::domain::phrase::Phrase;
use bot_core::domain::policy::Policy;
use bot_core::domain::ticket::Priority;
use bot_core::domain::time::DAY;
use bot_core::port::command::{CommandContext, CommandHandler};

use crate::command::read;

const LEVELS: &[Wording] = &[
    Wording {
        name: "low",
        name_zh: "低",
        others: &[],
    },
    Wording {
        name: "normal",
        name_zh: "普通",
        others: &["中"],
    },
    Wording {
        name: "high",
        name_zh: "高",
        others: &[],
    },
    Wording {
        name: "urgent",
        name_zh: "紧急",
        others: &["加急"],
    },
];

const SPECS: &[CommandSpec] = &[
    CommandSpec {
        name: "close",
        aliases: &["resolve", "结束"],
        parameters: &[
            Parameter::optional("reason", "原因", ParameterSort::Rest),
            Parameter::flag("silent", "静默"),
        ],
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "结束工单；加「静默」则不通知客户，也不发评价",
        summary_en: "Resolves the ticket; \"silent\" without a word or a survey to the customer",
        example_zh: "/结束 已退款 静默",
        example_en: "/close refunded silent",
    },
    CommandSpec {
        name: "reopen",
        aliases: &["重开"],
        parameters: &[],
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "重新打开已结束的工单",
        summary_en: "Takes a resolved ticket up again",
        example_zh: "/重开",
        example_en: "/reopen",
    },
    CommandSpec {
        name: "hold",
        aliases: &["挂起"],
        parameters: &[
            Parameter::required("reason", "原因", ParameterSort::Rest),
            Parameter::optional("duration", "时长", ParameterSort::Span),
        ],
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "挂起工单，到时自动唤醒",
        summary_en: "Lets the ticket rest; it wakes by itself",
        example_zh: "/挂起 等仓库答复 2小时",
        example_en: "/hold waiting for the warehouse 2h",
    },
    CommandSpec {
        name: "priority",
        aliases: &["prio", "p", "优先级"],
        parameters: &[Parameter::required(
            "level",
            "级别",
            ParameterSort::OneOf(LEVELS),
        )],
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "改优先级",
        summary_en: "Changes the priority",
        example_zh: "/优先级 紧急",
        example_en: "/priority urgent",
    },
    CommandSpec {
        name: "tag",
        aliases: &["tags", "标签"],
        parameters: &[Parameter::optional("tags", "标签", ParameterSort::Rest)],
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "加标签，前面加 - 则去掉；不写则列出",
        summary_en: "Adds tags, removes those with a - in front; alone, lists them",
        example_zh: "/标签 退款 -物流",
        example_en: "/tag refund -shipping",
    },
];

/// A longer tag is a sentence; it belongs in a note.
const TAG_CHARS: usize = 30;
/// More tags say nothing.
const TAGS: usize = 20;

/// The life of a ticket.
#[derive(Clone, Copy, Debug)]
pub struct TicketLife;

fn planned(parsed: &Parsed<'_>, context: CommandContext<'_>) -> Plan {
    match parsed.spec.name {
        "close" => Plan::doing(Act::Close {
            reason: parsed.text("reason").map(ToOwned::to_owned),
            silent: parsed.has("silent"),
        }),
        "reopen" => Plan::doing(Act::Reopen),
        "hold" => hold(parsed, context.policy),
        "priority" => {
            let level = parsed.text("level").and_then(Priority::parse);
            Plan::doing(Act::Priority(level.unwrap_or_default()))
        }
        _ => tag(parsed.text("tags"), context.case),
    }
}

/// A rest longer than the settings allow is cut by the desk; the agent should know.
fn hold(parsed: &Parsed<'_>, policy: &Policy) -> Plan {
    let ms = parsed.span("duration");
    let plan = Plan::doing(Act::Hold {
        reason: parsed.text("reason").unwrap_or_default().to_owned(),
        ms,
    });
    let most = policy.delays.hold_most;
    if ms.is_some_and(|ms| ms > most) {
        return plan.and_say(Phrase::new("command.hold_too_long").with("days", most / DAY));
    }
    plan
}

fn tag(typed: Option<&str>, case: Option<&Case>) -> Plan {
    let ticket = case.and_then(|case| case.ticket.as_ref());
    let known = ticket.map(|ticket| ticket.tags.clone()).unwrap_or_default();
    let (add, remove) = tags(typed.unwrap_or_default());
    if add.is_empty() && remove.is_empty() {
        return Plan::saying(Phrase::new("ticket.tags").with("tags", known.join(" ")));
    }
    if let Some(long) = add.iter().find(|tag| tag.chars().count() > TAG_CHARS) {
        let phrase = Phrase::new("command.tag_too_long").with("tag", long.as_str());
        return Plan::saying(phrase.with("most", TAG_CHARS));
    }
    let kept = known
        .iter()
        .filter(|tag| !remove.contains(tag) && !add.contains(tag));
    if kept.count() + add.len() > TAGS {
        return Plan::saying(Phrase::new("command.tag_too_many").with("most", TAGS));
    }
    Plan::doing(Act::Tag { add, remove })
}

/// The tags to add and to remove: parted by spaces or commas, with or without `#`.
fn tags(typed: &str) -> (Vec<String>, Vec<String>) {
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for word in words(typed) {
        for part in word.text.split([',', '，', '、', ';', '；']) {
            let away = part.starts_with(['-', '－', '−']);
            let name = part
                .trim_start_matches(['-', '－', '−', '+', '＋', '#', '＃'])
                .trim();
            let list = if away { &mut remove } else { &mut add };
            if !name.is_empty() && !list.iter().any(|known| known == name) {
                list.push(name.to_owned());
            }
        }
    }
    (add, remove)
}

#[async_trait]
impl CommandHandler for TicketLife {
    fn specs(&self) -> &[CommandSpec] {
        SPECS
    }

    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan {
        match read(call, SPECS, context.policy) {
            Ok(parsed) => planned(&parsed, context),
            Err(problem) => problem,
        }
    }
}
