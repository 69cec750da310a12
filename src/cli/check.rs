//! `frontdesk check`: is the configuration usable?

use clap::Args;

use crate::cli::Failure;
use crate::cli::out::say;
use crate::cli::source::ConfigFile;
use crate::config::{Config, Database};

/// Arguments of `check`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  frontdesk check --config /etc/frontdesk/frontdesk.toml

Nothing is started and nothing is written. Exit code 2 if there is a problem.")]
pub struct CheckArgs {
    #[command(flatten)]
    file: ConfigFile,
}

/// Prints what the configuration says, or everything that is wrong with it.
///
/// # Errors
/// When the configuration is unusable.
pub fn run(args: &CheckArgs) -> Result<(), Failure> {
    let config = args.file.load()?;
    say!(
        "{} is fine: {}",
        args.file.config.display(),
        summary(&config)
    );
    Ok(())
}

fn summary(config: &Config) -> String {
    let database = match config.storage.database {
        Database::Sqlite(_) => "SQLite",
        Database::Postgres(_) => "PostgreSQL",
    };
    let channels = counted(config.channels.len(), "channel");
    let teams = counted(config.teams.len(), "team");
    let agents = counted(config.agents.len(), "agent");
    format!(
        "{channels}, {teams}, {agents}; {database}; listens on {}",
        config.server.listen
    )
}

fn counted(number: usize, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        n => format!("{n} {thing}s"),
    }
}
