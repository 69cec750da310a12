//! `frontdesk init`: asks a few questions and writes a configuration.

mod answers;
mod template;

use std::fs::OpenOptions;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use clap::Args;

use crate::cli::Failure;
use crate::cli::out::say;
use crate::config::Config;
use answers::Answers;

const FILE: &str = "frontdesk.toml";

/// Arguments of `init`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  frontdesk init                              asks, and writes ./frontdesk.toml
  frontdesk init --yes --dir /etc/frontdesk   asks nothing and takes the defaults

A file that is there already is never overwritten.")]
pub struct InitArgs {
    /// The folder for frontdesk.toml; made if it is missing
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Ask nothing, take the defaults
    #[arg(long)]
    yes: bool,
}

/// Writes `frontdesk.toml`.
///
/// # Errors
/// When there is one already, nobody can be asked, or the file cannot be written.
pub fn run(args: &InitArgs) -> Result<(), Failure> {
    let path = args.dir.join(FILE);
    if path.exists() {
        return Err(Failure::Usage(anyhow!(
            "{} is there already and stays as it is; name another folder with --dir",
            path.display()
        )));
    }
    let answers = answers(args.yes)?;
    let text = template::render(&answers, &template::new_secret());
    prove(&text, &args.dir)?;
    write(&path, &text)?;
    say!("{}", next_steps(&path));
    Ok(())
}

fn answers(yes: bool) -> Result<Answers, Failure> {
    let defaults = Answers::default();
    if yes {
        return Ok(defaults);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::Usage(anyhow!(
            "there is no terminal to ask on; `frontdesk init --yes` takes the defaults"
        )));
    }
    let asked = answers::ask(
        &mut std::io::stdin().lock(),
        &mut std::io::stdout(),
        &defaults,
    );
    Ok(asked.context("the questions were not answered")?)
}

/// What is written must be usable: the same reader judges it first.
fn prove(text: &str, folder: &Path) -> Result<(), Failure> {
    match Config::parse(text, folder, &|_| None) {
        Ok(_) => Ok(()),
        Err(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Err(Failure::Work(anyhow!(
                "the answers make no usable configuration:\n{}",
                lines.join("\n")
            )))
        }
    }
}

/// The file holds a secret: only its owner may read it.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .with_context(|| format!("{} cannot be created", path.display()))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .with_context(|| format!("{} cannot be written", path.display()))
}

fn next_steps(path: &Path) -> String {
    let path = path.display();
    format!(
        "Wrote {path} (it holds the channel's secret; only you can read it).\n\n\
         Next:\n  frontdesk check --config {path}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(dir: &Path) -> InitArgs {
        InitArgs {
            dir: dir.to_owned(),
            yes: true,
        }
    }

    #[test]
    fn the_written_file_is_usable_and_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("new/desk");
        run(&args(&dir)).unwrap();
        let config = Config::load(&dir.join(FILE)).unwrap();
        assert_eq!(config.channels.len(), 1);
        #[cfg(unix)]
        {
            let mode = std::fs::metadata(dir.join(FILE)).unwrap().permissions();
            assert_eq!(
                std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777,
                0o600
            );
        }
    }

    #[test]
    fn a_file_that_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "mine").unwrap();
        assert!(matches!(run(&args(folder.path())), Err(Failure::Usage(_))));
        assert_eq!(
            std::fs::read_to_string(folder.path().join(FILE)).unwrap(),
            "mine"
        );
    }
}
