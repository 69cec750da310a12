//! What the customer answers to something we asked.

use crate::domain::content::Content;
use crate::domain::decide::customer::{self, receive};
use crate::domain::decide::settling::{Settled, Settling};
use crate::domain::decide::{answer, handoff};
use crate::domain::draft::Draft;
use crate::domain::effect::{Effect, Fact, FactKind, Judged, Opinion, Reason, RingCause};
use crate::domain::event::{Ask, Timer};
use crate::domain::id::{ArticleId, MessageId};
use crate::domain::phrase::Phrase;
use crate::domain::pick::Pick;
use crate::domain::prompt::{Asks, Picked, Prompt};
use crate::domain::reading::Reading;
use crate::domain::ticket::{Cause, Priority};

/// A button was pressed, or a choice sent by its id.
pub(super) fn chose(settling: &mut Settling<'_>, choice: &str) -> Settled {
    let picked = match settling.case.state.prompts.picked(choice) {
        Picked::Open(prompt, option) => Some((prompt.clone(), option.to_owned())),
        Picked::Stale => {
            settling.say(Draft::bot("choices.stale"));
            None
        }
        Picked::Foreign => {
            settling.say(Draft::bot("choices.foreign"));
            None
        }
    };
    match picked {
        Some((prompt, option)) => answered(settling, &prompt, &option),
        None => Ok(()),
    }
}

/// A bare number or rating that belongs to the newest prompt. Whether it was one.
pub(super) fn bare(
    settling: &mut Settling<'_>,
    content: &Content,
    reading: &Reading,
) -> Result<bool, Box<Ask>> {
    let newest = settling.case.state.prompts.newest(settling.event.at);
    let Some(prompt) = newest.cloned() else {
        return Ok(false);
    };
    if prompt.asks == Asks::WhatWentWrong {
        return went_wrong(settling, &prompt, content, reading);
    }
    let Some(option) = option_of(&prompt.asks, reading) else {
        return Ok(false);
    };
    // First the message, then what follows from it: the record keeps this order.
    receive(settling, content, Some(Reason::Answered));
    answered(settling, &prompt, &option)?;
    Ok(true)
}

/// The option that a bare answer means, if it means one of this prompt.
fn option_of(asks: &Asks, reading: &Reading) -> Option<String> {
    match asks {
        Asks::Rating => reading.rating.map(|stars| stars.to_string()),
        Asks::Which(articles) => match reading.pick? {
            Pick::NoneOfThese => Some("none".to_owned()),
            pick => match pick.index(articles.len() + 1)? {
                last if last == articles.len() => Some("none".to_owned()),
                index => Some(index.to_string()),
            },
        },
        Asks::Person => matches!(reading.pick?.index(1), Some(0)).then(|| "yes".to_owned()),
        Asks::Waiting => {
            let index = reading.pick?.index(3)?;
            ["wait", "later", "bot"]
                .get(index)
                .map(|option| (*option).to_owned())
        }
        Asks::Helped { .. } | Asks::WhatWentWrong => None,
    }
}

fn answered(settling: &mut Settling<'_>, prompt: &Prompt, option: &str) -> Settled {
    match (&prompt.asks, option) {
        (Asks::Which(articles), _) => return which(settling, prompt.number, articles, option),
        (Asks::Helped { answer, article }, "up" | "down") => {
            voted(settling, *answer, *article, option == "up");
        }
        (Asks::Person, "yes") => handoff::on_request(settling),
        (Asks::Waiting, "bot") => back_to_bot(settling),
        (Asks::Waiting, "wait" | "later") => {
            settling.say(Draft::bot(Phrase::new(&format!("waiting.{option}"))));
        }
        (Asks::Rating, stars) => match stars.parse() {
            Ok(stars @ 1..=5) => rated(settling, stars),
            _ => return foreign(settling),
        },
        (Asks::Helped { .. } | Asks::Person | Asks::Waiting | Asks::WhatWentWrong, _) => {
            return foreign(settling);
        }
    }
    settling.case.state.prompts.answer(prompt.number);
    Ok(())
}

fn foreign(settling: &mut Settling<'_>) -> Settled {
    settling.say(Draft::bot("choices.foreign"));
    Ok(())
}

fn which(
    settling: &mut Settling<'_>,
    number: u32,
    articles: &[ArticleId],
    option: &str,
) -> Settled {
    if option == "none" {
        settling.case.state.prompts.answer(number);
        handoff::open(settling, Cause::Unanswered, Priority::default());
        return Ok(());
    }
    let chosen = option
        .parse::<usize>()
        .ok()
        .and_then(|index| articles.get(index));
    let Some(article) = chosen.copied() else {
        return foreign(settling);
    };
    let verdict = answer::looked_up_article(settling, article)?;
    settling.case.state.prompts.answer(number);
    match verdict {
        answer::Verdict::Spoken(spoken) => answer::on_chosen(settling, spoken),
        answer::Verdict::Failed | answer::Verdict::Overdue => {
            handoff::open(settling, Cause::Unanswered, Priority::default());
        }
    }
    Ok(())
}

fn voted(settling: &mut Settling<'_>, answer: MessageId, article: ArticleId, up: bool) {
    let opinion = if up {
        Opinion::VotedUp
    } else {
        Opinion::VotedDown
    };
    settling.effect(Effect::Judge(Judged {
        message: answer,
        opinion,
        agent: None,
        instead: None,
    }));
    settling.effect(Effect::Count(Fact {
        article: Some(article),
        ..Fact::of(opinion.fact())
    }));
    if !up {
        return voted_down(settling);
    }
    if !customer::bot_is_silent(settling) {
        settling.say(Draft::bot("vote.thanks"));
    }
}

/// Sorry; after the second one a person. Where humans are at it already, there is nobody to offer.
fn voted_down(settling: &mut Settling<'_>) {
    settling.case.state.progress.downvotes += 1;
    let sorry = Draft::bot("vote.sorry");
    if customer::bot_is_silent(settling) {
        // The vote is counted; the one who speaks with the customer is not talked over.
    } else if handoff::is_with_humans(settling) {
        settling.say(sorry);
    } else if settling.case.state.progress.downvotes >= 2 {
        handoff::open(settling, Cause::Unhelpful, Priority::default());
    } else {
        settling.ask(sorry, Asks::Person, &[("yes", "choices.person".into())]);
    }
}

fn back_to_bot(settling: &mut Settling<'_>) {
    use crate::domain::ticket::Step;
    let now = settling.now;
    settling.clear(Timer::WaitingUpdate);
    settling.clear(Timer::WaitingChoice);
    if settling
        .case
        .ticket
        .as_mut()
        .is_some_and(|ticket| ticket.take(Step::Close, now))
    {
        settling.remark("waiting.left_queue");
        settling.in_thread(crate::domain::delivery::Action::CloseThread, None, false);
        settling.count(FactKind::Closed);
    }
    settling.case.state.progress = crate::domain::conversation::Progress::default();
    settling.say(Draft::bot("waiting.bot"));
}

fn rated(settling: &mut Settling<'_>, stars: i64) {
    let agent = settling
        .case
        .ticket
        .as_ref()
        .and_then(|ticket| ticket.assignee);
    settling.effect(Effect::Count(Fact {
        agent,
        value: Some(stars),
        ..Fact::of(FactKind::Rated)
    }));
    settling.remark(Phrase::new("survey.rated").with("stars", stars));
    if stars <= 2 {
        settling.ask(
            Draft::bot("survey.what_went_wrong"),
            Asks::WhatWentWrong,
            &[],
        );
        settling.ring(RingCause::Urgent);
    } else {
        settling.say(Draft::bot("survey.thanks"));
    }
}

/// Words on what went wrong. Asking for a person, small talk and a question that an article surely
/// answers remain what they are. Whether it was an answer to this.
fn went_wrong(
    settling: &mut Settling<'_>,
    prompt: &Prompt,
    content: &Content,
    reading: &Reading,
) -> Result<bool, Box<Ask>> {
    let other = reading.wants_human || reading.thanks || reading.greeting;
    let text = &content.text;
    if other || text.is_empty() || !reading.cancels && answer::is_sure(settling, text)? {
        return Ok(false);
    }
    settling.case.state.prompts.answer(prompt.number);
    settling.keep_in(content, Some(Reason::Answered));
    if reading.cancels {
        settling.say(Draft::bot("cancel.done"));
        return Ok(true);
    }
    customer::show_only(settling, content);
    settling.say(Draft::bot("survey.comment_thanks"));
    Ok(true)
}
