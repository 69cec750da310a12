//! The words of every phrase, in each language; operators may put their own in their place.
//!
//! The built-in words stand in `phrases/zh.toml` and `phrases/en.toml`. Templates are parsed
//! once; the values of a phrase are never read as templates.

mod template;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value, json};
use tera::{Context, Tera};
use thiserror::Error;

use crate::domain::language::Language;
use crate::domain::phrase::Phrase;

/// So deep may phrases stand as values in phrases.
const DEEPEST: usize = 3;

/// Why an operator's words cannot be used. Each text says what to change.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PhraseError {
    /// No phrase has this key.
    #[error("phrase {key:?}: there is no such phrase{nearest}")]
    UnknownKey {
        /// The key that was given.
        key: String,
        /// A hint: the key that may have been meant, or nothing.
        nearest: String,
    },
    /// The template cannot be parsed, or not be rendered with any values.
    #[error("phrase {key:?} ({language}): {message}")]
    Template {
        /// The key.
        key: String,
        /// The language.
        language: Language,
        /// What is wrong, and where.
        message: String,
    },
    /// The template uses a variable that this phrase does not have.
    #[error("phrase {key:?} ({language}): there is no variable {variable:?}; it may use: {known}")]
    UnknownVariable {
        /// The key.
        key: String,
        /// The language.
        language: Language,
        /// The variable that was used.
        variable: String,
        /// The variables that exist.
        known: String,
    },
    /// The template uses a tag other than `if`, `elif`, `else` and `endif`.
    #[error("phrase {key:?} ({language}): {tag:?} cannot be used here, only if, elif, else, endif")]
    Tag {
        /// The key.
        key: String,
        /// The language.
        language: Language,
        /// The tag.
        tag: String,
    },
}

/// All phrases in all languages, ready to be rendered. Cheap to clone.
#[derive(Clone)]
pub struct Phrasebook {
    built_in: &'static BuiltIn,
    overrides: Arc<Tera>,
}

impl Phrasebook {
    /// The words that come with the program.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            built_in: &BUILT_IN,
            overrides: Arc::new(Tera::default()),
        }
    }

    /// The built-in words, with some replaced: language, key, template.
    ///
    /// # Errors
    /// Everything that is wrong with any of the templates.
    pub fn with_overrides(
        overrides: Vec<(Language, String, String)>,
    ) -> Result<Self, Vec<PhraseError>> {
        let mut tera = template::sandbox();
        let mut errors = Vec::new();
        for (language, key, words) in overrides {
            let draft = Override {
                language,
                key,
                words,
            };
            errors.extend(draft.add_to(&mut tera, &BUILT_IN).err());
        }
        if errors.is_empty() {
            Ok(Self {
                built_in: &BUILT_IN,
                overrides: Arc::new(tera),
            })
        } else {
            Err(errors)
        }
    }

    /// The phrase in words. Never fails: an operator's template that does not render gives way
    /// to the built-in words, a missing value stays blank, and an unknown key is shown as it is.
    #[must_use]
    pub fn render(&self, phrase: &Phrase, language: Language) -> String {
        self.render_within(phrase, language, DEEPEST)
    }

    /// The variables that a phrase may have; `None` if there is no such phrase.
    #[must_use]
    pub fn variables(&self, key: &str) -> Option<&BTreeSet<String>> {
        self.built_in.variables.get(key)
    }

    /// The keys of all phrases, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let keys: BTreeSet<&str> = self.built_in.variables.keys().map(String::as_str).collect();
        keys.into_iter()
    }

    fn render_within(&self, phrase: &Phrase, language: Language, depth: usize) -> String {
        let Some(variables) = self.built_in.variables.get(&phrase.key) else {
            return phrase.key.clone();
        };
        let name = template::name(language, &phrase.key);
        let context = self.context(&phrase.args, variables, language, depth);
        let own = self.overrides.render(&name, &context).ok();
        own.or_else(|| self.built_in.tera.render(&name, &context).ok())
            .unwrap_or_else(|| phrase.key.clone())
    }

    /// The values by name; those that are phrases in words, those that are missing blank.
    fn context(
        &self,
        args: &BTreeMap<String, Value>,
        variables: &BTreeSet<String>,
        language: Language,
        depth: usize,
    ) -> Context {
        let mut context = Context::new();
        for name in variables {
            match args.get(name) {
                None | Some(Value::Null) => context.insert(name, ""),
                Some(value) => context.insert(name, &self.spoken(value, language, depth)),
            }
        }
        context
    }

    /// A value as it is said: a phrase becomes its words.
    fn spoken(&self, value: &Value, language: Language, depth: usize) -> Value {
        match nested(value).filter(|_| depth > 0) {
            Some(phrase) => self.render_within(&phrase, language, depth - 1).into(),
            None => value.clone(),
        }
    }
}

impl Default for Phrasebook {
    fn default() -> Self {
        Self::built_in()
    }
}

/// A phrase as a value of another, as in `Phrase::new("delivery.dead").with("reason", reason)`.
impl From<Phrase> for Value {
    fn from(phrase: Phrase) -> Self {
        json!({ PHRASE: phrase.key, ARGS: phrase.args })
    }
}

const PHRASE: &str = "phrase";
const ARGS: &str = "args";

/// The phrase that a value stands for. Text from people is a string and never looks like one.
fn nested(value: &Value) -> Option<Phrase> {
    let object = value.as_object().filter(|object| object.len() == 2)?;
    let key = object.get(PHRASE)?.as_str()?;
    let args = object.get(ARGS)?.as_object()?.clone();
    Some(Phrase {
        key: key.to_owned(),
        args: args.into_iter().collect(),
    })
}

/// The built-in words.
struct BuiltIn {
    tera: Tera,
    /// What each phrase may say, by key.
    variables: HashMap<String, BTreeSet<String>>,
}

static BUILT_IN: LazyLock<BuiltIn> = LazyLock::new(|| {
    let mut built_in = BuiltIn {
        tera: template::sandbox(),
        variables: HashMap::new(),
    };
    built_in.add(Language::Zh, include_str!("../../phrases/zh.toml"));
    built_in.add(Language::En, include_str!("../../phrases/en.toml"));
    built_in
});

impl BuiltIn {
    /// Adds a language. What cannot be read is left out; the tests see to it that nothing is.
    fn add(&mut self, language: Language, file: &str) {
        for (key, words) in entries(file) {
            let name = template::name(language, &key);
            if self.tera.add_raw_template(&name, &words).is_ok() {
                let known = self.variables.entry(key).or_default();
                known.extend(template::variables(&words));
            }
        }
    }

    /// The key most like `key`, as a hint.
    fn nearest(&self, key: &str) -> String {
        let last = key.rsplit('.').next().unwrap_or(key);
        let alike = |known: &&String| known.ends_with(last) || known.starts_with(key);
        let found = self.variables.keys().filter(alike).min();
        found.map_or_else(String::new, |known| format!("; do you mean {known:?}?"))
    }
}

/// The entries of a file of phrases: dotted key and words.
fn entries(file: &str) -> Vec<(String, String)> {
    let table: Map<String, Value> = toml::from_str(file).unwrap_or_default();
    let mut found = Vec::new();
    for (section, value) in table {
        match value {
            Value::String(words) => found.push((section, words)),
            Value::Object(inner) => {
                let words = inner.into_iter().filter_map(|(key, words)| {
                    Some((format!("{section}.{key}"), words.as_str()?.to_owned()))
                });
                found.extend(words);
            }
            _ => {}
        }
    }
    found
}

/// One template of an operator.
struct Override {
    language: Language,
    key: String,
    words: String,
}

impl Override {
    fn add_to(&self, tera: &mut Tera, built_in: &BuiltIn) -> Result<(), PhraseError> {
        let known = built_in
            .variables
            .get(&self.key)
            .ok_or_else(|| PhraseError::UnknownKey {
                key: self.key.clone(),
                nearest: built_in.nearest(&self.key),
            })?;
        self.check_tags()?;
        self.check_variables(known)?;
        let name = template::name(self.language, &self.key);
        tera.add_raw_template(&name, &self.words)
            .map_err(|error| self.refused(&error))?;
        self.try_out(tera, &name, known)
    }

    fn check_tags(&self) -> Result<(), PhraseError> {
        match template::foreign_tag(&self.words) {
            Some(tag) => Err(PhraseError::Tag {
                key: self.key.clone(),
                language: self.language,
                tag,
            }),
            None => Ok(()),
        }
    }

    fn check_variables(&self, known: &BTreeSet<String>) -> Result<(), PhraseError> {
        let used = template::variables(&self.words);
        match used.into_iter().find(|variable| !known.contains(variable)) {
            Some(variable) => Err(PhraseError::UnknownVariable {
                key: self.key.clone(),
                language: self.language,
                variable,
                known: known.iter().cloned().collect::<Vec<_>>().join(", "),
            }),
            None => Ok(()),
        }
    }

    /// Renders with numbers and with words; one of them must do.
    fn try_out(
        &self,
        tera: &Tera,
        name: &str,
        known: &BTreeSet<String>,
    ) -> Result<(), PhraseError> {
        let sample = |value: Value| {
            let mut context = Context::new();
            known
                .iter()
                .for_each(|variable| context.insert(variable, &value));
            tera.render(name, &context)
        };
        sample(json!(7))
            .or_else(|_| sample(json!("seven")))
            .map(drop)
            .map_err(|error| self.refused(&error))
    }

    fn refused(&self, error: &tera::Error) -> PhraseError {
        let causes =
            std::iter::successors(std::error::Error::source(error), |cause| cause.source());
        let said = causes.map(ToString::to_string).last();
        PhraseError::Template {
            key: self.key.clone(),
            language: self.language,
            message: said.unwrap_or_else(|| error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
