//! One row as it was read, before its fields are checked.

use bot_core::domain::language::Language;
use bot_core::domain::time::{DayEdge, Timestamp, Zone, parse_moment};

use crate::analyzer::folded;
use crate::article::{Content, ContentError, Terms, language_named, mode_named};
use crate::import::Defaults;
use crate::import::column::Column;
use crate::import::list::{split_list, split_tags};

/// What is to become an article, as text: a row of a file, or what somebody typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRow {
    /// Its id; made of the question if it is empty.
    pub id: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// The question in other words.
    pub alternatives: Vec<String>,
    /// What it is about.
    pub category: String,
    /// Its language; recognised if it is empty.
    pub lang: String,
    /// Labels.
    pub tags: Vec<String>,
    /// Who may read it; everybody if it is empty.
    pub visibility: String,
    /// How it answers; by itself if it is empty.
    pub mode: String,
    /// From when on it holds; always if it is empty.
    pub valid_from: String,
    /// Until when it holds; for ever if it is empty.
    pub valid_until: String,
    /// Where it may be given; everywhere if there is none.
    pub channels: Vec<String>,
    /// Where its words come from.
    pub source: String,
    /// Whether it is a section of a document.
    pub is_section: bool,
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
            Column::Mode => cell.clone_into(&mut self.mode),
            Column::ValidFrom => cell.clone_into(&mut self.valid_from),
            Column::ValidUntil => cell.clone_into(&mut self.valid_until),
            Column::Channels => self.channels = split_tags(cell),
            Column::Source => cell.clone_into(&mut self.source),
        }
    }

    /// The same, with the error in words.
    pub(crate) fn into_content(self, defaults: &Defaults) -> Result<Content, String> {
        self.checked(defaults).map_err(|error| error.to_string())
    }

    fn terms(&self, zone: Zone) -> Result<Terms, ContentError> {
        Ok(Terms {
            mode: mode_named(&self.mode)?,
            valid_from: moment("valid_from", &self.valid_from, zone, DayEdge::Begin)?,
            valid_until: moment("valid_until", &self.valid_until, zone, DayEdge::End)?,
            channels: self.channels.clone(),
        })
    }

    /// Checks the fields and fills what is missing.
    ///
    /// # Errors
    /// The first field that an article cannot have.
    pub fn checked(self, defaults: &Defaults) -> Result<Content, ContentError> {
        let language = if self.lang.trim().is_empty() {
            let heard = || Language::of_text(&format!("{}\n{}", self.question, self.answer));
            defaults.language.or_else(heard).unwrap_or_default()
        } else {
            language_named(&self.lang)?
        };
        let id = match self.id.trim() {
            "" => derived_id(&self.question),
            id => id.to_owned(),
        };
        let visibility = self.visibility.parse()?;
        let terms = self.terms(defaults.zone)?;
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
            terms,
            source: self.source,
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

fn moment(
    field: &'static str,
    text: &str,
    zone: Zone,
    edge: DayEdge,
) -> Result<Option<Timestamp>, ContentError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let unread = || ContentError::Moment {
        field,
        text: text.trim().to_owned(),
    };
    parse_moment(text, zone, edge).map(Some).ok_or_else(unread)
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
