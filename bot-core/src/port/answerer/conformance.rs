//! What every answerer must do, as a suite that each implementation runs: a test gives a question
//! that it knows and one that it does not, and asserts that nothing is found.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::domain::answer::{Answer, ArticleAnswer, Evidence, Outcome, Question};
use crate::domain::id::ArticleId;
use crate::port::answerer::Answerer;
use crate::port::breach::Breaches;

pub use crate::port::breach::Breach;

/// Texts that people really send, or that somebody tries.
const ODD: [&str; 12] = [
    "",
    "   ",
    "\u{0}\u{feff}\u{200b}",
    "？？？",
    "👨‍👩‍👧👍",
    "a",
    "' OR 1=1; DROP TABLE article; --",
    "title:x AND (NOT",
    "\"unclosed",
    "* ~ ^ [1 TO 2]",
    "{{ 7 * 7 }}",
    "％＿＼",
];

/// Runs the suite. `known` is answered confidently, and no article answers `unknown`.
pub async fn check(answerer: &dyn Answerer, known: &str, unknown: &str) -> Vec<Breach> {
    let mut found = Breaches::default();
    let asked = ask(known);
    match verdict(answerer, &asked, &mut found)
        .await
        .map(|one| one.outcome)
    {
        Some(Outcome::Confident(article)) => picked(answerer, &asked, &article, &mut found).await,
        other => found.unless(false, "what is known is answered", other),
    }
    let answer = verdict(answerer, &ask(unknown), &mut found).await;
    let silent = answer.as_ref().is_some_and(|one| !is_confident(one));
    found.unless(silent, "what nobody knows is not answered", answer);
    let long = "很长的话".repeat(5_000);
    for text in ODD.into_iter().chain([long.as_str()]) {
        verdict(answerer, &ask(text), &mut found).await;
    }
    found.into()
}

fn ask(text: &str) -> Question {
    Question {
        text: text.to_owned(),
        channel: "shop".to_owned(),
        ..Question::default()
    }
}

fn is_confident(answer: &Answer) -> bool {
    matches!(answer.outcome, Outcome::Confident(_))
}

/// The verdict, looked at; the same question has the same verdict, and its memo can be handed back.
async fn verdict(
    answerer: &dyn Answerer,
    question: &Question,
    found: &mut Breaches,
) -> Option<Answer> {
    let answer = match answerer.answer(question).await {
        Ok(answer) => answer,
        Err(error) => {
            found.unless(false, "any text has a verdict", (&question.text, error));
            return None;
        }
    };
    let again = answerer.answer(question).await.ok();
    found.unless(
        again.as_ref().map(|one| &one.outcome) == Some(&answer.outcome),
        "the same question has the same verdict",
        &question.text,
    );
    let next = Question {
        memo: answer.memo.clone(),
        previous: vec![question.text.clone()],
        ..question.clone()
    };
    let next = answerer.answer(&next).await;
    found.unless(next.is_ok(), "a memo can be handed back", &question.text);
    outcome_makes_sense(&answer.outcome, found);
    evidence_makes_sense(&answer.evidence, found);
    Some(answer)
}

fn outcome_makes_sense(outcome: &Outcome, found: &mut Breaches) {
    match outcome {
        Outcome::Confident(article) => found.unless(
            !article.text.trim().is_empty() && !article.title.trim().is_empty(),
            "an answer has words and a source",
            article,
        ),
        Outcome::Choices(choices) => {
            found.unless(
                (1..=3).contains(&choices.len()),
                "there are one to three choices",
                choices.len(),
            );
            let articles: BTreeSet<_> = choices.iter().map(|one| one.article).collect();
            let named = choices.iter().all(|one| !one.title.trim().is_empty());
            found.unless(
                named && articles.len() == choices.len(),
                "choices are different and have names",
                choices,
            );
        }
        Outcome::Unknown => {}
    }
}

fn evidence_makes_sense(evidence: &Evidence, found: &mut Breaches) {
    let share = |value: f64| (0.0..=1.0).contains(&value);
    let all = evidence.candidates.iter();
    let shares = share(evidence.confident_from)
        && share(evidence.choices_from)
        && all.clone().all(|one| share(one.probability));
    found.unless(shares, "probabilities lie between 0 and 1", evidence);
    let finite = all.clone().all(|one| one.score.is_finite())
        && evidence.features.iter().all(|(_, value)| value.is_finite());
    found.unless(finite, "scores and features are numbers", evidence);
    let falling = all
        .clone()
        .zip(all.skip(1))
        .all(|(one, next)| one.probability >= next.probability);
    found.unless(falling, "the best candidate stands first", evidence);
}

/// A picked article is answered as it stands, whatever the text is; one that is gone is not.
async fn picked(
    answerer: &dyn Answerer,
    asked: &Question,
    article: &ArticleAnswer,
    found: &mut Breaches,
) {
    let chosen = |article| Question {
        text: "1".to_owned(),
        chosen: Some(article),
        ..asked.clone()
    };
    let answer = verdict(answerer, &chosen(article.article), found).await;
    let same = matches!(
        answer.as_ref().map(|one| &one.outcome),
        Some(Outcome::Confident(found)) if found.article == article.article
    );
    found.unless(same, "a picked article is answered", answer);
    let gone = ArticleId(Uuid::from_u128(0xdead));
    let answer = verdict(answerer, &chosen(gone), found).await;
    let other = answer.as_ref().is_some_and(is_confident);
    found.unless(
        !other,
        "an article that is gone is not answered by another",
        answer,
    );
}

#[cfg(test)]
mod tests;
