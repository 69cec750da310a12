//! Looking articles up as a reader does, without a conversation.

use std::collections::HashSet;

use bot_core::domain::answer::Audience;
use bot_core::domain::language::Language;
use bot_core::port::articles::{ArticleQuery, PublicArticle};

use crate::answerer::asker::Asker;
use crate::answerer::snapshot::Snapshot;
use crate::index::IndexError;

/// A reader sees several at once and chooses, so much less likely ones are shown than are answered with.
const SHOWN_FROM: f64 = 0.02;

impl Snapshot {
    /// The public articles that fit a text best; for an empty one some to begin with.
    pub(crate) fn find(&self, query: &ArticleQuery<'_>) -> Result<Vec<PublicArticle>, IndexError> {
        let asker = Asker {
            audience: Audience::Customer,
            channel: Some(query.channel),
            at: Some(query.at),
        };
        if query.text.trim().is_empty() {
            return Ok(self.first(query.language, asker, query.most));
        }
        let ranked = self.rank(query.text, asker)?.ranked;
        let likely = ranked.iter().filter(|one| one.probability >= SHOWN_FROM);
        let mut seen = HashSet::new();
        let versions = likely.map(|one| self.in_language(one.article, query.language, asker));
        let found = versions.filter(|at| seen.insert(*at)).take(query.most);
        Ok(found.filter_map(|at| self.public(at)).collect())
    }

    /// The article with the most phrasings of each category: what is asked in many ways is asked often.
    fn first(&self, language: Language, asker: Asker<'_>, most: usize) -> Vec<PublicArticle> {
        let content = |at: &usize| &self.articles()[*at].content;
        let all = 0..self.articles().len();
        let spoken = all.filter(|at| content(at).language == language);
        let mut readable: Vec<usize> = spoken.filter(|at| self.may_read(*at, asker)).collect();
        readable.sort_by_key(|at| std::cmp::Reverse(content(at).alternatives.len()));
        let mut seen = HashSet::new();
        let varied = readable
            .into_iter()
            .filter(|at| seen.insert(&content(at).category));
        varied.take(most).filter_map(|at| self.public(at)).collect()
    }

    fn public(&self, at: usize) -> Option<PublicArticle> {
        self.articles().get(at).map(|article| PublicArticle {
            article: article.id,
            title: article.content.question.clone(),
            text: article.content.answer.clone(),
        })
    }
}
