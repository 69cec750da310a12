//! What an import does with the rows that are read, and what it tells of them.

use bot_core::port::clock::Ids;
use bot_core::store::{Db, StoreError};
use serde::{Deserialize, Serialize};

use crate::article::Content;
use crate::import::{RowError, RowResult};
use crate::store::{Batch, Change, Publish, Written, foresee, write_articles};

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Good rows.
    pub accepted: u64,
    /// Of those: sections of documents, which are drafts at first.
    pub sections: u64,
    /// Bad rows.
    pub rejected: u64,
    /// What was written.
    pub written: Written,
    /// The first bad rows, each with its reason.
    pub errors: Vec<RowError>,
    /// The first good rows, for a preview.
    pub first: Vec<String>,
}

/// So many good rows are shown in a preview.
const SHOWN: usize = 5;

/// Writes rows as articles.
pub struct Writer<'w> {
    /// Where to.
    pub db: &'w Db,
    /// Where new articles' ids come from.
    pub ids: &'w dyn Ids,
    /// Which of the articles are to answer.
    pub publish: Publish,
    /// Whether their space asks for a second pair of eyes.
    pub reviewed: bool,
    /// Nothing is written; the report says what would be.
    pub dry_run: bool,
    /// Bad rows that are named; of the others only the number is kept.
    pub named: usize,
}

impl Writer<'_> {
    /// Takes the next rows, at most [`crate::store::BATCH`].
    ///
    /// # Errors
    /// When the database fails; then nothing of them was written.
    pub async fn take(
        &self,
        rows: Vec<RowResult>,
        change: &Change,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let (mut articles, mut sections) = (Vec::new(), Vec::new());
        for row in rows {
            match row {
                Ok(row) if row.is_section => sections.push(row.content),
                Ok(row) => articles.push(row.content),
                Err(error) => report.reject(error, self.named),
            }
        }
        report.accept(&articles, &sections);
        for (contents, publish) in [(articles, self.publish), (sections, Publish::Nothing)] {
            let written = self.write(contents, publish, change.clone()).await?;
            report.written.add(written);
        }
        Ok(())
    }

    async fn write(
        &self,
        contents: Vec<Content>,
        publish: Publish,
        change: Change,
    ) -> Result<Written, StoreError> {
        let batch = Batch {
            contents,
            publish,
            reviewed: self.reviewed,
        };
        match (batch.contents.is_empty(), self.dry_run) {
            (true, _) => Ok(Written::default()),
            (_, true) => foresee(self.db, batch).await,
            (_, false) => write_articles(self.db, self.ids, batch, change).await,
        }
    }
}

impl Report {
    fn accept(&mut self, articles: &[Content], sections: &[Content]) {
        self.accepted += (articles.len() + sections.len()) as u64;
        self.sections += sections.len() as u64;
        let room = SHOWN.saturating_sub(self.first.len());
        let first = articles.iter().chain(sections).take(room);
        self.first
            .extend(first.map(|one| format!("{}  {}", one.external_id, one.question)));
    }

    fn reject(&mut self, error: RowError, named: usize) {
        self.rejected += 1;
        if self.errors.len() < named {
            self.errors.push(error);
        }
    }
}
