//! `frontdesk kb import`.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use bot_core::domain::language::Language;
use bot_core::domain::time::Zone;
use bot_core::port::clock::{RandomIds, SystemClock};
use bot_core::store::Db;
use clap::Args;
use knowledge::article::SpaceName;
use knowledge::import::Defaults;
use knowledge::import::run::{Import, Report};

use crate::cli::Failure;
use crate::cli::out::say;
use crate::cli::source::ConfigOrData;

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Files and folders
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The space that the articles go to
    #[arg(long)]
    space: Option<SpaceName>,
    /// The language of rows that name none: zh or en; it is recognised without
    #[arg(long, value_parser = language)]
    lang: Option<Language>,
    /// Publish the articles at once; they are drafts without
    #[arg(long)]
    publish: bool,
    /// Only read and check; write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(super) source: ConfigOrData,
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| "write zh or en".to_owned())
}

pub(super) async fn run(db: &Db, args: &ImportArgs, zone: Zone) -> Result<(), Failure> {
    let import = Import {
        paths: args.files.clone(),
        defaults: Defaults {
            space: args.space.clone().unwrap_or_default(),
            language: args.lang,
            zone,
        },
        publish: args.publish,
        dry_run: args.dry_run,
    };
    let on_terminal = std::io::stderr().is_terminal();
    let mut progress = |report: &Report| {
        if on_terminal {
            eprint!("\r{} rows read …", report.accepted + report.rejected);
        }
    };
    let run = import.run(db, &SystemClock, &RandomIds, &mut progress);
    let report = run.await.map_err(anyhow::Error::from)?;
    if on_terminal {
        eprint!("\r\x1b[K");
    }
    tell(&report, args);
    if report.accepted == 0 {
        return Err(Failure::Work(anyhow::anyhow!("no row could be imported")));
    }
    Ok(())
}

fn tell(report: &Report, args: &ImportArgs) {
    for error in &report.errors {
        eprintln!("{error}");
    }
    let named = report.errors.len() as u64;
    if report.rejected > named {
        eprintln!("… and {} bad rows more", report.rejected - named);
    }
    if args.dry_run {
        say!(
            "{} rows are good, {} are not; nothing was written.",
            report.accepted,
            report.rejected
        );
        return;
    }
    let written = report.written;
    say!(
        "{} articles are new, {} were changed, {} are as before; {} rows were not accepted.",
        written.created,
        written.updated,
        written.unchanged,
        report.rejected
    );
    if written.created > 0 && !args.publish {
        say!("New articles are drafts: import them again with --publish to answer with them.");
    }
}
