//! `frontdesk kb`: the knowledge base from the shell.

use std::path::PathBuf;

use anyhow::Context;
use bot_core::store::Db;
use clap::{Args, Subcommand};
use knowledge::answerer::KnowledgeBase;

use crate::cli::Failure;
use crate::cli::out::say;
use crate::cli::source::ConfigOrData;
use crate::config::Config;
use crate::model;
use crate::wiring::open_store;

mod ask;
mod eval;
mod import;
mod stats;

/// Arguments of `kb`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  frontdesk kb import faq.csv more.xlsx notes/ --publish --config frontdesk.toml
  frontdesk kb ask \"How do I return something?\" --explain
  frontdesk kb eval questions.jsonl --json
  frontdesk kb export articles.csv

Tables have the columns id, question, answer, alternatives (split by |), category, lang, tags,
visibility (public, internal), mode (auto, suggest, off), valid_from and valid_until (2026-12-01, or
2026-12-01 09:30), channels; only question and answer are needed. In Markdown a heading is a
question.")]
pub struct KbArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Reads articles from CSV, XLSX, JSON, JSONL and Markdown files, or folders of them
    Import(import::ImportArgs),
    /// Asks a question and shows what the bot would answer
    Ask(ask::AskArgs),
    /// Measures the answers on judged questions: lines of {"text": …, "expect": id or null}
    Eval(eval::EvalArgs),
    /// Writes all articles to a .jsonl or .csv file that can be imported again
    Export(ExportArgs),
    /// Counts the articles and says how they are judged
    Stats(StatsArgs),
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// The file; its ending says the format
    file: PathBuf,
    #[command(flatten)]
    source: ConfigOrData,
}

#[derive(Debug, Args)]
struct StatsArgs {
    /// As one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: ConfigOrData,
}

/// Runs the verb.
///
/// # Errors
/// An unusable configuration or wrong usage, or work that failed.
pub fn run(args: &KbArgs) -> Result<(), Failure> {
    let source = match &args.verb {
        Verb::Import(args) => &args.source,
        Verb::Ask(args) => &args.source,
        Verb::Eval(args) => &args.source,
        Verb::Export(args) => &args.source,
        Verb::Stats(args) => &args.source,
    };
    let config = source.load()?;
    let runtime = tokio::runtime::Runtime::new().map_err(anyhow::Error::from)?;
    runtime.block_on(async {
        let (db, _keyring) = open_store(&config).await?;
        let done = verb(&db, &config, &args.verb).await;
        db.close().await;
        done
    })
}

async fn verb(db: &Db, config: &Config, verb: &Verb) -> Result<(), Failure> {
    match verb {
        Verb::Import(args) => import::run(db, args, config.hours.zone()).await,
        Verb::Ask(args) => ask::run(&published(db, config).await?, args).await,
        Verb::Eval(args) => eval::run(&published(db, config).await?, args),
        Verb::Export(args) => export(db, args).await,
        Verb::Stats(args) => stats::run(db, config, args.json).await,
    }
}

async fn export(db: &Db, args: &ExportArgs) -> Result<(), Failure> {
    use knowledge::export::{ExportFormat, export};

    let format = ExportFormat::of(&args.file).map_err(|error| Failure::Usage(error.into()))?;
    let articles = knowledge::store::all_articles(db)
        .await
        .map_err(anyhow::Error::from)?;
    let file = std::fs::File::create(&args.file)
        .with_context(|| format!("{} cannot be written", args.file.display()))?;
    export(&articles, format, std::io::BufWriter::new(file)).map_err(anyhow::Error::from)?;
    say!(
        "Wrote {} articles to {}.",
        articles.len(),
        args.file.display()
    );
    Ok(())
}

/// The published articles, ready to answer.
pub(super) async fn answering(db: &Db, config: &Config) -> Result<KnowledgeBase, Failure> {
    let base = KnowledgeBase::empty().map_err(anyhow::Error::from)?;
    let model = model::file(&config.storage.model);
    let base = base.with_model(model).with_settings(config.knowledge());
    base.look_for_model().await.map_err(anyhow::Error::from)?;
    while base
        .refresh_if_changed(db)
        .await
        .map_err(anyhow::Error::from)?
    {}
    Ok(base)
}

/// The same; says so where there are none.
pub(super) async fn published(db: &Db, config: &Config) -> Result<KnowledgeBase, Failure> {
    let base = answering(db, config).await?;
    if base.snapshot().articles().is_empty() {
        eprintln!("No article is published; import some with --publish.");
    }
    Ok(base)
}
