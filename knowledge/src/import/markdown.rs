//! Markdown: a heading is a question, what stands under it the answer.

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::import::decode::{Decoding, LONGEST_ROW};
use crate::import::json::row_of_line;
use crate::import::row::RawRow;
use crate::import::{ReadError, Take};

mod body;

use body::Body;
pub(crate) use body::escape;

pub(crate) fn read(path: &Path, name: &str, take: &mut Take<'_>) -> Result<(), ReadError> {
    let mut text = String::new();
    let limited = File::open(path)?.take(LONGEST_ROW);
    Decoding::new(limited)?.read_to_string(&mut text)?;
    let name = Path::new(name)
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let headings = headings(&text);
    if headings.is_empty() {
        return Err(ReadError::Broken("has no heading".to_owned()));
    }
    read_sections(&text, &name, &headings, take)
}

/// A heading: how deep, what it says, where it stands.
struct Heading {
    level: usize,
    title: String,
    place: Range<usize>,
}

fn headings(text: &str) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    let mut inside = false;
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    for (event, place) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                inside = true;
                headings.push(Heading {
                    level: level as usize,
                    title: String::new(),
                    place,
                });
            }
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Text(words) | Event::Code(words) if inside => {
                if let Some(heading) = headings.last_mut() {
                    heading.title.push_str(&words);
                }
            }
            _ => {}
        }
    }
    headings
}

/// Headings without words under them, but with headings below, name the category.
fn read_sections(
    text: &str,
    name: &str,
    headings: &[Heading],
    take: &mut Take<'_>,
) -> Result<(), ReadError> {
    let mut above: Vec<&Heading> = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        above.retain(|parent| parent.level < heading.level);
        let next = headings.get(at + 1);
        let end = next.map_or(text.len(), |next| next.place.start);
        let body = text.get(heading.place.end..end).unwrap_or_default();
        let body = Body::read(body);
        let is_parent = next.is_some_and(|next| next.level > heading.level);
        if !(body.text.is_empty() && is_parent) {
            let line = 1 + text
                .get(..heading.place.start)
                .map_or(0, |t| t.matches('\n').count());
            if !take(line as u64, section(name, &above, heading, &body)) {
                return Err(ReadError::Stopped);
            }
        }
        above.push(heading);
    }
    Ok(())
}

fn section(
    name: &str,
    above: &[&Heading],
    heading: &Heading,
    body: &Body,
) -> Result<RawRow, String> {
    if body.text.is_empty() {
        return Err(format!(
            "nothing stands under the heading “{}”",
            heading.title.trim()
        ));
    }
    if let Some(more) = &body.exported {
        return Ok(RawRow {
            answer: body.text.clone(),
            ..row_of_line(more)?
        });
    }
    let category = above.last().map_or("", |parent| parent.title.trim());
    Ok(RawRow {
        id: id_of(name, category, &heading.title),
        question: heading.title.clone(),
        answer: body.text.clone(),
        category: category.to_owned(),
        ..RawRow::default()
    })
}

/// `file#category/heading`: stays the same when words under the heading change.
pub(crate) fn id_of(name: &str, category: &str, title: &str) -> String {
    let slug = |text: &str| -> String {
        let plain = text.to_lowercase();
        let words = plain
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        words
            .collect::<Vec<_>>()
            .join("-")
            .chars()
            .take(80)
            .collect()
    };
    let stem: String = name.chars().take(30).collect();
    match category {
        "" => format!("{stem}#{}", slug(title)),
        category => format!("{stem}#{}/{}", slug(category), slug(title)),
    }
}
