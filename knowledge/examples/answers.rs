//! How good the answers are, beside the goals: by words, and by meaning where a model is given.
//!
//! `cargo run --release --example answers -- FOLDER [MODEL]` prints the table for the sets in FOLDER
//! (`SET-SIZE.kb.jsonl`, `SET.valid.jsonl`, `SET.test.jsonl`); where FOLDER holds small samples instead
//! (`SET/articles.jsonl`, `SET/questions.jsonl`) it prints theirs, and fails below their floors.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use knowledge::embed::Encoder;
use knowledge::evaluate::{Judged, Measures, Row, fit_threshold, read_rows};
use knowledge::rank::{Effort, Ranker};
use serde::Deserialize;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// An entry of a set.
#[derive(Deserialize)]
struct Entry {
    id: String,
    question: String,
    #[serde(default)]
    alternatives: Vec<String>,
}

/// What is to be reached, by words and by meaning.
type Goals = [Option<f64>; 2];

/// A set with its goals: accuracy at 1 and the in-scope measures in per cent, AUROC from 0 to 1.
struct Set {
    name: &'static str,
    size: &'static str,
    accuracy: Goals,
    in_scope: Goals,
    oos_recall: Goals,
    auroc: Goals,
}

const NONE: Goals = [None, None];

const SETS: [Set; 6] = [
    set("clinc150", "5", [Some(74.0), Some(85.5)]),
    Set {
        auroc: [Some(0.925), Some(0.955)],
        ..set("clinc150", "10", [Some(83.0), Some(89.0)])
    },
    Set {
        auroc: [Some(0.95), Some(0.965)],
        in_scope: [Some(92.0), Some(94.3)],
        oos_recall: [Some(46.0), Some(61.0)],
        ..set("clinc150", "full", [Some(92.7), Some(95.1)])
    },
    set("massive-zh", "5", NONE),
    Set {
        auroc: [Some(0.69), Some(0.72)],
        ..set("massive-zh", "10", [Some(61.5), Some(71.0)])
    },
    set("massive-zh", "full", [Some(85.5), Some(86.5)]),
];

const fn set(name: &'static str, size: &'static str, accuracy: Goals) -> Set {
    Set {
        name,
        size,
        accuracy,
        in_scope: NONE,
        oos_recall: NONE,
        auroc: NONE,
    }
}

/// Loose floors for the small samples: a change that breaks something falls below them.
struct Floors {
    name: &'static str,
    accuracy: [f64; 2],
    auroc: [f64; 2],
}

const FLOORS: [Floors; 2] = [
    Floors {
        name: "clinc150",
        accuracy: [72.0, 80.0],
        auroc: [0.80, 0.85],
    },
    Floors {
        name: "massive-zh",
        accuracy: [62.0, 70.0],
        auroc: [0.60, 0.65],
    },
];

fn main() -> Outcome<ExitCode> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("usage: answers FOLDER [MODEL]")?;
    let model = arguments.next();
    let model = model
        .map(|path| Encoder::load(&path))
        .transpose()?
        .map(Arc::new);
    println!(
        "{:<17} {:<9} {:>15} {:>15} {:>15} {:>15}  {:>12}  {:>7}",
        "set", "by", "accuracy@1", "in-scope", "OOS recall", "AUROC", "p50 / p99 ms", "built s"
    );
    let good = match folder.join("clinc150").is_dir() {
        true => samples(&folder, model.as_ref())?,
        false => whole(&folder, model.as_ref())?,
    };
    println!("memory: {} MB", memory_in_mb().unwrap_or_default());
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// By words, and by meaning where there is a model.
fn ways(model: Option<&Arc<Encoder>>) -> Vec<(usize, &'static str, Option<Arc<Encoder>>)> {
    let by_words = (0, "words", None);
    let by_meaning = model.map(|model| (1, "meaning", Some(Arc::clone(model))));
    std::iter::once(by_words).chain(by_meaning).collect()
}

fn whole(folder: &Path, model: Option<&Arc<Encoder>>) -> Outcome<bool> {
    for set in SETS {
        let entries = entries(&folder.join(format!("{}-{}.kb.jsonl", set.name, set.size)))?;
        let rows = |part| rows(&folder.join(format!("{}.{part}.jsonl", set.name)));
        for (column, by, model) in ways(model) {
            let base = Base::new(&entries, model.as_ref())?;
            let threshold = fit_threshold(&base.judged(&rows("valid")?)?);
            let measures = Measures::of(&base.judged(&rows("test")?)?, threshold);
            let name = format!("{} {}", set.name, set.size);
            line(&name, by, &base, &measures, column, &set);
        }
    }
    Ok(true)
}

fn samples(folder: &Path, model: Option<&Arc<Encoder>>) -> Outcome<bool> {
    let mut good = true;
    for floors in FLOORS {
        let entries = entries(&folder.join(floors.name).join("articles.jsonl"))?;
        let questions = rows(&folder.join(floors.name).join("questions.jsonl"))?;
        for (column, by, model) in ways(model) {
            let base = Base::new(&entries, model.as_ref())?;
            let measures = Measures::of(&base.judged(&questions)?, 0.55);
            let floor = Set {
                auroc: [Some(floors.auroc[column]); 2],
                ..set(floors.name, "sample", [Some(floors.accuracy[column]); 2])
            };
            line(
                &format!("{} sample", floors.name),
                by,
                &base,
                &measures,
                column,
                &floor,
            );
            let accuracy = 100.0 * measures.accuracy_at_1.unwrap_or_default();
            let enough = accuracy >= floors.accuracy[column]
                && measures.auroc.unwrap_or_default() >= floors.auroc[column];
            if !enough {
                println!("  below its floor");
            }
            good &= enough;
        }
    }
    Ok(good)
}

fn line(name: &str, by: &str, base: &Base, measures: &Measures, column: usize, set: &Set) {
    let percent = |share: Option<f64>, goals: Goals| {
        beside(
            share.map(|share| format!("{:.1}", share * 100.0)),
            goals[column].map(|one| format!("{one:.1}")),
        )
    };
    let auroc = beside(
        measures.auroc.map(|one| format!("{one:.3}")),
        set.auroc[column].map(|one| format!("{one:.3}")),
    );
    println!(
        "{name:<17} {by:<9} {:>15} {:>15} {:>15} {auroc:>15}  {:>5.2} / {:>4.2}  {:>7.1}",
        percent(measures.accuracy_at_1, set.accuracy),
        percent(measures.in_scope_accuracy, set.in_scope),
        percent(measures.oos_recall, set.oos_recall),
        measures.p50_ms,
        measures.p99_ms,
        base.seconds
    );
}

/// `82.1 (83.0)`: what was reached, and what is to be.
fn beside(reached: Option<String>, goal: Option<String>) -> String {
    let reached = reached.unwrap_or_else(|| "–".to_owned());
    goal.map_or_else(|| reached.clone(), |goal| format!("{reached} ({goal})"))
}

struct Base<'e> {
    entries: &'e [Entry],
    ranker: Ranker,
    /// How long it took to build.
    seconds: f64,
}

impl<'e> Base<'e> {
    fn new(entries: &'e [Entry], model: Option<&Arc<Encoder>>) -> Outcome<Self> {
        let began = Instant::now();
        let phrases = entries.iter().map(|entry| {
            let alternatives = entry.alternatives.iter().map(String::as_str);
            std::iter::once(entry.question.as_str()).chain(alternatives)
        });
        let ranker = Ranker::build(phrases, Effort::Full, &|| true)?.ok_or("stopped")?;
        let ranker = match model {
            Some(model) => ranker
                .understanding(model, None, &|| true)
                .ok_or("stopped")?,
            None => ranker,
        };
        Ok(Self {
            entries,
            ranker,
            seconds: began.elapsed().as_secs_f64(),
        })
    }

    fn judged(&self, rows: &[Row]) -> Outcome<Vec<Judged>> {
        rows.iter().map(|row| self.judge(row)).collect()
    }

    fn judge(&self, row: &Row) -> Outcome<Judged> {
        let began = Instant::now();
        let ranked = self.ranker.rank(&row.text, &|_| true)?.ranked;
        let is_wanted = |article: usize| {
            let id = self.entries.get(article).map(|entry| entry.id.as_str());
            id.is_some() && id == row.expect.as_deref()
        };
        Ok(Judged {
            answerable: row.expect.is_some(),
            place: ranked.iter().position(|one| is_wanted(one.article)),
            confidence: ranked.first().map_or(0.0, |best| best.probability),
            millis: began.elapsed().as_secs_f64() * 1e3,
        })
    }
}

fn entries(path: &Path) -> Outcome<Vec<Entry>> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    text.lines()
        .map(|line| Ok(serde_json::from_str(line)?))
        .collect()
}

fn rows(path: &Path) -> Outcome<Vec<Row>> {
    Ok(read_rows(File::open(path)?)?)
}

/// What the process has in memory now.
fn memory_in_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kb: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kb / 1024)
}
