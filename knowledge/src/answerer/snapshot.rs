//! The articles of one version with their ranker; never changes.

use std::collections::HashMap;
use std::sync::Arc;

use bot_core::domain::answer::{
    Answer, AnswerMode, ArticleAnswer, ArticleChoice, Audience, Candidate, Evidence, Outcome,
    Question,
};
use bot_core::domain::id::ArticleId;
use bot_core::domain::language::Language;

use crate::answerer::asker::Asker;
use crate::answerer::settings::{Settings, Shown};
use crate::answerer::several;
use crate::article::{Article, Content};
use crate::embed::Encoder;
use crate::follow_up::completed;
use crate::index::IndexError;
use crate::rank::{Effort, Ranked, Ranker, Ranking};

mod thresholds;

use thresholds::Tested;
pub use thresholds::Thresholds;

/// At most so many articles are offered.
const MOST_CHOICES: usize = 3;
/// An offered article is at least this likely, measured by the best.
const CHOICE_SHARE: f64 = 0.1;
/// So many candidates are kept as evidence.
const EVIDENCE: usize = 10;

/// The means to go by what texts mean.
#[derive(Clone)]
pub struct Understanding {
    /// The model of sentences.
    pub encoder: Arc<Encoder>,
    /// What was read before is not read again.
    pub before: Option<Arc<Snapshot>>,
}

/// The published articles of one version. Cheap to clone.
#[derive(Clone)]
pub struct Snapshot {
    version: i64,
    complete: bool,
    articles: Arc<Vec<Article>>,
    by_id: Arc<HashMap<ArticleId, usize>>,
    ranker: Arc<Ranker>,
    thresholds: Thresholds,
    /// How these articles, or those before them, judge their own phrases, once that is known.
    tested: Option<Tested>,
    settings: Arc<Settings>,
    /// Whether customers may read each article, as far as it does not depend on who asks: a large base is
    /// gone through for each question.
    shown: Arc<Vec<Shown>>,
}

impl Snapshot {
    pub(crate) fn empty() -> Result<Self, IndexError> {
        let ranker = Ranker::build(
            std::iter::empty::<std::iter::Empty<&str>>(),
            Effort::Full,
            &|| true,
        )?;
        // Nothing stops a build that is always wanted; an empty one needs no second try.
        let ranker = ranker.ok_or(IndexError::Build(tantivy::TantivyError::Poisoned))?;
        Ok(Self::new(-1, true, Arc::default(), ranker))
    }

    fn new(version: i64, complete: bool, articles: Arc<Vec<Article>>, ranker: Ranker) -> Self {
        Self {
            version,
            complete,
            by_id: Arc::new(
                articles
                    .iter()
                    .enumerate()
                    .map(|(at, article)| (article.id, at))
                    .collect(),
            ),
            articles,
            ranker: Arc::new(ranker),
            thresholds: Thresholds::default(),
            tested: None,
            settings: Arc::default(),
            shown: Arc::default(),
        }
        .with_settings(Arc::default())
    }

    /// Builds the ranker of these articles; `None` when `go_on` said no.
    ///
    /// # Errors
    /// When the index cannot be built.
    pub fn build(
        version: i64,
        articles: Arc<Vec<Article>>,
        effort: Effort,
        understanding: Option<Understanding>,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Option<Self>, IndexError> {
        let phrases = articles.iter().map(|article| article.content.phrases());
        let ranker = Ranker::build(phrases, effort, go_on)?;
        let ranker = match understanding {
            None => ranker,
            Some(Understanding { encoder, before }) => ranker.and_then(|ranker| {
                let before = before.as_ref().map(|before| &*before.ranker);
                ranker.understanding(&encoder, before, go_on)
            }),
        };
        Ok(ranker.map(|ranker| {
            let complete = effort == Effort::Full || !ranker.can_train();
            Self::new(version, complete, articles, ranker)
        }))
    }

    /// The version of the articles.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// Whether nothing is left to be done to answer from this version, by the meaning too or not.
    pub(super) fn is_at(&self, version: i64, by_meaning: bool) -> bool {
        self.version == version && self.complete && self.understands() == by_meaning
    }

    /// Whether it goes by the meaning too.
    #[must_use]
    pub fn understands(&self) -> bool {
        self.ranker.understands()
    }

    /// The articles.
    #[must_use]
    pub fn articles(&self) -> &[Article] {
        &self.articles
    }

    /// One of them.
    #[must_use]
    pub fn article(&self, id: ArticleId) -> Option<&Article> {
        self.articles.get(*self.by_id.get(&id)?)
    }

    /// The ranker.
    #[must_use]
    pub fn ranker(&self) -> &Ranker {
        &self.ranker
    }

    /// Ranks the articles that somebody may read.
    ///
    /// # Errors
    /// When the index cannot be searched.
    pub fn rank(&self, text: &str, asker: Asker<'_>) -> Result<Ranking, IndexError> {
        self.ranker.rank(text, &|at| self.may_read(at, asker))
    }

    /// Judges one turn of a customer, which may ask several questions.
    ///
    /// # Errors
    /// When the index cannot be searched.
    pub fn answer(&self, question: &Question) -> Result<Answer, IndexError> {
        if let Some(answer) = self.chosen(question) {
            return Ok(answer);
        }
        let whole = self.judged(question, self.rank_in_context(question)?);
        let asked = several::questions(&question.text);
        if asked.len() < 2 {
            return Ok(whole);
        }
        let each = asked.into_iter().map(|text| {
            let ranking = self.rank(&text, Asker::of(question))?;
            Ok((text, self.judged(question, ranking)))
        });
        let each = each.collect::<Result<Vec<_>, IndexError>>()?;
        Ok(several::together(whole, &each))
    }

    fn judged(&self, question: &Question, mut ranking: Ranking) -> Answer {
        self.prefer_language(&mut ranking.ranked, question);
        let outcome = self.outcome(&ranking.ranked);
        let best = ranking.ranked.first().map(|best| best.article);
        Answer {
            mode: best.map(|at| self.mode(at)).unwrap_or_default(),
            ..Answer::of(outcome, self.evidence(ranking))
        }
    }

    /// A short follow-up is looked up with the question before it too, and the surer of both counts.
    fn rank_in_context(&self, question: &Question) -> Result<Ranking, IndexError> {
        let asker = Asker::of(question);
        let alone = self.rank(&question.text, asker)?;
        let Some(whole) = completed(&question.text, &question.previous) else {
            return Ok(alone);
        };
        let whole = self.rank(&whole, asker)?;
        Ok(if whole.sureness() > alone.sureness() {
            whole
        } else {
            alone
        })
    }

    pub(super) fn may_read(&self, at: usize, asker: Asker<'_>) -> bool {
        match self.shown.get(at) {
            None => false,
            Some(_) if asker.audience == Audience::Agent => true,
            Some(Shown::Never) => false,
            Some(Shown::Always) => true,
            Some(Shown::Sometimes) => self
                .articles
                .get(at)
                .is_some_and(|article| self.is_for(&article.content, asker)),
        }
    }

    /// Whether an article that customers may read at all holds for this one.
    fn is_for(&self, content: &Content, asker: Asker<'_>) -> bool {
        asker.at.is_none_or(|at| content.terms.hold_at(at))
            && asker
                .channel
                .is_none_or(|name| self.settings.allow(content, name))
    }

    fn mode(&self, at: usize) -> AnswerMode {
        let article = self.articles.get(at);
        article.map_or(AnswerMode::Auto, |one| self.settings.mode_of(&one.content))
    }

    /// An article that was picked from choices is the answer, if it is still there to be read.
    fn chosen(&self, question: &Question) -> Option<Answer> {
        let at = *self.by_id.get(&question.chosen?)?;
        if !self.may_read(at, Asker::of(question)) {
            return None;
        }
        let picked = [Ranked {
            article: at,
            score: 0.0,
            probability: 1.0,
        }];
        let evidence = self.evidence(Ranking {
            looked_up: question.text.clone(),
            ranked: picked.to_vec(),
            signals: None,
        });
        Some(Answer {
            mode: self.mode(at),
            ..Answer::of(Outcome::Confident(self.words(at)?), evidence)
        })
    }

    /// Where an article exists in the customer's language (`refund.zh` beside `refund.en`), that
    /// one stands for both.
    fn prefer_language(&self, ranked: &mut Vec<Ranked>, question: &Question) {
        let Some(language) = question.language else {
            return;
        };
        for one in ranked.iter_mut().take(EVIDENCE) {
            one.article = self.in_language(one.article, language, Asker::of(question));
        }
        let mut seen = std::collections::HashSet::new();
        ranked.retain(|one| seen.insert(one.article));
    }

    pub(super) fn in_language(&self, at: usize, language: Language, asker: Asker<'_>) -> usize {
        let Some(article) = self.articles.get(at).map(|article| &article.content) else {
            return at;
        };
        if article.language == language {
            return at;
        }
        let stem = article.external_id.without_language();
        if stem == article.external_id.as_str() {
            return at;
        }
        let is_version = |other: &Article| {
            other.content.language == language
                && other.content.space == article.space
                && other.content.external_id.without_language() == stem
        };
        let version = self.articles.iter().position(is_version);
        version
            .filter(|other| self.may_read(*other, asker))
            .unwrap_or(at)
    }

    fn outcome(&self, ranked: &[Ranked]) -> Outcome {
        let Some(best) = ranked.first() else {
            return Outcome::Unknown;
        };
        let is_doubted = self
            .articles
            .get(best.article)
            .is_some_and(Article::is_doubted);
        if best.probability >= self.thresholds.confident_from && !is_doubted {
            return self
                .words(best.article)
                .map_or(Outcome::Unknown, Outcome::Confident);
        }
        if best.probability < self.thresholds.choices_from {
            return Outcome::Unknown;
        }
        let likely = |one: &&Ranked| one.probability >= best.probability * CHOICE_SHARE;
        let choices = ranked.iter().take(MOST_CHOICES).filter(likely);
        Outcome::Choices(choices.filter_map(|one| self.choice(one.article)).collect())
    }

    fn words(&self, at: usize) -> Option<ArticleAnswer> {
        self.articles.get(at).map(|article| ArticleAnswer {
            article: article.id,
            revision: article.revision,
            title: article.content.question.clone(),
            text: article.content.answer.clone(),
            language: article.content.language,
        })
    }

    fn choice(&self, at: usize) -> Option<ArticleChoice> {
        self.articles.get(at).map(|article| ArticleChoice {
            article: article.id,
            title: article.content.question.clone(),
        })
    }

    fn evidence(&self, ranking: Ranking) -> Evidence {
        let candidates = ranking.ranked.iter().take(EVIDENCE);
        Evidence {
            looked_up: ranking.looked_up,
            candidates: candidates.filter_map(|one| self.candidate(one)).collect(),
            confident_from: self.thresholds.confident_from,
            choices_from: self.thresholds.choices_from,
            ranker: self.ranker.name().to_owned(),
            features: ranking
                .signals
                .map(|signals| signals.named())
                .unwrap_or_default(),
        }
    }

    fn candidate(&self, one: &Ranked) -> Option<Candidate> {
        self.articles.get(one.article).map(|article| Candidate {
            article: article.id,
            revision: article.revision,
            external_id: Some(article.content.external_id.to_string()),
            title: article.content.question.clone(),
            score: one.score,
            probability: one.probability,
        })
    }
}
