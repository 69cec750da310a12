//! Why the bot answered as it did: `/why`.

use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::answer::Evidence;
use bot_core::domain::command::{CommandCall, CommandPlace, CommandSpec, Permission, Plan};
use bot_core::domain::effect::Opinion;
use bot_core::domain::language::Language;
use bot_core::domain::phrase::Phrase;
use bot_core::domain::policy::Policy;
use bot_core::port::command::{CommandContext, CommandHandler};
use bot_core::store::record::{ExplainedAnswer, Records};
use knowledge::explain::in_words;

use crate::command::{outside_thread, read, unreadable, wording};

const SPECS: &[CommandSpec] = &[CommandSpec {
    name: "why",
    aliases: &["依据"],
    parameters: &[],
    permission: Permission::Serve,
    place: CommandPlace::Thread,
    summary_zh: "机器人上一次回答的依据",
    summary_en: "Why the bot last answered as it did",
    example_zh: "/依据",
    example_en: "/why",
}];

/// Candidates beyond these say nothing to people.
const SHOWN: usize = 5;

/// Explains the bot's answers.
#[derive(Clone, Debug)]
pub struct Explain {
    records: Arc<Records>,
}

impl Explain {
    /// Finds answers and their reasons in these records.
    #[must_use]
    pub const fn new(records: Arc<Records>) -> Self {
        Self { records }
    }
}

/// What the bot made of the question, as far as what it said and why tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The best article was likely enough.
    Sure,
    /// It was, and an agent got it as a draft.
    Drafted,
    /// The customer picked the article; likelihood did not matter.
    Picked,
    /// An article was likely, none likely enough: choices were offered.
    Between,
    /// The best article was likely enough by itself, but another one nearly as likely.
    TooAlike,
    /// Even the best article was too unlikely.
    TooUnlikely,
    /// Some article was likely, and still nothing was offered (a person was at work already).
    KeptBack,
    /// No article was found at all.
    NothingFound,
}

impl Verdict {
    fn of(answer: &ExplainedAnswer) -> Self {
        let evidence = &answer.evidence;
        let best = evidence.candidates.first().map(|one| one.probability);
        let answered = answer.content.source.is_some();
        let offered = answer.content.choices.len() > 1;
        match best {
            _ if answer.is_draft => Self::Drafted,
            Some(best) if answered && best >= evidence.confident_from => Self::Sure,
            _ if answered => Self::Picked,
            None => Self::NothingFound,
            Some(best) if offered && best >= evidence.confident_from => Self::TooAlike,
            Some(_) if offered => Self::Between,
            Some(best) if best < evidence.choices_from => Self::TooUnlikely,
            Some(_) => Self::KeptBack,
        }
    }

    /// The phrase that says it.
    const fn key(self) -> &'static str {
        match self {
            Self::Sure => "why.sure",
            Self::Drafted => "why.drafted",
            Self::Picked => "why.picked",
            Self::Between => "why.between",
            Self::TooAlike => "why.too_alike",
            Self::TooUnlikely => "why.too_unlikely",
            Self::KeptBack => "why.kept_back",
            Self::NothingFound => "why.nothing_found",
        }
    }
}

fn explain(answer: &ExplainedAnswer, policy: &Policy) -> Plan {
    let evidence = &answer.evidence;
    let shares = Shares::of(evidence);
    let best = evidence.candidates.first();
    let verdict = Phrase::new(Verdict::of(answer).key())
        .with("best", best.map(|one| shares.say(one.probability)))
        .with("title", best.map(|one| one.title.clone()))
        .with("confident_from", shares.say(evidence.confident_from))
        .with("choices_from", shares.say(evidence.choices_from));
    let whole = Phrase::new("why.answer")
        .with("verdict", verdict)
        .with("at", wording::local(answer.at, policy))
        .with("looked_up", evidence.looked_up.as_str())
        .with("candidates", candidates(evidence, &shares))
        .with("confident_from", shares.say(evidence.confident_from))
        .with("choices_from", shares.say(evidence.choices_from))
        .with("signals", in_words(evidence, policy.team_language))
        .with("opinions", opinions(&answer.opinions, policy.team_language))
        .with("ranker", evidence.ranker.as_str());
    Plan::saying(whole)
}

/// What was thought of it since, in the order in which it was said.
fn opinions(opinions: &[Opinion], language: Language) -> String {
    let said = opinions.iter().map(|one| wording::opinion(*one, language));
    said.collect::<Vec<_>>().join(" · ")
}

/// `1. 87% · title (id, 12.34)`, one to a line; the last number is the raw score.
fn candidates(evidence: &Evidence, shares: &Shares) -> String {
    let shown = evidence.candidates.iter().take(SHOWN).zip(1..);
    let lines = shown.map(|(one, place)| {
        let share = shares.say(one.probability);
        let id = one
            .external_id
            .as_ref()
            .map(|id| format!("{id}, "))
            .unwrap_or_default();
        format!("{place}. {share} · {} ({id}{:.2})", one.title, one.score)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// How exactly probabilities are shown: as whole per cents, unless the best one would then look
/// like the threshold that it misses or passes.
struct Shares {
    decimals: usize,
}

impl Shares {
    fn of(evidence: &Evidence) -> Self {
        let whole = Self { decimals: 0 };
        let best = evidence.candidates.first().map(|one| one.probability);
        let thresholds = [evidence.confident_from, evidence.choices_from];
        let blurred = |best: f64| {
            thresholds
                .iter()
                .any(|one| whole.say(*one) == whole.say(best))
        };
        Self {
            decimals: usize::from(best.is_some_and(blurred)),
        }
    }

    fn say(&self, probability: f64) -> String {
        let share = if probability.is_finite() {
            probability.clamp(0.0, 1.0) * 100.0
        } else {
            0.0
        };
        format!("{share:.*}%", self.decimals)
    }
}

#[async_trait]
impl CommandHandler for Explain {
    fn specs(&self) -> &[CommandSpec] {
        SPECS
    }

    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan {
        if let Err(problem) = read(call, SPECS, context.policy) {
            return problem;
        }
        let Some(conversation) = call.conversation else {
            return outside_thread("why");
        };
        match self.records.newest_answer(conversation).await {
            Ok(Some(answer)) => explain(&answer, context.policy),
            Ok(None) => Plan::saying(Phrase::new("why.nothing_asked")),
            Err(error) => unreadable(&error),
        }
    }
}
