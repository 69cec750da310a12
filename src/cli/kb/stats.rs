//! `frontdesk kb stats`.

use std::collections::BTreeMap;

use bot_core::store::Db;
use knowledge::answerer::snapshot::Thresholds;
use knowledge::article::Article;
use serde_json::json;

use crate::cli::out::say;

pub(super) async fn run(db: &Db, as_json: bool) -> anyhow::Result<()> {
    let articles = knowledge::store::all_articles(db).await?;
    let phrases: usize = articles
        .iter()
        .map(|one| one.content.phrases().count())
        .sum();
    let by_status = counted(&articles, |one| one.status.word().to_owned());
    let by_language = counted(&articles, |one| one.content.language.code().to_owned());
    let by_space = counted(&articles, |one| one.content.space.to_string());
    let thresholds = Thresholds::default();
    if as_json {
        let stats = json!({
            "articles": articles.len(),
            "phrases": phrases,
            "status": by_status,
            "language": by_language,
            "space": by_space,
            "confident_from": thresholds.confident_from,
            "choices_from": thresholds.choices_from,
        });
        say!("{}", serde_json::to_string_pretty(&stats)?);
        return Ok(());
    }
    say!("{} articles with {phrases} phrases", articles.len());
    for (name, counts) in [
        ("status", by_status),
        ("language", by_language),
        ("space", by_space),
    ] {
        let counts: Vec<String> = counts
            .iter()
            .map(|(what, n)| format!("{n} {what}"))
            .collect();
        say!("{name}: {}", counts.join(", "));
    }
    say!(
        "answered from {:.0} % on, offered from {:.0} % on",
        thresholds.confident_from * 100.0,
        thresholds.choices_from * 100.0
    );
    Ok(())
}

fn counted(articles: &[Article], what: impl Fn(&Article) -> String) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for article in articles {
        *counts.entry(what(article)).or_default() += 1;
    }
    counts
}
