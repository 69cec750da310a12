//! What people can ask for in a team room by a command.

use async_trait::async_trait;

use crate::domain::command::{CommandCall, CommandSpec, Plan};
use crate::domain::conversation::Case;
use crate::domain::policy::Policy;

/// Understands a family of commands. It may read, and never writes: what it wants done stands in
/// its plan, and the desk does it in the transaction that settles the command.
#[async_trait]
pub trait CommandHandler: Send + Sync {
    /// The commands that this handler understands.
    fn specs(&self) -> &[CommandSpec];

    /// What is to be done. A call that makes no sense gets a plan that says so.
    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan;
}

/// What a command can look at without reading.
#[derive(Clone, Copy, Debug)]
pub struct CommandContext<'a> {
    /// The case of the thread; none in a room.
    pub case: Option<&'a Case>,
    /// The settings in force.
    pub policy: &'a Policy,
}
