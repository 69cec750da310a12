//! What is said of an order that was done, or could not be.

use bot_core::domain::command::Say;
use bot_core::domain::phrase::Phrase;

use crate::article::{Article, Status, Step};
use crate::keeper::Kept;
use crate::order::article;
use crate::says;
use crate::store::{Found, Saved};

/// A step of one article.
pub(super) fn step(step: Step, kept: &Kept) -> Vec<Say> {
    let key = match (&kept.saved, kept.held_back) {
        (_, true) => "kb.held_back",
        (Saved::Unchanged(_), _) => "kb.unchanged",
        (Saved::NeedsSomebodyElse(_), _) => "kb.needs_somebody_else",
        (Saved::Conflict(_) | Saved::Taken(_) | Saved::Gone, _) => "kb.gone",
        (Saved::Done(one), _) => done(step, one),
    };
    said(Phrase::new(key), kept)
}

const fn done(step: Step, article: &Article) -> &'static str {
    match (step, article.status) {
        (_, Status::Review) => "kb.submitted",
        (Step::Publish, _) => "kb.published",
        (Step::Archive, _) => "kb.archived",
        (Step::Save | Step::Submit, _) => "kb.saved",
    }
}

/// An article that says again what it said.
pub(super) fn rolled_back(revision: i64, kept: &Kept) -> Vec<Say> {
    match (&kept.saved, kept.held_back) {
        (Saved::Done(_), false) => said(
            Phrase::new("kb.rolled_back").with("revision", revision),
            kept,
        ),
        _ => step(Step::Publish, kept),
    }
}

fn said(phrase: Phrase, kept: &Kept) -> Vec<Say> {
    let phrase = match article(kept) {
        None => phrase,
        Some(one) => phrase
            .with("id", one.content.external_id.to_string())
            .with("question", one.content.question.as_str())
            .with("now", one.revision),
    };
    let mut says = vec![Say::Phrase(phrase)];
    says.extend(says::shifts(&kept.preview));
    says
}

/// A reference that leads to no article, or to several.
pub fn not_one(reference: &str, found: &Found) -> Phrase {
    match found {
        Found::Several(all) => {
            let names: Vec<String> = all.iter().map(in_space).collect();
            Phrase::new("kb.several")
                .with("id", reference)
                .with("list", names.join("\n"))
        }
        Found::None(alike) => Phrase::new("kb.unknown")
            .with("id", reference)
            .with("list", (!alike.is_empty()).then(|| alike.join(", "))),
        Found::One(one) => Phrase::new("kb.unchanged").with("id", says::line(one)),
    }
}

fn in_space(article: &Article) -> String {
    let content = &article.content;
    format!("{}/{}", content.space, content.external_id)
}
