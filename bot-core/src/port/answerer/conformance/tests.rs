use async_trait::async_trait;
use rstest::rstest;

use super::*;
use crate::domain::answer::{ArticleChoice, Candidate};
use crate::domain::language::Language;
use crate::port::answerer::{AnswerError, ListAnswerer};

fn article() -> ArticleId {
    ArticleId(Uuid::from_u128(7))
}

fn list() -> ListAnswerer {
    let outcome = Outcome::Confident(ArticleAnswer {
        article: article(),
        revision: 1,
        title: "How long".to_owned(),
        text: "Two days.".to_owned(),
        language: Language::En,
    });
    let answer = Answer {
        outcome,
        ..Answer::unknown()
    };
    ListAnswerer::default().knowing("how long", answer)
}

#[tokio::test]
async fn the_list_conforms() {
    let breaches = check(&list(), "how long", "how far").await;
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    KnowsAll,
    FailsAtOddTexts,
    SaysNothing,
    OffersFour,
    NoNumber,
    IgnoresThePick,
}

struct Flawed(Flaw);

#[async_trait]
impl Answerer for Flawed {
    async fn answer(&self, question: &Question) -> Result<Answer, AnswerError> {
        let mut asked = question.clone();
        match self.0 {
            Flaw::KnowsAll => "how long".clone_into(&mut asked.text),
            Flaw::IgnoresThePick => {
                asked.chosen = None;
                "how long".clone_into(&mut asked.text);
            }
            Flaw::FailsAtOddTexts if question.text.contains('"') => {
                return Err(AnswerError("syntax".to_owned()));
            }
            _ => {}
        }
        let mut answer = list().answer(&asked).await?;
        self.spoil(&mut answer);
        Ok(answer)
    }
}

impl Flawed {
    fn spoil(&self, answer: &mut Answer) {
        match (self.0, &mut answer.outcome) {
            (Flaw::SaysNothing, Outcome::Confident(article)) => article.text.clear(),
            (Flaw::OffersFour, outcome @ Outcome::Unknown) => {
                let choice = |id| ArticleChoice {
                    article: ArticleId(Uuid::from_u128(id)),
                    title: "t".to_owned(),
                };
                *outcome = Outcome::Choices((0..4).map(choice).collect());
            }
            (Flaw::NoNumber, _) => answer.evidence.candidates.push(Candidate {
                revision: 1,
                article: article(),
                external_id: None,
                title: "t".to_owned(),
                score: 1.0,
                probability: f64::NAN,
            }),
            _ => {}
        }
    }
}

#[rstest]
#[case(Flaw::KnowsAll, "what nobody knows is not answered")]
#[case(Flaw::FailsAtOddTexts, "any text has a verdict")]
#[case(Flaw::SaysNothing, "an answer has words and a source")]
#[case(Flaw::OffersFour, "there are one to three choices")]
#[case(Flaw::NoNumber, "probabilities lie between 0 and 1")]
#[case(
    Flaw::IgnoresThePick,
    "an article that is gone is not answered by another"
)]
#[tokio::test]
async fn every_flaw_is_found(#[case] flaw: Flaw, #[case] rule: &str) {
    let breaches = check(&Flawed(flaw), "how long", "how far").await;
    let rules: Vec<_> = breaches.iter().map(|one| one.rule).collect();
    assert!(rules.contains(&rule), "{flaw:?}: {rules:#?}");
}
