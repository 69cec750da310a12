//! Answerers that take their time, and answerers that break: doubles for the desk's tests.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bot_core::domain::answer::{Answer, Question};
use bot_core::port::answerer::{AnswerError, Answerer, ListAnswerer};
use tokio::sync::Notify;

use crate::house::known_answers;

/// Thinks until it is told to speak.
pub(crate) struct SlowAnswerer {
    /// It has been asked.
    pub(crate) asked: Notify,
    /// It may speak.
    pub(crate) speak: Notify,
    knows: ListAnswerer,
}

impl SlowAnswerer {
    pub(crate) fn new() -> Self {
        Self {
            asked: Notify::new(),
            speak: Notify::new(),
            knows: known_answers(),
        }
    }
}

#[async_trait]
impl Answerer for SlowAnswerer {
    async fn answer(&self, question: &Question) -> Result<Answer, AnswerError> {
        self.asked.notify_one();
        self.speak.notified().await;
        self.knows.answer(question).await
    }
}

/// Panics at one question, and counts how often it was asked that.
pub(crate) struct BreakingAnswerer {
    pub(crate) at: &'static str,
    pub(crate) broke: AtomicUsize,
    knows: ListAnswerer,
}

impl BreakingAnswerer {
    pub(crate) fn new(at: &'static str) -> Self {
        Self {
            at,
            broke: AtomicUsize::new(0),
            knows: known_answers(),
        }
    }
}

#[async_trait]
impl Answerer for BreakingAnswerer {
    async fn answer(&self, question: &Question) -> Result<Answer, AnswerError> {
        if question.text.contains(self.at) {
            self.broke.fetch_add(1, Ordering::SeqCst);
            panic!("a fault that a test asked for");
        }
        self.knows.answer(question).await
    }
}
