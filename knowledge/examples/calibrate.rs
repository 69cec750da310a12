//! Makes the calibrator's numbers, and measures the ranker without a database.
//!
//! `cargo run --release --example calibrate -- fit FOLDER` prints the numbers that stand in
//! `rank/calibrate.rs`; `… -- measure FOLDER valid` prints the table, `… -- small FOLDER valid` the
//! same for many small bases cut out of the sets; `… -- common FOLDER` prints the words that
//! `rank/background/common.tsv` holds. FOLDER holds the sets as described in
//! `knowledge/calibration/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use knowledge::analyzer::Analysis;
use knowledge::embed::Encoder;
use knowledge::evaluate::{Judged, Measures, Row, fit_threshold, read_rows};
use knowledge::rank::calibrate::INPUTS;
use knowledge::rank::{Calibrator, Effort, Logistic, Ranker, Ranking};
use serde::Deserialize;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// An entry of a set.
#[derive(Clone, Deserialize)]
struct Entry {
    id: String,
    question: String,
    alternatives: Vec<String>,
}

/// Entries, questions about them, and how many examples each entry may use.
struct Base {
    entries: Vec<Entry>,
    ranker: Ranker,
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["fit", folder] => fit(Path::new(folder)),
        ["measure", folder, part] => measure(Path::new(folder), part),
        ["small", folder, part] => small(Path::new(folder), part),
        ["common", folder] => common(Path::new(folder)),
        _ => Err("usage: calibrate fit|common FOLDER | measure|small FOLDER valid".into()),
    }
}

/// The model of sentences whose file the environment names, if it does.
fn encoder() -> Outcome<Option<Arc<Encoder>>> {
    static LOADED: OnceLock<Option<Arc<Encoder>>> = OnceLock::new();
    if let Some(loaded) = LOADED.get() {
        return Ok(loaded.clone());
    }
    let path = std::env::var_os("FRONTDESK_MODEL");
    let loaded = path
        .map(|path| Encoder::load(Path::new(&path)))
        .transpose()?;
    Ok(LOADED.get_or_init(|| loaded.map(Arc::new)).clone())
}

fn entries(path: &Path) -> Outcome<Vec<Entry>> {
    let lines = std::fs::read_to_string(path)?;
    lines
        .lines()
        .map(|line| Ok(serde_json::from_str(line)?))
        .collect()
}

fn rows(path: &Path) -> Outcome<Vec<Row>> {
    Ok(read_rows(File::open(path)?)?)
}

impl Base {
    /// Every `step`-th entry, each with at most `examples` phrases.
    fn new(
        all: &[Entry],
        step: usize,
        offset: usize,
        examples: usize,
        effort: Effort,
    ) -> Outcome<Self> {
        let entries: Vec<Entry> = all.iter().skip(offset).step_by(step).cloned().collect();
        let phrases = entries.iter().map(|entry| {
            let alternatives = entry.alternatives.iter().map(String::as_str);
            std::iter::once(entry.question.as_str())
                .chain(alternatives)
                .take(examples)
        });
        let ranker = Ranker::build(phrases, effort, &|| true)?.ok_or("stopped")?;
        let ranker = match encoder()? {
            Some(encoder) => ranker
                .understanding(&encoder, None, &|| true)
                .ok_or("stopped")?,
            None => ranker,
        };
        Ok(Self { entries, ranker })
    }

    fn place(&self, expect: Option<&str>, ranking: &Ranking) -> Option<usize> {
        let wanted = self
            .entries
            .iter()
            .position(|entry| Some(entry.id.as_str()) == expect)?;
        ranking
            .ranked
            .iter()
            .position(|ranked| ranked.article == wanted)
    }

    fn knows(&self, expect: Option<&str>) -> bool {
        self.entries
            .iter()
            .any(|entry| Some(entry.id.as_str()) == expect)
    }

    fn judge(&self, row: &Row) -> Outcome<Judged> {
        let start = Instant::now();
        let ranking = self.ranker.rank(&row.text, &|_| true)?;
        Ok(Judged {
            answerable: row.expect.is_some(),
            place: self.place(row.expect.as_deref(), &ranking),
            confidence: ranking.ranked.first().map_or(0.0, |best| best.probability),
            millis: start.elapsed().as_secs_f64() * 1e3,
        })
    }
}

fn measure(folder: &Path, part: &str) -> Outcome<()> {
    for (set, size) in [
        ("clinc150", "1"),
        ("clinc150", "2"),
        ("clinc150", "5"),
        ("clinc150", "10"),
        ("clinc150", "full"),
        ("massive-zh", "1"),
        ("massive-zh", "2"),
        ("massive-zh", "5"),
        ("massive-zh", "10"),
        ("massive-zh", "full"),
    ] {
        let cap = size.parse().ok().filter(|n| *n < 5);
        let file = if cap.is_some() { "5" } else { size };
        let all = entries(&folder.join(format!("{set}-{file}.kb.jsonl")))?;
        let start = Instant::now();
        let base = Base::new(&all, 1, 0, cap.unwrap_or(usize::MAX), Effort::Full)?;
        let built = start.elapsed();
        let valid = judged(&base, &rows(&folder.join(format!("{set}.valid.jsonl")))?)?;
        let shown = if part == "valid" {
            valid.clone()
        } else {
            judged(&base, &rows(&folder.join(format!("{set}.{part}.jsonl")))?)?
        };
        let m = Measures::of(&shown, fit_threshold(&valid));
        println!(
            "{set:>10} {size:>4}  acc@1 {:.1}  r@5 {:.1}  in-scope {:.1}  oos recall {:.1}  auroc {:.3}  thr {:.2}  p50 {:.2} p99 {:.2} ms  built {:.1} s",
            100.0 * m.accuracy_at_1.unwrap_or(0.0),
            100.0 * m.recall_at_5.unwrap_or(0.0),
            100.0 * m.in_scope_accuracy.unwrap_or(0.0),
            100.0 * m.oos_recall.unwrap_or(0.0),
            m.auroc.unwrap_or(0.0),
            m.threshold,
            m.p50_ms,
            m.p99_ms,
            built.as_secs_f64(),
        );
        precision(&shown);
    }
    Ok(())
}

/// How right automatic answers are from each probability on, and how many there are.
fn precision(judged: &[Judged]) {
    let line: Vec<String> = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
        .iter()
        .map(|from| {
            let answered: Vec<_> = judged.iter().filter(|j| j.confidence >= *from).collect();
            let right = answered.iter().filter(|j| j.place == Some(0)).count();
            let share = 100.0 * right as f64 / answered.len().max(1) as f64;
            format!(
                "{from}: {share:.0}% of {:.0}%",
                100.0 * answered.len() as f64 / judged.len() as f64
            )
        })
        .collect();
    println!("                 right from {}", line.join("  "));
}

/// Bases as small teams begin with: every `step`-th entry, with few phrases each. All questions about
/// other entries are unanswerable; as many of them as of the others are asked.
fn small(folder: &Path, part: &str) -> Outcome<()> {
    for (set, steps) in [("clinc150", [50, 13, 4]), ("massive-zh", [15, 4, 2])] {
        let all = entries(&folder.join(format!("{set}-10.kb.jsonl")))?;
        let questions = rows(&folder.join(format!("{set}.{part}.jsonl")))?;
        for step in steps {
            for examples in [1, 3, 6] {
                let mut shown = Vec::new();
                for offset in 0..step.min(12) {
                    let base = Base::new(&all, step, offset, examples, Effort::Full)?;
                    shown.extend(judged(&base, &half_answerable(&base, &questions))?);
                }
                let m = Measures::of(&shown, 0.55);
                println!(
                    "{set:>10} {:>3} articles of {examples}  acc@1 {:.1}  auroc {:.3}",
                    all.len() / step,
                    100.0 * m.accuracy_at_1.unwrap_or(0.0),
                    m.auroc.unwrap_or(0.0),
                );
                precision(&shown);
            }
        }
    }
    Ok(())
}

/// The questions that a base answers, and as many that it does not; where there are few of those, not more
/// than twice as many that it answers.
fn half_answerable(base: &Base, questions: &[Row]) -> Vec<Row> {
    let (inside, outside): (Vec<&Row>, Vec<&Row>) = questions
        .iter()
        .partition(|row| base.knows(row.expect.as_deref()));
    let every = (outside.len() / inside.len().max(1)).max(1);
    let fewer = (inside.len() / (2 * outside.len()).max(1)).max(1);
    let unanswerable = outside.into_iter().step_by(every).map(|row| Row {
        text: row.text.clone(),
        expect: None,
    });
    let answerable = inside.into_iter().step_by(fewer).cloned();
    answerable.chain(unanswerable).collect()
}

/// Terms that occur in many entries of a set, with their share of the phrases, in 10,000ths.
fn common(folder: &Path) -> Outcome<()> {
    for set in ["clinc150", "massive-zh"] {
        let all = entries(&folder.join(format!("{set}-full.kb.jsonl")))?;
        let mut shares: BTreeMap<String, (usize, f64)> = BTreeMap::new();
        for entry in &all {
            for (term, share) in shares_of(entry) {
                let sum = shares.entry(term).or_default();
                *sum = (sum.0 + 1, sum.1 + share / all.len() as f64);
            }
        }
        let spread = |(entries, share): &(usize, f64)| *entries * 3 >= all.len() && *share >= 0.002;
        let mut kept: Vec<_> = shares.into_iter().filter(|(_, sum)| spread(sum)).collect();
        kept.sort_by(|a, b| b.1.1.total_cmp(&a.1.1));
        for (term, (_, share)) in kept {
            println!("{term}\t{:.0}", 10_000.0 * share);
        }
    }
    Ok(())
}

/// Each term of an entry, with the share of its phrases that hold it.
fn shares_of(entry: &Entry) -> BTreeMap<String, f64> {
    let phrases: Vec<&String> = std::iter::once(&entry.question)
        .chain(&entry.alternatives)
        .collect();
    let mut shares = BTreeMap::new();
    for phrase in &phrases {
        let analysis = Analysis::of(phrase);
        let pairs = analysis.stems.windows(2).map(|pair| pair.join(" "));
        let terms: BTreeSet<String> = analysis.terms().chain(pairs).collect();
        for term in terms {
            *shares.entry(term).or_default() += 1.0 / phrases.len() as f64;
        }
    }
    shares
}

fn judged(base: &Base, rows: &[Row]) -> Outcome<Vec<Judged>> {
    rows.iter().map(|row| base.judge(row)).collect()
}

type Seen = ([f64; INPUTS], bool);

fn fit(folder: &Path) -> Outcome<()> {
    let (mut trained, mut lexical, mut meant) = (Vec::new(), Vec::new(), Vec::new());
    // A model of sentences takes its time, and needs no other kinds of bases.
    let (counts, every) = match encoder()? {
        Some(_) => (vec![6, 25, 150], 3),
        None => (vec![3, 6, 12, 25, 50, 150], 1),
    };
    for set in ["clinc150", "massive-zh"] {
        let questions = rows(&folder.join(format!("{set}.valid.jsonl")))?;
        // Those that nothing answers are few, and all are asked.
        let (inside, outside): (Vec<Row>, Vec<Row>) =
            questions.into_iter().partition(|row| row.expect.is_some());
        let inside = inside.into_iter().step_by(every);
        let questions: Vec<Row> = inside.chain(outside).collect();
        for (file, examples) in SIZES {
            let all = entries(&folder.join(format!("{set}-{file}.kb.jsonl")))?;
            for articles in &counts {
                for base in bases(&all, *articles, examples)? {
                    let into = match (encoder()?, base.ranker.is_trained()) {
                        (Some(_), _) => &mut meant,
                        (None, true) => &mut trained,
                        (None, false) => &mut lexical,
                    };
                    into.extend(seen(&base, &questions)?);
                }
            }
        }
    }
    println!(
        "{}, {} and {} rankings",
        trained.len(),
        lexical.len(),
        meant.len()
    );
    let calibrator = Calibrator {
        trained: Logistic::fit(&trained, WORDS),
        lexical: Logistic::fit(&lexical, WORDS),
        meant: Logistic::fit(&meant, MEANING),
    };
    println!("{calibrator:#?}");
    for (model, seen) in [
        (&calibrator.trained, &trained),
        (&calibrator.lexical, &lexical),
        (&calibrator.meant, &meant),
    ] {
        println!("log loss {:.4}", log_loss(model, seen));
    }
    Ok(())
}

/// How strongly weights are pulled towards zero. The inputs by meaning say much the same as those by words:
/// without a strong pull the fit plays them off against each other, and is worse on whole bases (AUROC on
/// CLINC150's validation part, ten examples: 0.950 for 0.966).
const WORDS: f64 = 1e-4;
const MEANING: f64 = 0.2;

fn log_loss(model: &Logistic, seen: &[Seen]) -> f64 {
    let one = |(inputs, right): &Seen| {
        let probability = model.probability(inputs).clamp(1e-9, 1.0 - 1e-9);
        -if *right {
            probability
        } else {
            1.0 - probability
        }
        .ln()
    };
    seen.iter().map(one).sum::<f64>() / seen.len().max(1) as f64
}

/// The file of a set, and how many phrases of each entry are used.
const SIZES: [(&str, usize); 7] = [
    ("5", 1),
    ("5", 2),
    ("5", 3),
    ("5", 5),
    ("10", 10),
    ("full", 30),
    ("full", 100),
];

/// Bases of about so many articles, with and without a classifier; the smaller they are, the more of
/// them, so that all sizes weigh alike.
fn bases(all: &[Entry], articles: usize, examples: usize) -> Outcome<Vec<Base>> {
    let step = (all.len() / articles).max(1);
    let mut bases = Vec::new();
    for offset in 0..step {
        let efforts: &[Effort] = match encoder()? {
            Some(_) => &[Effort::Full],
            None => &[Effort::Full, Effort::IndexOnly],
        };
        for effort in efforts {
            bases.push(Base::new(all, step, offset, examples, *effort)?);
        }
    }
    Ok(bases)
}

/// The rankings of a base; half of the questions are unanswerable where there are so many.
fn seen(base: &Base, questions: &[Row]) -> Outcome<Vec<Seen>> {
    let mut seen = Vec::new();
    for row in &half_answerable(base, questions) {
        let ranking = base.ranker.rank(&row.text, &|_| true)?;
        if let Some(signals) = ranking.signals {
            seen.push((
                signals.inputs(),
                base.place(row.expect.as_deref(), &ranking) == Some(0),
            ));
        }
    }
    Ok(seen)
}
