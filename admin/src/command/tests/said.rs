//! What a plan says, in words.

use bot_core::domain::command::{Plan, Say};
use bot_core::domain::language::Language;
use bot_core::domain::phrase::Phrase;
use bot_core::runtime::phrase::Phrasebook;

/// All that a plan says.
pub(super) fn said(plan: &Plan, language: Language) -> String {
    let texts = plan.says.iter().map(|say| match say {
        Say::Text(text) => text.clone(),
        Say::Phrase(phrase) => render(phrase, language),
    });
    texts.collect::<Vec<_>>().join("\n---\n")
}

fn render(phrase: &Phrase, language: Language) -> String {
    let book = Phrasebook::built_in();
    let known = book.variables(&phrase.key);
    let known = known.unwrap_or_else(|| panic!("no phrase {}", phrase.key));
    let unknown = phrase.args.keys().find(|name| !known.contains(*name));
    assert_eq!(unknown, None, "{} has no such variable", phrase.key);
    book.render(phrase, language)
}
