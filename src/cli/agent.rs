//! `frontdesk agent`: who belongs to the team.

use std::sync::Arc;

use bot_core::domain::id::AgentId;
use bot_core::port::clock::{Clock as _, Ids as _, RandomIds, SystemClock};
use bot_core::store::Db;
use bot_core::store::staff::{self, NewAgent};
use clap::{Args, Subcommand};

use crate::cli::Failure;
use crate::cli::source::ConfigOrData;
use crate::config::Config;
use crate::wiring::open_store;

/// Arguments of `agent`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  frontdesk agent add li --display 小李 --role agent --role admin --config frontdesk.toml
  frontdesk agent list --config frontdesk.toml")]
pub struct AgentArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Adds a member of the team, or changes the one of that name
    Add(AddArgs),
    /// Lists the members who may act
    List(ListArgs),
}

#[derive(Debug, Args)]
struct AddArgs {
    /// The name in commands: letters, digits, - and _
    name: String,
    /// The name that customers see; the same without
    #[arg(long)]
    display: Option<String>,
    /// What they may do: agent, lead, manager, analyst, admin or auditor; may be repeated
    #[arg(long = "role", value_name = "ROLE", default_value = "agent",
          value_parser = ["agent", "lead", "manager", "analyst", "admin", "auditor"])]
    roles: Vec<String>,
    /// What they are good at; may be repeated
    #[arg(long = "skill", value_name = "SKILL")]
    skills: Vec<String>,
    #[command(flatten)]
    source: ConfigOrData,
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    source: ConfigOrData,
}

/// Runs the verb.
///
/// # Errors
/// An unusable configuration, a name that cannot be typed, or a database that fails.
pub fn run(args: &AgentArgs) -> Result<(), Failure> {
    let source = match &args.verb {
        Verb::Add(add) => &add.source,
        Verb::List(list) => &list.source,
    };
    let config = source.load()?;
    let runtime = tokio::runtime::Runtime::new().map_err(anyhow::Error::from)?;
    runtime.block_on(verb(&config, &args.verb))
}

async fn verb(config: &Config, verb: &Verb) -> Result<(), Failure> {
    let (db, _keyring) = open_store(config).await?;
    let done = match verb {
        Verb::Add(args) => add(&db, args).await,
        Verb::List(_) => list(&db).await,
    };
    db.close().await;
    done
}

async fn add(db: &Db, args: &AddArgs) -> Result<(), Failure> {
    let typable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if args.name.is_empty() || !args.name.chars().all(typable) {
        let told =
            "a name is made of letters, digits, - and _, so that it can be typed in commands";
        return Err(Failure::Usage(anyhow::anyhow!("{:?}: {told}", args.name)));
    }
    let now = SystemClock.now();
    let agent = Arc::new(NewAgent {
        id: AgentId(RandomIds.fresh(now)),
        name: args.name.clone(),
        display: args.display.clone().unwrap_or_else(|| args.name.clone()),
        roles: args.roles.clone(),
        skills: args.skills.clone(),
        identities: Vec::new(),
    });
    let running = Arc::clone(&agent);
    db.write(move |tx| {
        let agent = Arc::clone(&running);
        Box::pin(async move { staff::upsert(tx, &agent, now).await })
    })
    .await
    .map_err(anyhow::Error::from)?;
    println!(
        "{} ({}) is on the team: {}",
        agent.name,
        agent.display,
        agent.roles.join(", ")
    );
    Ok(())
}

async fn list(db: &Db) -> Result<(), Failure> {
    let now = SystemClock.now();
    let read = db.read(|tx| Box::pin(staff::colleagues(tx, now))).await;
    let team = read.map_err(anyhow::Error::from)?;
    for one in &team {
        let presence = if one.on_duty { "online" } else { "away" };
        println!(
            "{}\t{}\t{}\t{presence}",
            one.name,
            one.display,
            one.roles.join(",")
        );
    }
    if team.is_empty() {
        println!("Nobody yet. Add somebody: frontdesk agent add NAME --role agent --role admin");
    }
    Ok(())
}
