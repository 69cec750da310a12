//! The commands of the team room: one registry, from which parser, help and completion are
//! derived, and one file per family of commands.
//!
//! A family reads and never writes; what it wants done stands in its plan, and the desk does it in
//! the transaction that settles the command. Who may use a command is checked by the registry when
//! the command is executed, so that a role that was taken away is gone at once.

mod answers;
mod assignment;
mod customer;
mod explain;
mod kb;
mod life;
mod lines;
mod presence;
mod queue;
mod registry;
mod roles;
mod transcript;
mod wording;

use std::sync::Arc;

use bot_core::domain::command::{CommandCall, CommandSpec, Parsed, Plan, parse};
use bot_core::domain::phrase::Phrase;
use bot_core::domain::policy::Policy;
use bot_core::store::StoreError;
use bot_core::store::record::Records;
use knowledge::keeper::Keeper;

pub use answers::Answers;
pub use assignment::Assignment;
pub use customer::CustomerCard;
pub use explain::Explain;
pub use kb::Kb;
pub use life::TicketLife;
pub use lines::Lines;
pub use presence::Presence;
pub use queue::Queue;
pub use registry::{Registry, RegistryError};
pub use roles::{ROLES, RoleMap};
pub use transcript::Transcript;

/// The registry with all built-in families; others' are added by [`Registry::with`].
///
/// # Errors
/// Never, as a test shows; the built-in names are checked like others'.
pub fn builtin(
    records: Records,
    keeper: Keeper,
    roles: RoleMap,
) -> Result<Registry, RegistryError> {
    let records = Arc::new(records);
    Registry::new(roles.clone())
        .with(Arc::new(Lines::new(Arc::clone(&records))))?
        .with(Arc::new(TicketLife))?
        .with(Arc::new(Kb::new(
            keeper,
            Arc::clone(&records),
            roles.clone(),
        )))?
        .with(Arc::new(Assignment::new(roles)))?
        .with(Arc::new(CustomerCard::new(Arc::clone(&records))))?
        .with(Arc::new(Explain::new(Arc::clone(&records))))?
        .with(Arc::new(Transcript::new(Arc::clone(&records))))?
        .with(Arc::new(Queue::new(Arc::clone(&records))))?
        .with(Arc::new(Answers::new(Arc::clone(&records))))?
        .with(Arc::new(Presence::new(records)))
}

/// Reads a call of a family, or says what is wrong with it.
fn read<'s>(
    call: &CommandCall,
    specs: &'s [CommandSpec],
    policy: &Policy,
) -> Result<Parsed<'s>, Plan> {
    parse(&call.line, specs).map_err(|error| Plan::saying(error.phrase(policy.team_language)))
}

/// The record could not be read: the agent is told, the operator finds the cause in the log.
fn unreadable(error: &StoreError) -> Plan {
    tracing::error!(%error, "a command could not read the record");
    let reason = Phrase::new("reason.record_closed");
    Plan::saying(Phrase::new("command.failed").with("reason", reason))
}

/// A command that works on a ticket, typed outside of a ticket's thread.
fn outside_thread(name: &str) -> Plan {
    Plan::saying(Phrase::new("command.thread_only").with("name", name))
}

#[cfg(test)]
mod tests;
