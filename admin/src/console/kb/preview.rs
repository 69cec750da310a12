//! What an article would do, before it does.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use bot_core::domain::id::ArticleId;
use knowledge::answerer::preview::{Fate, Tried};
use knowledge::article::Article;
use knowledge::regression::{Preview, Shift, Verdict};
use knowledge::store;

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::kb::Words;
use crate::console::request::Body;

/// So many of an article's own phrases are asked.
const PHRASES: usize = 30;

/// What a change does, or would do, to the test questions.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct PreviewView {
    /// How many test questions there are.
    tests: usize,
    /// Those that fare worse.
    worse: Vec<ShiftView>,
    /// Those that fare better.
    better: Vec<ShiftView>,
}

/// A test question that fares differently.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct ShiftView {
    /// Its words.
    question: String,
    /// The right article's id; none where a person is to answer.
    expected: Option<String>,
    /// What becomes of it now: `right`, `offered`, `unanswered` or `wrong`.
    before: &'static str,
    /// What would become of it.
    after: &'static str,
    /// The article that would answer instead.
    by: Option<String>,
}

/// An article to be tried.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct Trial {
    /// What it says.
    words: Words,
    /// The article that is being changed, if there is one.
    #[serde(default)]
    id: Option<Uuid>,
    /// A question to try it with, besides its own phrases and the test questions.
    #[serde(default)]
    question: String,
}

/// Which questions find it.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct Found {
    /// The question that was given first, then its own phrases, then test questions that find it.
    questions: Vec<TriedView>,
}

/// A question, and what would become of it.
#[derive(Serialize, ToSchema)]
pub(in crate::console) struct TriedView {
    /// The question.
    question: String,
    /// How likely the article is the right one, from 0 to 1.
    score: f64,
    /// Its place among all articles, from 1.
    place: Option<usize>,
    /// `answered`, `offered` or `neither`.
    outcome: &'static str,
    /// The id of the likeliest article.
    best: Option<String>,
}

impl PreviewView {
    pub(super) fn of(preview: &Preview) -> Self {
        let views = |shifts: &[Shift]| shifts.iter().map(ShiftView::of).collect();
        Self {
            tests: preview.tests,
            worse: views(&preview.worse),
            better: views(&preview.better),
        }
    }
}

impl ShiftView {
    fn of(shift: &Shift) -> Self {
        let by = match &shift.after {
            Verdict::Wrong(by) => Some(by.clone()),
            Verdict::Unanswered | Verdict::Offered | Verdict::Right => None,
        };
        Self {
            question: shift.question.clone(),
            expected: shift.expected.clone(),
            before: word(&shift.before),
            after: word(&shift.after),
            by,
        }
    }
}

pub(super) const fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Wrong(_) => "wrong",
        Verdict::Unanswered => "unanswered",
        Verdict::Offered => "offered",
        Verdict::Right => "right",
    }
}

impl TriedView {
    fn of(tried: Tried) -> Self {
        Self {
            question: tried.question,
            score: tried.probability,
            place: tried.place,
            outcome: match tried.outcome {
                Fate::Answered => "answered",
                Fate::Offered => "offered",
                Fate::Neither => "neither",
            },
            best: tried.best,
        }
    }
}

/// Which questions would find an article with these words.
#[utoipa::path(post, path = "/api/v1/kb/preview", request_body = Trial, responses(
    (status = 200, body = Found), (status = 400, body = ErrorBody)))]
pub(in crate::console) async fn preview(
    State(console): State<Console>,
    Body(trial): Body<Trial>,
) -> Result<Json<Found>, ApiError> {
    let content = trial.words.read(&console, "")?;
    let keeper = &console.context.keeper;
    let own: Vec<String> = content.phrases().take(PHRASES).map(str::to_owned).collect();
    let asked = trial.question.trim().to_owned();
    let certain = own.len() + usize::from(!asked.is_empty());
    let tests = store::tests(&keeper.db).await?;
    let first = (!asked.is_empty()).then_some(asked);
    let questions = first.into_iter().chain(own);
    let questions = questions.chain(tests.into_iter().map(|test| test.question));
    let id = trial.id.unwrap_or_else(|| console.context.core.fresh());
    let article = Article::draft(ArticleId(id), content, console.now());
    let tried = keeper
        .base
        .try_out(&keeper.db, article, questions.collect())
        .await;
    let tried = tried.map_err(|error| ApiError::from(knowledge::keeper::KeepError::from(error)))?;
    let found = tried.into_iter().enumerate();
    let found = found.filter(|(at, one)| *at < certain || one.place == Some(1));
    Ok(Json(Found {
        questions: found.map(|(_, one)| TriedView::of(one)).collect(),
    }))
}
