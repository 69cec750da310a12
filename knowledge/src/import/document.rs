//! Documents: headings, paragraphs and tables become sections, and question–answer pairs where they are
//! recognised.

use crate::article::{ANSWER_CHARS, ContentError};
use crate::import::column::Column;
use crate::import::markdown::id_of;
use crate::import::row::RawRow;
use crate::import::{ReadError, Take};

mod pair;

use pair::{Mark, is_question};

/// A section of more characters is parted.
const PART_CHARS: usize = 8_000;
/// Most characters of a section's title that is no heading.
const TITLE_CHARS: usize = 80;

/// Gathers what a document holds into rows, in its order.
pub(crate) struct Outline<'o, 't> {
    name: &'o str,
    take: &'o mut Take<'t>,
    /// The headings above, each with its level.
    path: Vec<(u8, String)>,
    page: Option<u64>,
    open: Open,
    /// How many rows were begun.
    count: u64,
    stopped: bool,
}

/// What is being gathered.
#[derive(Default)]
struct Open {
    page: Option<u64>,
    /// A question that stands in the text, with its own answer to come.
    question: Option<String>,
    body: Vec<String>,
}

impl<'o, 't> Outline<'o, 't> {
    /// Gathers the rows of a document of this name.
    pub(crate) fn new(name: &'o str, take: &'o mut Take<'t>) -> Self {
        Self {
            name,
            take,
            path: Vec::new(),
            page: None,
            open: Open::default(),
            count: 0,
            stopped: false,
        }
    }

    /// Whether nobody wants more rows.
    pub(crate) const fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// A page begins. Without any heading, each page is a section.
    pub(crate) fn page(&mut self, number: u64) {
        if self.path.is_empty() && self.open.question.is_none() {
            self.close();
        }
        self.page = Some(number);
    }

    /// A heading; the lower the level, the more it stands above.
    pub(crate) fn heading(&mut self, level: u8, text: &str) {
        let text = one_line(text);
        if text.is_empty() {
            return;
        }
        self.close();
        self.path.retain(|(above, _)| *above < level);
        self.path.push((level, text));
    }

    /// A paragraph, or one entry of a list.
    pub(crate) fn paragraph(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        match pair::marked(text) {
            Some((Mark::Question, question)) => {
                self.close();
                self.open.question = Some(one_line(question));
            }
            Some((Mark::Answer, answer)) if self.open.question.is_some() => self.add(answer),
            _ => self.add(text),
        }
    }

    fn add(&mut self, text: &str) {
        if self.open.body.is_empty() {
            self.open.page = self.page;
        }
        if !text.is_empty() {
            self.open.body.push(text.to_owned());
        }
    }

    /// A question with its answer, which the document marks as such.
    pub(crate) fn pair(&mut self, question: &str, answer: &str) {
        self.close();
        self.add(answer.trim());
        self.open.question = Some(one_line(question));
        self.close();
    }

    /// A table: of questions and answers where its first row says so; else its rows are lines of text.
    pub(crate) fn table(&mut self, rows: &[Vec<String>]) {
        let Some((head, rest)) = rows.split_first() else {
            return;
        };
        match Column::all_named(head.iter().map(String::as_str)) {
            Ok(columns) => self.articles(&columns, rest),
            Err(_) => rows.iter().for_each(|row| self.paragraph(&row.join(" | "))),
        }
    }

    fn articles(&mut self, columns: &[Option<Column>], rows: &[Vec<String>]) {
        self.close();
        for cells in rows {
            let mut row = RawRow::default();
            for (cell, column) in cells.iter().zip(columns) {
                if let Some(column) = column {
                    row.set(*column, cell.trim());
                }
            }
            if row.source.is_empty() {
                row.source = self.source(self.page);
            }
            self.hand_on(Ok(row));
        }
    }

    /// The document is over.
    pub(crate) fn finish(mut self) -> Result<(), ReadError> {
        self.close();
        match (self.stopped, self.count) {
            (true, _) => Err(ReadError::Stopped),
            (false, 0) => Err(ReadError::Broken("holds no text".to_owned())),
            (false, _) => Ok(()),
        }
    }

    /// Hands on what was gathered; what is too long for one answer in several parts.
    fn close(&mut self) {
        let open = std::mem::take(&mut self.open);
        if open.body.is_empty() && open.question.is_none() {
            return;
        }
        for (answer, part) in parts(&open.body).into_iter().zip(1..) {
            let row = self.row(&open, answer, part);
            self.hand_on(row);
        }
    }

    fn row(&self, open: &Open, answer: String, part: usize) -> Result<RawRow, String> {
        if answer.chars().nth(ANSWER_CHARS).is_some() {
            let error = ContentError::TooLong {
                field: "answer",
                most: ANSWER_CHARS,
            };
            return Err(error.to_string());
        }
        let (is_pair, heading) = (open.question.is_some(), self.heading_above(0));
        let title = open.question.as_deref().or(heading);
        let mut title = title.map_or_else(|| beginning(&answer), str::to_owned);
        let is_section = !is_pair && !is_question(&title);
        if part > 1 {
            title = format!("{title} ({part})");
        }
        let category = if is_pair {
            heading
        } else {
            self.heading_above(1)
        };
        Ok(RawRow {
            id: id_of(&self.stem(), &self.place(is_pair), &title),
            question: title,
            answer,
            category: category.unwrap_or_default().to_owned(),
            source: self.source(open.page.or(self.page)),
            is_section,
            ..RawRow::default()
        })
    }

    /// The last heading, or one further above.
    fn heading_above(&self, further: usize) -> Option<&str> {
        let above = self.path.iter().rev().nth(further);
        above.map(|(_, text)| text.as_str())
    }

    fn hand_on(&mut self, row: Result<RawRow, String>) {
        self.count += 1;
        if !self.stopped {
            let place = self.open.page.or(self.page).unwrap_or(self.count);
            self.stopped = !(self.take)(place, row);
        }
    }

    fn stem(&self) -> String {
        let file = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        stem.to_owned()
    }

    /// The headings above a title, so that equal titles in different chapters are told apart.
    fn place(&self, below_last: bool) -> String {
        let above = self.path.len() - usize::from(!below_last && !self.path.is_empty());
        let names = self.path.iter().take(above).map(|(_, text)| text.as_str());
        names.collect::<Vec<_>>().join(" ")
    }

    /// `file › heading › heading, p. 3`.
    fn source(&self, page: Option<u64>) -> String {
        let names = self.path.iter().map(|(_, text)| text.as_str());
        let names = std::iter::once(self.name).chain(names);
        let path = names.collect::<Vec<_>>().join(" › ");
        match page {
            Some(page) => format!("{path}, p. {page}"),
            None => path,
        }
    }
}

/// Paragraphs as answers that are not too long; a paragraph is never parted.
fn parts(paragraphs: &[String]) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = 0;
    for paragraph in paragraphs {
        let more = paragraph.chars().count();
        if chars > 0 && chars + more > PART_CHARS {
            parts.push(String::new());
            chars = 0;
        }
        if let Some(last) = parts.last_mut() {
            if !last.is_empty() {
                last.push_str("\n\n");
            }
            last.push_str(paragraph);
        }
        chars += more;
    }
    parts
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first words of a text without a heading.
fn beginning(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let end = line.char_indices().nth(TITLE_CHARS);
    match end.and_then(|(at, _)| line.get(..at)) {
        Some(cut) => format!("{}…", cut.trim_end()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests;
