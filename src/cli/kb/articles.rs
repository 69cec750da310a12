//! `frontdesk kb show`, `history`, `diff`, `rollback`, `submit`, `publish`, `off`: one article at a time.

use clap::Args;
use knowledge::article::{Article, Step};
use knowledge::diff::{as_text, diff as differences};
use knowledge::keeper::{Keeper, Wish};
use knowledge::store::{self, Found};

use crate::cli::Failure;
use crate::cli::kb::{change, imports, shown};
use crate::cli::out::say;
use crate::cli::source::ConfigOrData;

/// Which article.
#[derive(Debug, Args)]
pub(super) struct ArticleArgs {
    /// Its id, or space/id
    id: String,
    #[command(flatten)]
    pub(super) source: ConfigOrData,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// Its id, or space/id
    id: String,
    /// The older revision; without, the one that answers, or the one before
    before: Option<i64>,
    /// The newer revision; the newest without
    after: Option<i64>,
    #[command(flatten)]
    pub(super) source: ConfigOrData,
}

#[derive(Debug, Args)]
pub(super) struct RollbackArgs {
    /// Its id, or space/id
    id: String,
    /// What it said then, it says again
    revision: i64,
    /// Even if test questions would fare worse
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    pub(super) source: ConfigOrData,
}

#[derive(Debug, Args)]
pub(super) struct PublishArgs {
    /// Ids of articles, or #7 for all of import 7
    #[arg(required = true)]
    ids: Vec<String>,
    /// Even if test questions would fare worse
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    pub(super) source: ConfigOrData,
}

pub(super) async fn show(keeper: &Keeper, args: &ArticleArgs) -> Result<(), Failure> {
    let article = named(keeper, &args.id).await?;
    let content = &article.content;
    let live = match article.live {
        Some(live) if live != article.revision => format!(", revision {live} answers"),
        _ => String::new(),
    };
    say!(
        "{}/{} · revision {} · {}{live} · {}",
        content.space,
        content.external_id,
        article.revision,
        article.status,
        content.visibility.word()
    );
    say!("Q: {}", content.question);
    for one in &content.alternatives {
        say!("   {one}");
    }
    say!("A: {}", content.answer);
    if !content.source.is_empty() {
        say!("from: {}", content.source);
    }
    Ok(())
}

pub(super) async fn history(keeper: &Keeper, args: &ArticleArgs) -> Result<(), Failure> {
    let article = named(keeper, &args.id).await?;
    let revisions = store::history(&keeper.db, article.id).await;
    for one in revisions.map_err(anyhow::Error::from)? {
        let live = match article.live == Some(one.revision) {
            true => "answers",
            false => "",
        };
        let (at, by) = (shown::at(one.at), &one.author);
        say!(
            "{:>4}  {at}  {by:<12}  {:<9}  {live}  {}",
            one.revision,
            one.status,
            one.reason
        );
    }
    Ok(())
}

pub(super) async fn diff(keeper: &Keeper, args: &DiffArgs) -> Result<(), Failure> {
    let article = named(keeper, &args.id).await?;
    let after = args.after.unwrap_or(article.revision);
    let answers = article.live.filter(|live| *live < after);
    let before = args.before.or(answers).unwrap_or(after - 1);
    let older = revision(keeper, &article, before).await?;
    let newer = revision(keeper, &article, after).await?;
    let fields = differences(&older.content, &newer.content);
    say!("revision {before} → {after}");
    match fields.is_empty() {
        true => say!("They say the same."),
        false => say!("{}", as_text(&fields)),
    }
    Ok(())
}

async fn revision(keeper: &Keeper, article: &Article, number: i64) -> Result<Article, Failure> {
    let found = store::revision(&keeper.db, article.id, number).await;
    let found = found.map_err(anyhow::Error::from)?;
    let missing = || anyhow::anyhow!("{} has no revision {number}", shown::id(article));
    Ok(found.ok_or_else(missing)?)
}

pub(super) async fn roll_back(keeper: &Keeper, args: &RollbackArgs) -> Result<(), Failure> {
    let article = named(keeper, &args.id).await?;
    revision(keeper, &article, args.revision).await?;
    let rolled = keeper.roll_back(&article, args.revision, args.force, change());
    let Some(kept) = rolled.await.map_err(anyhow::Error::from)? else {
        return Ok(());
    };
    shown::kept(
        &kept,
        &format!("says again what it said in revision {}", args.revision),
    )
}

pub(super) async fn publish(keeper: &Keeper, args: &PublishArgs) -> Result<(), Failure> {
    for id in &args.ids {
        match id.strip_prefix('#') {
            Some(number) => imports::publish(keeper, number, args.force).await?,
            None => step(keeper, id, Step::Publish, args.force).await?,
        }
    }
    Ok(())
}

/// Takes an article a step further.
pub(super) async fn step(
    keeper: &Keeper,
    id: &str,
    step: Step,
    force: bool,
) -> Result<(), Failure> {
    let article = named(keeper, id).await?;
    let wish = Wish::step(step).forced(force);
    let kept = keeper.save(article.id, wish, change()).await;
    let done = match step {
        Step::Publish => "is published",
        Step::Archive => "does not answer any more",
        Step::Save | Step::Submit => "waits for somebody to publish it",
    };
    shown::kept(&kept.map_err(anyhow::Error::from)?, done)
}

pub(super) async fn submit(keeper: &Keeper, args: &ArticleArgs) -> Result<(), Failure> {
    step(keeper, &args.id, Step::Submit, false).await
}

pub(super) async fn off(keeper: &Keeper, args: &ArticleArgs) -> Result<(), Failure> {
    step(keeper, &args.id, Step::Archive, false).await
}

/// The article that somebody means.
pub(super) async fn named(keeper: &Keeper, id: &str) -> Result<Article, Failure> {
    let found = store::find(&keeper.db, id)
        .await
        .map_err(anyhow::Error::from)?;
    let problem = match found {
        Found::One(article) => return Ok(*article),
        Found::Several(all) => {
            let names = all
                .iter()
                .map(|one| format!("{}/{}", one.content.space, shown::id(one)));
            let names: Vec<String> = names.collect();
            format!(
                "several spaces have an article “{id}”: {}",
                names.join(", ")
            )
        }
        Found::None(alike) if alike.is_empty() => format!("there is no article “{id}”"),
        Found::None(alike) => {
            format!(
                "there is no article “{id}”; these are close: {}",
                alike.join(", ")
            )
        }
    };
    Err(Failure::Work(anyhow::anyhow!(problem)))
}
