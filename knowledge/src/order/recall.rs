//! Orders about an answer that was wrong: who received it, and what they are told.

use std::collections::{BTreeMap, HashMap, HashSet};

use bot_core::domain::command::Say;
use bot_core::domain::id::ConversationId;
use bot_core::domain::phrase::Phrase;
use bot_core::domain::time::DAY;
use bot_core::port::job::JobError;
use bot_core::runtime::corrections::Wrong;
use bot_core::store::record::GivenAnswer;

use crate::article::Article;
use crate::order::{OrderJob, temporary};
use crate::store;

/// Answers of these days are looked for.
const DAYS: i64 = 30;
/// So many customers, the last ones.
const MOST: i64 = 5_000;
/// So many of them are named.
const NAMED: usize = 10;

impl OrderJob {
    /// Who received an article's answer lately; nothing where nobody did.
    pub(super) async fn received(&self, article: &Article) -> Result<Option<Say>, JobError> {
        let given = self.given(article).await?;
        let mut who: BTreeMap<ConversationId, &GivenAnswer> = BTreeMap::new();
        for one in &given {
            who.insert(one.conversation, one);
        }
        if who.is_empty() {
            return Ok(None);
        }
        let mut last: Vec<&GivenAnswer> = who.values().copied().collect();
        last.sort_by_key(|one| std::cmp::Reverse(one.at));
        let names = last.iter().take(NAMED).map(|one| {
            let name = if one.name.is_empty() {
                "—"
            } else {
                &one.name
            };
            let day: String = one.at.to_string().chars().take(10).collect();
            format!("• {name} ({}, {day})", one.channel)
        });
        let phrase = Phrase::new("kb.received")
            .with("id", article.content.external_id.to_string())
            .with("customers", who.len())
            .with("messages", given.len())
            .with("days", DAYS)
            .with("list", names.collect::<Vec<_>>().join("\n"));
        Ok(Some(Say::Phrase(phrase)))
    }

    async fn given(&self, article: &Article) -> Result<Vec<GivenAnswer>, JobError> {
        let since = self.clock.now().plus_ms(-DAYS * DAY);
        let given = self.records.given(article.id, since, MOST).await;
        given.map_err(temporary)
    }

    /// Corrects what older revisions have said; without `sure` it only says what would be done.
    pub(super) async fn correct(&self, reference: &str, sure: bool) -> Result<Vec<Say>, JobError> {
        let newest = self.named(reference).await?;
        let Some(live) = newest.live else {
            let id = newest.content.external_id.to_string();
            return Err(JobError::Refused(
                Phrase::new("kb.correct_what").with("id", id),
            ));
        };
        let right = self.revision(&newest, live).await?;
        let wrong = self.wrong(&right).await?;
        if wrong.is_empty() {
            let id = right.content.external_id.to_string();
            return Ok(vec![Say::Phrase(
                Phrase::new("kb.correct_nobody").with("id", id),
            )]);
        }
        let customers: HashSet<ConversationId> = wrong.iter().map(|one| one.conversation).collect();
        let key = if sure {
            "kb.correcting"
        } else {
            "kb.correct_preview"
        };
        let phrase = Phrase::new(key)
            .with("id", right.content.external_id.to_string())
            .with("messages", wrong.len())
            .with("customers", customers.len())
            .with("was", wrong.last().map(|one| one.was.clone()))
            .with("now", right.content.answer.as_str());
        if sure {
            let sent = self
                .corrections
                .send(&format!("{}:{live}", right.id.0), wrong)
                .await;
            sent.map_err(temporary)?;
        }
        Ok(vec![Say::Phrase(phrase)])
    }

    async fn revision(&self, article: &Article, number: i64) -> Result<Article, JobError> {
        let found = store::revision(&self.keeper.db, article.id, number).await;
        let missing = || JobError::Temporary(format!("revision {number} is missing"));
        found.map_err(temporary)?.ok_or_else(missing)
    }

    /// The messages whose words are not those of today.
    async fn wrong(&self, right: &Article) -> Result<Vec<Wrong>, JobError> {
        let given = self.given(right).await?;
        let mut answers: HashMap<i64, String> = HashMap::new();
        let mut wrong: Vec<Wrong> = Vec::new();
        for one in given {
            if let std::collections::hash_map::Entry::Vacant(entry) = answers.entry(one.revision) {
                entry.insert(self.revision(right, one.revision).await?.content.answer);
            }
            let was = answers.get(&one.revision).cloned().unwrap_or_default();
            // What was changed since says what is right already.
            if was != right.content.answer && !one.text.contains(&right.content.answer) {
                wrong.push(Wrong {
                    conversation: one.conversation,
                    message: one.message,
                    was,
                    now: right.content.answer.clone(),
                    title: right.content.question.clone(),
                    newest: false,
                });
            }
        }
        Ok(last_marked(wrong))
    }
}

/// Of each conversation the last message is marked.
fn last_marked(mut wrong: Vec<Wrong>) -> Vec<Wrong> {
    let mut seen = HashSet::new();
    for one in wrong.iter_mut().rev() {
        one.newest = seen.insert(one.conversation);
    }
    wrong
}
