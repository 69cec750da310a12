//! `frontdesk kb test`: questions whose right article is known.

use clap::{Args, Subcommand};
use knowledge::keeper::Keeper;
use knowledge::regression::Verdict;
use knowledge::store;
use serde_json::json;

use crate::cli::Failure;
use crate::cli::kb::{articles, change, shown};
use crate::cli::out::say;
use crate::cli::source::ConfigOrData;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct TestArgs {
    #[command(subcommand)]
    verb: Option<TestVerb>,
    /// As one JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: ConfigOrData,
}

#[derive(Debug, Subcommand)]
enum TestVerb {
    /// Keeps a question with the article that has to answer it
    Add(AddArgs),
    /// Forgets a question
    Remove(RemoveArgs),
}

#[derive(Debug, Args)]
struct AddArgs {
    /// The question
    question: String,
    /// The article's id; without, a person is to answer
    id: Option<String>,
    #[command(flatten)]
    source: ConfigOrData,
}

#[derive(Debug, Args)]
struct RemoveArgs {
    /// The question
    question: String,
    #[command(flatten)]
    source: ConfigOrData,
}

impl TestArgs {
    pub(super) const fn source(&self) -> &ConfigOrData {
        match &self.verb {
            Some(TestVerb::Add(args)) => &args.source,
            Some(TestVerb::Remove(args)) => &args.source,
            None => &self.source,
        }
    }

    /// Whether the questions are asked, so that the articles have to be ready to answer.
    pub(super) const fn asks(&self) -> bool {
        self.verb.is_none()
    }
}

pub(super) async fn run(keeper: &Keeper, args: &TestArgs) -> Result<(), Failure> {
    match &args.verb {
        None => ask(keeper, args.json).await,
        Some(TestVerb::Add(args)) => add(keeper, args).await,
        Some(TestVerb::Remove(args)) => remove(keeper, args).await,
    }
}

/// Asks them all; fails when one is not answered rightly.
async fn ask(keeper: &Keeper, as_json: bool) -> Result<(), Failure> {
    let asked = keeper
        .base
        .test(&keeper.db)
        .await
        .map_err(anyhow::Error::from)?;
    let wrong = asked
        .iter()
        .filter(|(_, verdict)| *verdict != Verdict::Right)
        .count();
    for (test, verdict) in &asked {
        match as_json {
            true => say!("{}", json!({ "test": test, "verdict": verdict })),
            false => say!(
                "{:<14}  {}  ({})",
                shown::verdict(verdict),
                test.question,
                test.external_id.as_deref().unwrap_or("a person")
            ),
        }
    }
    match wrong {
        0 => Ok(()),
        wrong => Err(Failure::Work(anyhow::anyhow!(
            "{wrong} of {} test questions are not answered rightly",
            asked.len()
        ))),
    }
}

async fn add(keeper: &Keeper, args: &AddArgs) -> Result<(), Failure> {
    let right = match &args.id {
        None => None,
        Some(id) => {
            let content = articles::named(keeper, id).await?.content;
            Some((content.space, content.external_id))
        }
    };
    let kept = store::keep_test(&keeper.db, args.question.clone(), right, change()).await;
    kept.map_err(anyhow::Error::from)?;
    say!("Kept.");
    Ok(())
}

async fn remove(keeper: &Keeper, args: &RemoveArgs) -> Result<(), Failure> {
    let gone = store::forget_test(&keeper.db, args.question.clone()).await;
    match gone.map_err(anyhow::Error::from)? {
        true => say!("Gone."),
        false => {
            return Err(Failure::Work(anyhow::anyhow!(
                "there is no such test question"
            )));
        }
    }
    Ok(())
}
