//! Orders about suggestions.

use bot_core::domain::command::Say;
use bot_core::domain::phrase::Phrase;
use bot_core::port::job::JobError;

use crate::article::Step;
use crate::learn::DecideError;
use crate::order::{OrderJob, temporary, told};
use crate::store::Change;

impl OrderJob {
    pub(super) async fn approve(
        &self,
        number: i64,
        force: bool,
        change: Change,
    ) -> Result<Vec<Say>, JobError> {
        let kept = self.learner.approve(number, force, change).await;
        let kept = kept.map_err(|error| refused(number, &error))?;
        Ok(told::step(Step::Publish, &kept))
    }

    pub(super) async fn reject(&self, number: i64, change: &Change) -> Result<Vec<Say>, JobError> {
        let done = self.learner.reject(number, change).await;
        done.map_err(|error| refused(number, &error))?;
        Ok(said("kb.rejected", number))
    }

    pub(super) async fn reword(&self, number: i64, answer: &str) -> Result<Vec<Say>, JobError> {
        let done = self
            .learner
            .reword(number, None, Some(answer.to_owned()))
            .await;
        done.map_err(|error| refused(number, &error))?;
        Ok(said("kb.reworded", number))
    }

    pub(super) async fn unlearn(&self, number: i64, change: Change) -> Result<Vec<Say>, JobError> {
        let done = self.learner.unlearn(number, change).await;
        done.map_err(|error| refused(number, &error))?;
        Ok(said("kb.unlearned", number))
    }

    pub(super) async fn learn(&self) -> Result<Vec<Say>, JobError> {
        let new = self.learner.learn(self.clock.now()).await;
        let phrase = Phrase::new("kb.learned").with("new", new.map_err(temporary)?);
        Ok(vec![Say::Phrase(phrase)])
    }
}

fn said(key: &str, number: i64) -> Vec<Say> {
    vec![Say::Phrase(Phrase::new(key).with("number", number))]
}

fn refused(number: i64, error: &DecideError) -> JobError {
    match error {
        DecideError::Gone => {
            JobError::Refused(Phrase::new("kb.no_suggestion").with("number", number))
        }
        DecideError::Content(error) => JobError::Refused(
            Phrase::new("kb.suggestion_incomplete")
                .with("number", number)
                .with("reason", error.to_string()),
        ),
        DecideError::Keep(error) => temporary(error),
        DecideError::Store(error) => temporary(error),
    }
}
