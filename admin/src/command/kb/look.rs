//! What `/kb` shows without changing anything.

use std::cmp::Ordering;

use bot_core::domain::command::{Plan, Say};
use bot_core::domain::phrase::Phrase;
use bot_core::domain::time::Timestamp;
use bot_core::store::StoreError;
use knowledge::answerer::asker::Asker;
use knowledge::article::{Article, Status};
use knowledge::diff::{as_text, diff as differences};
use knowledge::keeper::Keeper;
use knowledge::learn::{DraftKind, Learner};
use knowledge::order::not_one;
use knowledge::store::suggestion::{Suggestion, SuggestionState};
use knowledge::store::{self, Found};

use crate::command::kb::Given;
use crate::command::{unreadable, wording};

/// So many lines are shown of a list.
const SHOWN: usize = 10;

/// What would be said to a question, likeliest first; internal articles too.
pub(super) fn search(keeper: &Keeper, given: &Given<'_>) -> Plan {
    if given.text.trim().is_empty() {
        return Plan::saying(Phrase::new("kb.search_what"));
    }
    let snapshot = keeper.base.snapshot();
    let ranked = match snapshot.rank(given.text, Asker::AGENT) {
        Ok(ranking) => ranking.ranked,
        Err(error) => return failed(&error.to_string()),
    };
    let found = ranked.iter().take(SHOWN).filter_map(|one| {
        let content = &snapshot.articles().get(one.article)?.content;
        let share = one.probability.clamp(0.0, 1.0) * 100.0;
        Some(format!(
            "{share:.0}% · {} · {}",
            content.external_id, content.question
        ))
    });
    let lines: Vec<String> = found.collect();
    listed("kb.found", &lines)
}

pub(super) async fn show(keeper: &Keeper, given: &Given<'_>) -> Plan {
    with_article(keeper, given, async |article| Ok(shown(&article, given))).await
}

fn shown(article: &Article, given: &Given<'_>) -> Plan {
    let content = &article.content;
    let phrase = Phrase::new("kb.article")
        .with("id", content.external_id.to_string())
        .with("space", content.space.to_string())
        .with("question", content.question.as_str())
        .with("answer", content.answer.as_str())
        .with("alternatives", given_if(&content.alternatives.join("\n")))
        .with("category", given_if(&content.category))
        .with("tags", given_if(&content.tags.join(", ")))
        .with("source", given_if(&content.source))
        .with("internal", content.visibility.word() == "internal")
        .with("revision", article.revision)
        .with(
            "status",
            wording::article_status(article.status, given.policy.team_language),
        )
        .with("live", article.live.filter(|_| !article.is_live()))
        .with(
            "at",
            wording::local(Timestamp(article.updated_at), given.policy),
        );
    Plan::saying(phrase)
}

fn given_if(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

pub(super) async fn history(keeper: &Keeper, given: &Given<'_>) -> Plan {
    with_article(keeper, given, async |article| {
        let revisions = store::history(&keeper.db, article.id).await?;
        let lines = revisions.iter().take(SHOWN).map(|one| {
            let at = wording::local(Timestamp(one.at), given.policy);
            let status = wording::article_status(one.status, given.policy.team_language);
            let live = if article.live == Some(one.revision) {
                "● "
            } else {
                ""
            };
            let reason = match one.reason.as_str() {
                "" => String::new(),
                reason => format!(" · {reason}"),
            };
            format!(
                "{live}{} · {at} · {} · {status}{reason}",
                one.revision, one.author
            )
        });
        let lines: Vec<String> = lines.collect();
        Ok(listed("kb.history", &lines))
    })
    .await
}

/// What the newest revision changes of what answers, or of the one before it; or between two that are named.
pub(super) async fn diff(keeper: &Keeper, given: &Given<'_>) -> Plan {
    with_article(keeper, given, async |article| {
        let newest = given.number(2).unwrap_or(article.revision);
        let answers = article.live.filter(|live| *live < newest);
        let oldest = given.number(1).or(answers).unwrap_or(newest - 1);
        let before = store::revision(&keeper.db, article.id, oldest).await?;
        let after = store::revision(&keeper.db, article.id, newest).await?;
        let (Some(before), Some(after)) = (before, after) else {
            let phrase = Phrase::new("kb.no_revision")
                .with("id", article.content.external_id.to_string())
                .with("revision", oldest);
            return Ok(Plan::saying(phrase));
        };
        let fields = differences(&before.content, &after.content);
        let phrase = Phrase::new("kb.diff")
            .with("before", oldest)
            .with("after", newest)
            .with("same", fields.is_empty());
        let mut plan = Plan::saying(phrase);
        if !fields.is_empty() {
            plan.says.push(Say::Text(as_text(&fields)));
        }
        Ok(plan)
    })
    .await
}

pub(super) async fn imports(keeper: &Keeper, given: &Given<'_>) -> Plan {
    let imports = match store::imports(&keeper.db, SHOWN as i64).await {
        Ok(imports) => imports,
        Err(error) => return unreadable(&error),
    };
    let lines = imports.iter().map(|one| {
        let at = wording::local(Timestamp(one.at), given.policy);
        let files = one.files.lines().collect::<Vec<_>>().join(", ");
        let undone = if one.undone_at.is_some() { "↩ " } else { "" };
        let counts = format!(
            "+{} ~{} ={} ✗{}",
            one.created, one.updated, one.unchanged, one.rejected
        );
        format!(
            "{undone}#{} · {at} · {} · {counts} · {files}",
            one.number, one.author
        )
    });
    let lines: Vec<String> = lines.collect();
    listed("kb.imports", &lines)
}

pub(super) async fn stats(keeper: &Keeper) -> Plan {
    let articles = match store::all_articles(&keeper.db).await {
        Ok(articles) => articles,
        Err(error) => return unreadable(&error),
    };
    let count = |status| articles.iter().filter(|one| one.status == status).count();
    let answering = articles.iter().filter(|one| one.live.is_some()).count();
    let phrases: usize = articles
        .iter()
        .map(|one| one.content.phrases().count())
        .sum();
    let phrase = Phrase::new("kb.stats")
        .with("articles", articles.len())
        .with("phrases", phrases)
        .with("answering", answering)
        .with("drafts", count(Status::Draft))
        .with("reviews", count(Status::Review))
        .with("archived", count(Status::Archived));
    Plan::saying(phrase)
}

/// What nobody has decided about yet.
pub(super) async fn suggestions(learner: &Learner) -> Plan {
    match learner.suggestions(Some(SuggestionState::Open)).await {
        Ok(all) => listed("kb.suggestions", &suggested(&all)),
        Err(error) => unreadable(&error),
    }
}

/// What came of suggestions, and can be taken back.
pub(super) async fn learned(learner: &Learner) -> Plan {
    match learner.suggestions(Some(SuggestionState::Approved)).await {
        Ok(all) => listed("kb.learned_list", &suggested(&all)),
        Err(error) => unreadable(&error),
    }
}

fn suggested(all: &[Suggestion]) -> Vec<String> {
    let lines = all.iter().take(SHOWN).map(|one| {
        let trend = match one.recent.cmp(&one.earlier) {
            Ordering::Greater => "↗",
            Ordering::Less => "↘",
            Ordering::Equal => "→",
        };
        let sign = match one.kind {
            DraftKind::Article => "📄",
            DraftKind::Phrasing(_) => "💬",
        };
        let body = &one.body;
        let others = body.examples.iter().filter(|text| **text != body.question);
        let others: Vec<&str> = others.take(2).map(String::as_str).collect();
        let answer = match body.answer.as_str() {
            "" => String::new(),
            answer => format!("\n   ↳ {}", answer.chars().take(120).collect::<String>()),
        };
        let more = match others.is_empty() {
            true => String::new(),
            false => format!(" ({})", others.join(" / ")),
        };
        format!(
            "{}. {sign} {} ×{}{trend}{more}{answer}",
            one.number, body.question, one.count
        )
    });
    lines.collect()
}

fn listed(key: &str, lines: &[String]) -> Plan {
    let list = (!lines.is_empty()).then(|| lines.join("\n"));
    Plan::saying(Phrase::new(key).with("list", list))
}

fn failed(reason: &str) -> Plan {
    Plan::saying(Phrase::new("command.failed").with("reason", reason))
}

/// Does something with the article that is named first.
async fn with_article(
    keeper: &Keeper,
    given: &Given<'_>,
    then: impl AsyncFnOnce(Article) -> Result<Plan, StoreError>,
) -> Plan {
    let Some(reference) = given.word(0) else {
        return Plan::saying(Phrase::new("kb.which"));
    };
    let found = match store::find(&keeper.db, reference).await {
        Ok(Found::One(article)) => then(*article).await,
        Ok(other) => return Plan::saying(not_one(reference, &other)),
        Err(error) => Err(error),
    };
    found.unwrap_or_else(|error| unreadable(&error))
}
