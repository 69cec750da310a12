//! Looking articles up as a reader does, without a conversation.

use std::collections::HashSet;

use bot_core::domain::answer::Audience;
use bot_core::domain::language::Language;
use bot_core::port::articles::PublicArticle;

use crate::answerer::snapshot::Snapshot;
use crate::index::IndexError;

/// A reader sees several at once and chooses, so much less likely ones are shown than are answered with.
const SHOWN_FROM: f64 = 0.02;

impl Snapshot {
    /// The public articles that fit a text best; for an empty one some to begin with.
    pub(crate) fn find(
        &self,
        text: &str,
        language: Language,
        most: usize,
    ) -> Result<Vec<PublicArticle>, IndexError> {
        if text.trim().is_empty() {
            return Ok(self.first(language, most));
        }
        let ranked = self.rank(text, Audience::Customer)?.ranked;
        let likely = ranked.iter().filter(|one| one.probability >= SHOWN_FROM);
        let mut seen = HashSet::new();
        let versions =
            likely.map(|one| self.in_language(one.article, language, Audience::Customer));
        let found = versions.filter(|at| seen.insert(*at)).take(most);
        Ok(found.filter_map(|at| self.public(at)).collect())
    }

    /// The article with the most phrasings of each category: what is asked in many ways is asked often.
    fn first(&self, language: Language, most: usize) -> Vec<PublicArticle> {
        let content = |at: &usize| &self.articles()[*at].content;
        let all = 0..self.articles().len();
        let spoken = all.filter(|at| content(at).language == language);
        let mut readable: Vec<usize> = spoken
            .filter(|at| self.may_read(*at, Audience::Customer))
            .collect();
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
