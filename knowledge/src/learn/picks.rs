//! Customers who are offered articles and pick one say how people ask for it.

use std::collections::{BTreeMap, HashSet};

use bot_core::domain::answer::{Outcome, Question};
use bot_core::domain::id::ArticleId;
use bot_core::domain::language::Language;
use bot_core::domain::time::Timestamp;
use bot_core::store::record::{AskedFate, AskedQuestion};

use crate::answerer::snapshot::Snapshot;
use crate::index::IndexError;
use crate::learn::draft::{Body, Draft, DraftKind};
use crate::learn::gather::{Wording, counted, worded};
use crate::rehearse::groups::together;

/// So many customers have picked the same for a question.
const PICKED_BY: usize = 2;
/// Ways to ask that are suggested at once.
const MOST: usize = 10;

/// Other ways to ask for articles, by what was picked.
pub(super) fn phrasings(
    asked: &[AskedQuestion],
    snapshot: &Snapshot,
    now: Timestamp,
) -> Result<Vec<Draft>, IndexError> {
    let mut picked: BTreeMap<ArticleId, Vec<&AskedQuestion>> = BTreeMap::new();
    for one in asked {
        if let AskedFate::Picked(article) = one.fate {
            picked.entry(article).or_default().push(one);
        }
    }
    let mut drafts = Vec::new();
    for (article, asked) in picked {
        let mut wordings = Vec::new();
        for wording in worded(asked.into_iter()) {
            if !is_answered(&wording.text, article, snapshot)? {
                wordings.push(wording);
            }
        }
        drafts.extend(of_article(article, &wordings, snapshot, now));
    }
    Ok(drafts)
}

fn of_article(
    article: ArticleId,
    wordings: &[Wording<'_>],
    snapshot: &Snapshot,
    now: Timestamp,
) -> Option<Draft> {
    let known = snapshot.article(article)?;
    let texts: Vec<&str> = wordings.iter().map(|one| one.text.as_str()).collect();
    // Different words for the same wish count together.
    let groups = together(&texts, None).into_iter();
    let often = groups.filter(|members| {
        let asked = members.iter().filter_map(|at| wordings.get(*at));
        let who: HashSet<_> = asked
            .flat_map(|one| one.asked.iter().map(|a| a.conversation))
            .collect();
        who.len() >= PICKED_BY
    });
    let members: Vec<&Wording<'_>> = often.flatten().filter_map(|at| wordings.get(at)).collect();
    if members.is_empty() {
        return None;
    }
    let kind = DraftKind::Phrasing(article);
    let examples = members.iter().take(MOST).map(|one| one.text.clone());
    Some(Draft {
        body: Body {
            question: known.content.question.clone(),
            examples: examples.collect(),
            ..Body::default()
        },
        ..counted(kind, &members, now)
    })
}

/// Whether the article answers it by itself today.
fn is_answered(text: &str, article: ArticleId, snapshot: &Snapshot) -> Result<bool, IndexError> {
    let answer = snapshot.answer(&Question {
        text: text.to_owned(),
        language: Language::of_text(text),
        ..Question::default()
    })?;
    Ok(matches!(answer.outcome, Outcome::Confident(one) if one.article == article))
}
