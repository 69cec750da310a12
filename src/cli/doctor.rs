//! `frontdesk doctor`: real calls to everything that the desk needs.

use std::net::TcpListener;

use clap::Args;

use crate::cli::Failure;
use crate::cli::out::say;
use crate::cli::source::ConfigFile;
use crate::config::Config;
use crate::wiring::Frontdesk;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  frontdesk doctor --config frontdesk.toml

It opens the database, tries the address and asks every channel whether its account is set up.
Exit code 1 if something would keep the desk from serving.")]
pub struct DoctorArgs {
    #[command(flatten)]
    file: ConfigFile,
}

/// Tries everything and says what it found.
///
/// # Errors
/// An unusable configuration, or a finding that keeps the desk from serving.
pub fn run(args: &DoctorArgs) -> Result<(), Failure> {
    let config = args.file.load()?;
    let runtime = tokio::runtime::Runtime::new().map_err(anyhow::Error::from)?;
    let severe = runtime.block_on(examine(config))?;
    match severe {
        0 => Ok(()),
        1 => Err(Failure::Work(anyhow::anyhow!(
            "1 thing keeps the desk from serving"
        ))),
        n => Err(Failure::Work(anyhow::anyhow!(
            "{n} things keep the desk from serving"
        ))),
    }
}

async fn examine(config: Config) -> anyhow::Result<usize> {
    let listen = config.server.listen;
    let mut severe = 0;
    match TcpListener::bind(listen) {
        Ok(_) => found(true, &format!("{listen} is free to listen on")),
        Err(error) => found(
            false,
            &format!("{listen}: {error}; is the desk running already?"),
        ),
    }
    let desk = Frontdesk::builder(config).build().await?;
    found(
        true,
        &format!(
            "the {} database is open and up to date",
            desk.engine.core.db.kind()
        ),
    );
    for (name, account) in &desk.engine.core.outside.channels {
        let findings = account.platform.check().await;
        if findings.is_empty() {
            found(true, &format!("channel {name}"));
        }
        for finding in findings {
            severe += usize::from(finding.severe);
            found(false, &format!("channel {name}: {}", finding.text));
        }
    }
    desk.engine.core.db.close().await;
    Ok(severe)
}

fn found(good: bool, text: &str) {
    say!("{} {text}", if good { "✓" } else { "!" });
}
