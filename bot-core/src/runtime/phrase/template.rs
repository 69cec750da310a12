//! Templates as far as phrases need them: values, and conditions on them.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use tera::Tera;

use crate::domain::language::Language;

/// Functions that reach outside of the phrase, or can keep a processor busy for ever.
const REFUSED: [&str; 5] = ["get_env", "now", "get_random", "range", "throw"];
/// The only tags of a phrase: no loops, no includes (a template could include itself).
const TAGS: [&str; 4] = ["if", "elif", "else", "endif"];
/// Words of expressions that are no variables.
const OPERATORS: [&str; 17] = [
    "if",
    "elif",
    "else",
    "endif",
    "and",
    "or",
    "not",
    "in",
    "is",
    "true",
    "false",
    "True",
    "False",
    "defined",
    "undefined",
    "starting_with",
    "containing",
];

/// An engine for plain text that neither reads the environment nor the clock.
pub(super) fn sandbox() -> Tera {
    let mut tera = Tera::default();
    tera.autoescape_on(Vec::new());
    for name in REFUSED {
        let refuse = move |_: &HashMap<String, Value>| {
            Err::<Value, _>(tera::Error::msg(format!(
                "{name}() cannot be used in phrases"
            )))
        };
        tera.register_function(name, refuse);
    }
    tera
}

/// The engine's name of a phrase's template.
pub(super) fn name(language: Language, key: &str) -> String {
    format!("{}/{key}", language.code())
}

/// A stretch of a template between its marks.
enum Part<'t> {
    /// `{{ … }}`
    Value(&'t str),
    /// `{% … %}`
    Tag(&'t str),
    /// `{# … #}`
    Comment(&'t str),
}

/// The marked parts of a template, in order.
fn parts(template: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some((_, after)) = rest.split_once('{') {
        rest = after;
        let (inner, closing) = match after.chars().next() {
            Some('{') => (after.strip_prefix('{'), "}}"),
            Some('%') => (after.strip_prefix('%'), "%}"),
            Some('#') => (after.strip_prefix('#'), "#}"),
            _ => continue,
        };
        let Some((body, after)) = inner.and_then(|inner| inner.split_once(closing)) else {
            continue;
        };
        rest = after;
        let body = body.trim_matches(|c: char| c == '-' || c.is_whitespace());
        found.push(match closing {
            "}}" => Part::Value(body),
            "%}" => Part::Tag(body),
            _ => Part::Comment(body),
        });
    }
    found
}

/// The variables of a template: those it uses, and those that a comment `{# uses: a, b #}` names
/// because another language needs them.
pub(super) fn variables(template: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for part in parts(template) {
        match part {
            Part::Value(body) | Part::Tag(body) => found.extend(names(body)),
            Part::Comment(body) => {
                let listed = body.strip_prefix("uses:").unwrap_or_default();
                let listed = listed
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty());
                found.extend(listed.map(str::to_owned));
            }
        }
    }
    found
}

/// The first tag that phrases may not have.
pub(super) fn foreign_tag(template: &str) -> Option<String> {
    parts(template).into_iter().find_map(|part| {
        let Part::Tag(body) = part else {
            return None;
        };
        let tag = body.split_whitespace().next().unwrap_or_default();
        (!TAGS.contains(&tag)).then(|| tag.to_owned())
    })
}

/// The variables of an expression: its names, without strings, filters, tests, functions and
/// the names of arguments.
fn names(expression: &str) -> Vec<String> {
    let expression = without_strings(expression);
    let mut found = Vec::new();
    let mut rest = expression.as_str();
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let word_end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
        let (word, after) = rest.split_at(word_end.unwrap_or(rest.len()));
        if word.is_empty() {
            if !first.is_whitespace() {
                before = first;
            }
            rest = rest.strip_prefix(first).unwrap_or_default();
            continue;
        }
        let next = after.trim_start();
        let is_argument = next.starts_with('=') && !next.starts_with("==");
        let called = next.starts_with('(') || before == '|' || is_argument;
        if !called && !word.starts_with(|c: char| c.is_numeric()) && !OPERATORS.contains(&word) {
            found.push(word.split('.').next().unwrap_or(word).to_owned());
        }
        before = 'w';
        rest = after;
    }
    found
}

fn without_strings(expression: &str) -> String {
    let mut quote = None;
    let mut plain = String::with_capacity(expression.len());
    for c in expression.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => {
                quote = Some(c);
                // Something must stand where the string was, or "a" == b would read as == b.
                plain.push('0');
            }
            None => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("plain", &[])]
    #[case("{{ a }} and {{b}}", &["a", "b"])]
    #[case("{% if a and not b %}{{ c.d }}{% elif e == \"f\" %}g{% endif %}", &["a", "b", "c", "e"])]
    #[case("{{ a | upper | truncate(length=3) }}", &["a"])]
    #[case("{{ get_env(name=\"HOME\") }}", &[])]
    #[case("{# uses: a, b #}{# a note #}", &["a", "b"])]
    #[case("{% if 'x' in a %}{{- b -}}{% endif %}", &["a", "b"])]
    #[case("{ not a variable } {{ open", &[])]
    #[case("{% if a is defined %}{% endif %}", &["a"])]
    #[case("{{ a + 1 }}{{ 2 * b_2 }}", &["a", "b_2"])]
    fn finds_variables(#[case] template: &str, #[case] expected: &[&str]) {
        let expected: BTreeSet<_> = expected.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(variables(template), expected, "{template}");
    }

    #[rstest]
    #[case("{% if a %}{% else %}{% endif %}", None)]
    #[case("{% for i in a %}{% endfor %}", Some("for"))]
    #[case("{%- include \"en/x\" -%}", Some("include"))]
    #[case("{% set a = 1 %}", Some("set"))]
    fn finds_foreign_tags(#[case] template: &str, #[case] expected: Option<&str>) {
        assert_eq!(foreign_tag(template).as_deref(), expected);
    }
}
