//! `frontdesk kb imports` and `kb undo`: imports as a whole.

use clap::Args;
use knowledge::keeper::Keeper;
use knowledge::store;

use crate::cli::Failure;
use crate::cli::kb::{AUTHOR, change, shown};
use crate::cli::out::say;
use crate::cli::source::ConfigOrData;

/// So many imports are listed.
const LISTED: i64 = 20;

#[derive(Debug, Args)]
pub(super) struct ImportsArgs {
    #[command(flatten)]
    pub(super) source: ConfigOrData,
}

#[derive(Debug, Args)]
pub(super) struct UndoArgs {
    /// The import's number; the newest without
    number: Option<i64>,
    #[command(flatten)]
    pub(super) source: ConfigOrData,
}

pub(super) async fn list(keeper: &Keeper) -> Result<(), Failure> {
    let imports = store::imports(&keeper.db, LISTED).await;
    for one in imports.map_err(anyhow::Error::from)? {
        let undone = one.undone_at.map_or("", |_| "  (undone)");
        let files = one.files.lines().collect::<Vec<_>>().join(", ");
        say!(
            "#{}  {}  {}: {} new, {} changed, {} as before, {} not accepted  {files}{undone}",
            one.number,
            shown::at(one.at),
            one.author,
            one.created,
            one.updated,
            one.unchanged,
            one.rejected
        );
    }
    Ok(())
}

pub(super) async fn undo(keeper: &Keeper, args: &UndoArgs) -> Result<(), Failure> {
    let undone = store::undo(&keeper.db, args.number, change()).await;
    let Some(undone) = undone.map_err(anyhow::Error::from)? else {
        return Err(Failure::Work(anyhow::anyhow!(
            "there is no such import to undo"
        )));
    };
    say!(
        "Import {} is undone: {} articles are gone, {} are as before.",
        undone.number,
        undone.removed,
        undone.restored
    );
    if undone.kept > 0 {
        say!("{} were changed since, and stay.", undone.kept);
    }
    Ok(())
}

/// Publishes what an import has left as drafts.
pub(super) async fn publish(keeper: &Keeper, number: &str, force: bool) -> Result<(), Failure> {
    let usage = || Failure::Usage(anyhow::anyhow!("#{number} is no import; write #7"));
    let number: i64 = number.parse().map_err(|_| usage())?;
    let published = keeper.publish_import(number, force, AUTHOR).await;
    let missing = || Failure::Work(anyhow::anyhow!("there is no import {number}"));
    let published = published
        .map_err(anyhow::Error::from)?
        .ok_or_else(missing)?;
    shown::shifts(&published.preview);
    if published.held_back > 0 {
        return Err(Failure::Work(anyhow::anyhow!(
            "Not published, because test questions would fare worse; --force publishes all the same."
        )));
    }
    say!(
        "{} articles of import {number} answer now.",
        published.published
    );
    Ok(())
}
