//! Orders about test questions.

use bot_core::domain::command::Say;
use bot_core::domain::phrase::Phrase;
use bot_core::domain::text::clean;
use bot_core::port::job::JobError;

use crate::article::QUESTION_CHARS;
use crate::order::{OrderJob, temporary};
use crate::regression::Verdict;
use crate::says;
use crate::store::{self, Change};

/// So many failing questions are named.
const NAMED: usize = 20;

impl OrderJob {
    pub(super) async fn keep_test(
        &self,
        question: &str,
        reference: Option<&str>,
        change: Change,
    ) -> Result<Vec<Say>, JobError> {
        let right = match reference {
            None => None,
            Some(reference) => {
                let content = self.named(reference).await?.content;
                Some((content.space, content.external_id))
            }
        };
        let phrase = Phrase::new("kb.test_kept")
            .with("question", question)
            .with("id", right.as_ref().map(|(_, id)| id.to_string()));
        let question = clean(question, QUESTION_CHARS).text;
        let kept = store::keep_test(&self.keeper.db, question, right, change).await;
        kept.map_err(temporary)?;
        Ok(vec![Say::Phrase(phrase)])
    }

    pub(super) async fn forget_test(&self, question: &str) -> Result<Vec<Say>, JobError> {
        let gone = store::forget_test(&self.keeper.db, question.to_owned()).await;
        let key = match gone.map_err(temporary)? {
            true => "kb.test_forgotten",
            false => "kb.test_unknown",
        };
        Ok(vec![Say::Phrase(
            Phrase::new(key).with("question", question),
        )])
    }

    pub(super) async fn ask_tests(&self) -> Result<Vec<Say>, JobError> {
        let asked = self.keeper.base.test(&self.keeper.db).await;
        let asked = asked.map_err(temporary)?;
        let failing = asked
            .iter()
            .filter(|(_, verdict)| *verdict != Verdict::Right);
        let lines = failing.clone().take(NAMED).map(|(test, verdict)| {
            let expected = test.external_id.as_deref().unwrap_or("—");
            format!("{} {} ({expected})", says::verdict(verdict), test.question)
        });
        let lines: Vec<String> = lines.collect();
        let phrase = Phrase::new("kb.tests_asked")
            .with("tests", asked.len())
            .with("right", asked.len() - failing.count())
            .with("list", (!lines.is_empty()).then(|| lines.join("\n")));
        Ok(vec![Say::Phrase(phrase)])
    }
}
