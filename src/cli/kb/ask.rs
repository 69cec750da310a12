//! `frontdesk kb ask`.

use bot_core::domain::answer::{Answer, AnswerMode, Candidate, Evidence, Outcome, Question};
use bot_core::domain::language::Language;
use bot_core::port::answerer::Answerer as _;
use clap::Args;
use knowledge::answerer::KnowledgeBase;
use knowledge::explain;
use serde_json::{Value, json};

use crate::cli::Failure;
use crate::cli::out::{put, say};
use crate::cli::source::ConfigOrData;

#[derive(Debug, Args)]
pub(super) struct AskArgs {
    /// The question
    text: String,
    /// How many candidates to show
    #[arg(long, default_value_t = 5)]
    top: usize,
    /// Show why: candidates, probabilities, thresholds
    #[arg(long)]
    explain: bool,
    /// As one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    pub(super) source: ConfigOrData,
}

pub(super) async fn run(base: &KnowledgeBase, args: &AskArgs) -> Result<(), Failure> {
    let question = Question {
        text: args.text.clone(),
        language: Language::of_text(&args.text),
        ..Question::default()
    };
    let answer = base.answer(&question).await.map_err(anyhow::Error::from)?;
    if args.json {
        say!("{}", as_json(&answer, args.top));
        return Ok(());
    }
    put!("{}", in_words(&answer));
    if args.explain {
        put!("{}", explained(&answer.evidence, args.top));
    }
    Ok(())
}

fn as_json(answer: &Answer, top: usize) -> Value {
    let (outcome, said, choices) = match &answer.outcome {
        Outcome::Confident(article) => ("confident", json!(article), json!([])),
        Outcome::Choices(choices) => ("choices", Value::Null, json!(choices)),
        Outcome::Unknown => ("unknown", Value::Null, json!([])),
    };
    let evidence = &answer.evidence;
    json!({
        "outcome": outcome,
        "answer": said,
        "others": answer.others,
        "unanswered": answer.unanswered,
        "mode": answer.mode,
        "choices": choices,
        "looked_up": evidence.looked_up,
        "candidates": shown(evidence, top),
        "thresholds": {
            "confident_from": evidence.confident_from,
            "choices_from": evidence.choices_from,
        },
        "features": features(evidence),
        "ranker": evidence.ranker,
    })
}

fn features(evidence: &Evidence) -> Value {
    let named = evidence.features.iter();
    named
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect()
}

fn shown(evidence: &Evidence, top: usize) -> &[Candidate] {
    evidence
        .candidates
        .get(..top)
        .unwrap_or(&evidence.candidates)
}

fn in_words(answer: &Answer) -> String {
    match &answer.outcome {
        Outcome::Confident(article) => {
            let all = std::iter::once(article).chain(&answer.others);
            let said = all.map(|one| format!("{}\n  — {}\n", one.text, one.title));
            let open = answer.unanswered.iter();
            let open = open.map(|one| format!("No article answers: {one}\n"));
            let mode = match answer.mode {
                AnswerMode::Auto => "",
                AnswerMode::Suggest => "(As a draft for an agent; the article says so.)\n",
                AnswerMode::Off => "(To nobody; the article says so.)\n",
            };
            said.chain(open).collect::<String>() + mode
        }
        Outcome::Choices(choices) => {
            let titles = choices
                .iter()
                .map(|choice| format!("  • {}\n", choice.title));
            format!("Did you mean:\n{}", titles.collect::<String>())
        }
        Outcome::Unknown => "Unknown: this would go to a human.\n".to_owned(),
    }
}

fn explained(evidence: &Evidence, top: usize) -> String {
    let mut text = format!(
        "\nlooked up: {}\nanswered from {:.0} %, offered from {:.0} % ({})\n",
        evidence.looked_up,
        evidence.confident_from * 100.0,
        evidence.choices_from * 100.0,
        evidence.ranker
    );
    let looks = explain::in_words(evidence, Language::En);
    if !looks.is_empty() {
        text += &format!("how it looked: {looks}\n");
    }
    for one in shown(evidence, top) {
        let id = one.external_id.as_deref().unwrap_or("–");
        text += &format!(
            "{:5.1} %  {:8.3}  {id}  {}\n",
            one.probability * 100.0,
            one.score,
            one.title
        );
    }
    text
}
