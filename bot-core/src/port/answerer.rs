//! Who answers questions: the knowledge base, or any other source of answers.

use async_trait::async_trait;

use crate::domain::answer::{Answer, Outcome, Question};

pub mod conformance;

/// A source of answers.
#[async_trait]
pub trait Answerer: Send + Sync {
    /// Judges one question. It never writes, and it is called outside any transaction; the desk
    /// gives it three seconds before it treats the question as unanswered.
    ///
    /// # Errors
    /// When the source cannot be asked at all; the desk then goes on as if nothing was found.
    async fn answer(&self, question: &Question) -> Result<Answer, AnswerError>;
}

/// An answerer that could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("the answerer failed: {0}")]
pub struct AnswerError(pub String);

/// Answers from a list in memory: the double for tests.
#[derive(Debug, Default)]
pub struct ListAnswerer {
    entries: Vec<(String, Answer)>,
}

impl ListAnswerer {
    /// Knows one question more, word for word.
    #[must_use]
    pub fn knowing(mut self, question: &str, answer: Answer) -> Self {
        self.entries.push((question.to_owned(), answer));
        self
    }
}

#[async_trait]
impl Answerer for ListAnswerer {
    async fn answer(&self, question: &Question) -> Result<Answer, AnswerError> {
        let known =
            self.entries
                .iter()
                .find(|(text, answer)| match (&question.chosen, &answer.outcome) {
                    (Some(chosen), Outcome::Confident(article)) => article.article == *chosen,
                    (Some(_), Outcome::Choices(_) | Outcome::Unknown) => false,
                    (None, _) => *text == question.text,
                });
        let mut answer = known.map_or_else(Answer::unknown, |(_, answer)| answer.clone());
        if answer.evidence.looked_up.is_empty() {
            answer.evidence.looked_up.clone_from(&question.text);
        }
        Ok(answer)
    }
}
