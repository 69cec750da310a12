//! The events of a document's body.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use crate::import::document::Outline;
use crate::import::docx::{attribute, outline_level};

/// Gathers paragraphs and tables.
pub(super) struct Body<'b, 'o, 't> {
    outline: &'b mut Outline<'o, 't>,
    levels: &'b HashMap<String, u8>,
    text: String,
    level: Option<u8>,
    /// Text stands only in runs (`w:t`).
    in_text: bool,
    /// What was deleted while changes are tracked.
    deleted: usize,
    tables: usize,
    rows: Vec<Vec<String>>,
    cell: Vec<String>,
    page: u64,
}

impl<'b, 'o, 't> Body<'b, 'o, 't> {
    pub(super) fn new(outline: &'b mut Outline<'o, 't>, levels: &'b HashMap<String, u8>) -> Self {
        outline.page(1);
        Self {
            outline,
            levels,
            text: String::new(),
            level: None,
            in_text: false,
            deleted: 0,
            tables: 0,
            rows: Vec::new(),
            cell: Vec::new(),
            page: 1,
        }
    }

    /// Takes the next event; whether to go on.
    pub(super) fn see(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Start(element) => self.begin(element),
            Event::Empty(element) => {
                self.begin(element);
                self.end(element.local_name().as_ref());
            }
            Event::End(element) => self.end(element.local_name().as_ref()),
            Event::Text(text) if self.in_text => self.text.push_str(text),
            Event::GeneralRef(name) if self.in_text => {
                self.text.push_str(&character(name));
            }
            _ => {}
        }
        !self.outline.is_stopped()
    }

    fn begin(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            "t" => self.in_text = self.deleted == 0,
            "tab" => self.text.push(' '),
            "br" | "cr" => self.text.push('\n'),
            "del" | "moveFrom" => self.deleted += 1,
            "pStyle" => {
                let style = attribute(element, "val");
                self.level = style.and_then(|style| self.levels.get(&style).copied());
            }
            "outlineLvl" => self.level = outline_level(element),
            "lastRenderedPageBreak" => self.turn(),
            "tbl" => self.tables += 1,
            "tr" if self.tables == 1 => self.rows.push(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "del" | "moveFrom" => self.deleted = self.deleted.saturating_sub(1),
            "p" => self.paragraph(),
            "tc" if self.tables == 1 => {
                let cell = std::mem::take(&mut self.cell).join("\n");
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            "tbl" => self.table(),
            _ => {}
        }
    }

    fn paragraph(&mut self) {
        let (text, level) = (std::mem::take(&mut self.text), self.level.take());
        match level {
            _ if self.tables > 0 && text.trim().is_empty() => {}
            _ if self.tables > 0 => self.cell.push(text.trim().to_owned()),
            Some(level) => self.outline.heading(level, &text),
            None => self.outline.paragraph(&text),
        }
    }

    /// A table in a table is text of its cell.
    fn table(&mut self) {
        self.tables = self.tables.saturating_sub(1);
        if self.tables == 0 {
            self.outline.table(&std::mem::take(&mut self.rows));
        }
    }

    /// Where the last program that showed the document began a new page.
    fn turn(&mut self) {
        self.page += 1;
        self.outline.page(self.page);
    }
}

/// What a reference such as `&amp;` stands for.
fn character(name: &str) -> String {
    let number = name.strip_prefix('#').and_then(|number| {
        let hex = number.strip_prefix(['x', 'X']);
        let code = match hex {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        char::from_u32(code.ok()?)
    });
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        _ => number.map(String::from).unwrap_or_default(),
    }
}
