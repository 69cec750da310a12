//! One row as it was read, before its fields are checked.

use bot_core::domain::language::Language;

use crate::analyzer::folded;
use crate::article::{Content, language_named};
use crate::import::Defaults;
use crate::import::column::Column;
use crate::import::list::{split_list, split_tags};

/// A row's fields as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RawRow {
    pub(crate) id: String,
    pub(crate) question: String,
    pub(crate) answer: String,
    pub(crate) alternatives: Vec<String>,
    pub(crate) category: String,
    pub(crate) lang: String,
    pub(crate) tags: Vec<String>,
    pub(crate) visibility: String,
}

impl RawRow {
    /// Puts a table's cell where it belongs.
    pub(crate) fn set(&mut self, column: Column, cell: &str) {
        match column {
            Column::Id => cell.clone_into(&mut self.id),
            Column::Question => cell.clone_into(&mut self.question),
            Column::Answer => cell.clone_into(&mut self.answer),
            Column::Alternatives => self.alternatives = split_list(cell),
            Column::Category => cell.clone_into(&mut self.category),
            Column::Lang => cell.clone_into(&mut self.lang),
            Column::Tags => self.tags = split_tags(cell),
            Column::Visibility => cell.clone_into(&mut self.visibility),
        }
    }

    /// Checks the fields and fills what is missing.
    pub(crate) fn into_content(self, defaults: &Defaults) -> Result<Content, String> {
        self.checked(defaults).map_err(|error| error.to_string())
    }

    fn checked(self, defaults: &Defaults) -> Result<Content, crate::article::ContentError> {
        let language = if self.lang.trim().is_empty() {
            let heard = || Language::of_text(&format!("{}\n{}", self.question, self.answer));
            defaults.language.or_else(heard).unwrap_or_default()
        } else {
            language_named(&self.lang)?
        };
        let id = if self.id.trim().is_empty() {
            derived_id(&self.question)
        } else {
            self.id
        };
        let visibility = self.visibility.parse()?;
        Content {
            external_id: "x".parse()?,
            space: defaults.space.clone(),
            language,
            category: self.category,
            question: self.question,
            alternatives: self.alternatives,
            answer: self.answer,
            tags: self.tags.iter().flat_map(|tag| split_tags(tag)).collect(),
            visibility,
        }
        .checked()
        .and_then(|content| {
            Ok(Content {
                external_id: id.parse()?,
                ..content
            })
        })
    }
}

/// An id for a row without one: the same question gets the same id again, so that a second
/// import updates the article.
fn derived_id(question: &str) -> String {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for byte in folded(question).bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("q-{state:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(question: &str, lang: &str) -> RawRow {
        RawRow {
            question: question.to_owned(),
            answer: "a".to_owned(),
            lang: lang.to_owned(),
            ..RawRow::default()
        }
    }

    #[test]
    fn recognises_the_language_where_none_is_named() {
        let language = |row: RawRow| row.into_content(&Defaults::default()).unwrap().language;
        assert_eq!(language(row("如何退货", "")), Language::Zh);
        assert_eq!(language(row("how to return", "")), Language::En);
        assert_eq!(language(row("如何退货", "en")), Language::En);
    }

    #[test]
    fn the_same_question_gets_the_same_id() {
        let id = |question| {
            row(question, "")
                .into_content(&Defaults::default())
                .unwrap()
                .external_id
        };
        assert_eq!(id("How to return?"), id("how to return"));
        assert_ne!(id("How to return?"), id("How to pay?"));
    }

    #[test]
    fn says_what_is_wrong() {
        let reason = |row: RawRow| row.into_content(&Defaults::default()).unwrap_err();
        assert_eq!(reason(row("", "")), "the question is empty");
        assert_eq!(
            reason(row("q", "fr")),
            "the language “fr” is not one of zh, en"
        );
    }
}
