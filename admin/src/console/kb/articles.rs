//! Looking through articles, writing them, and taking them a step further.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use bot_core::domain::id::ArticleId;
use knowledge::answerer::asker::Asker;
use knowledge::article::{Article, Status};
use knowledge::keeper::{Kept, Wish};
use knowledge::store::{self, Filter, Saved};

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::kb::preview::PreviewView;
use crate::console::kb::{ArticleView, StepName, Words};
use crate::console::request::{Asked, At, Body};
use crate::console::session::Caller;

/// Articles of one page.
const PAGE: i64 = 50;
/// Articles that a search by likeness gives.
const LIKELIEST: usize = 20;

/// Which articles.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::console) struct Wanted {
    /// A question, or words that stand in them.
    q: String,
    /// Only those that stand there: `draft`, `review`, `published` or `archived`.
    status: String,
    /// Only those of this space.
    space: String,
    /// So many are passed over.
    skip: u32,
}

/// Articles.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct Listed {
    /// The likeliest first where a question was asked; else the newest change first.
    articles: Vec<ListedArticle>,
    /// Whether there may be more.
    more: bool,
    /// The names of all spaces.
    spaces: Vec<String>,
}

/// An article in a list.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct ListedArticle {
    #[serde(flatten)]
    article: ArticleView,
    /// How likely it answers what was asked, from 0 to 1.
    score: Option<f64>,
}

/// An article to write.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct NewArticle {
    /// What it says.
    words: Words,
    /// Where it is to stand.
    step: StepName,
    /// Publish even if test questions fare worse.
    #[serde(default)]
    force: bool,
}

/// A change of an article.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct ChangedArticle {
    /// What it is to say.
    words: Words,
    /// The revision that was changed: somebody else's change is not overwritten.
    revision: i64,
    /// Where it is to stand.
    step: StepName,
    /// Publish even if test questions fare worse.
    #[serde(default)]
    force: bool,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// A step without new words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct OnlyStep {
    /// Where it is to stand.
    step: StepName,
    /// Publish even if test questions fare worse.
    #[serde(default)]
    force: bool,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct KeptView {
    /// The article as it is now.
    article: ArticleView,
    /// It was not published, because test questions would fare worse; new words are kept as a draft.
    held_back: bool,
    /// What it does, or would do, to the test questions.
    preview: PreviewView,
}

impl KeptView {
    pub(super) fn of(kept: &Kept) -> Result<Self, ApiError> {
        let article = article(kept)?;
        Ok(Self {
            article: ArticleView::of(article),
            held_back: kept.held_back,
            preview: PreviewView::of(&kept.preview),
        })
    }
}

fn article(kept: &Kept) -> Result<&Article, ApiError> {
    let conflict = |code, message| Err(ApiError::Conflict { code, message });
    match &kept.saved {
        Saved::Done(article) | Saved::Unchanged(article) => Ok(article),
        Saved::Conflict(_) => conflict("changed", "somebody else has changed it meanwhile"),
        Saved::Taken(_) => conflict("taken", "another article of this space has that id"),
        Saved::NeedsSomebodyElse(_) => conflict(
            "needs_somebody_else",
            "somebody else has to publish what you wrote",
        ),
        Saved::Gone => Err(ApiError::NotFound),
    }
}

/// Articles: by a question, by their words, or all.
#[utoipa::path(get, path = "/api/v1/kb/articles", params(Wanted), responses((status = 200, body = Listed),
    (status = 400, body = ErrorBody)))]
pub(in crate::console) async fn list(
    State(console): State<Console>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Listed>, ApiError> {
    let filter = wanted.filter()?;
    let db = &console.context.keeper.db;
    let mut found = store::listed(db, filter).await?;
    let more = found.len() as i64 > PAGE;
    found.truncate(PAGE as usize);
    let mut articles = match wanted.skip {
        0 => likeliest(&console, &wanted).await?,
        _ => Vec::new(),
    };
    let known: Vec<Uuid> = articles.iter().map(|one| one.article.id).collect();
    let others = found.iter().filter(|one| !known.contains(&one.id.0));
    articles.extend(others.map(|one| ListedArticle {
        article: ArticleView::of(one),
        score: None,
    }));
    Ok(Json(Listed {
        articles,
        more,
        spaces: store::spaces(db).await?,
    }))
}

impl Wanted {
    fn filter(&self) -> Result<Filter, ApiError> {
        let status = match self.status.as_str() {
            "" => None,
            word => Some(Status::from_word(word).ok_or_else(|| {
                ApiError::field("status", "draft, review, published or archived")
            })?),
        };
        Ok(Filter {
            status,
            space: self.space.clone(),
            words: self.q.trim().to_owned(),
            skip: i64::from(self.skip),
            most: PAGE + 1,
        })
    }

    fn fits(&self, article: &Article) -> bool {
        (self.status.is_empty() || article.status.word() == self.status)
            && (self.space.is_empty() || article.content.space.as_str() == self.space)
    }
}

/// What would answer the question, internal articles too.
async fn likeliest(console: &Console, wanted: &Wanted) -> Result<Vec<ListedArticle>, ApiError> {
    let question = wanted.q.trim();
    if question.is_empty() {
        return Ok(Vec::new());
    }
    let keeper = &console.context.keeper;
    let snapshot = keeper.base.snapshot();
    let ranking = snapshot.rank(question, Asker::AGENT).map_err(|error| {
        tracing::error!(%error, "the articles could not be searched");
        ApiError::Internal
    })?;
    let mut articles = Vec::new();
    for one in ranking.ranked.iter().take(LIKELIEST) {
        let Some(live) = snapshot.articles().get(one.article) else {
            continue;
        };
        let newest = store::article(&keeper.db, live.id).await?;
        if let Some(article) = newest.filter(|article| wanted.fits(article)) {
            articles.push(ListedArticle {
                article: ArticleView::of(&article),
                score: Some(one.probability),
            });
        }
    }
    Ok(articles)
}

/// One article, as it was last changed.
#[utoipa::path(get, path = "/api/v1/kb/articles/{id}", params(("id" = Uuid, Path)), responses(
    (status = 200, body = ArticleView), (status = 404, body = ErrorBody)))]
pub(in crate::console) async fn one(
    State(console): State<Console>,
    At(id): At<Uuid>,
) -> Result<Json<ArticleView>, ApiError> {
    Ok(Json(ArticleView::of(&console.article(id).await?)))
}

/// Write an article.
#[utoipa::path(post, path = "/api/v1/kb/articles", request_body = NewArticle, responses(
    (status = 201, body = KeptView), (status = 400, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(in crate::console) async fn add(
    State(console): State<Console>,
    caller: Caller,
    Body(new): Body<NewArticle>,
) -> Result<(StatusCode, Json<KeptView>), ApiError> {
    console.may_step(&caller, new.step)?;
    let content = new.words.read(&console, "")?;
    let change = console.change(&caller, "");
    let step = new.step.step();
    let keeper = &console.context.keeper;
    let kept = keeper.create(content, step, new.force, change).await?;
    Ok((StatusCode::CREATED, Json(KeptView::of(&kept)?)))
}

/// Change what an article says.
#[utoipa::path(put, path = "/api/v1/kb/articles/{id}", params(("id" = Uuid, Path)),
    request_body = ChangedArticle, responses((status = 200, body = KeptView),
    (status = 400, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub(in crate::console) async fn change(
    State(console): State<Console>,
    caller: Caller,
    At(id): At<Uuid>,
    Body(changed): Body<ChangedArticle>,
) -> Result<Json<KeptView>, ApiError> {
    console.may_step(&caller, changed.step)?;
    let before = console.article(id).await?;
    let content = changed.words.read(&console, &before.content.source)?;
    let change = console.change(&caller, changed.reason.trim());
    let wish = Wish::saying(content, changed.step.step())
        .forced(changed.force)
        .seen(Some(changed.revision));
    let kept = console
        .context
        .keeper
        .save(ArticleId(id), wish, change)
        .await?;
    Ok(Json(KeptView::of(&kept)?))
}

/// Take an article a step further, with the words that it has.
#[utoipa::path(post, path = "/api/v1/kb/articles/{id}/step", params(("id" = Uuid, Path)),
    request_body = OnlyStep, responses((status = 200, body = KeptView), (status = 404, body = ErrorBody),
    (status = 409, body = ErrorBody)))]
pub(in crate::console) async fn step(
    State(console): State<Console>,
    caller: Caller,
    At(id): At<Uuid>,
    Body(wanted): Body<OnlyStep>,
) -> Result<Json<KeptView>, ApiError> {
    console.may_step(&caller, wanted.step)?;
    let change = console.change(&caller, "");
    let wish = Wish::step(wanted.step.step()).forced(wanted.force);
    let kept = console
        .context
        .keeper
        .save(ArticleId(id), wish, change)
        .await?;
    Ok(Json(KeptView::of(&kept)?))
}
