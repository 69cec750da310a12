//! PDF files: the text of their pages, with headings where lines look like some.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use bot_core::domain::text::is_han;
use regex::Regex;

use crate::import::document::Outline;
use crate::import::{ReadError, Take};

/// The largest file, in bytes.
const LARGEST: u64 = 100_000_000;
/// A heading has at most so many characters.
const HEADING_CHARS: usize = 60;
/// A line that stands on so many pages is the frame of a page, and on at least this share of them.
const REPEATED: usize = 3;

/// Where PDF files are read. They may hold anything, and the reader may use all memory, overflow its stack
/// or never end; so a desk has it done by another process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PdfReader {
    /// In this process.
    #[default]
    Here,
    /// By this program: with the arguments `read-pdf FILE` it prints the pages as [`extract`] gives them,
    /// as one line of JSON, the last.
    Program(PathBuf),
}

pub(crate) fn read(
    path: &Path,
    name: &str,
    reader: &PdfReader,
    take: &mut Take<'_>,
) -> Result<(), ReadError> {
    let pages = match reader {
        PdfReader::Here => extract(path).map_err(ReadError::Broken)?,
        PdfReader::Program(program) => by_program(program, path)?,
    };
    let frame = frame(&pages);
    let mut outline = Outline::new(name, take);
    for (page, number) in pages.iter().zip(1..) {
        outline.page(number);
        lay_out(page, &frame, &mut outline);
    }
    outline.finish()
}

/// The text of each page. A reader that panics is an error.
///
/// # Errors
/// Why it cannot be read, in words.
pub fn extract(path: &Path) -> Result<Vec<String>, String> {
    let size = std::fs::metadata(path)
        .map_err(|error| error.to_string())?
        .len();
    if size > LARGEST {
        return Err("is larger than 100 MB".to_owned());
    }
    let reading = || pdf_extract::extract_text_by_pages(path);
    match std::panic::catch_unwind(reading) {
        Ok(Ok(pages)) => Ok(pages),
        Ok(Err(error)) => Err(format!("is no PDF that can be read ({error})")),
        Err(_) => Err("is no PDF that can be read".to_owned()),
    }
}

fn by_program(program: &Path, path: &Path) -> Result<Vec<String>, ReadError> {
    let mut command = Command::new(program);
    command.arg("read-pdf").arg(path);
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    let out = command.output()?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let text = said(&out.stdout);
    let last = text.lines().last().unwrap_or_default();
    match serde_json::from_str(last) {
        Ok(pages) if out.status.success() => Ok(pages),
        _ if out.status.code() == Some(1) => Err(ReadError::Broken(
            said(&out.stderr)
                .lines()
                .last()
                .unwrap_or_default()
                .to_owned(),
        )),
        // It was ended by a limit, or by itself.
        _ => Err(ReadError::Broken("is no PDF that can be read".to_owned())),
    }
}

/// The lines that stand on most pages: running heads and feet.
fn frame(pages: &[String]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for page in pages {
        let lines = page.lines().map(str::trim);
        let mut lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        lines.sort_unstable();
        lines.dedup();
        for line in lines {
            *counts.entry(line).or_default() += 1;
        }
    }
    let often = |count: usize| count >= REPEATED && count * 2 > pages.len();
    let repeated = counts.into_iter().filter(|(_, count)| often(*count));
    repeated.map(|(line, _)| line.to_owned()).collect()
}

/// Paragraphs are parted by empty lines; a short line by itself, or with a number, is a heading.
fn lay_out(page: &str, frame: &[String], outline: &mut Outline<'_, '_>) {
    let mut paragraph: Vec<&str> = Vec::new();
    for line in page.lines().map(str::trim) {
        let is_number = !line.is_empty() && line.chars().all(|c| c.is_ascii_digit());
        if is_number || frame.iter().any(|one| one == line) {
            continue;
        }
        let numbered = numbered_level(line);
        if line.is_empty() || numbered.is_some() {
            say(&std::mem::take(&mut paragraph), outline);
        }
        match numbered {
            Some(level) => outline.heading(level, line),
            None if line.is_empty() => {}
            None => paragraph.push(line),
        }
    }
    say(&paragraph, outline);
}

fn say(lines: &[&str], outline: &mut Outline<'_, '_>) {
    match lines {
        [] => {}
        [one] if looks_like_heading(one) => outline.heading(1, one),
        lines => outline.paragraph(&joined(lines)),
    }
}

/// Lines of one paragraph; Chinese goes on without a space.
fn joined(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let glued = text.chars().last().is_some_and(is_han) || line.starts_with(is_han);
        if !text.is_empty() && !glued {
            text.push(' ');
        }
        text.push_str(line);
    }
    text
}

fn looks_like_heading(line: &str) -> bool {
    let ends = line.ends_with(['.', '。', ',', '，', ';', '；', ':', '：', '!', '！']);
    let has_words = line.chars().any(char::is_alphabetic);
    line.chars().nth(HEADING_CHARS).is_none() && has_words && !ends
}

static DECIMAL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(\d{1,2}(?:\.\d{1,2}){0,4})[.、\s]\s*\S").ok());
static CHAPTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?:第[一二三四五六七八九十百\d]+(章|节|節|部分|条|條)|[一二三四五六七八九十]+、|(?i:chapter|section|part)\s+\d+)").ok()
});

/// The level of a heading that has a number, such as `2.1 Costs` or `第三章 售后`.
fn numbered_level(line: &str) -> Option<u8> {
    if !looks_like_heading(line) {
        return None;
    }
    if let Some(found) = DECIMAL.as_ref().and_then(|pattern| pattern.captures(line)) {
        let dots = found.get(1)?.as_str().matches('.').count();
        // "3 kg of rice" is no heading; "3. Rice" and "3.1 Rice" are.
        let is_list = dots == 0 && !line.contains(['.', '、']);
        return (!is_list).then(|| u8::try_from(dots + 1).unwrap_or(6).min(6));
    }
    let found = CHAPTER.as_ref()?.captures(line)?;
    Some(match found.get(1).map(|one| one.as_str()) {
        Some("节" | "節") => 2,
        Some("条" | "條") => 3,
        _ => 1,
    })
}

#[cfg(test)]
mod tests;
