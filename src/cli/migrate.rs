//! `frontdesk migrate`: brings the tables up to date.

use clap::Args;

use crate::cli::Failure;
use crate::cli::out::say;
use crate::cli::source::ConfigOrData;
use crate::wiring::open_store;

/// Arguments of `migrate`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  frontdesk migrate --config frontdesk.toml

`serve` does this by itself; the command is for those who want it done before.")]
pub struct MigrateArgs {
    #[command(flatten)]
    source: ConfigOrData,
}

/// Opens the database, which brings its tables up to date.
///
/// # Errors
/// An unusable configuration, or a database that cannot be opened.
pub fn run(args: &MigrateArgs) -> Result<(), Failure> {
    let config = args.source.load()?;
    let runtime = tokio::runtime::Runtime::new().map_err(anyhow::Error::from)?;
    let kind = runtime.block_on(async {
        let (db, _keyring) = open_store(&config).await?;
        let kind = db.kind();
        db.close().await;
        anyhow::Ok(kind)
    })?;
    say!("The tables of the {kind} database are up to date.");
    Ok(())
}
