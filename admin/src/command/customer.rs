//! The customer: `/customer`, `/block`, `/unblock`.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::command::{
    Act, CommandCall, CommandPlace, CommandSpec, Parameter, ParameterSort, Parsed, Permission, Plan,
};
use bot_core::domain::conversation::{Block, Case};
use bot_core::domain::phrase::Phrase;
use bot_core::domain::policy::Policy;
use bot_core::domain::time::Timestamp;
use bot_core::port::command::{CommandContext, CommandHandler};
use bot_core::store::record::{Records, TicketRow};
use serde_json::Value;

use crate::command::{outside_thread, read, unreadable, wording};

const SPECS: &[CommandSpec] = &[
    CommandSpec {
        name: "customer",
        aliases: &["who", "客户"],
        parameters: &[],
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "客户资料：渠道、语言、属性、历史工单",
        summary_en: "Who the customer is: channel, language, attributes, earlier tickets",
        example_zh: "/客户",
        example_en: "/customer",
    },
    CommandSpec {
        name: "block",
        aliases: &["拉黑"],
        parameters: &[
            Parameter::optional("duration", "时长", ParameterSort::Span),
            Parameter::flag("forever", "永久"),
        ],
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "拉黑客户；不写时长则一直有效",
        summary_en: "Stops serving the customer, for good unless a time is given",
        example_zh: "/拉黑 7天",
        example_en: "/block 7d",
    },
    CommandSpec {
        name: "unblock",
        aliases: &["解除"],
        parameters: &[],
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "解除拉黑",
        summary_en: "Serves the customer again",
        example_zh: "/解除",
        example_en: "/unblock",
    },
];

/// Earlier tickets on the card.
const EARLIER: usize = 5;

/// What is known of the customer, and whether they are served.
#[derive(Clone, Debug)]
pub struct CustomerCard {
    records: Arc<Records>,
}

impl CustomerCard {
    /// Finds earlier tickets in these records.
    #[must_use]
    pub const fn new(records: Arc<Records>) -> Self {
        Self { records }
    }

    async fn planned(
        &self,
        parsed: &Parsed<'_>,
        call: &CommandCall,
        context: CommandContext<'_>,
    ) -> Plan {
        let Some(case) = context.case else {
            return outside_thread(parsed.spec.name);
        };
        match parsed.spec.name {
            "customer" => self.card(case, call.at, context.policy).await,
            "block" => Plan::doing(Act::Block(
                parsed.span("duration").filter(|_| !parsed.has("forever")),
            )),
            _ if is_blocked(case.state.block, call.at) => Plan::doing(Act::Unblock),
            _ => Plan::saying(Phrase::new("ticket.not_blocked")),
        }
    }

    async fn card(&self, case: &Case, now: Timestamp, policy: &Policy) -> Plan {
        // One more than is shown: the ticket at hand is left out.
        let most = i64::try_from(EARLIER + 1).unwrap_or(i64::MAX);
        match self.records.tickets_of_customer(case.customer, most).await {
            Ok(tickets) => Plan::saying(card(case, &tickets, now, policy)),
            Err(error) => unreadable(&error),
        }
    }
}

fn is_blocked(block: Option<Block>, now: Timestamp) -> bool {
    block.is_some_and(|block| block.until.is_none_or(|until| now < until))
}

fn card(case: &Case, tickets: &[TicketRow], now: Timestamp, policy: &Policy) -> Phrase {
    let profile = &case.state.profile;
    let spoken = case.state.language;
    let until = case.state.block.and_then(|block| block.until);
    let tags = case.ticket.as_ref().map(|ticket| ticket.tags.join(" "));
    let nameless = || Phrase::new("customer.nameless").into();
    let name = Some(profile.name.as_str()).filter(|name| !name.trim().is_empty());
    Phrase::new("customer.details")
        .with("name", name.map_or_else(nameless, Value::from))
        .with("channel", case.channel.0.as_str())
        .with(
            "language",
            spoken.map(|one| wording::language(one, policy.team_language)),
        )
        .with("source", profile.source.clone())
        .with("attributes", pairs(&profile.attributes))
        .with("context", pairs(&profile.context))
        .with("tags", tags)
        .with("blocked", is_blocked(case.state.block, now))
        .with("until", until.map(|until| wording::local(until, policy)))
        .with("tickets", earlier(case, tickets, policy))
}

/// `plan: pro`, one to a line.
fn pairs(map: &BTreeMap<String, String>) -> String {
    let lines = map.iter().map(|(name, value)| format!("{name}: {value}"));
    lines.collect::<Vec<_>>().join("\n")
}

/// `#1001 · closed · subject · 2026-11-24 09:10`, one to a line; without the ticket at hand.
fn earlier(case: &Case, tickets: &[TicketRow], policy: &Policy) -> String {
    let current = case.ticket.as_ref().map(|ticket| ticket.id);
    let others = tickets.iter().filter(|row| Some(row.ticket.id) != current);
    let lines = others.take(EARLIER).map(|row| {
        let status = wording::status(row.ticket.status, policy.team_language);
        let opened = wording::local(row.ticket.times.opened, policy);
        format!(
            "#{} · {status} · {} · {opened}",
            row.number, row.ticket.subject
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[async_trait]
impl CommandHandler for CustomerCard {
    fn specs(&self) -> &[CommandSpec] {
        SPECS
    }

    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan {
        match read(call, SPECS, context.policy) {
            Ok(parsed) => self.planned(&parsed, call, context).await,
            Err(problem) => problem,
        }
    }
}
