//! JSON: one array of articles, or one article a line.

use std::fmt;
use std::io::{BufRead, BufReader, Read};

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::import::decode::Decoding;
use crate::import::list::{split_list, split_tags};
use crate::import::row::RawRow;
use crate::import::{ReadError, Take};

pub(crate) fn read_lines(file: impl Read, take: &mut Take<'_>) -> Result<(), ReadError> {
    let decoding = Decoding::new(file)?;
    let fence = decoding.fence();
    let mut source = BufReader::with_capacity(65_536, decoding);
    let mut line = String::new();
    let mut number = 0;
    while source.read_line(&mut line)? > 0 {
        fence.row_done();
        number += 1;
        if !line.trim().is_empty() && !take(number, row_of_line(&line)) {
            return Err(ReadError::Stopped);
        }
        line.clear();
    }
    Ok(())
}

pub(crate) fn row_of_line(line: &str) -> Result<RawRow, String> {
    let value = serde_json::from_str(line).map_err(|error| format!("is no JSON: {error}"))?;
    row_of(value)
}

/// Reads a large array element by element. The "line" of an element is its place, from 1.
pub(crate) fn read_array(file: impl Read, take: &mut Take<'_>) -> Result<(), ReadError> {
    let decoding = Decoding::new(file)?;
    let fence = decoding.fence();
    let source = BufReader::with_capacity(65_536, decoding);
    let mut stopped = false;
    let mut number = 0;
    let mut each = |value| {
        fence.row_done();
        number += 1;
        stopped = stopped || !take(number, row_of(value));
        !stopped
    };
    let outcome =
        serde_json::Deserializer::from_reader(source).deserialize_seq(Elements { each: &mut each });
    match outcome {
        _ if stopped => Err(ReadError::Stopped),
        Ok(()) => Ok(()),
        Err(error) => Err(ReadError::Broken(format!(
            "is no array of articles: {error}"
        ))),
    }
}

struct Elements<'e> {
    each: &'e mut dyn FnMut(Value) -> bool,
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of articles")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        while let Some(value) = array.next_element()? {
            if !(self.each)(value) {
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

fn row_of(value: Value) -> Result<RawRow, String> {
    let Value::Object(mut fields) = value else {
        return Err("is no object".to_owned());
    };
    Ok(RawRow {
        id: text(&mut fields, "id")?,
        question: text(&mut fields, "question")?,
        answer: text(&mut fields, "answer")?,
        alternatives: list(&mut fields, "alternatives", split_list)?,
        category: text(&mut fields, "category")?,
        lang: text(&mut fields, "lang")?,
        tags: list(&mut fields, "tags", split_tags)?,
        visibility: text(&mut fields, "visibility")?,
        mode: text(&mut fields, "mode")?,
        valid_from: text(&mut fields, "valid_from")?,
        valid_until: text(&mut fields, "valid_until")?,
        channels: list(&mut fields, "channels", split_tags)?,
        source: text(&mut fields, "source")?,
        is_section: false,
    })
}

fn text(fields: &mut Map<String, Value>, name: &str) -> Result<String, String> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(_) => Err(format!("“{name}” is no text")),
    }
}

fn list(
    fields: &mut Map<String, Value>,
    name: &str,
    split: fn(&str) -> Vec<String>,
) -> Result<Vec<String>, String> {
    match fields.remove(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(split(&text)),
        Some(Value::Array(entries)) => entries.into_iter().map(|e| entry(e, name)).collect(),
        Some(_) => Err(format!("“{name}” is no list")),
    }
}

fn entry(value: Value, name: &str) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(format!("“{name}” has an entry that is no text")),
    }
}
