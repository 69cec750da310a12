//! Gives a line's words to the parameters of its command.

use std::collections::VecDeque;

use crate::domain::command::parse::{ParseError, Person, Value};
use crate::domain::command::parse_span;
use crate::domain::command::spec::{CommandSpec, Parameter, ParameterSort};
use crate::domain::command::words::Word;
use crate::domain::text::fold;

/// The words that are still left, and what the others turned out to be.
pub(super) struct Taking<'s, 't> {
    pub(super) spec: &'s CommandSpec,
    pub(super) source: &'t str,
    pub(super) left: VecDeque<Word>,
    pub(super) values: Vec<(&'static str, Value)>,
}

/// One end of the words that are left.
#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

impl<'s> Taking<'s, '_> {
    /// Takes everything, or says what does not fit.
    pub(super) fn all(&mut self) -> Result<(), ParseError<'s>> {
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
