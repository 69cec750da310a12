//! What can be wrong with a line, and how people are told.

use crate::domain::command::help::usage;
use crate::domain::command::spec::{CommandSpec, Parameter, ParameterSort};
use crate::domain::language::Language;
use crate::domain::phrase::Phrase;

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
