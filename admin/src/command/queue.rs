//! What there is to do: `/queue`, `/status`.

use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::command::{CommandCall, CommandPlace, CommandSpec, Permission, Plan};
use bot_core::domain::id::AgentId;
use bot_core::domain::phrase::Phrase;
use bot_core::domain::policy::Policy;
use bot_core::domain::time::{DAY, Timestamp};
use bot_core::port::command::{CommandContext, CommandHandler};
use bot_core::store::StoreError;
use bot_core::store::record::{DeliveryTrouble, Load, Records, TicketRow, Whose};

use crate::command::{read, unreadable, wording};

const SPECS: &[CommandSpec] = &[
    CommandSpec {
        name: "queue",
        aliases: &["todo", "待办"],
        parameters: &[],
        permission: Permission::Serve,
        place: CommandPlace::Anywhere,
        summary_zh: "待办：我的工单和待认领的工单",
        summary_en: "What there is to do: your tickets and those nobody has taken",
        example_zh: "/待办",
        example_en: "/queue",
    },
    CommandSpec {
        name: "status",
        aliases: &["状态"],
        parameters: &[],
        permission: Permission::Look,
        place: CommandPlace::Anywhere,
        summary_zh: "谁在线、多少工单、发送是否正常",
        summary_en: "Who is there, how many tickets are open, how deliveries go",
        example_zh: "/状态",
        example_en: "/status",
    },
];

/// Tickets in each list.
const LISTED: usize = 10;

/// What there is to do.
#[derive(Clone, Debug)]
pub struct Queue {
    records: Arc<Records>,
}

impl Queue {
    /// Lists and counts what these records hold.
    #[must_use]
    pub const fn new(records: Arc<Records>) -> Self {
        Self { records }
    }

    async fn queue(&self, call: &CommandCall, policy: &Policy) -> Result<Plan, StoreError> {
        let most = i64::try_from(LISTED).unwrap_or(i64::MAX);
        let mine = self.records.open_tickets(Whose::Of(call.by), most).await?;
        let unclaimed = self.records.open_tickets(Whose::Unclaimed, most).await?;
        let loads = self.records.loads().await?;
        let list = |rows: &[TicketRow]| lines(rows.iter().map(|row| listed(row, call.at, policy)));
        let more = |agent, shown: &[TicketRow]| beyond(count(&loads, agent), shown.len());
        let phrase = Phrase::new("queue.list")
            .with("mine", list(&mine))
            .with("more_mine", more(Some(call.by), &mine))
            .with("unclaimed", list(&unclaimed))
            .with("more_unclaimed", more(None, &unclaimed));
        Ok(Plan::saying(phrase))
    }

    async fn status(&self, call: &CommandCall, policy: &Policy) -> Result<Plan, StoreError> {
        let loads = self.records.loads().await?;
        let presences = self.records.presences().await?;
        let trouble = self.records.trouble(call.at.plus_ms(-DAY)).await?;
        let people = presences
            .iter()
            .filter_map(|(agent, presence)| person(*agent, presence, &loads, policy));
        let open: i64 = loads.iter().map(|load| load.open).sum();
        let phrase = Phrase::new("desk.status")
            .with("people", lines(people))
            .with("open", open)
            .with("unclaimed", count(&loads, None));
        let phrase = with_hours(phrase, call.at, policy);
        Ok(Plan::saying(with_trouble(phrase, trouble)))
    }
}

fn count(loads: &[Load], agent: Option<AgentId>) -> i64 {
    let load = loads.iter().find(|load| load.agent == agent);
    load.map_or(0, |load| load.open)
}

fn beyond(all: i64, shown: usize) -> i64 {
    all.saturating_sub(i64::try_from(shown).unwrap_or(i64::MAX))
        .max(0)
}

fn lines(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join("\n")
}

/// `🔺 #1042 · subject · on hold · 12 min`: what makes it pressing first, the wait last.
fn listed(row: &TicketRow, now: Timestamp, policy: &Policy) -> String {
    let language = policy.team_language;
    let ticket = &row.ticket;
    let resting = ticket.hold.as_ref().map(|hold| {
        let status = wording::status(ticket.status, language);
        format!("{status} → {}", wording::local(hold.until, policy))
    });
    let waits = ticket.times.waiting_since.map(|since| now.since(since));
    let parts = [
        Some(format!("{}#{}", ticket.priority.emoji(), row.number)),
        Some(ticket.subject.clone()),
        resting,
        waits.map(|ms| wording::waits(ms, language)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// `Li · online · 3`; none about people who do not work at the desk any more.
fn person(agent: AgentId, presence: &str, loads: &[Load], policy: &Policy) -> Option<String> {
    let colleague = policy.colleague(agent)?;
    // Presence lapses by itself: who is not on duty any more is not online.
    let lapsed = presence == "online" && !colleague.on_duty;
    let presence = if lapsed { "away" } else { presence };
    let presence = wording::presence(presence, policy.team_language);
    let open = count(loads, Some(agent));
    Some(format!("{} · {presence} · {open}", colleague.display))
}

fn with_hours(phrase: Phrase, now: Timestamp, policy: &Policy) -> Phrase {
    let opens = policy.hours.next_open(now).filter(|at| *at > now);
    let closes = policy.hours.closes_at(now);
    phrase
        .with("in_hours", policy.hours.is_open(now))
        .with("opens", opens.map(|at| wording::local(at, policy)))
        .with("closes", closes.map(|at| wording::local(at, policy)))
}

fn with_trouble(phrase: Phrase, trouble: DeliveryTrouble) -> Phrase {
    phrase
        .with("doubtful", trouble.doubtful)
        .with("undelivered", trouble.undelivered)
        .with("fallbacks", trouble.fallbacks)
}

#[async_trait]
impl CommandHandler for Queue {
    fn specs(&self) -> &[CommandSpec] {
        SPECS
    }

    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan {
        let planned = match read(call, SPECS, context.policy) {
            Ok(parsed) if parsed.spec.name == "queue" => self.queue(call, context.policy).await,
            Ok(_) => self.status(call, context.policy).await,
            Err(problem) => return problem,
        };
        planned.unwrap_or_else(|error| unreadable(&error))
    }
}
