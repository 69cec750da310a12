//! What changed between two revisions, field by field.

use serde::Serialize;
use similar::{Algorithm, ChangeTag, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::article::Content;

/// A field that two revisions say differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldDiff {
    /// Its name, as in files.
    pub field: &'static str,
    /// The words in order; of both revisions, or of one.
    pub parts: Vec<Part>,
}

/// Words that stay, go or come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Which.
    pub sort: Sort,
    /// The words.
    pub text: String,
}

/// What becomes of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// They stand in both.
    Same,
    /// They stood in the older one.
    Gone,
    /// They stand in the newer one.
    New,
}

/// The fields that differ, in the order of the files' columns.
#[must_use]
pub fn diff(before: &Content, after: &Content) -> Vec<FieldDiff> {
    let fields = fields(before).into_iter().zip(fields(after));
    let differ = fields.filter(|((_, before), (_, after))| before != after);
    differ
        .map(|((field, before), (_, after))| FieldDiff {
            field,
            parts: parts(&before, &after),
        })
        .collect()
}

fn fields(content: &Content) -> [(&'static str, String); 13] {
    let terms = &content.terms;
    let moment = |at: Option<bot_core::domain::time::Timestamp>| {
        at.map(|at| at.to_string()).unwrap_or_default()
    };
    [
        ("id", content.external_id.to_string()),
        ("space", content.space.to_string()),
        ("question", content.question.clone()),
        ("alternatives", content.alternatives.join("\n")),
        ("answer", content.answer.clone()),
        ("category", content.category.clone()),
        ("lang", content.language.code().to_owned()),
        ("tags", content.tags.join("\n")),
        ("visibility", content.visibility.word().to_owned()),
        ("mode", terms.mode.as_str().to_owned()),
        ("valid_from", moment(terms.valid_from)),
        ("valid_until", moment(terms.valid_until)),
        ("channels", terms.channels.join("\n")),
    ]
}

fn parts(before: &str, after: &str) -> Vec<Part> {
    let words =
        |text: &'_ str| -> Vec<String> { text.split_word_bounds().map(str::to_owned).collect() };
    let (old, new) = (words(before), words(after));
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let changes = ops
        .iter()
        .flat_map(|op: &DiffOp| op.iter_changes(&old, &new));
    let mut parts: Vec<Part> = Vec::new();
    for change in changes {
        let sort = match change.tag() {
            ChangeTag::Equal => Sort::Same,
            ChangeTag::Delete => Sort::Gone,
            ChangeTag::Insert => Sort::New,
        };
        match parts.last_mut().filter(|last| last.sort == sort) {
            Some(last) => last.text.push_str(change.value_ref()),
            None => parts.push(Part {
                sort,
                text: change.value(),
            }),
        }
    }
    parts
}

/// The same as text: what went stands in `[-…-]`, what came in `{+…+}`.
#[must_use]
pub fn as_text(fields: &[FieldDiff]) -> String {
    let lines = fields.iter().map(|field| {
        let parts = field.parts.iter().map(|part| match part.sort {
            Sort::Same => part.text.clone(),
            Sort::Gone => format!("[-{}-]", part.text),
            Sort::New => format!("{{+{}+}}", part.text),
        });
        format!("{}: {}", field.field, parts.collect::<String>())
    });
    lines.collect::<Vec<_>>().join("\n")
}
