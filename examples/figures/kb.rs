//! `figures kb`: a large knowledge base, from the import to one query.

use clap::Args;
use serde::Deserialize;

use crate::articles::{loose, made};
use crate::desk::{Desk, DeskArgs};
use crate::machine::{described, resident_mb};
use crate::tally::line;

/// Arguments of `kb`.
#[derive(Args)]
pub(crate) struct KbArgs {
    #[command(flatten)]
    desk: DeskArgs,
    /// Articles, of four phrasings each
    #[arg(long, default_value_t = 100_000)]
    articles: usize,
    /// Questions that are asked in loose words
    #[arg(long, default_value_t = 2_000)]
    questions: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What `kb eval --json` says, as far as it is told here.
#[derive(Deserialize)]
struct Measures {
    accuracy_at_1: f64,
    recall_at_5: f64,
    p50_ms: f64,
    p99_ms: f64,
}

/// Measures and tells.
pub(crate) async fn run(args: &KbArgs) -> anyhow::Result<()> {
    let desk = Desk::new(&args.desk).await?;
    let entries = made(args.articles, args.seed);
    print!("{}", described(desk.folder())?);
    println!("database    {}", desk.database());
    println!(
        "base        {} articles with {} phrasings, half Chinese, half English\n",
        entries.len(),
        4 * entries.len()
    );
    let imported = desk.import(&entries)?.as_secs_f64();
    line(
        "kb import",
        &format!(
            "{imported:.1} s, {:.0} articles/s",
            entries.len() as f64 / imported
        ),
        "",
    );
    let running = desk.serve().await?;
    let ready = running.ready_after.as_secs_f64();
    line("start to ready, indexed", &format!("{ready:.1} s"), "30 s");
    line(
        "memory when ready",
        &format!("{:.0} MB", resident_mb(&running.process())?),
        "",
    );
    running.end()?;
    let questions = desk.lines(
        "questions.jsonl",
        &loose(&entries, args.questions, args.seed + 1),
    )?;
    let told = desk.run(&["kb", "eval", &questions, "--json"])?;
    let measures: Measures = serde_json::from_slice(&told.stdout)?;
    line(
        "one query",
        &format!(
            "p50 {:.2} ms, p99 {:.2} ms",
            measures.p50_ms, measures.p99_ms
        ),
        "p99 5 ms",
    );
    let right = format!(
        "{:.1} % first, {:.1} % among five",
        measures.accuracy_at_1 * 100.0,
        measures.recall_at_5 * 100.0
    );
    line("right article", &right, "");
    desk.remove().await
}
