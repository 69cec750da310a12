//! An article's row, as both databases hand it on.

use bot_core::domain::answer::AnswerMode;
use bot_core::domain::language::Language;
use bot_core::domain::time::Timestamp;
use bot_core::store::StoreError;
use uuid::Uuid;

use crate::article::{Article, Content, Status, Terms};

#[derive(Debug, sqlx::FromRow)]
pub(super) struct ArticleRow {
    id: Uuid,
    space: String,
    external_id: String,
    language: String,
    category: String,
    question: String,
    alternatives: String,
    answer: String,
    tags: String,
    visibility: String,
    status: String,
    revision: i64,
    updated_at: i64,
    mode: String,
    valid_from: Option<i64>,
    valid_until: Option<i64>,
    channels: String,
    source: String,
    live: Option<i64>,
    edited_by: String,
    doubted: Option<i64>,
}

impl ArticleRow {
    pub(super) fn read(self) -> Result<Article, StoreError> {
        let id = self.id;
        let bad = |what: &str| StoreError::Unreadable(format!("article {id}: {what}"));
        Ok(Article {
            id: id.into(),
            revision: self.revision,
            updated_at: self.updated_at,
            live: self.live,
            edited_by: self.edited_by,
            doubted: self.doubted,
            status: Status::from_word(&self.status).ok_or_else(|| bad("status"))?,
            content: Content {
                external_id: self.external_id.parse().map_err(|_| bad("external_id"))?,
                space: self.space.parse().map_err(|_| bad("space"))?,
                language: Language::from_tag(&self.language).ok_or_else(|| bad("language"))?,
                category: self.category,
                question: self.question,
                alternatives: unlisted(&self.alternatives).ok_or_else(|| bad("alternatives"))?,
                answer: self.answer,
                tags: unlisted(&self.tags).ok_or_else(|| bad("tags"))?,
                visibility: self.visibility.parse().map_err(|_| bad("visibility"))?,
                terms: Terms {
                    mode: AnswerMode::parse(&self.mode).ok_or_else(|| bad("mode"))?,
                    valid_from: self.valid_from.map(Timestamp),
                    valid_until: self.valid_until.map(Timestamp),
                    channels: unlisted(&self.channels).ok_or_else(|| bad("channels"))?,
                },
                source: self.source,
            },
        })
    }
}

pub(super) fn listed(entries: &[String]) -> String {
    serde_json::Value::from(entries).to_string()
}

fn unlisted(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).ok()
}
