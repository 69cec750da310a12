//! What a change would do to the test questions, before it goes live.

use std::collections::HashMap;
use std::sync::Arc;

use bot_core::domain::answer::{Audience, Outcome, Question};
use bot_core::domain::id::ArticleId;
use bot_core::domain::language::Language;
use bot_core::store::Db;

use crate::answerer::asker::Asker;
use crate::answerer::snapshot::{Snapshot, Understanding};
use crate::answerer::{KnowledgeBase, RefreshError, TRAINED_AT_ONCE};
use crate::article::Article;
use crate::index::IndexError;
use crate::rank::Effort;
use crate::regression::{Preview, Verdict, judge};
use crate::store::{self, TestQuestion};

/// So many articles a question comes near are rivals, where a base is large.
const RIVALS: usize = 30;

/// Articles that would answer, and articles that would not.
#[derive(Clone, Debug, Default)]
pub struct Intent {
    /// These would, each in the place of what it said before.
    pub publish: Vec<Article>,
    /// These would not any more.
    pub withdraw: Vec<ArticleId>,
}

impl KnowledgeBase {
    /// Asks the test questions of the articles that answer, and of those that would. Without test questions
    /// nothing is built. The heavy work runs on a blocking thread.
    ///
    /// # Errors
    /// When the articles cannot be read or indexed.
    pub async fn preview(&self, db: &Db, intent: Intent) -> Result<Preview, RefreshError> {
        let tests = store::tests(db).await?;
        if tests.is_empty() {
            return Ok(Preview::default());
        }
        let before = store::live_articles(db).await?;
        let now = self.snapshot();
        let understood = self.encoder().map(|encoder| Understanding {
            encoder,
            before: Some(now),
        });
        let settings = Arc::clone(&self.settings);
        let compare = move || {
            let after = intent.applied(before.clone());
            let effort = effort(&before).min(effort(&after));
            let build = |articles| {
                let understood = understood.clone().filter(|_| effort == Effort::Full);
                let snapshot =
                    Snapshot::build(0, Arc::new(articles), effort, understood, &|| true)?;
                Ok(snapshot.map(|one| one.with_settings(Arc::clone(&settings))))
            };
            let (then, now) = (
                asked(build(after)?, &tests)?,
                asked(build(before)?, &tests)?,
            );
            Ok::<_, IndexError>(Preview::of(&tests, now, then))
        };
        let compared = tokio::task::spawn_blocking(compare).await;
        Ok(compared.map_err(|_| RefreshError::BrokenOff)??)
    }

    /// Asks the test questions of the articles in use.
    ///
    /// # Errors
    /// When the tests cannot be read, or the index not be searched.
    pub async fn test(&self, db: &Db) -> Result<Vec<(TestQuestion, Verdict)>, RefreshError> {
        let tests = store::tests(db).await?;
        let verdicts = judge(&self.snapshot(), &tests)?;
        Ok(tests.into_iter().zip(verdicts).collect())
    }
}

/// What a question would be answered with.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The question.
    pub question: String,
    /// How likely the article is the right one, from 0 to 1.
    pub probability: f64,
    /// Its place among all articles, from 1; none where it is not found.
    pub place: Option<usize>,
    /// What would become of the question.
    pub outcome: Fate,
    /// The id of the likeliest article.
    pub best: Option<String>,
}

/// What would become of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It would be answered with the article.
    Answered,
    /// The article would be offered among others.
    Offered,
    /// It would not.
    Neither,
}

impl KnowledgeBase {
    /// Asks questions of the articles that answer, as if this one did too. The heavy work runs on a blocking
    /// thread.
    ///
    /// # Errors
    /// When the articles cannot be read or indexed.
    pub async fn try_out(
        &self,
        db: &Db,
        article: Article,
        questions: Vec<String>,
    ) -> Result<Vec<Tried>, RefreshError> {
        let before = self.rivals(db, &questions).await?;
        let settings = Arc::clone(&self.settings);
        let trying = move || {
            let id = article.id;
            let intent = Intent {
                publish: vec![article],
                ..Intent::default()
            };
            let articles = intent.applied(before);
            let effort = effort(&articles);
            let built = Snapshot::build(0, Arc::new(articles), effort, None, &|| true)?;
            let Some(snapshot) = built.map(|one| one.with_settings(settings)) else {
                return Ok(Vec::new());
            };
            let tried = questions.into_iter();
            tried
                .map(|question| tried_with(&snapshot, id, question))
                .collect()
        };
        let tried = tokio::task::spawn_blocking(trying).await;
        Ok(tried.map_err(|_| RefreshError::BrokenOff)??)
    }
}

impl KnowledgeBase {
    /// The articles that a new one has to be compared with: all, or of a large base those that the questions
    /// come near, since this is asked while somebody types.
    async fn rivals(&self, db: &Db, questions: &[String]) -> Result<Vec<Article>, RefreshError> {
        let snapshot = self.snapshot();
        if effort(snapshot.articles()) == Effort::Full {
            return Ok(store::live_articles(db).await?);
        }
        let mut places = std::collections::BTreeSet::new();
        for question in questions {
            let ranked = snapshot.rank(question, Asker::AGENT)?.ranked;
            places.extend(ranked.iter().take(RIVALS).map(|one| one.article));
        }
        let articles = places
            .into_iter()
            .filter_map(|at| snapshot.articles().get(at));
        Ok(articles.cloned().collect())
    }
}

fn tried_with(snapshot: &Snapshot, id: ArticleId, text: String) -> Result<Tried, IndexError> {
    let ranked = snapshot.rank(&text, Asker::AGENT)?.ranked;
    let of = |at: usize| snapshot.articles().get(at);
    let place = ranked
        .iter()
        .position(|one| of(one.article).is_some_and(|article| article.id == id));
    let question = Question {
        audience: Audience::Agent,
        language: Language::of_text(&text),
        text,
        ..Question::default()
    };
    let outcome = match snapshot.answer(&question)?.outcome {
        Outcome::Confident(answer) if answer.article == id => Fate::Answered,
        Outcome::Choices(all) if all.iter().any(|one| one.article == id) => Fate::Offered,
        _ => Fate::Neither,
    };
    let best = ranked.first().and_then(|one| of(one.article));
    Ok(Tried {
        question: question.text,
        probability: place
            .and_then(|at| ranked.get(at))
            .map_or(0.0, |one| one.probability),
        place: place.map(|at| at + 1),
        outcome,
        best: best.map(|one| one.content.external_id.to_string()),
    })
}

fn asked(snapshot: Option<Snapshot>, tests: &[TestQuestion]) -> Result<Vec<Verdict>, IndexError> {
    // Nothing stops these builds.
    snapshot.map_or_else(|| Ok(Vec::new()), |one| judge(&one, tests))
}

/// A large base is compared by its index alone: training it takes too long to be waited for.
fn effort(articles: &[Article]) -> Effort {
    let phrases: usize = articles.iter().map(|a| a.content.phrases().count()).sum();
    match phrases > TRAINED_AT_ONCE {
        true => Effort::IndexOnly,
        false => Effort::Full,
    }
}

impl Intent {
    /// What would answer.
    fn applied(&self, live: Vec<Article>) -> Vec<Article> {
        let mut new: HashMap<ArticleId, &Article> =
            self.publish.iter().map(|one| (one.id, one)).collect();
        let kept = live
            .into_iter()
            .filter(|one| !self.withdraw.contains(&one.id));
        let mut all: Vec<Article> = kept
            .map(|one| new.remove(&one.id).cloned().unwrap_or(one))
            .collect();
        let mut new: Vec<Article> = new.into_values().cloned().collect();
        new.sort_by_key(|one| one.id);
        all.append(&mut new);
        all
    }
}
