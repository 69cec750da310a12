//! What a plan says, in words; until the phrases wanted here stand in the phrasebook, with theirs.

use std::collections::BTreeMap;

use bot_core::domain::command::{Plan, Say};
use bot_core::domain::language::Language;
use bot_core::domain::phrase::Phrase;
use bot_core::runtime::phrase::Phrasebook;
use serde_json::Value;

type Wanted = BTreeMap<String, BTreeMap<String, String>>;

pub(super) fn wanted() -> Wanted {
    toml::from_str(include_str!("../phrases-wanted.toml")).expect("phrases")
}

/// All that a plan says.
pub(super) fn said(plan: &Plan, language: Language) -> String {
    let texts = plan.says.iter().map(|say| match say {
        Say::Text(text) => text.clone(),
        Say::Phrase(phrase) => render(phrase, language),
    });
    texts.collect::<Vec<_>>().join("\n---\n")
}

pub(super) fn render(phrase: &Phrase, language: Language) -> String {
    let Some(words) = wanted().remove(&phrase.key) else {
        let book = Phrasebook::built_in();
        let known = book.variables(&phrase.key);
        let known = known.unwrap_or_else(|| panic!("no phrase {}", phrase.key));
        // `number` is added by the desk.
        let unknown = phrase.args.keys().find(|name| !known.contains(*name));
        assert_eq!(unknown, None, "{} has no such variable", phrase.key);
        return book.render(phrase, language);
    };
    let template = &words[language.code()];
    let mut context = tera::Context::new();
    for name in variables(template) {
        context.insert(&name, &spoken(phrase.args.get(&name), language));
    }
    for name in phrase.args.keys().filter(|name| *name != "name") {
        assert!(
            template.contains(name.as_str()),
            "{} does not use {name}",
            phrase.key
        );
    }
    tera::Tera::one_off(template, &context, false).expect("a template")
}

fn spoken(value: Option<&Value>, language: Language) -> Value {
    let nested = |value: &Value| {
        let key = value.get("phrase")?.as_str()?;
        let args = value.get("args")?.as_object()?.clone();
        Some(Phrase {
            key: key.to_owned(),
            args: args.into_iter().collect(),
        })
    };
    match value {
        None | Some(Value::Null) => "".into(),
        Some(value) => match nested(value) {
            Some(phrase) => render(&phrase, language).into(),
            None => value.clone(),
        },
    }
}

/// Every word inside of marks.
pub(super) fn variables(template: &str) -> Vec<String> {
    let marked = template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next());
    let words = marked.flat_map(|part| part.split(|c: char| !(c.is_ascii_lowercase() || c == '_')));
    let keywords = ["if", "else", "elif", "endif", "uses", ""];
    let mut found: Vec<String> = words
        .filter(|word| !keywords.contains(word))
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    found
}
