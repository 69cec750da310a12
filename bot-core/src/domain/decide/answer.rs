//! What follows from the answerer's verdict.

use crate::domain::answer::{
    Answer, AnswerMode, ArticleChoice, Audience, Evidence, Outcome, Question,
};
use crate::domain::content::Content;
use crate::domain::conversation::Turn;
use crate::domain::decide::settling::{Settled, Settling};
use crate::domain::decide::{customer, handoff, suggestions, turn};
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::{Direction, Effect, Fact, FactKind, Keep};
use crate::domain::event::{Ask, Reply, Timer};
use crate::domain::id::{ArticleId, MessageId};
use crate::domain::phrase::Phrase;
use crate::domain::prompt::{Asks, option_id};
use crate::domain::reading::Reading;
use crate::domain::ticket::{Cause, Priority};

pub(super) mod words;

/// The verdict on the turn as it stands.
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and only within a decision"
)]
pub(super) enum Verdict {
    /// The answerer spoke.
    Spoken(Answer),
    /// It failed; as if it knew nothing.
    Failed,
    /// It has not come back.
    Overdue,
}

/// The verdict on the turn, or the question to ask for it.
pub(super) fn looked_up(settling: &Settling<'_>) -> Result<Verdict, Box<Ask>> {
    if suggestions::mode(settling) == AnswerMode::Off {
        return Ok(Verdict::Spoken(Answer::unknown()));
    }
    match &settling.event.reply {
        Some(Reply::Answer {
            answer: Some(answer),
            ..
        }) => Ok(Verdict::Spoken(answer.clone())),
        Some(Reply::Answer { answer: None, .. } | Reply::Plan(_)) => Ok(Verdict::Failed),
        Some(Reply::Overdue) => Ok(Verdict::Overdue),
        None => Err(Box::new(Ask::Answerer(question(settling, None)))),
    }
}

/// The verdict on an article that the customer picked, or the question to ask for it.
pub(super) fn looked_up_article(
    settling: &Settling<'_>,
    article: ArticleId,
) -> Result<Verdict, Box<Ask>> {
    match looked_up(settling) {
        Err(_) => Err(Box::new(Ask::Answerer(question(settling, Some(article))))),
        found => found,
    }
}

/// Whether an article surely answers this text alone.
pub(super) fn is_sure(settling: &Settling<'_>, text: &str) -> Result<bool, Box<Ask>> {
    let found = looked_up_text(settling, text)?;
    Ok(found.as_ref().is_some_and(Answer::is_confident))
}

/// What the answerer makes of this text alone; `None` when it does not come back.
pub(super) fn looked_up_text(
    settling: &Settling<'_>,
    text: &str,
) -> Result<Option<Answer>, Box<Ask>> {
    if suggestions::mode(settling) == AnswerMode::Off {
        return Ok(None);
    }
    match &settling.event.reply {
        Some(Reply::Answer { answer, .. }) => Ok(answer.clone()),
        Some(Reply::Overdue | Reply::Plan(_)) => Ok(None),
        None => Err(Box::new(Ask::Answerer(Question {
            about: settling.event.message(),
            text: text.to_owned(),
            ..question(settling, None)
        }))),
    }
}

fn question(settling: &Settling<'_>, chosen: Option<ArticleId>) -> Question {
    let state = &settling.case.state;
    let turn = state.turn.as_ref();
    Question {
        about: turn.map_or(settling.event.message(), |turn| turn.last),
        text: turn.map(|turn| turn.texts.join("\n")).unwrap_or_default(),
        language: state.language,
        channel: settling.case.channel.0.clone(),
        at: Some(settling.now),
        audience: Audience::Customer,
        previous: state.progress.previous.clone(),
        chosen,
        memo: state.memo.clone(),
    }
}

/// Just after a message: an answer that may leave does so at once, the rest waits for quiet.
pub(super) fn on_said(settling: &mut Settling<'_>, content: &Content, verdict: Verdict) {
    let leaves = |answer: &Answer| {
        answer.is_confident() && suggestions::mode_of(settling, answer) == AnswerMode::Auto
    };
    let leaves = matches!(&verdict, Verdict::Spoken(answer) if leaves(answer));
    if !leaves && handoff::reopen_for_customer(settling, content) {
        return turn::end(settling);
    }
    match verdict {
        Verdict::Spoken(answer) if leaves => {
            turn::end(settling);
            confident_answer(settling, answer);
        }
        Verdict::Overdue => overdue(settling),
        Verdict::Spoken(_) | Verdict::Failed => {
            turn::wait_for_quiet(settling, settling.policy.delays.settle);
        }
    }
}

fn overdue(settling: &mut Settling<'_>) {
    if let Some(turn) = &mut settling.case.state.turn {
        turn.asked = true;
    }
    let delays = settling.policy.delays;
    settling.timer(
        Timer::AnswerLate,
        (delays.answer_late - delays.answer).max(0),
    );
}

/// The customer has been quiet: now Choices and Unknown are acted upon.
pub(super) fn on_quiet(settling: &mut Settling<'_>) -> Settled {
    let Some(turn) = settling.case.state.turn.clone() else {
        return Ok(());
    };
    if customer::bot_is_silent(settling) {
        turn::end(settling);
        return Ok(());
    }
    if turn.texts.is_empty() {
        turn::end(settling);
        handoff::media(settling);
        return Ok(());
    }
    let verdict = looked_up(settling)?;
    match verdict {
        Verdict::Overdue => overdue(settling),
        Verdict::Spoken(answer) => act_on(settling, &turn, answer),
        Verdict::Failed => unknown(settling, &turn, Evidence::default()),
    }
    Ok(())
}

/// The answerer came back late: dropped if an agent or a newer turn took over.
pub(super) fn on_late(settling: &mut Settling<'_>, reply: &Reply) -> Settled {
    let Reply::Answer { about, answer } = reply else {
        return Ok(());
    };
    let waits = settling
        .case
        .state
        .turn
        .clone()
        .filter(|turn| turn.asked && turn.last == *about);
    let Some(turn) = waits.filter(|_| !customer::bot_is_silent(settling)) else {
        return Ok(());
    };
    settling.clear(Timer::AnswerLate);
    match answer {
        Some(answer) => act_on(settling, &turn, answer.clone()),
        None => unknown(settling, &turn, Evidence::default()),
    }
    Ok(())
}

/// The answerer never came back: the question counts as one that nothing answers.
pub(super) fn on_never(settling: &mut Settling<'_>) {
    if let Some(turn) = settling.case.state.turn.clone().filter(|turn| turn.asked) {
        unknown(settling, &turn, Evidence::default());
    }
}

fn act_on(settling: &mut Settling<'_>, turn: &Turn, answer: Answer) {
    turn::end(settling);
    match answer.outcome {
        Outcome::Confident(_) => on_sure(settling, answer),
        Outcome::Choices(choices) if suggestions::mode(settling) == AnswerMode::Auto => {
            offer(settling, turn, &choices, answer.evidence);
        }
        Outcome::Choices(_) | Outcome::Unknown => unknown(settling, turn, answer.evidence),
    }
}

/// The customer gets it, or an agent as a draft, or nobody.
fn on_sure(settling: &mut Settling<'_>, answer: Answer) {
    match suggestions::mode_of(settling, &answer) {
        AnswerMode::Auto => confident_answer(settling, answer),
        AnswerMode::Suggest => suggestions::draft(settling, &answer),
        AnswerMode::Off => handoff::open_because(
            settling,
            Cause::Unanswered,
            Priority::default(),
            Some(answer.evidence),
        ),
    }
}

/// The customer picked an article: its words, or a person if it is gone meanwhile.
pub(super) fn on_chosen(settling: &mut Settling<'_>, answer: Answer) {
    match answer.outcome {
        Outcome::Confident(_) => on_sure(settling, answer),
        Outcome::Choices(_) | Outcome::Unknown => {
            handoff::open(settling, Cause::Unanswered, Priority::default());
        }
    }
}

/// The articles' words, their titles as the source, and the question whether they helped.
fn confident_answer(settling: &mut Settling<'_>, answer: Answer) {
    let Some(draft) = words::of(settling, &answer) else {
        return;
    };
    let Outcome::Confident(article) = answer.outcome else {
        return;
    };
    settling.case.state.progress.unknowns = 0;
    settling.case.state.memo = answer.memo;
    let attended = settling.case.open_ticket().is_some();
    let draft = customer::with_first_words(settling, marked(draft, attended));
    let message = settling.new_message();
    let voted = with_votes(settling, draft.clone(), message, article.article);
    say_with_evidence(settling, message, voted, answer.evidence);
    if attended {
        settling.show(Some(message), draft);
    }
    for article in std::iter::once(&article).chain(&answer.others) {
        settling.effect(Effect::Count(Fact {
            article: Some(article.article),
            ..Fact::of(FactKind::Answered)
        }));
    }
}

/// Where humans are at it, the customer sees that this came from the bot.
fn marked(mut draft: Draft, attended: bool) -> Draft {
    if attended {
        draft.words.insert(0, Words::from("mark.automatic"));
    }
    draft
}

fn with_votes(
    settling: &mut Settling<'_>,
    draft: Draft,
    answer: MessageId,
    article: ArticleId,
) -> Draft {
    let asks = Asks::Helped { answer, article };
    let number = settling.case.state.prompts.ask(asks, settling.now);
    draft
        .choice(option_id(number, "up"), Words::Text("👍".to_owned()))
        .choice(option_id(number, "down"), Words::Text("👎".to_owned()))
}

fn say_with_evidence(
    settling: &mut Settling<'_>,
    message: MessageId,
    draft: Draft,
    evidence: Evidence,
) {
    settling.effect(Effect::Keep(Keep {
        message,
        direction: Direction::Out,
        body: draft.clone(),
        evidence: Some(evidence),
        reason: None,
    }));
    settling.send(message, draft, None);
}

/// "Did you mean", at most three, always ending in a person. Never while a ticket is open.
fn offer(settling: &mut Settling<'_>, turn: &Turn, choices: &[ArticleChoice], evidence: Evidence) {
    if settling.case.open_ticket().is_some() || choices.is_empty() {
        return unknown(settling, turn, evidence);
    }
    let choices = choices.get(..3).unwrap_or(choices);
    settling.case.state.progress.unknowns = 0;
    let articles = choices.iter().map(|choice| choice.article).collect();
    let number = settling
        .case
        .state
        .prompts
        .ask(Asks::Which(articles), settling.now);
    let mut draft = customer::with_first_words(settling, Draft::bot("choices.which"));
    for (index, choice) in choices.iter().enumerate() {
        draft = draft.choice(
            option_id(number, &index.to_string()),
            Words::Text(choice.title.clone()),
        );
    }
    draft = draft.choice(option_id(number, "none"), "choices.none");
    let message = settling.new_message();
    say_with_evidence(settling, message, draft, evidence);
    settling.count(FactKind::Offered);
}

fn unknown(settling: &mut Settling<'_>, turn: &Turn, evidence: Evidence) {
    turn::end(settling);
    settling.count(FactKind::Unknown);
    if handoff::is_with_humans(settling) {
        return; // It stands in the thread already; the bot never says "I don't understand" there.
    }
    settling.case.state.progress.unknowns += 1;
    let vague = Reading::of(&turn.texts.join("\n"), settling.policy).vague;
    if !vague || settling.case.state.progress.unknowns > 1 || settling.case.open_ticket().is_some()
    {
        handoff::open_because(
            settling,
            Cause::Unanswered,
            Priority::default(),
            Some(evidence),
        );
        return;
    }
    let number = settling.case.state.prompts.ask(Asks::Person, settling.now);
    let draft = customer::with_first_words(settling, Draft::bot("unknown.clarify"));
    let message = settling.new_message();
    let draft = draft.choice(
        option_id(number, "yes"),
        Words::Phrase(Phrase::new("choices.person")),
    );
    say_with_evidence(settling, message, draft, evidence);
}
