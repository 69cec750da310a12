//! `frontdesk read-pdf`: the text of a PDF file, read by a process that may break.

use std::path::PathBuf;

use clap::Args;
use knowledge::import::pdf::extract;

use crate::cli::Failure;
use crate::cli::out::say;

/// The most memory that reading may take, in bytes.
const MEMORY: u64 = 2_000_000_000;
/// The longest that it may compute, in seconds.
const SECONDS: u64 = 120;

/// Arguments of `read-pdf`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  frontdesk read-pdf guide.pdf

Prints the pages as one line of JSON, the last line.")]
pub struct ReadPdfArgs {
    /// The file
    file: PathBuf,
}

/// Prints the pages as one line of JSON.
///
/// # Errors
/// When the file cannot be read.
pub fn run(args: &ReadPdfArgs) -> Result<(), Failure> {
    limit()?;
    let pages = extract(&args.file).map_err(|why| Failure::Work(anyhow::anyhow!(why)))?;
    let json = serde_json::to_string(&pages).map_err(anyhow::Error::from)?;
    say!("\n{json}");
    Ok(())
}

/// Whatever is in the file: it costs no more than this.
#[cfg(unix)]
fn limit() -> anyhow::Result<()> {
    rlimit::Resource::AS.set(MEMORY, MEMORY)?;
    rlimit::Resource::CPU.set(SECONDS, SECONDS)?;
    Ok(rlimit::Resource::CORE.set(0, 0)?)
}

#[cfg(not(unix))]
const fn limit() -> anyhow::Result<()> {
    Ok(())
}
