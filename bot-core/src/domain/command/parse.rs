//! The parser: pure, derived from the specs, tolerant of how people type.

mod error;
mod taking;

use crate::domain::command::spec::CommandSpec;
use crate::domain::command::words::words;
use crate::domain::command::{after_mark, after_name, is_latin, nearest};
use crate::domain::text::fold;

pub use error::ParseError;
use taking::Taking;

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

#[cfg(test)]
mod tests;
