//! What stands under a heading.

use pulldown_cmark::{Event, Options, Parser};

/// What an export writes under each heading, before what is not shown.
const MARK: &str = "<!-- frontdesk ";

/// What stands under a heading.
pub(super) struct Body {
    /// The answer.
    pub(super) text: String,
    /// What an export has written besides it, as JSON.
    pub(super) exported: Option<String>,
}

impl Body {
    pub(super) fn read(body: &str) -> Self {
        let comment = body.trim_start().strip_prefix(MARK);
        match comment.and_then(|comment| comment.split_once(" -->")) {
            Some((more, rest)) => Self {
                text: unescape(rest.trim()),
                exported: Some(more.to_owned()),
            },
            None => Self {
                text: without_html(body).trim().to_owned(),
                exported: None,
            },
        }
    }
}

/// Answers are text: tags, comments and scripts between the words are left out, in code they stay.
fn without_html(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut from, mut silent) = (0, None);
    for (event, place) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        let (Event::Html(tag) | Event::InlineHtml(tag)) = event else {
            continue;
        };
        if place.start >= from && silent.is_none() {
            kept.push_str(text.get(from..place.start).unwrap_or_default());
        }
        from = place.end;
        silent = match silent {
            Some(name) if tag.starts_with(&format!("</{name}")) => None,
            Some(name) => Some(name),
            None => ["script", "style"]
                .into_iter()
                .find(|name| tag.starts_with(&format!("<{name}")) && !tag.contains("</")),
        };
    }
    if silent.is_none() {
        kept.push_str(text.get(from..).unwrap_or_default());
    }
    kept
}

/// Writes a text so that nothing in it is a heading, a tag or an open fence.
pub(crate) fn escape(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let plain = line.replace('&', "&amp;").replace('<', "&lt;");
        let plain = plain.replace('#', "&num;").replace("```", "&grave;``");
        let plain = plain.replace("~~~", "&tilde;~~");
        match is_underline(line) {
            true => plain.replace('=', "&equals;").replace('-', "&hyphen;"),
            false => plain,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A line that would make a heading of the one above it, in a list or a quotation too.
fn is_underline(line: &str) -> bool {
    let bare = line.trim_matches([' ', '\t', '>', '*', '+', '-', '=']);
    bare.is_empty() && line.contains(['=', '-'])
}

fn unescape(text: &str) -> String {
    let pairs = [
        ("&equals;", "="),
        ("&hyphen;", "-"),
        ("&tilde;", "~"),
        ("&grave;", "`"),
        ("&num;", "#"),
        ("&lt;", "<"),
        ("&amp;", "&"),
    ];
    let mut text = text.to_owned();
    for (name, character) in pairs {
        text = text.replace(name, character);
    }
    text
}
