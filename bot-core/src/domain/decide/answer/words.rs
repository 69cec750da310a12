//! The words of a sure answer.

use crate::domain::answer::{Answer, ArticleAnswer, Outcome};
use crate::domain::content::Author;
use crate::domain::decide::settling::Settling;
use crate::domain::draft::{Draft, Words};
use crate::domain::language::Language;
use crate::domain::phrase::Phrase;

/// What the customer reads; `None` if no article is sure.
pub(in crate::domain::decide) fn of(settling: &Settling<'_>, answer: &Answer) -> Option<Draft> {
    let Outcome::Confident(first) = &answer.outcome else {
        return None;
    };
    let articles: Vec<_> = std::iter::once(first).chain(&answer.others).collect();
    let titles: Vec<_> = articles.iter().map(|one| one.title.as_str()).collect();
    let foreign = foreign(settling, &articles);
    let rest = unanswered(&answer.unanswered);
    let words = foreign
        .into_iter()
        .chain(articles.iter().map(|one| words(one, articles.len() > 1)))
        .chain(rest);
    Some(Draft {
        words: words.collect(),
        source: Some(titles.join(" · ")),
        from: Author::Bot,
        ..Draft::default()
    })
}

/// Of several articles, each stands under its title.
fn words(article: &ArticleAnswer, titled: bool) -> Words {
    Words::Text(match titled {
        true => format!("▸ {}\n{}", article.title, article.text),
        false => article.text.clone(),
    })
}

/// Says so when an article exists only in a language that the customer does not write.
fn foreign(settling: &Settling<'_>, articles: &[&ArticleAnswer]) -> Option<Words> {
    let spoken = settling.case.state.language?;
    let other = articles.iter().find(|one| one.language != spoken)?;
    Some(Words::from(match other.language {
        Language::Zh => "answer.only_chinese",
        Language::En => "answer.only_english",
    }))
}

/// What was asked besides, and has no answer.
fn unanswered(questions: &[String]) -> Option<Words> {
    let phrase = || Phrase::new("answer.partly").with("question", questions.join(" / "));
    (!questions.is_empty()).then(|| Words::Phrase(phrase()))
}
