//! `frontdesk kb import`.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use bot_core::domain::language::Language;
use bot_core::domain::time::Zone;
use bot_core::port::clock::{RandomIds, SystemClock};
use clap::Args;
use knowledge::article::SpaceName;
use knowledge::import::run::{Import, Imported};
use knowledge::import::{Defaults, Report};
use knowledge::keeper::Keeper;
use knowledge::store::Publish;

use crate::cli::Failure;
use crate::cli::kb::{AUTHOR, shown};
use crate::cli::out::say;
use crate::cli::source::ConfigOrData;
use crate::pdf;

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Files, folders and ZIP archives
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The space that the articles go to
    #[arg(long)]
    space: Option<SpaceName>,
    /// The language of rows that name none: zh or en; it is recognised without
    #[arg(long, value_parser = language)]
    lang: Option<Language>,
    /// Publish the articles at once; new ones are drafts without
    #[arg(long)]
    publish: bool,
    /// Publish even if test questions would fare worse
    #[arg(long)]
    force: bool,
    /// Only read and check; write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(super) source: ConfigOrData,
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| "write zh or en".to_owned())
}

pub(super) async fn run(keeper: &Keeper, args: &ImportArgs, zone: Zone) -> Result<(), Failure> {
    let on_terminal = std::io::stderr().is_terminal();
    let mut progress = |report: &Report| {
        if on_terminal {
            eprint!("\r{} rows read …", report.accepted + report.rejected);
        }
    };
    let import = args.import(zone);
    let run = import.run(
        &keeper.db,
        &keeper.base,
        &SystemClock,
        &RandomIds,
        &mut progress,
    );
    let imported = run.await.map_err(anyhow::Error::from)?;
    if on_terminal {
        eprint!("\r\x1b[K");
    }
    tell_errors(&imported.report);
    match args.dry_run {
        true => tell_foreseen(&imported.report),
        false => tell(&imported),
    }
    if imported.report.accepted == 0 {
        return Err(Failure::Work(anyhow::anyhow!("no row could be imported")));
    }
    Ok(())
}

impl ImportArgs {
    fn import(&self, zone: Zone) -> Import {
        let space = self.space.clone().unwrap_or_default();
        Import {
            paths: self.files.clone(),
            below: PathBuf::new(),
            defaults: Defaults {
                space,
                language: self.lang,
                zone,
                pdf: pdf::reader(),
            },
            publish: match self.publish {
                true => Publish::All,
                false => Publish::WhatAnswers,
            },
            force: self.force,
            dry_run: self.dry_run,
            author: AUTHOR.to_owned(),
        }
    }
}

fn tell_errors(report: &Report) {
    for error in &report.errors {
        eprintln!("{error}");
    }
    let named = report.errors.len() as u64;
    if report.rejected > named {
        eprintln!("… and {} bad rows more", report.rejected - named);
    }
}

fn tell_foreseen(report: &Report) {
    let written = report.written;
    say!(
        "{} rows are good, {} are not; nothing was written.",
        report.accepted,
        report.rejected
    );
    say!(
        "{} articles would be new, {} changed, {} as before.",
        written.created,
        written.updated,
        written.unchanged
    );
    tell_rest(report);
    if !report.first.is_empty() {
        say!("The first ones:\n  {}", report.first.join("\n  "));
    }
}

fn tell(imported: &Imported) {
    let Imported {
        number,
        report,
        publication,
    } = imported;
    let written = report.written;
    say!(
        "{} articles are new, {} were changed, {} are as before; {} rows were not accepted.",
        written.created,
        written.updated,
        written.unchanged,
        report.rejected
    );
    tell_rest(report);
    shown::shifts(&publication.preview);
    if publication.published > 0 {
        say!("{} articles answer with it now.", publication.published);
    }
    if publication.held_back > 0 {
        say!(
            "{} articles are drafts, because test questions would fare worse: `kb publish '#{number}' \
             --force` publishes them all the same.",
            publication.held_back
        );
    } else if written.created > publication.published {
        say!("New articles are drafts: `kb publish '#{number}'` answers with them.");
    }
    say!("This is import {number}; `kb undo {number}` takes it back.");
}

fn tell_rest(report: &Report) {
    let written = report.written;
    let counted = [
        (
            written.repeated,
            "say the same as articles that are there; they are left out",
        ),
        (written.archived, "are archived, and stay as they are"),
        (
            written.in_review,
            "have to be read by somebody else before they answer",
        ),
        (
            report.sections,
            "are sections of documents, which are drafts at first",
        ),
    ];
    for (count, what) in counted.into_iter().filter(|(count, _)| *count > 0) {
        say!("{count} {what}.");
    }
}
