//! `frontdesk kb`: the knowledge base from the shell.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use bot_core::port::clock::{Clock as _, Ids as _, RandomIds, SystemClock};
use bot_core::store::{Db, Keyring};
use clap::{Args, Subcommand};
use knowledge::answerer::KnowledgeBase;
use knowledge::keeper::Keeper;
use knowledge::store::Change;

use crate::cli::Failure;
use crate::cli::out::say;
use crate::cli::source::ConfigOrData;
use crate::config::Config;
use crate::model;
use crate::wiring::open_store;

mod articles;
mod ask;
mod eval;
mod import;
mod imports;
mod shown;
mod stats;
mod test_questions;

/// Who changes articles from the shell, in their history.
const AUTHOR: &str = "shell";

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
    /// Reads articles from files, folders and ZIP archives
    Import(import::ImportArgs),
    /// Lists the last imports
    Imports(imports::ImportsArgs),
    /// Takes an import back
    Undo(imports::UndoArgs),
    /// Asks a question and shows what the bot would answer
    Ask(ask::AskArgs),
    /// Shows an article
    Show(articles::ArticleArgs),
    /// Says who changed an article when
    History(articles::ArticleArgs),
    /// Shows what changed between two revisions of an article
    Diff(articles::DiffArgs),
    /// Has an article say again what it said
    Rollback(articles::RollbackArgs),
    /// Has somebody else read an article before it is published
    Submit(articles::ArticleArgs),
    /// Answers with articles
    Publish(articles::PublishArgs),
    /// Answers with an article no more
    Off(articles::ArticleArgs),
    /// Keeps and asks questions whose right article is known
    Test(test_questions::TestArgs),
    /// Measures the answers on judged questions: lines of {"text": …, "expect": id or null}
    Eval(eval::EvalArgs),
    /// Writes all articles to a .jsonl, .csv, .xlsx or .md file that can be imported again
    Export(ExportArgs),
    /// Counts the articles and says how they are judged
    Stats(StatsArgs),
}

impl Verb {
    /// Whether the published articles have to be ready to answer.
    const fn answers(&self) -> bool {
        match self {
            Self::Ask(_) | Self::Eval(_) => true,
            Self::Test(args) => args.asks(),
            _ => false,
        }
    }

    const fn source(&self) -> &ConfigOrData {
        match self {
            Self::Import(args) => &args.source,
            Self::Imports(args) => &args.source,
            Self::Undo(args) => &args.source,
            Self::Ask(args) => &args.source,
            Self::Show(args) | Self::History(args) | Self::Submit(args) | Self::Off(args) => {
                &args.source
            }
            Self::Diff(args) => &args.source,
            Self::Rollback(args) => &args.source,
            Self::Publish(args) => &args.source,
            Self::Test(args) => args.source(),
            Self::Eval(args) => &args.source,
            Self::Export(args) => &args.source,
            Self::Stats(args) => &args.source,
        }
    }
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
    let config = args.verb.source().load()?;
    let runtime = tokio::runtime::Runtime::new().map_err(anyhow::Error::from)?;
    runtime.block_on(async {
        let (db, keyring) = open_store(&config).await?;
        let done = verb(&db, &keyring, &config, &args.verb).await;
        db.close().await;
        done
    })
}

async fn verb(db: &Db, keyring: &Keyring, config: &Config, verb: &Verb) -> Result<(), Failure> {
    let base = match verb.answers() {
        true => published(db, config).await?,
        false => unread(config).await?,
    };
    let keeper = keeper(db, base);
    match verb {
        Verb::Import(args) => import::run(&keeper, args, config.hours.zone()).await,
        Verb::Imports(_) => imports::list(&keeper).await,
        Verb::Undo(args) => imports::undo(&keeper, args).await,
        Verb::Ask(args) => ask::run(&keeper.base, args).await,
        Verb::Show(args) => articles::show(&keeper, args).await,
        Verb::History(args) => articles::history(&keeper, args).await,
        Verb::Diff(args) => articles::diff(&keeper, args).await,
        Verb::Rollback(args) => articles::roll_back(&keeper, args).await,
        Verb::Submit(args) => articles::submit(&keeper, args).await,
        Verb::Publish(args) => articles::publish(&keeper, args).await,
        Verb::Off(args) => articles::off(&keeper, args).await,
        Verb::Test(args) => test_questions::run(&keeper, args).await,
        Verb::Eval(args) => eval::run(&keeper.base, args),
        Verb::Export(args) => export(db, args).await,
        Verb::Stats(args) => stats::run(db, keyring, config, args.json).await,
    }
}

fn keeper(db: &Db, base: KnowledgeBase) -> Keeper {
    Keeper {
        db: db.clone(),
        base: Arc::new(base),
        ids: Arc::new(RandomIds),
    }
}

/// An act from the shell, now.
fn change() -> Change {
    let at = SystemClock.now();
    Change {
        cause: RandomIds.fresh(at),
        author: AUTHOR.to_owned(),
        reason: String::new(),
        at,
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

/// A base as configured, with no article read.
async fn unread(config: &Config) -> Result<KnowledgeBase, Failure> {
    let base = KnowledgeBase::empty().map_err(anyhow::Error::from)?;
    let model = model::file(&config.storage.model);
    let base = base.with_model(model).with_settings(config.knowledge());
    base.look_for_model().await.map_err(anyhow::Error::from)?;
    Ok(base)
}

/// The published articles, ready to answer.
pub(super) async fn answering(db: &Db, config: &Config) -> Result<KnowledgeBase, Failure> {
    let base = unread(config).await?;
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
