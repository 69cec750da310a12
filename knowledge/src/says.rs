//! What commands and jobs say about articles, for the team.

use bot_core::domain::command::Say;
use bot_core::domain::phrase::Phrase;

use crate::article::Article;
use crate::regression::{Preview, Shift, Verdict};

/// So many test questions are named.
const NAMED: usize = 5;

/// What a change did, or would do, to the test questions; nothing where nothing moved.
#[must_use]
pub fn shifts(preview: &Preview) -> Option<Say> {
    if preview.worse.is_empty() && preview.better.is_empty() {
        return None;
    }
    let phrase = Phrase::new("kb.shifts")
        .with("tests", preview.tests)
        .with("worse", preview.worse.len())
        .with("better", preview.better.len())
        .with("list", listed(&preview.worse));
    Some(Say::Phrase(phrase))
}

fn listed(shifts: &[Shift]) -> String {
    let lines = shifts.iter().take(NAMED).map(|one| {
        let (before, after) = (verdict(&one.before), verdict(&one.after));
        format!("• {}: {before} → {after}", one.question)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A verdict as a sign that needs no language.
#[must_use]
pub fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Right => "✅".to_owned(),
        Verdict::Offered => "❔".to_owned(),
        Verdict::Unanswered => "—".to_owned(),
        Verdict::Wrong(by) => format!("❌ {by}"),
    }
}

/// An article in one line: `id · question`.
#[must_use]
pub fn line(article: &Article) -> String {
    let content = &article.content;
    format!("{} · {}", content.external_id, content.question)
}
