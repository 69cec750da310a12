//! Orders about whole imports.

use bot_core::domain::command::Say;
use bot_core::domain::phrase::Phrase;
use bot_core::port::job::JobError;

use crate::order::{OrderJob, temporary};
use crate::says;
use crate::store::{self, Change};

impl OrderJob {
    pub(super) async fn publish_import(
        &self,
        number: i64,
        force: bool,
        author: &str,
    ) -> Result<Vec<Say>, JobError> {
        let published = self.keeper.publish_import(number, force, author).await;
        let published = published.map_err(temporary)?;
        let published = published.ok_or_else(|| unknown(Some(number)))?;
        let phrase = Phrase::new("kb.import_published")
            .with("number", number)
            .with("published", published.published)
            .with(
                "held_back",
                (published.held_back > 0).then_some(published.held_back),
            );
        let mut said = vec![Say::Phrase(phrase)];
        said.extend(says::shifts(&published.preview));
        Ok(said)
    }

    pub(super) async fn undo_import(
        &self,
        number: Option<i64>,
        change: Change,
    ) -> Result<Vec<Say>, JobError> {
        let undone = store::undo(&self.keeper.db, number, change).await;
        let undone = undone.map_err(temporary)?;
        let undone = undone.ok_or_else(|| unknown(number))?;
        Ok(vec![Say::Phrase(
            Phrase::new("kb.import_undone")
                .with("number", undone.number)
                .with("removed", undone.removed)
                .with("restored", undone.restored)
                .with("kept", (undone.kept > 0).then_some(undone.kept)),
        )])
    }
}

fn unknown(number: Option<i64>) -> JobError {
    JobError::Refused(Phrase::new("kb.no_import").with("number", number))
}
