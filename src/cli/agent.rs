//! `frontdesk agent`: who belongs to the team.

use std::sync::Arc;

use admin::command::ROLES;
use admin::console::sign_in_link;
use bot_core::domain::id::AgentId;
use bot_core::port::clock::{Clock as _, Ids as _, RandomIds, SystemClock};
use bot_core::store::Db;
use bot_core::store::board::agents;
use bot_core::store::staff::{self, NewAgent};
use clap::{Args, Subcommand};

use crate::cli::Failure;
use crate::cli::out::say;
use crate::cli::source::ConfigOrData;
use crate::config::Config;
use crate::wiring::{hire, open_store};

/// Arguments of `agent`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  frontdesk agent add li --display 小李 --role agent --role admin --config frontdesk.toml
  frontdesk agent link li --config frontdesk.toml
  frontdesk agent list --config frontdesk.toml")]
pub struct AgentArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Adds a member of the team, or changes the one of that name
    Add(AddArgs),
    /// Makes a new sign-in link for a member; an older one stops working
    Link(LinkArgs),
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
          value_parser = ROLES)]
    roles: Vec<String>,
    /// What they are good at; may be repeated
    #[arg(long = "skill", value_name = "SKILL")]
    skills: Vec<String>,
    #[command(flatten)]
    source: ConfigOrData,
}

#[derive(Debug, Args)]
struct LinkArgs {
    /// The name in commands
    name: String,
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
        Verb::Link(link) => &link.source,
        Verb::List(list) => &list.source,
    };
    let config = source.load()?;
    let runtime = tokio::runtime::Runtime::new().map_err(anyhow::Error::from)?;
    runtime.block_on(verb(&config, &args.verb))
}

async fn verb(config: &Config, verb: &Verb) -> Result<(), Failure> {
    let (db, _keyring) = open_store(config).await?;
    // Those of the file are on the team before the desk is started for the first time.
    hire(&db, &config.agents, SystemClock.now()).await?;
    let done = match verb {
        Verb::Add(args) => add(&db, config, args).await,
        Verb::Link(args) => link(&db, config, args).await,
        Verb::List(_) => list(&db).await,
    };
    db.close().await;
    done
}

async fn add(db: &Db, config: &Config, args: &AddArgs) -> Result<(), Failure> {
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
    let added = db.write(move |tx| {
        let agent = Arc::clone(&running);
        Box::pin(async move { staff::upsert(tx, &agent, now).await })
    });
    let id = added.await.map_err(anyhow::Error::from)?;
    let AddArgs { name, roles, .. } = args;
    say!(
        "{name} ({}) is on the team: {}",
        agent.display,
        roles.join(", ")
    );
    print_link(db, config, id).await
}

async fn link(db: &Db, config: &Config, args: &LinkArgs) -> Result<(), Failure> {
    let name = args.name.clone();
    let found = db
        .read(|tx| Box::pin(async move { agents::named(tx, &name).await }))
        .await;
    let found = found
        .map_err(anyhow::Error::from)?
        .filter(|agent| !agent.disabled);
    let missing = || {
        anyhow::anyhow!(
            "nobody who may act is called {:?}; see frontdesk agent list",
            args.name
        )
    };
    print_link(db, config, found.ok_or_else(missing)?.id).await
}

async fn print_link(db: &Db, config: &Config, agent: AgentId) -> Result<(), Failure> {
    let made = sign_in_link(db, agent, SystemClock.now()).await;
    let made = made.map_err(anyhow::Error::from)?;
    say!(
        "Sign in to the team room with this link; it works once, until {}:",
        made.expires
    );
    say!("  {}", made.url(&config.server.address()));
    Ok(())
}

async fn list(db: &Db) -> Result<(), Failure> {
    let now = SystemClock.now();
    let read = db.read(|tx| Box::pin(staff::colleagues(tx, now))).await;
    let team = read.map_err(anyhow::Error::from)?;
    for one in &team {
        let presence = if one.on_duty { "online" } else { "away" };
        say!(
            "{}\t{}\t{}\t{presence}",
            one.name,
            one.display,
            one.roles.join(",")
        );
    }
    if team.is_empty() {
        say!("Nobody yet. Add somebody: frontdesk agent add NAME --role agent --role admin");
    }
    Ok(())
}
