//! A text by name: what is said, without its words; the phrasebook has those in each language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A phrase and the values that stand in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// A dotted name, such as `handoff.open_hours`.
    pub key: String,
    /// Values by name; they are never read as templates.
    #[serde(default)]
    pub args: BTreeMap<String, Value>,
}

impl Phrase {
    /// A phrase without values.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            args: BTreeMap::new(),
        }
    }

    /// The same phrase with one value more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }
}
