//! Notes and replies: `/note`, `/reply`, `/undo`.

use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::command::{
    Act, CommandCall, CommandPlace, CommandSpec, Parameter, ParameterSort, Parsed, Permission, Plan,
};
use bot_core::domain::phrase::Phrase;
use bot_core::domain::time::{DAY, Timestamp};
use bot_core::port::command::{CommandContext, CommandHandler};
use bot_core::store::record::{AgentReply, Records};

use crate::command::{outside_thread, read, unreadable};

const TEXT: &[Parameter] = &[Parameter::required("text", "内容", ParameterSort::Rest)];

const SPECS: &[CommandSpec] = &[
    CommandSpec {
        name: "note",
        aliases: &["n", "备注"],
        parameters: TEXT,
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "只给同事看的备注，客户看不到",
        summary_en: "A note for colleagues; the customer never sees it",
        example_zh: "/备注 客户很急，先查物流",
        example_en: "/note in a hurry, check the parcel first",
    },
    CommandSpec {
        name: "reply",
        aliases: &["r", "回复"],
        parameters: TEXT,
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "回复客户",
        summary_en: "Answers the customer",
        example_zh: "/回复 您好，已为您查询",
        example_en: "/reply Hello, I have looked it up",
    },
    CommandSpec {
        name: "undo",
        aliases: &["撤回"],
        parameters: &[],
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "撤回自己的上一条回复",
        summary_en: "Takes back your last reply",
        example_zh: "/撤回",
        example_en: "/undo",
    },
];

/// An older reply has been read; no platform deletes it any more, and it is not what was meant.
const UNDO_WITHIN: i64 = 2 * DAY;

/// Notes and replies.
#[derive(Clone, Debug)]
pub struct Lines {
    records: Arc<Records>,
}

impl Lines {
    /// Finds replies in these records.
    #[must_use]
    pub const fn new(records: Arc<Records>) -> Self {
        Self { records }
    }

    async fn planned(&self, parsed: &Parsed<'_>, call: &CommandCall) -> Plan {
        let text = || parsed.text("text").unwrap_or_default().to_owned();
        match parsed.spec.name {
            "note" => Plan::doing(Act::Note(text())),
            "reply" => Plan::doing(Act::Reply(text())),
            _ => self.undo(call).await,
        }
    }

    async fn undo(&self, call: &CommandCall) -> Plan {
        let Some(conversation) = call.conversation else {
            return outside_thread("undo");
        };
        match self.records.newest_reply(conversation, call.by).await {
            Ok(Some(reply)) => undo(&reply, call.at),
            Ok(None) => Plan::saying(Phrase::new("undo.nothing")),
            Err(error) => unreadable(&error),
        }
    }
}

fn undo(reply: &AgentReply, now: Timestamp) -> Plan {
    if now.since(reply.at) > UNDO_WITHIN {
        let reason = Phrase::new("undo.too_old");
        return Plan::saying(Phrase::new("undo.impossible").with("reason", reason));
    }
    // The desk says how it went, once it is decided.
    Plan::doing(Act::Undo(reply.message))
}

#[async_trait]
impl CommandHandler for Lines {
    fn specs(&self) -> &[CommandSpec] {
        SPECS
    }

    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan {
        match read(call, SPECS, context.policy) {
            Ok(parsed) => self.planned(&parsed, call).await,
            Err(problem) => problem,
        }
    }
}
