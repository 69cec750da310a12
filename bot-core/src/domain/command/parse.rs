//! The parser: pure, derived from the specs, tolerant of how people type.

use std::collections::VecDeque;

use crate::domain::command::help::usage;
use crate::domain::command::spec::{CommandSpec, Parameter, ParameterSort};
use crate::domain::command::words::{Word, words};
use crate::domain::command::{after_mark, after_name, is_latin, nearest, parse_span};
use crate::domain::language::Language;
use crate::domain::phrase::Phrase;
use crate::domain::text::fold;

/// A command with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<'s> {
    /// The command.
    pub spec: &'s CommandSpec,
    values: Vec<(&'static str, Value)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    Person(Person),
    Span(i64),
    Flag,
}

/// Somebody on the team, as named in a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Person {
    /// The one who types.
    Me,
    /// Nobody in particular: everybody.
    Nobody,
    /// By name, without its `@`.
    Named(String),
}

impl Person {
    fn read(word: &str) -> Self {
        let name = word.trim_start_matches(['@', '＠']).trim();
        match fold(name).as_str() {
            "me" | "myself" | "我" | "自己" | "本人" => Self::Me,
            "none" | "nobody" | "无" | "无人" | "公共" | "释放" => Self::Nobody,
            _ => Self::Named(name.to_owned()),
        }
    }
}

impl Parsed<'_> {
    /// The words of a parameter.
    #[must_use]
    pub fn text(&self, parameter: &str) -> Option<&str> {
        match self.value(parameter)? {
            Value::Text(text) => Some(text),
            Value::Person(_) | Value::Span(_) | Value::Flag => None,
        }
    }

    /// The time span of a parameter, in milliseconds.
    #[must_use]
    pub fn span(&self, parameter: &str) -> Option<i64> {
        match self.value(parameter)? {
            Value::Span(ms) => Some(*ms),
            Value::Text(_) | Value::Person(_) | Value::Flag => None,
        }
    }

    /// The person of a parameter.
    #[must_use]
    pub fn person(&self, parameter: &str) -> Option<&Person> {
        match self.value(parameter)? {
            Value::Person(person) => Some(person),
            Value::Text(_) | Value::Span(_) | Value::Flag => None,
        }
    }

    /// Whether a flag is there.
    #[must_use]
    pub fn has(&self, flag: &str) -> bool {
        self.value(flag) == Some(&Value::Flag)
    }

    fn value(&self, parameter: &str) -> Option<&Value> {
        let mut values = self.values.iter();
        values
            .find(|(name, _)| *name == parameter)
            .map(|(_, value)| value)
    }
}

/// Why a line is no command as it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError<'s> {
    /// It does not begin like a command.
    #[error("not a command")]
    NoCommand,
    /// No command is called so.
    #[error("no command is called {name:?}")]
    Unknown {
        /// As it was typed.
        name: String,
        /// The names that may have been meant, nearest first.
        near: Vec<&'static str>,
    },
    /// Something that must be given is not.
    #[error("{}: {} is missing", spec.name, parameter.name)]
    Missing {
        /// The command.
        spec: &'s CommandSpec,
        /// What is missing.
        parameter: &'static Parameter,
    },
    /// Something cannot be read as what it should be.
    #[error("{}: {found:?} is no {}", spec.name, parameter.name)]
    Wrong {
        /// The command.
        spec: &'s CommandSpec,
        /// What it should be.
        parameter: &'static Parameter,
        /// As it was typed.
        found: String,
    },
    /// More was typed than the command takes.
    #[error("{}: {found:?} is too much", spec.name)]
    TooMuch {
        /// The command.
        spec: &'s CommandSpec,
        /// What is left over.
        found: String,
    },
}

impl ParseError<'_> {
    /// What to tell the one who typed it: what was expected, with an example.
    #[must_use]
    pub fn phrase(&self, language: Language) -> Phrase {
        match self {
            Self::NoCommand => unknown("", &[], language),
            Self::Unknown { name, near } => unknown(name, near, language),
            Self::Missing { spec, parameter } => {
                let phrase = Phrase::new("command.missing_argument");
                expecting(phrase, spec, language).with("argument", called(parameter, language))
            }
            Self::Wrong {
                spec,
                parameter,
                found,
            } => wrong(spec, parameter, found, language),
            Self::TooMuch { spec, found } => {
                let phrase = Phrase::new("command.too_many_arguments");
                expecting(phrase, spec, language).with("value", found.as_str())
            }
        }
    }
}

fn unknown(name: &str, near: &[&str], language: Language) -> Phrase {
    let near: Vec<String> = near.iter().map(|name| format!("/{name}")).collect();
    Phrase::new("command.unknown")
        .with("name", name)
        .with("nearest", near.join(separator(language)))
}

/// What stands between the items of a list.
const fn separator(language: Language) -> &'static str {
    match language {
        Language::Zh => "、",
        Language::En => ", ",
    }
}

fn expecting(phrase: Phrase, spec: &CommandSpec, language: Language) -> Phrase {
    let example = match language {
        Language::Zh => spec.example_zh,
        Language::En => spec.example_en,
    };
    phrase
        .with("name", spec.name)
        .with("usage", usage(spec, language))
        .with("example", example)
}

fn called(parameter: &Parameter, language: Language) -> &'static str {
    match language {
        Language::Zh => parameter.name_zh,
        Language::En => parameter.name,
    }
}

fn wrong(spec: &CommandSpec, parameter: &Parameter, found: &str, language: Language) -> Phrase {
    let phrase = match parameter.sort {
        ParameterSort::Span => Phrase::new("command.wrong_span"),
        ParameterSort::OneOf(options) => {
            let names: Vec<&str> = options.iter().map(|one| one.shown(language)).collect();
            Phrase::new("command.wrong_option").with("options", names.join(separator(language)))
        }
        ParameterSort::Word | ParameterSort::Rest | ParameterSort::Agent | ParameterSort::Flag => {
            Phrase::new("command.wrong_argument").with("argument", called(parameter, language))
        }
    };
    expecting(phrase, spec, language).with("value", found)
}

/// The command that a line names, and what follows the name.
///
/// # Errors
/// [`ParseError::NoCommand`] and [`ParseError::Unknown`].
pub fn resolve<'s, 't>(
    line: &'t str,
    specs: &'s [CommandSpec],
) -> Result<(&'s CommandSpec, &'t str), ParseError<'s>> {
    let rest = after_mark(line).ok_or(ParseError::NoCommand)?;
    if rest.starts_with(is_latin) {
        latin(rest, specs)
    } else {
        glued(rest, specs)
    }
}

/// A Latin name ends where no letter, digit, `-` or `_` follows.
fn latin<'s, 't>(
    rest: &'t str,
    specs: &'s [CommandSpec],
) -> Result<(&'s CommandSpec, &'t str), ParseError<'s>> {
    let (name, after) = split_name(rest);
    let folded = fold(name);
    let spec = specs
        .iter()
        .find(|spec| spec.names().any(|known| known == folded))
        .ok_or_else(|| ParseError::Unknown {
            near: near_names(&folded, specs),
            name: name.to_owned(),
        })?;
    Ok((spec, past_separator(past_bot_name(after))))
}

fn split_name(rest: &str) -> (&str, &str) {
    let in_name = |c: char| is_latin(c) || c.is_ascii_digit() || matches!(c, '-' | '_');
    let end = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
    rest.split_at_checked(end).unwrap_or((rest, ""))
}

/// Known names near a misspelt one.
fn near_names(name: &str, specs: &[CommandSpec]) -> Vec<&'static str> {
    let names = specs.iter().flat_map(CommandSpec::names);
    nearest(name, names.filter(|name| name.is_ascii()))
}

/// Telegram writes `/note@our_bot` in groups; its bots' names always end in "bot".
fn past_bot_name(after: &str) -> &str {
    let Some(bot) = after.strip_prefix('@') else {
        return after;
    };
    let (name, rest) = split_name(bot);
    let is_bot = name.to_ascii_lowercase().ends_with("bot");
    if is_bot { rest } else { after }
}

/// A Chinese name needs no space after it: the longest that fits is meant.
fn glued<'s, 't>(
    rest: &'t str,
    specs: &'s [CommandSpec],
) -> Result<(&'s CommandSpec, &'t str), ParseError<'s>> {
    let fits = specs.iter().flat_map(|spec| {
        let chinese = spec.names().filter(|name| !name.is_ascii());
        chinese.filter_map(move |name| Some((name.len(), spec, after_name(rest, name)?)))
    });
    let (_, spec, after) =
        fits.max_by_key(|(length, _, _)| *length)
            .ok_or_else(|| ParseError::Unknown {
                name: rest
                    .chars()
                    .take_while(|c| !c.is_whitespace())
                    .take(8)
                    .collect(),
                near: Vec::new(),
            })?;
    Ok((spec, past_separator(after)))
}

fn past_separator(after: &str) -> &str {
    let after = after.trim();
    after
        .strip_prefix([':', '：', ',', '，'])
        .map_or(after, str::trim_start)
}

/// Reads a line.
///
/// Flags and time spans of a command that also takes free text are found at both ends of that
/// text, in any order; quotation marks protect words that only look like them.
///
/// # Errors
/// What is wrong with the line; [`ParseError::phrase`] says it to people.
pub fn parse<'s>(line: &str, specs: &'s [CommandSpec]) -> Result<Parsed<'s>, ParseError<'s>> {
    let (spec, arguments) = resolve(line, specs)?;
    let mut taking = Taking {
        spec,
        source: arguments,
        left: words(arguments).into(),
        values: Vec::new(),
    };
    taking.all()?;
    Ok(Parsed {
        spec,
        values: taking.values,
    })
}

/// The words that are still left, and what the others turned out to be.
struct Taking<'s, 't> {
    spec: &'s CommandSpec,
    source: &'t str,
    left: VecDeque<Word>,
    values: Vec<(&'static str, Value)>,
}

/// One end of the words that are left.
#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

impl<'s> Taking<'s, '_> {
    fn all(&mut self) -> Result<(), ParseError<'s>> {
        if self.takes_rest() {
            while self.peel(End::Last) || self.peel(End::First) {}
        } else {
            self.pick_flags();
        }
        for parameter in self.spec.parameters {
            self.positional(parameter)?;
        }
        match self.rest(false) {
            Some(found) => Err(ParseError::TooMuch {
                spec: self.spec,
                found,
            }),
            None => Ok(()),
        }
    }

    fn takes_rest(&self) -> bool {
        let mut parameters = self.spec.parameters.iter();
        parameters.any(|parameter| parameter.sort == ParameterSort::Rest)
    }

    fn is_set(&self, parameter: &Parameter) -> bool {
        self.values.iter().any(|(name, _)| *name == parameter.name)
    }

    fn set(&mut self, parameter: &Parameter, value: Value) {
        self.values.push((parameter.name, value));
    }

    // ---- flags and spans around free text ----

    /// Takes one flag or span from an end; whether there was one.
    fn peel(&mut self, end: End) -> bool {
        let spec = self.spec;
        spec.parameters
            .iter()
            .filter(|parameter| !self.is_set(parameter))
            .find_map(|parameter| Some((parameter, self.peeled(parameter, end)?)))
            .map(|(parameter, (count, value))| {
                self.drop_words(count, end);
                self.set(parameter, value);
            })
            .is_some()
    }

    /// The value of a parameter at an end, and of how many words it consists.
    fn peeled(&self, parameter: &Parameter, end: End) -> Option<(usize, Value)> {
        match parameter.sort {
            ParameterSort::Flag => {
                let word = self.text_of(1, end)?;
                is_flag(&word, parameter).then_some((1, Value::Flag))
            }
            ParameterSort::Span => [2, 1].into_iter().find_map(|count| {
                let ms = parse_span(&self.text_of(count, end)?)?;
                Some((count, Value::Span(ms)))
            }),
            ParameterSort::Word
            | ParameterSort::Rest
            | ParameterSort::Agent
            | ParameterSort::OneOf(_) => None,
        }
    }

    /// So many words at an end, unless one of them is quoted.
    fn text_of(&self, count: usize, end: End) -> Option<String> {
        let from = match end {
            End::First => 0,
            End::Last => self.left.len().checked_sub(count)?,
        };
        let chosen: Vec<&Word> = self.left.iter().skip(from).take(count).collect();
        let fits = chosen.len() == count && chosen.iter().all(|word| !word.quoted);
        fits.then(|| {
            chosen
                .iter()
                .map(|word| word.text.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        })
    }

    fn drop_words(&mut self, count: usize, end: End) {
        for _ in 0..count {
            match end {
                End::First => self.left.pop_front(),
                End::Last => self.left.pop_back(),
            };
        }
    }

    /// Takes flags from anywhere: no free text could hold them by chance.
    fn pick_flags(&mut self) {
        let spec = self.spec;
        for parameter in spec.parameters {
            let is_this = |word: &Word| !word.quoted && is_flag(&word.text, parameter);
            if parameter.sort == ParameterSort::Flag && self.left.iter().any(is_this) {
                self.left.retain(|word| !is_this(word));
                self.set(parameter, Value::Flag);
            }
        }
    }

    // ---- the others, in order ----

    fn positional(&mut self, parameter: &'static Parameter) -> Result<(), ParseError<'s>> {
        if self.is_set(parameter) || parameter.sort == ParameterSort::Flag {
            return Ok(());
        }
        if self.left.is_empty() {
            return if parameter.optional {
                Ok(())
            } else {
                Err(self.missing(parameter))
            };
        }
        let value = self.take(parameter)?;
        self.set(parameter, value);
        Ok(())
    }

    const fn missing(&self, parameter: &'static Parameter) -> ParseError<'s> {
        ParseError::Missing {
            spec: self.spec,
            parameter,
        }
    }

    fn take(&mut self, parameter: &'static Parameter) -> Result<Value, ParseError<'s>> {
        match parameter.sort {
            ParameterSort::Span => self.take_span(parameter),
            ParameterSort::OneOf(options) => {
                let word = self.pop();
                let folded = fold(&word);
                let meant = options
                    .iter()
                    .find(|one| one.words().any(|name| name == folded));
                let found = || self.wrong(parameter, word.clone());
                meant
                    .map(|one| Value::Text(one.name.to_owned()))
                    .ok_or_else(found)
            }
            ParameterSort::Agent if self.is_last(parameter) => {
                let name = self.rest(true).unwrap_or_default();
                Ok(Value::Person(Person::read(&name)))
            }
            ParameterSort::Agent => Ok(Value::Person(Person::read(&self.pop()))),
            ParameterSort::Rest => {
                // Marks protect words from being taken for flags; where there are none to be
                // taken for, they are the writer's own.
                let protected = self.spec.parameters.len() > 1;
                Ok(Value::Text(self.rest(protected).unwrap_or_default()))
            }
            ParameterSort::Word | ParameterSort::Flag => Ok(Value::Text(self.pop())),
        }
    }

    fn take_span(&mut self, parameter: &'static Parameter) -> Result<Value, ParseError<'s>> {
        let Some((count, value)) = self.peeled(parameter, End::First) else {
            let found = self.pop();
            return Err(self.wrong(parameter, found));
        };
        self.drop_words(count, End::First);
        Ok(value)
    }

    const fn wrong(&self, parameter: &'static Parameter, found: String) -> ParseError<'s> {
        ParseError::Wrong {
            spec: self.spec,
            parameter,
            found,
        }
    }

    /// Whether no other parameter wants words after this one.
    fn is_last(&self, parameter: &Parameter) -> bool {
        let mut wanting = self.spec.parameters.iter().rev();
        wanting.find(|one| one.sort != ParameterSort::Flag) == Some(parameter)
    }

    fn pop(&mut self) -> String {
        self.left
            .pop_front()
            .map(|word| word.text)
            .unwrap_or_default()
    }

    /// All that is left, as it stands in the line; without the quotation marks around the whole
    /// of it, if so wished.
    fn rest(&mut self, unquote: bool) -> Option<String> {
        let left = std::mem::take(&mut self.left);
        let (first, last) = (left.front()?, left.back()?);
        if unquote && left.len() == 1 {
            return Some(first.text.clone());
        }
        Some(self.source.get(first.start..last.end)?.to_owned())
    }
}

/// Whether a word is a flag; `--silent` is the same as `silent`.
fn is_flag(word: &str, parameter: &Parameter) -> bool {
    let word = fold(word.trim_start_matches(['-', '－', '—']));
    word == parameter.name || word == parameter.name_zh
}

#[cfg(test)]
mod tests;
