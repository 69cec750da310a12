//! Completion of a half-typed command, derived from the specs.

use crate::domain::command::help::{summary, usage};
use crate::domain::command::spec::{CommandSpec, Parameter, ParameterSort};
use crate::domain::command::{MARKS, resolve};
use crate::domain::language::Language;
use crate::domain::text::fold;

/// One way to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The whole line as it then is, with a space at its end where more can follow.
    pub line: String,
    /// What the list shows: a command's usage, or the word that is added.
    pub label: String,
    /// What it does, in one line.
    pub hint: String,
}

/// The ways to go on from what was typed so far: the names of commands; after a name its options,
/// flags and, where it takes one, the people. Nothing for a line that is no command.
#[must_use]
pub fn complete(
    prefix: &str,
    specs: &[CommandSpec],
    language: Language,
    people: &[&str],
) -> Vec<Completion> {
    let Some(typed) = prefix.trim_start().strip_prefix(MARKS) else {
        return Vec::new();
    };
    if !typed.contains(char::is_whitespace) {
        return specs
            .iter()
            .filter_map(|spec| name_completion(spec, typed, language))
            .collect();
    }
    match resolve(prefix, specs) {
        Ok((spec, _)) => argument_completions(prefix, spec, language, people),
        Err(_) => Vec::new(),
    }
}

/// A name that begins as typed; the chief one where several do.
fn name_completion(spec: &CommandSpec, typed: &str, language: Language) -> Option<Completion> {
    let typed = fold(typed);
    let name = spec.names().find(|name| name.starts_with(&typed))?;
    let space = if spec.parameters.is_empty() { "" } else { " " };
    Some(Completion {
        line: format!("/{name}{space}"),
        label: usage(spec, language),
        hint: summary(spec, language).to_owned(),
    })
}

fn argument_completions(
    prefix: &str,
    spec: &CommandSpec,
    language: Language,
    people: &[&str],
) -> Vec<Completion> {
    let at = prefix.rfind(char::is_whitespace).unwrap_or(0);
    let space = prefix.get(at..).and_then(|tail| tail.chars().next());
    let at = at + space.map_or(0, char::len_utf8);
    let (kept, partial) = prefix.split_at_checked(at).unwrap_or((prefix, ""));
    let partial = fold(partial.trim_start_matches(['@', '＠']));
    let words = spec
        .parameters
        .iter()
        .flat_map(|one| offered(one, language, people));
    words
        .filter(|(word, _)| fold(word).starts_with(&partial) && !has_word(kept, word))
        .map(|(word, hint)| Completion {
            line: format!("{kept}{word} "),
            label: word.to_owned(),
            hint: hint.to_owned(),
        })
        .collect()
}

/// The words that a parameter can be, each with its hint.
fn offered<'w>(
    parameter: &Parameter,
    language: Language,
    people: &[&'w str],
) -> Vec<(&'w str, &'static str)> {
    let (name, me, none) = match language {
        Language::Zh => (parameter.name_zh, "我", "无"),
        Language::En => (parameter.name, "me", "none"),
    };
    match parameter.sort {
        ParameterSort::Flag => vec![(name, "")],
        ParameterSort::OneOf(options) => options
            .iter()
            .map(|option| match language {
                Language::Zh => (option.name_zh, option.name),
                Language::En => (option.name, ""),
            })
            .collect(),
        ParameterSort::Agent => {
            let known = people.iter().map(|person| (*person, ""));
            [(me, ""), (none, "")].into_iter().chain(known).collect()
        }
        ParameterSort::Word | ParameterSort::Rest | ParameterSort::Span => Vec::new(),
    }
}

fn has_word(line: &str, word: &str) -> bool {
    line.split_whitespace().any(|one| one == word)
}
