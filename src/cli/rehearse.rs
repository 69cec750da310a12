//! `frontdesk rehearse`.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use knowledge::rehearse::{Fate, Group, Rehearsal, Rehearsing, read};

use crate::cli::Failure;
use crate::cli::kb::published;
use crate::cli::out::say;
use crate::cli::source::ConfigOrData;
use crate::wiring::open_store;

/// Arguments of `rehearse`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  frontdesk rehearse chats.csv --config frontdesk.toml
  frontdesk rehearse questions.txt --groups 50 --json

A table needs a column text (or message, question, 消息, 内容, 问题); conversation and author are read too
if they are there, and only what customers wrote is asked. A .jsonl file has the same names; of any
other file each line is a message.")]
pub struct RehearseArgs {
    /// Past messages: .csv, .jsonl, or a text file with one message a line
    file: PathBuf,
    /// How many groups of uncovered questions to list
    #[arg(long, default_value_t = 20)]
    groups: usize,
    /// As one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: ConfigOrData,
}

/// Asks the messages; nothing is sent or stored.
///
/// # Errors
/// An unusable configuration, a file that cannot be read, or a database that cannot be opened.
pub fn run(args: &RehearseArgs) -> Result<(), Failure> {
    let config = args.source.load()?;
    let name = || args.file.display().to_string();
    let messages = read(&args.file).with_context(name)?;
    let runtime = tokio::runtime::Runtime::new().map_err(anyhow::Error::from)?;
    let base = runtime.block_on(async {
        let (db, _keyring) = open_store(&config).await?;
        let base = published(&db, &config).await;
        db.close().await;
        base
    })?;
    let snapshot = base.snapshot();
    let policy = config.policy();
    let rehearsing = Rehearsing {
        snapshot: &snapshot,
        policy: &policy,
        encoder: base.encoder(),
        groups: args.groups,
    };
    let on_terminal = std::io::stderr().is_terminal();
    let mut progress = |done: usize| {
        if on_terminal && done.is_multiple_of(100) {
            eprint!("\r{done} of {} messages …", messages.len());
        }
    };
    let rehearsal = rehearsing
        .run(&messages, &mut progress)
        .map_err(anyhow::Error::from)?;
    if on_terminal {
        eprint!("\r\x1b[K");
    }
    match args.json {
        true => say!(
            "{}",
            serde_json::to_string_pretty(&rehearsal).map_err(anyhow::Error::from)?
        ),
        false => tell(&rehearsal),
    }
    Ok(())
}

fn tell(rehearsal: &Rehearsal) {
    say!("{} messages; nothing was sent.", rehearsal.messages);
    for fate in Fate::ALL {
        if let Some(count) = rehearsal.fates.get(&fate) {
            let share = rehearsal.share(fate) * 100.0;
            say!("{share:5.1} %  {count:>6}  {}", fate.in_words());
        }
    }
    if rehearsal.groups.is_empty() {
        return;
    }
    say!("\nWhat no article covers, the largest groups first:");
    rehearsal.groups.iter().for_each(tell_group);
}

fn tell_group(group: &Group) {
    let mut examples = group.examples.iter();
    say!(
        "{:>6} ×  {}",
        group.count,
        examples.next().map_or("", String::as_str)
    );
    for example in examples {
        say!("           {example}");
    }
    if let Some((title, probability)) = &group.nearest {
        say!(
            "           nearest article: {title} ({:.0} %)",
            probability * 100.0
        );
    }
}
