//! Test questions, whose right article is known: what they are answered with now, and what a change
//! would do to them.

use bot_core::domain::answer::{Outcome, Question};
use bot_core::domain::id::ArticleId;
use bot_core::domain::language::Language;
use serde::{Deserialize, Serialize};

use crate::answerer::snapshot::Snapshot;
use crate::index::IndexError;
use crate::store::TestQuestion;

/// What became of a test question, the worst first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict", content = "by")]
pub enum Verdict {
    /// Another article answered it, or one that nobody expected.
    Wrong(String),
    /// It was not answered, though an article should.
    Unanswered,
    /// The right article was among those offered, or something was offered where nothing should be.
    Offered,
    /// The right article answered it, or none did where none should.
    Right,
}

/// A test question that a change would have answered differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Its words.
    pub question: String,
    /// The right article's id; none where a person is to answer.
    pub expected: Option<String>,
    /// What becomes of it now.
    pub before: Verdict,
    /// What would become of it.
    pub after: Verdict,
}

/// What a change would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// How many test questions there are.
    pub tests: usize,
    /// Those that would fare worse.
    pub worse: Vec<Shift>,
    /// Those that would fare better.
    pub better: Vec<Shift>,
}

/// Asks every test question.
///
/// # Errors
/// When the index cannot be searched.
pub fn judge(snapshot: &Snapshot, tests: &[TestQuestion]) -> Result<Vec<Verdict>, IndexError> {
    tests.iter().map(|test| verdict(snapshot, test)).collect()
}

fn verdict(snapshot: &Snapshot, test: &TestQuestion) -> Result<Verdict, IndexError> {
    let question = Question {
        text: test.question.clone(),
        language: Language::of_text(&test.question),
        ..Question::default()
    };
    let is_right = |id: ArticleId| fits(snapshot, id, test);
    Ok(
        match (snapshot.answer(&question)?.outcome, &test.external_id) {
            (Outcome::Confident(answer), _) if is_right(answer.article) => Verdict::Right,
            (Outcome::Confident(answer), _) => Verdict::Wrong(name(snapshot, answer.article)),
            (Outcome::Unknown, None) => Verdict::Right,
            (Outcome::Choices(_), None) => Verdict::Offered,
            (Outcome::Choices(all), Some(_)) if all.iter().any(|one| is_right(one.article)) => {
                Verdict::Offered
            }
            (Outcome::Choices(_) | Outcome::Unknown, Some(_)) => Verdict::Unanswered,
        },
    )
}

/// Whether an article is the right one, in whichever language.
fn fits(snapshot: &Snapshot, id: ArticleId, test: &TestQuestion) -> bool {
    let content = snapshot.article(id).map(|article| &article.content);
    let expected = test.external_id.as_deref().and_then(|id| id.parse().ok());
    content
        .zip(expected)
        .is_some_and(|(content, expected): (_, crate::article::ExternalId)| {
            content.space.as_str() == test.space
                && content.external_id.without_language() == expected.without_language()
        })
}

fn name(snapshot: &Snapshot, id: ArticleId) -> String {
    let article = snapshot.article(id);
    article.map_or_else(String::new, |one| one.content.external_id.to_string())
}

impl Preview {
    /// Compares what became of the same questions before and after a change.
    #[must_use]
    pub fn of(tests: &[TestQuestion], before: Vec<Verdict>, after: Vec<Verdict>) -> Self {
        let mut preview = Self {
            tests: tests.len(),
            ..Self::default()
        };
        for (test, (before, after)) in tests.iter().zip(before.into_iter().zip(after)) {
            let (is_worse, is_same) = (after < before, after == before);
            let shift = Shift {
                question: test.question.clone(),
                expected: test.external_id.clone(),
                before,
                after,
            };
            match (is_same, is_worse) {
                (true, _) => {}
                (_, true) => preview.worse.push(shift),
                (_, false) => preview.better.push(shift),
            }
        }
        preview
    }
}
