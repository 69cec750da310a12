//! HTML pages: what a reader would see, without the site's frame around it.

use std::io::Read;

use ego_tree::iter::Edge;
use scraper::{Html, Node, Selector};
use serde_json::Value;

use crate::import::decode::Decoding;
use crate::import::document::Outline;
use crate::import::{ReadError, Take};

mod depth;
mod flow;

use flow::Flow;

/// The largest page, in bytes.
const LARGEST: u64 = 50_000_000;

pub(crate) fn read(file: impl Read, name: &str, take: &mut Take<'_>) -> Result<(), ReadError> {
    let mut text = String::new();
    Decoding::new(file.take(LARGEST))?.read_to_string(&mut text)?;
    if depth::is_too_deep(&text) {
        return Err(ReadError::Broken("is nested too deep".to_owned()));
    }
    let page = Html::parse_document(&text);
    let mut outline = Outline::new(name, take);
    let declared = declared(&page);
    for (question, answer) in &declared {
        outline.pair(question, &plain(answer));
    }
    // What is declared for search engines is what the page shows.
    if declared.is_empty() {
        let mut flow = Flow::new(&mut outline);
        walk(&page, &mut flow);
    }
    outline.finish()
}

/// The tree is gone through without recursion: pages may be nested as deep as they like.
fn walk(page: &Html, flow: &mut Flow<'_, '_, '_>) {
    for edge in page.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(text) => flow.text(text),
                Node::Element(element) => flow.open(element),
                _ => {}
            },
            Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    flow.close(element);
                }
            }
        }
        if flow.is_stopped() {
            return;
        }
    }
    flow.end();
}

/// The text of a piece of HTML.
fn plain(html: &str) -> String {
    if depth::is_too_deep(html) {
        return String::new();
    }
    let fragment = Html::parse_fragment(html);
    let mut lines: Vec<String> = Vec::new();
    for text in fragment.root_element().text() {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            lines.push(text);
        }
    }
    lines.join("\n")
}

/// The questions that a page declares to search engines (schema.org's `FAQPage`, as JSON-LD).
fn declared(page: &Html) -> Vec<(String, String)> {
    let Ok(scripts) = Selector::parse("script[type='application/ld+json']") else {
        return Vec::new();
    };
    let texts = page
        .select(&scripts)
        .map(|one| one.text().collect::<String>());
    let values = texts.filter_map(|text| serde_json::from_str::<Value>(&text).ok());
    values.flat_map(|value| entities(&value)).collect()
}

fn entities(value: &Value) -> Vec<(String, String)> {
    let pages = match value {
        Value::Array(all) => all.iter().collect(),
        one => match one.get("@graph").and_then(Value::as_array) {
            Some(graph) => graph.iter().collect(),
            None => vec![one],
        },
    };
    let questions = pages
        .into_iter()
        .filter(|page| is_a(page, "FAQPage"))
        .filter_map(|page| page.get("mainEntity")?.as_array())
        .flatten();
    questions.filter_map(question).collect()
}

fn question(value: &Value) -> Option<(String, String)> {
    let name = value.get("name").and_then(Value::as_str)?;
    let answer = value.get("acceptedAnswer")?.get("text")?.as_str()?;
    is_a(value, "Question").then(|| (name.to_owned(), answer.to_owned()))
}

fn is_a(value: &Value, kind: &str) -> bool {
    match value.get("@type") {
        Some(Value::String(one)) => one == kind,
        Some(Value::Array(all)) => all.iter().any(|one| one == kind),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
