//! Putting a draft into words.

use crate::domain::content::{Choice, Content};
use crate::domain::draft::{Draft, Words};
use crate::domain::language::Language;
use crate::domain::mask::{MaskLevel, mask};
use crate::domain::phrase::Phrase;
use crate::runtime::phrase::Phrasebook;

/// In which language, and for whose eyes.
pub(super) struct Voice<'a> {
    pub(super) phrases: &'a Phrasebook,
    pub(super) language: Language,
    pub(super) mask: MaskLevel,
    /// `#1042`, for phrases that name the ticket.
    pub(super) number: Option<i64>,
}

impl Voice<'_> {
    /// The draft in words.
    pub(super) fn content(&self, draft: Draft) -> Content {
        let paragraphs: Vec<String> = draft.words.iter().map(|words| self.words(words)).collect();
        let text = paragraphs
            .iter()
            .filter(|text| !text.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join("\n\n");
        let choices = draft.choices.iter().map(|(id, label)| Choice {
            id: id.clone(),
            label: self.words(label),
        });
        Content {
            text: mask(&text, self.mask),
            choices: choices.collect(),
            attachments: draft.attachments,
            source: draft.source,
            kind: draft.kind,
            from: draft.from,
        }
    }

    fn words(&self, words: &Words) -> String {
        match words {
            Words::Text(text) => text.clone(),
            Words::Phrase(phrase) => self.phrase(phrase),
        }
    }

    pub(super) fn phrase(&self, phrase: &Phrase) -> String {
        match self.number {
            Some(number) if !phrase.args.contains_key("number") => self
                .phrases
                .render(&phrase.clone().with("number", number), self.language),
            Some(_) | None => self.phrases.render(phrase, self.language),
        }
    }
}
