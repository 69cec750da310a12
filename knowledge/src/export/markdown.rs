//! A page of questions and answers, by category. What is not shown stands in a comment under each question,
//! by which an import finds everything again.

use std::collections::BTreeMap;
use std::io::Write;

use crate::article::Article;
use crate::export::{ExportError, Line};
use crate::import::escape_markdown;

pub(super) fn write(articles: &[Article], mut file: impl Write) -> Result<(), ExportError> {
    let mut chapters: BTreeMap<&str, Vec<&Article>> = BTreeMap::new();
    for article in articles {
        let chapter = chapters.entry(&article.content.category).or_default();
        chapter.push(article);
    }
    for (category, articles) in chapters {
        if !category.is_empty() {
            writeln!(file, "# {}\n", escape_markdown(category))?;
        }
        for article in articles {
            section(article, &mut file)?;
        }
    }
    Ok(file.flush()?)
}

fn section(article: &Article, file: &mut impl Write) -> Result<(), ExportError> {
    let content = &article.content;
    let more = Line {
        answer: None,
        ..Line::of(content)
    };
    // A comment ends with "-->", wherever it stands.
    let more = serde_json::to_string(&more)?.replace('>', "\\u003e");
    writeln!(file, "## {}\n", escape_markdown(&content.question))?;
    writeln!(file, "<!-- frontdesk {more} -->\n")?;
    Ok(writeln!(file, "{}\n", escape_markdown(&content.answer))?)
}
