//! DOCX files: the text of the document with its headings, lists and tables.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::import::document::Outline;
use crate::import::{ReadError, Take};

mod body;

use body::Body;

/// The largest text of a document, unpacked, in bytes.
const LARGEST: u64 = 200_000_000;
/// Elements may be nested so deep.
const DEEPEST: usize = 200;

pub(crate) fn read(path: &Path, name: &str, take: &mut Take<'_>) -> Result<(), ReadError> {
    let broken = |error: zip::result::ZipError| ReadError::Broken(format!("is no DOCX ({error})"));
    let mut archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(broken)?;
    let levels = styles(&mut archive)?;
    let text = archive.by_name("word/document.xml").map_err(broken)?;
    let mut outline = Outline::new(name, take);
    let mut body = Body::new(&mut outline, &levels);
    let mut reader = Reader::from_reader(BufReader::new(Bounded::new(text)));
    each(&mut reader, &mut |event| body.see(&event))?;
    outline.finish()
}

/// The level of each style that is one of headings.
fn styles(archive: &mut ZipArchive<BufReader<File>>) -> Result<HashMap<String, u8>, ReadError> {
    let Ok(text) = archive.by_name("word/styles.xml") else {
        return Ok(HashMap::new());
    };
    let mut levels = HashMap::new();
    let mut style = None;
    let mut reader = Reader::from_reader(BufReader::new(Bounded::new(text)));
    each(&mut reader, &mut |event| {
        if let Event::Start(element) | Event::Empty(element) = &event {
            match element.local_name().as_ref() {
                "style" => style = attribute(element, "styleId"),
                "name" => note(&mut levels, style.as_ref(), name_level(element)),
                "outlineLvl" => note(&mut levels, style.as_ref(), outline_level(element)),
                _ => {}
            }
        }
        true
    })?;
    Ok(levels)
}

fn note(levels: &mut HashMap<String, u8>, style: Option<&String>, level: Option<u8>) {
    if let (Some(style), Some(level)) = (style, level) {
        levels.entry(style.clone()).or_insert(level);
    }
}

/// `heading 2`, in any case; the names of built-in styles are not translated.
fn name_level(element: &BytesStart<'_>) -> Option<u8> {
    let name = attribute(element, "val")?.to_lowercase();
    match name.as_str() {
        "title" => Some(1),
        name => name.strip_prefix("heading ")?.parse().ok(),
    }
}

/// Counts from 0; 9 is the text itself.
fn outline_level(element: &BytesStart<'_>) -> Option<u8> {
    let level: u8 = attribute(element, "val")?.parse().ok()?;
    (level < 9).then_some(level + 1)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let all = element.attributes().flatten();
    let mut found = all.filter(|one| one.key.local_name().as_ref() == name);
    found.next().map(|one| one.value.into_owned())
}

/// Hands on every event until `see` says that it is enough.
fn each(
    reader: &mut Reader<impl std::io::BufRead>,
    see: &mut dyn FnMut(Event<'_>) -> bool,
) -> Result<(), ReadError> {
    let (mut buffer, mut depth) = (Vec::new(), 0_usize);
    loop {
        let event = reader.read_event_into(&mut buffer);
        let event = event.map_err(|error| ReadError::Broken(format!("is no DOCX ({error})")))?;
        match &event {
            Event::Eof => return Ok(()),
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(ReadError::Broken("is nested too deep".to_owned()));
        }
        if !see(event) {
            return Ok(());
        }
        buffer.clear();
    }
}

/// Reads so many bytes, and then says that it is too large.
struct Bounded<R> {
    source: R,
    left: u64,
}

impl<R: Read> Bounded<R> {
    const fn new(source: R) -> Self {
        Self {
            source,
            left: LARGEST,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.source.read(into)?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| std::io::Error::other("holds more than 200 MB of text"))?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
