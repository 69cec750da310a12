//! `frontdesk serve`: runs the desk.

use clap::Args;

use crate::cli::Failure;
use crate::cli::source::ConfigFile;
use crate::pdf;
use crate::run::{self, signalled};
use crate::telemetry;
use crate::wiring::Frontdesk;

/// Arguments of `serve`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  frontdesk serve --config frontdesk.toml

It ends in good order on SIGTERM or Ctrl-C, within ten seconds.")]
pub struct ServeArgs {
    #[command(flatten)]
    file: ConfigFile,
}

/// Runs the desk until it is told to end.
///
/// # Errors
/// An unusable configuration, or work that failed.
pub fn run(args: &ServeArgs) -> Result<(), Failure> {
    let config = args.file.load()?;
    telemetry::init(telemetry::Format::detect()).map_err(anyhow::Error::from)?;
    let runtime = tokio::runtime::Runtime::new().map_err(anyhow::Error::from)?;
    runtime.block_on(async {
        let desk = Frontdesk::builder(config)
            .pdf(pdf::reader())
            .build()
            .await?;
        let ready = |address| tracing::info!(%address, "ready");
        run::run(desk, ready, signalled()).await
    })?;
    Ok(())
}
