//! A command's description: what parser, help and completion are derived from.

use serde::{Deserialize, Serialize};

use crate::domain::language::Language;

/// A command, described once; parser, help, completion and native commands are derived from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandSpec {
    /// The name after the mark: small Latin letters, digits and `-`.
    pub name: &'static str,
    /// Other names, Chinese ones among them (Simplified; Traditional is understood by itself).
    pub aliases: &'static [&'static str],
    /// What it takes, in order.
    pub parameters: &'static [Parameter],
    /// Who may use it.
    pub permission: Permission,
    /// Where it makes sense.
    pub place: CommandPlace,
    /// One line in Chinese.
    pub summary_zh: &'static str,
    /// One line in English.
    pub summary_en: &'static str,
    /// A whole line as a Chinese speaker would type it; shown where something is wrong.
    pub example_zh: &'static str,
    /// A whole line as an English speaker would type it.
    pub example_en: &'static str,
}

impl CommandSpec {
    /// All names, the chief one first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// The first Chinese name, for help.
    #[must_use]
    pub fn chinese_name(&self) -> Option<&'static str> {
        self.names().find(|name| !name.is_ascii())
    }
}

/// What a command takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name; for a flag, the word itself.
    pub name: &'static str,
    /// Its name in Chinese; for a flag, the Chinese word.
    pub name_zh: &'static str,
    /// What it is.
    pub sort: ParameterSort,
    /// The command works without it.
    pub optional: bool,
}

impl Parameter {
    /// A parameter that must be given.
    #[must_use]
    pub const fn required(name: &'static str, name_zh: &'static str, sort: ParameterSort) -> Self {
        Self {
            name,
            name_zh,
            sort,
            optional: false,
        }
    }

    /// A parameter that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, name_zh: &'static str, sort: ParameterSort) -> Self {
        Self {
            name,
            name_zh,
            sort,
            optional: true,
        }
    }

    /// A word that is there or not.
    #[must_use]
    pub const fn flag(name: &'static str, name_zh: &'static str) -> Self {
        Self::optional(name, name_zh, ParameterSort::Flag)
    }
}

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterSort {
    /// One word.
    Word,
    /// The rest of the line, as it stands.
    Rest,
    /// An agent's name, `me` or `none`.
    Agent,
    /// A time span such as `30m`, `2h`, `7d`, `2小时`.
    Span,
    /// One of these words.
    OneOf(&'static [Wording]),
    /// A flag word: present or not.
    Flag,
}

/// One meaning and the words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wording {
    /// The word that the handler gets, and help shows in English.
    pub name: &'static str,
    /// The word that help shows in Chinese.
    pub name_zh: &'static str,
    /// Further words that mean the same.
    pub others: &'static [&'static str],
}

impl Wording {
    /// The word that help shows.
    #[must_use]
    pub const fn shown(&self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.name_zh,
            Language::En => self.name,
        }
    }

    /// All words for it, the chief one first.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        [self.name, self.name_zh]
            .into_iter()
            .chain(self.others.iter().copied())
    }
}

/// What a role may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Read help and one's own state.
    Look,
    /// Work on tickets.
    Serve,
    /// Direct others' work.
    Lead,
    /// Change settings and articles.
    Administer,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Look, Self::Serve, Self::Lead, Self::Administer];

    /// The name in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Serve => "serve",
            Self::Lead => "lead",
            Self::Administer => "administer",
        }
    }
}

/// Where a command makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandPlace {
    /// In a ticket's thread only.
    Thread,
    /// Anywhere in a team room.
    Anywhere,
}
