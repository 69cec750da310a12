//! Who works on a ticket: `/assign`, `/claim`.

use async_trait::async_trait;
use bot_core::domain::command::{
    Act, CommandCall, CommandPlace, CommandSpec, Parameter, ParameterSort, Parsed, Permission,
    Person, Plan, nearest,
};
use bot_core::domain::conversation::Case;
use bot_core::domain::id::AgentId;
use bot_core::domain::phrase::Phrase;
use bot_core::domain::policy::{Colleague, Policy};
use bot_core::domain::ticket::{Status, Ticket};
use bot_core::port::command::{CommandContext, CommandHandler};

use crate::command::roles::RoleMap;
use crate::command::{read, wording};

const SPECS: &[CommandSpec] = &[
    CommandSpec {
        name: "assign",
        aliases: &["transfer", "转接", "转给"],
        parameters: &[Parameter::required("agent", "同事", ParameterSort::Agent)],
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "把工单转给同事；「无」放回待认领",
        summary_en: "Gives the ticket to a colleague; \"none\" gives it back to everybody",
        example_zh: "/转接 小李",
        example_en: "/assign li",
    },
    CommandSpec {
        name: "claim",
        aliases: &["take", "认领"],
        parameters: &[],
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "认领工单",
        summary_en: "Takes the ticket",
        example_zh: "/认领",
        example_en: "/claim",
    },
];

/// Who works on a ticket.
#[derive(Clone, Debug)]
pub struct Assignment {
    roles: RoleMap,
}

impl Assignment {
    /// Only people who may serve by these roles are given tickets.
    #[must_use]
    pub const fn new(roles: RoleMap) -> Self {
        Self { roles }
    }

    fn planned(
        &self,
        parsed: &Parsed<'_>,
        call: &CommandCall,
        context: CommandContext<'_>,
    ) -> Plan {
        match parsed.person("agent").unwrap_or(&Person::Me) {
            Person::Nobody => Plan::doing(Act::Assign(None)),
            Person::Me => self.give(call.by, call.by, context),
            Person::Named(name) => match named(name, context.policy) {
                Ok(colleague) => self.give(colleague.id, call.by, context),
                Err(problem) => problem,
            },
        }
    }

    fn give(&self, to: AgentId, by: AgentId, context: CommandContext<'_>) -> Plan {
        let Some(colleague) = context.policy.colleague(to) else {
            return Plan::saying(Phrase::new("command.not_listed"));
        };
        let says = |key| Phrase::new(key).with("agent", colleague.display.as_str());
        if !self.roles.allows(&colleague.roles, Permission::Serve) {
            return Plan::saying(says("assign.cannot_serve"));
        }
        let assignee = context.case.and_then(working);
        if assignee == Some(to) {
            return Plan::saying(Phrase::new("command.already"));
        }
        let plan = Plan::doing(Act::Assign(Some(to)));
        match assignee.and_then(|before| context.policy.colleague(before)) {
            Some(before) if to == by && before.id != by => {
                let phrase = Phrase::new("assign.taken_over");
                plan.and_say(phrase.with("agent", before.display.as_str()))
            }
            _ if to != by && !colleague.on_duty => plan.and_say(says("assign.off_duty")),
            _ => plan,
        }
    }
}

/// Who is at work on the ticket just now.
fn working(case: &Case) -> Option<AgentId> {
    let at_work = |ticket: &&Ticket| ticket.status == Status::InProgress;
    case.ticket.as_ref().filter(at_work)?.assignee
}

/// The colleague of a name. A display name that several share is not guessed at.
fn named<'p>(name: &str, policy: &'p Policy) -> Result<&'p Colleague, Plan> {
    let alike = policy.agents.iter().filter(|one| one.display == name);
    let by_name = policy
        .agents
        .iter()
        .any(|one| one.name.eq_ignore_ascii_case(name));
    let names: Vec<&str> = alike.map(|one| one.name.as_str()).collect();
    if names.len() > 1 && !by_name {
        let phrase = Phrase::new("assign.ambiguous").with("name", name);
        let names = wording::list(&names, policy.team_language);
        return Err(Plan::saying(phrase.with("names", names)));
    }
    policy
        .colleague_named(name)
        .ok_or_else(|| nobody(name, policy))
}

fn nobody(name: &str, policy: &Policy) -> Plan {
    let agents = policy.agents.iter();
    let names = agents.flat_map(|one| [one.name.as_str(), one.display.as_str()]);
    let near = wording::list(&nearest(name, names), policy.team_language);
    let phrase = Phrase::new("command.no_such_agent").with("name", name);
    Plan::saying(phrase.with("nearest", near))
}

#[async_trait]
impl CommandHandler for Assignment {
    fn specs(&self) -> &[CommandSpec] {
        SPECS
    }

    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan {
        match read(call, SPECS, context.policy) {
            Ok(parsed) => self.planned(&parsed, call, context),
            Err(problem) => problem,
        }
    }
}
