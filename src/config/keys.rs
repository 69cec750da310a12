//! Reads one table key by key, and goes on after a problem.
//!
//! Serde's derive stops at the first thing that is wrong; somebody who sets up a desk wants to hear
//! of everything at once. So each section asks for its keys here, one by one: what cannot be read
//! is noted and replaced by its default, and what nobody asked for is noted at the end.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use bot_core::domain::time::{DAY, MINUTE};
use toml::{Table, Value};

use crate::config::desk::milliseconds;
use crate::config::problem::Problems;
use crate::config::secret::{Secret, Sources};

/// What the reading of every section shares.
pub(super) struct Reader<'a> {
    pub(super) sources: Sources<'a>,
    pub(super) problems: Problems,
}

/// One table of the file.
pub(super) struct Keys<'r> {
    reader: &'r Reader<'r>,
    path: String,
    table: Table,
    known: Vec<&'static str>,
    given: Vec<&'static str>,
}

impl<'r> Keys<'r> {
    /// The table that is the whole file.
    pub(super) const fn root(reader: &'r Reader<'r>, table: Table) -> Self {
        Self {
            reader,
            path: String::new(),
            table,
            known: Vec::new(),
            given: Vec::new(),
        }
    }

    /// Notes a problem with one of this table's keys.
    pub(super) fn problem(&self, key: &str, what: impl Into<String>, remedy: impl Into<String>) {
        self.reader.problems.add(self.path_of(key), what, remedy);
    }

    /// Notes a problem with this table as a whole.
    pub(super) fn own_problem(&self, what: impl Into<String>, remedy: impl Into<String>) {
        self.reader.problems.add(self.path.clone(), what, remedy);
    }

    /// Whether the key stands in the table and was not read yet.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn path_of(&self, key: &str) -> String {
        match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        let value = self.table.remove(key);
        if value.is_some() {
            self.given.push(key);
        }
        value
    }

    /// Whether the key stood in the table, with whatever value, before it was read.
    pub(super) fn was_given(&self, key: &str) -> bool {
        self.given.contains(&key)
    }

    /// A text, its `${…}` replaced; blank counts as a problem.
    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        let value = self.take(key)?;
        self.as_text(key, value)
    }

    fn as_text(&self, key: &str, value: Value) -> Option<String> {
        let Value::String(text) = value else {
            self.problem(
                key,
                "is not a text",
                format!("write it in quotes: {key} = \"…\""),
            );
            return None;
        };
        match self.reader.sources.expand(&text) {
            Ok(text) if text.trim().is_empty() => {
                self.problem(key, "is empty", "give it a value, or remove the line");
                None
            }
            Ok(text) => Some(text),
            Err((what, remedy)) => {
                self.problem(key, what, remedy);
                None
            }
        }
    }

    /// A text that must be there; `example` shows how it is written.
    pub(super) fn required(&mut self, key: &'static str, example: &str) -> Option<String> {
        if !self.table.contains_key(key) {
            self.known.push(key);
            self.missing(key, example);
            return None;
        }
        self.text(key)
    }

    /// Notes that a key is missing.
    pub(super) fn missing(&self, key: &str, example: &str) {
        self.problem(key, "is missing", format!("add a line: {key} = {example}"));
    }

    /// A text that `parse` gives meaning; its error says what is wrong and what to do.
    pub(super) fn parsed<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, (String, String)>,
    ) -> Option<T> {
        let text = self.text(key)?;
        parse(&text)
            .map_err(|(what, remedy)| self.problem(key, what, remedy))
            .ok()
    }

    /// An `http` or `https` address.
    pub(super) fn url(&mut self, key: &'static str) -> Option<url::Url> {
        self.parsed(key, |text| {
            let found = url::Url::parse(text).ok();
            found
                .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
                .ok_or_else(|| {
                    (
                        "is not a web address".to_owned(),
                        "write it whole: \"https://desk.example.com\"".to_owned(),
                    )
                })
        })
    }

    /// One secret, or a list of them while they are being changed.
    pub(super) fn secrets(&mut self, key: &'static str) -> Vec<Secret> {
        match self.take(key) {
            None => Vec::new(),
            Some(Value::Array(values)) if values.is_empty() => {
                self.problem(key, "is empty", "give it a value");
                Vec::new()
            }
            Some(Value::Array(values)) => values
                .into_iter()
                .filter_map(|value| self.as_text(key, value).map(Secret::new))
                .collect(),
            Some(value) => self
                .as_text(key, value)
                .map(Secret::new)
                .into_iter()
                .collect(),
        }
    }

    /// A list of texts; none if the key is missing.
    pub(super) fn list(&mut self, key: &'static str) -> Vec<String> {
        match self.take(key) {
            None => Vec::new(),
            Some(Value::Array(values)) => values
                .into_iter()
                .filter_map(|value| self.as_text(key, value))
                .collect(),
            Some(_) => {
                self.problem(
                    key,
                    "is not a list",
                    format!("write it in brackets: {key} = [\"…\"]"),
                );
                Vec::new()
            }
        }
    }

    /// A whole number within a range.
    pub(super) fn number(
        &mut self,
        key: &'static str,
        range: &RangeInclusive<usize>,
        default: usize,
    ) -> usize {
        let Some(value) = self.take(key) else {
            return default;
        };
        let number = value.as_integer().and_then(|n| usize::try_from(n).ok());
        number.filter(|n| range.contains(n)).unwrap_or_else(|| {
            let (low, high) = (range.start(), range.end());
            self.problem(
                key,
                format!("is not a whole number from {low} to {high}"),
                format!("write for example: {key} = {default}"),
            );
            default
        })
    }

    /// A share between 0 and 1.
    pub(super) fn share(&mut self, key: &'static str) -> Option<f64> {
        let value = self.take(key)?;
        let number = value
            .as_float()
            .filter(|share| *share > 0.0 && *share < 1.0);
        if number.is_none() {
            self.problem(
                key,
                "is not a number between 0 and 1",
                format!("write for example: {key} = 0.9"),
            );
        }
        number
    }

    /// A time span as text, in milliseconds, at most `most`.
    pub(super) fn duration(&mut self, key: &'static str, most: i64, default: i64) -> i64 {
        let value = match self.take(key) {
            None => return default,
            Some(Value::String(text)) => milliseconds(&text),
            Some(Value::Integer(0)) => Some(0),
            Some(_) => None,
        };
        value.filter(|ms| *ms <= most).unwrap_or_else(|| {
            self.problem(
                key,
                format!("is not a time span of at most {}", spoken(most)),
                "write for example \"3s\", \"5m\", \"24h\" or \"7d\"; 0 is off",
            );
            default
        })
    }

    /// A name that fits into paths, commands and other keys.
    pub(super) fn name(&mut self, example: &str) -> Option<String> {
        let name = self.required("name", example)?;
        let fits = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_');
        if name.chars().all(fits) && name.chars().count() <= 40 {
            return Some(name);
        }
        self.problem(
            "name",
            "holds more than letters, digits, - and _, or is longer than 40",
            format!("write for example: name = {example}"),
        );
        None
    }

    /// One word of several.
    pub(super) fn word<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let text = self.text(key)?;
        let found = find_word(&text, words);
        if found.is_none() {
            self.problem(
                key,
                format!("\"{text}\" is not known"),
                choose(&text, words),
            );
        }
        found
    }

    /// A relative path counts from the file's folder.
    pub(super) fn path(&mut self, key: &'static str, default: &str) -> PathBuf {
        let path = self.text(key).unwrap_or_else(|| default.to_owned());
        self.reader.sources.folder.join(path)
    }

    /// The folder from which relative paths count.
    pub(super) fn folder(&self) -> PathBuf {
        self.reader.sources.folder.to_owned()
    }

    /// The table `[key]`; empty if it is missing.
    pub(super) fn section(&mut self, key: &'static str) -> Self {
        let table = match self.take(key) {
            None => Table::new(),
            Some(Value::Table(table)) => table,
            Some(_) => {
                self.problem(key, "is not a section", format!("begin a section: [{key}]"));
                Table::new()
            }
        };
        self.below(self.path_of(key), table)
    }

    /// The tables `[[key]]`, in the order of the file, each under its name.
    pub(super) fn sections(&mut self, key: &'static str) -> Vec<Self> {
        let values = match self.take(key) {
            None => Vec::new(),
            Some(Value::Array(values)) => values,
            Some(value) => vec![value],
        };
        let mut sections = Vec::new();
        for (at, value) in values.into_iter().enumerate() {
            let Value::Table(table) = value else {
                self.problem(
                    key,
                    "is not a list of sections",
                    format!("begin each with: [[{key}]]"),
                );
                continue;
            };
            let name = table.get("name").and_then(Value::as_str);
            let name = name.map_or_else(|| (at + 1).to_string(), str::to_owned);
            sections.push(self.below(format!("{key}[{name}]"), table));
        }
        sections
    }

    const fn below(&self, path: String, table: Table) -> Self {
        Self {
            reader: self.reader,
            path,
            table,
            known: Vec::new(),
            given: Vec::new(),
        }
    }

    /// Notes the keys that nobody asked for.
    pub(super) fn finish(self) {
        for key in self.table.keys() {
            let words: Vec<_> = self.known.iter().map(|word| (*word, ())).collect();
            self.problem(key, "is not a key of this section", choose(key, &words));
        }
    }
}

fn find_word<T: Copy>(text: &str, words: &[(&'static str, T)]) -> Option<T> {
    words
        .iter()
        .find(|(word, _)| *word == text)
        .map(|(_, value)| *value)
}

/// "did you mean …?" where one of the words is near, else all of them.
pub(super) fn choose<T>(text: &str, words: &[(&'static str, T)]) -> String {
    let distance = |word: &str| strsim::damerau_levenshtein(word, &text.to_lowercase());
    let nearest = words
        .iter()
        .map(|(word, _)| *word)
        .min_by_key(|word| distance(word));
    match nearest {
        Some(word) if distance(word) <= 1 + word.chars().count() / 4 => {
            format!("did you mean \"{word}\"?")
        }
        _ => {
            let all: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            format!("known are: {}", all.join(", "))
        }
    }
}

fn spoken(ms: i64) -> String {
    match ms / MINUTE {
        1 => "1 minute".to_owned(),
        minutes if ms < DAY => format!("{minutes} minutes"),
        _ => format!("{} days", ms / DAY),
    }
}
