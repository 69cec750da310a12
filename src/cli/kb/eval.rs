//! `frontdesk kb eval`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use knowledge::answerer::KnowledgeBase;
use knowledge::answerer::snapshot::Snapshot;
use knowledge::evaluate::{Judged, Measures, fit_threshold, judge, read_rows};

use crate::cli::Failure;
use crate::cli::out::{put, say};
use crate::cli::source::ConfigOrData;

#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// Judged questions, one JSON object a line
    file: PathBuf,
    /// Choose the threshold on these judged questions first
    #[arg(long, value_name = "FILE")]
    fit: Option<PathBuf>,
    /// As one JSON object, shares from 0 to 1
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) source: ConfigOrData,
}

pub(super) fn run(base: &KnowledgeBase, args: &EvalArgs) -> Result<(), Failure> {
    let snapshot = base.snapshot();
    let threshold = match &args.fit {
        Some(file) => fit_threshold(&judged(&snapshot, file)?),
        None => snapshot.thresholds().confident_from,
    };
    let measures = Measures::of(&judged(&snapshot, &args.file)?, threshold);
    if args.json {
        say!(
            "{}",
            serde_json::to_string_pretty(&measures).map_err(anyhow::Error::from)?
        );
    } else {
        put!("{}", measures.render());
    }
    Ok(())
}

fn judged(snapshot: &Snapshot, file: &Path) -> anyhow::Result<Vec<Judged>> {
    let name = || file.display().to_string();
    let rows = read_rows(std::fs::File::open(file).with_context(name)?).with_context(name)?;
    let began = Instant::now();
    let clock = move || began.elapsed().as_secs_f64() * 1_000.0;
    judge(snapshot, &rows, &clock).with_context(name)
}
