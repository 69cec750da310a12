//! `frontdesk kb stats`.

use std::collections::BTreeMap;

use bot_core::domain::time::DAY;
use bot_core::port::clock::{Clock as _, SystemClock};
use bot_core::store::record::Records;
use bot_core::store::{Db, Keyring};
use knowledge::answerer::fit::{Expected, SelfTest};
use knowledge::answerer::snapshot::Snapshot;
use knowledge::article::Article;
use knowledge::health::{self, Health};
use serde_json::{Value, json};

use crate::cli::Failure;
use crate::cli::kb::answering;
use crate::cli::out::say;
use crate::config::Config;

/// Entries of a list that are shown.
const SHOWN: usize = 5;
/// Shares of right answers that an operator may ask for.
const PRECISIONS: [f64; 3] = [0.9, 0.95, 0.98];

/// What there is, and how it is judged.
struct Stats {
    articles: usize,
    phrases: usize,
    counts: [(&'static str, BTreeMap<String, usize>); 4],
    judging: Judging,
    health: Health,
}

/// How sure an answer has to be, and what that leads to.
struct Judging {
    confident_from: f64,
    choices_from: f64,
    ranker: &'static str,
    precision: Option<f64>,
    /// Phrases that were left out and asked.
    asked: usize,
    /// What is expected of the thresholds in force, and of those for other precisions.
    in_force: Option<Expected>,
    others: Vec<(f64, Expected)>,
}

pub(super) async fn run(
    db: &Db,
    keyring: &Keyring,
    config: &Config,
    as_json: bool,
) -> Result<(), Failure> {
    let articles = knowledge::store::all_articles(db).await;
    let articles = articles.map_err(anyhow::Error::from)?;
    let base = answering(db, config).await?;
    let encoder = base.encoder();
    let snapshot = base.snapshot();
    // With a precision it was tested to fit the thresholds.
    let tested = match snapshot.tested() {
        Some(_) => None,
        None => snapshot
            .self_tested(encoder.as_ref(), &|| true)
            .map_err(anyhow::Error::from)?,
    };
    let test = tested
        .as_ref()
        .map_or_else(|| snapshot.tested(), Snapshot::tested);
    let health = health(db, keyring, &snapshot).await?;
    let stats = Stats::of(&articles, Judging::of(&snapshot, config, test), health);
    match as_json {
        true => say!("{:#}", stats.as_json()),
        false => stats.tell(),
    }
    Ok(())
}

async fn health(db: &Db, keyring: &Keyring, snapshot: &Snapshot) -> anyhow::Result<Health> {
    let now = SystemClock.now();
    let records = Records::new(db.clone(), keyring.clone());
    let usage = records.usage(now.plus_ms(-health::DAYS * DAY)).await?;
    Ok(Health::of(snapshot, &usage, now)?)
}

impl Judging {
    fn of(snapshot: &Snapshot, config: &Config, test: Option<&SelfTest>) -> Self {
        let thresholds = snapshot.thresholds();
        let test = test.filter(|test| test.phrases() > 0);
        let at = |test: &SelfTest, precision| Some((precision, test.threshold(precision)?));
        let others = test.into_iter().flat_map(|test| {
            let wanted = PRECISIONS.iter().filter_map(move |one| at(test, *one));
            wanted.map(|(precision, from)| (precision, test.expected(from)))
        });
        Self {
            confident_from: thresholds.confident_from,
            choices_from: thresholds.choices_from,
            ranker: snapshot.ranker().name(),
            precision: config.answers.precision,
            asked: test.map_or(0, SelfTest::phrases),
            in_force: test.map(|test| test.expected(thresholds.confident_from)),
            others: others.collect(),
        }
    }
}

impl Stats {
    fn of(articles: &[Article], judging: Judging, health: Health) -> Self {
        let phrases = articles.iter().map(|one| one.content.phrases().count());
        Self {
            articles: articles.len(),
            phrases: phrases.sum(),
            counts: [
                (
                    "status",
                    counted(articles, |one| one.status.word().to_owned()),
                ),
                (
                    "language",
                    counted(articles, |one| one.content.language.code().to_owned()),
                ),
                (
                    "space",
                    counted(articles, |one| one.content.space.to_string()),
                ),
                (
                    "mode",
                    counted(articles, |one| one.content.terms.mode.as_str().to_owned()),
                ),
            ],
            judging,
            health,
        }
    }

    fn tell(&self) {
        say!("{} articles with {} phrases", self.articles, self.phrases);
        for (name, counts) in &self.counts {
            let counts = counts.iter().map(|(what, count)| format!("{count} {what}"));
            say!("{name}: {}", counts.collect::<Vec<_>>().join(", "));
        }
        self.judging.tell();
        tell_health(&self.health);
    }

    fn as_json(&self) -> Value {
        let counts = self
            .counts
            .iter()
            .map(|(name, counts)| ((*name).to_owned(), json!(counts)));
        let mut stats: serde_json::Map<String, Value> = counts.collect();
        stats.insert("articles".to_owned(), json!(self.articles));
        stats.insert("phrases".to_owned(), json!(self.phrases));
        stats.extend(self.judging.as_json());
        stats.insert("health".to_owned(), json!(self.health));
        Value::Object(stats)
    }
}

impl Judging {
    fn tell(&self) {
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        say!(
            "answered from {} on, offered from {} on ({})",
            percent(self.confident_from),
            percent(self.choices_from),
            self.ranker
        );
        let Some(in_force) = self.in_force else {
            say!("The articles have too few phrases of their own to say how often that is right.");
            return;
        };
        say!("Each of {} phrases was left out and asked:", self.asked);
        let how = match self.precision {
            Some(precision) => format!("in force, for precision = {precision}"),
            None => "in force".to_owned(),
        };
        for (how, expected) in self.rows(how, in_force) {
            say!(
                "  from {:>5}: {:>5} answered, {:>5} of those right  ({how})",
                percent(expected.confident_from),
                percent(expected.answered),
                percent(expected.right)
            );
        }
    }

    fn rows(&self, how: String, in_force: Expected) -> Vec<(String, Expected)> {
        let others = self.others.iter();
        let others =
            others.map(|(precision, one)| (format!("[answers] precision = {precision}"), *one));
        std::iter::once((how, in_force)).chain(others).collect()
    }

    fn as_json(&self) -> serde_json::Map<String, Value> {
        let row = |expected: &Expected| {
            json!({
                "confident_from": expected.confident_from,
                "answered": expected.answered,
                "right": expected.right,
            })
        };
        let others = self.others.iter().map(|(precision, expected)| {
            let mut row = row(expected);
            row["precision"] = json!(precision);
            row
        });
        let stats = json!({
            "confident_from": self.confident_from,
            "choices_from": self.choices_from,
            "ranker": self.ranker,
            "precision": self.precision,
            "left_out": self.asked,
            "expected": self.in_force.as_ref().map(row),
            "for_precision": others.collect::<Vec<_>>(),
        });
        match stats {
            Value::Object(stats) => stats,
            _ => serde_json::Map::new(),
        }
    }
}

fn tell_health(health: &Health) {
    let days = health::DAYS;
    match health.answered_share {
        None => say!("Nothing was asked in the last {days} days."),
        Some(share) => say!(
            "In the last {days} days {} questions were answered ({:.0} %), for {} articles were offered, \
             {} were not answered.",
            health.answered,
            share * 100.0,
            health.offered,
            health.unknown
        ),
    }
    tell_articles(health);
}

fn tell_articles(health: &Health) {
    for (what, used) in [
        ("given most", &health.most_given),
        ("liked least", &health.least_liked),
    ] {
        for one in used.iter().take(SHOWN) {
            say!(
                "  {what}: {} ×{} 👍{} 👎{}",
                one.id,
                one.given,
                one.up,
                one.down
            );
        }
    }
    for (what, pairs) in [
        ("say nearly the same", &health.duplicates),
        ("fight over the same questions", &health.fights),
    ] {
        for one in pairs.iter().take(SHOWN) {
            say!(
                "  {what}: {} and {} ({:.2})",
                one.one,
                one.other,
                one.nearness
            );
        }
    }
    for (what, ids) in [
        ("neither given nor changed for long", &health.stale),
        (
            "only offered, since customers found them wrong",
            &health.doubted,
        ),
    ] {
        if !ids.is_empty() {
            say!("  {what}: {}", ids.join(", "));
        }
    }
}

fn counted(articles: &[Article], what: impl Fn(&Article) -> String) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for article in articles {
        *counts.entry(what(article)).or_default() += 1;
    }
    counts
}
