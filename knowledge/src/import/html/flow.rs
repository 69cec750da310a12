//! Elements and their text, in the order of the page.

use scraper::node::Element;

use crate::import::document::Outline;

/// What is no part of what a page says.
const FRAME: &[&str] = &[
    "script", "style", "nav", "header", "footer", "noscript", "template", "svg", "form", "aside",
    "head", "iframe", "button", "select",
];
/// Elements that stand in the line of the text.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "img", "kbd",
    "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var",
    "wbr", "input",
];

/// Hands a page's text on, paragraph by paragraph.
pub(super) struct Flow<'f, 'o, 't> {
    outline: &'f mut Outline<'o, 't>,
    /// How deep in something that is no part of the page.
    hidden: usize,
    /// The elements that gather their own text, the innermost last.
    gathering: Vec<(Gathers, String)>,
    paragraph: String,
    question: Option<String>,
    tables: usize,
    rows: Vec<Vec<String>>,
}

/// What an element's own text is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gathers {
    Heading(u8),
    Cell,
    /// A term or a summary: the question of what follows.
    Question,
    /// A definition, or details: the answer.
    Answer,
}

impl Gathers {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "h1" => Self::Heading(1),
            "h2" => Self::Heading(2),
            "h3" => Self::Heading(3),
            "h4" => Self::Heading(4),
            "h5" => Self::Heading(5),
            "h6" => Self::Heading(6),
            "td" | "th" => Self::Cell,
            "dt" | "summary" => Self::Question,
            "dd" | "details" => Self::Answer,
            _ => return None,
        })
    }
}

impl<'f, 'o, 't> Flow<'f, 'o, 't> {
    pub(super) const fn new(outline: &'f mut Outline<'o, 't>) -> Self {
        Self {
            outline,
            hidden: 0,
            gathering: Vec::new(),
            paragraph: String::new(),
            question: None,
            tables: 0,
            rows: Vec::new(),
        }
    }

    pub(super) const fn is_stopped(&self) -> bool {
        self.outline.is_stopped()
    }

    pub(super) fn text(&mut self, text: &str) {
        if self.hidden == 0 {
            let into = match self.gathering.last_mut() {
                Some((_, own)) => own,
                None => &mut self.paragraph,
            };
            append(into, text);
        }
    }

    pub(super) fn open(&mut self, element: &Element) {
        if self.hidden > 0 || is_hidden(element) {
            self.hidden += 1;
            return;
        }
        let name = element.name();
        self.break_line(name);
        match (name, Gathers::of(name)) {
            ("table", _) => self.tables += 1,
            ("tr", _) if self.tables == 1 => self.rows.push(Vec::new()),
            // A table in a table is text of its cell.
            (_, Some(Gathers::Cell)) if self.tables != 1 => {}
            (_, Some(what)) => self.gathering.push((what, String::new())),
            _ => {}
        }
    }

    pub(super) fn close(&mut self, element: &Element) {
        if self.hidden > 0 {
            self.hidden -= 1;
            return;
        }
        let name = element.name();
        self.break_line(name);
        let open = self.gathering.last().map(|(what, _)| *what);
        let own = Gathers::of(name).filter(|own| Some(*own) == open);
        if own.is_some_and(|own| own != Gathers::Cell || self.tables == 1) {
            self.deliver();
        }
        if name == "table" {
            self.tables = self.tables.saturating_sub(1);
            if self.tables == 0 {
                self.outline.table(&std::mem::take(&mut self.rows));
            }
        }
    }

    /// The page is over.
    pub(super) fn end(&mut self) {
        self.flush();
    }

    fn deliver(&mut self) {
        let Some((what, text)) = self.gathering.pop() else {
            return;
        };
        let text = text.trim();
        match what {
            Gathers::Heading(level) => self.outline.heading(level, text),
            Gathers::Cell => {
                if let Some(row) = self.rows.last_mut() {
                    row.push(text.to_owned());
                }
            }
            Gathers::Question => self.question = Some(text.to_owned()),
            Gathers::Answer => match self.question.take() {
                Some(question) => self.outline.pair(&question, text),
                None => self.outline.paragraph(text),
            },
        }
    }

    fn break_line(&mut self, name: &str) {
        if INLINE.contains(&name) {
            return;
        }
        match self.gathering.last_mut() {
            Some((_, own)) if !own.is_empty() && !own.ends_with('\n') => own.push('\n'),
            Some(_) => {}
            None => self.flush(),
        }
    }

    fn flush(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        self.outline.paragraph(&paragraph);
    }
}

fn is_hidden(element: &Element) -> bool {
    FRAME.contains(&element.name())
        || element.attr("hidden").is_some()
        || element.attr("aria-hidden") == Some("true")
}

/// White space is one space, as a browser shows it.
fn append(into: &mut String, text: &str) {
    for (at, word) in text.split(char::is_whitespace).enumerate() {
        let glued = at == 0;
        if !glued && !into.is_empty() && !into.ends_with([' ', '\n']) {
            into.push(' ');
        }
        into.push_str(word);
    }
}
