//! Who answers questions: the knowledge base, or any other source of answers.

use async_trait::async_trait;

use crate::domain::answer::{Answer, Question};

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
