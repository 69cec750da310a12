//! Looking articles up without a conversation: what a help page or the website widget offers.

use async_trait::async_trait;

use crate::domain::id::ArticleId;
use crate::domain::language::Language;
use crate::domain::time::Timestamp;

/// Finds public articles.
#[async_trait]
pub trait ArticleSearch: Send + Sync {
    /// The articles that fit a text best, best first. An empty text gives some to begin with. Where an article exists in the language, that version is given.
    ///
    /// # Errors
    /// When the source cannot be asked.
    async fn find(&self, query: &ArticleQuery<'_>) -> Result<Vec<PublicArticle>, SearchError>;
}

/// What is looked for, where and when.
#[derive(Clone, Copy, Debug)]
pub struct ArticleQuery<'q> {
    /// The words.
    pub text: &'q str,
    /// The reader's language.
    pub language: Language,
    /// The channel on which it is looked for.
    pub channel: &'q str,
    /// When: articles are shown within their time only.
    pub at: Timestamp,
    /// How many articles are wanted at the most.
    pub most: usize,
}

/// An article that everybody may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicArticle {
    /// Which.
    pub article: ArticleId,
    /// Its question.
    pub title: String,
    /// Its answer.
    pub text: String,
}

/// Articles that cannot be looked up at the moment.
#[derive(Debug, thiserror::Error)]
#[error("the articles cannot be searched: {0}")]
pub struct SearchError(pub String);

/// A list in memory: an article is found by any word of its question. The double for tests.
#[derive(Debug, Default)]
pub struct ArticleList(pub Vec<PublicArticle>);

#[async_trait]
impl ArticleSearch for ArticleList {
    async fn find(&self, query: &ArticleQuery<'_>) -> Result<Vec<PublicArticle>, SearchError> {
        let text = query.text;
        let fits = |article: &&PublicArticle| {
            text.is_empty()
                || text
                    .split_whitespace()
                    .any(|word| article.title.contains(word))
        };
        Ok(self
            .0
            .iter()
            .filter(fits)
            .take(query.most)
            .cloned()
            .collect())
    }
}
