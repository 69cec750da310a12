//! What the customer does.

use crate::domain::answer::{Answer, AnswerMode};
use crate::domain::content::{Author, Content};
use crate::domain::conversation::State;
use crate::domain::decide::settling::{Settled, Settling};
use crate::domain::decide::{answer, handoff, prompts, suggestions, turn};
use crate::domain::draft::Draft;
use crate::domain::effect::{FactKind, Reason, RingCause};
use crate::domain::entity::{self, Entity};
use crate::domain::event::{CustomerAct, CustomerLine, Timer};
use crate::domain::language::Language;
use crate::domain::phrase::Phrase;
use crate::domain::reading::Reading;
use crate::domain::ticket::{Cause, Priority, Status};
use crate::domain::time::MINUTE;

mod changes;

/// Things that the customer named, kept for the card.
const NAMED: usize = 8;
/// Lines of a flood that are answered in the end; older ones are only recorded.
const IN_A_TURN: usize = 20;

pub(super) fn on_act(settling: &mut Settling<'_>, act: &CustomerAct) -> Settled {
    match act {
        CustomerAct::Said(line) => return said(settling, line),
        CustomerAct::Chose { choice } => return chose(settling, choice),
        CustomerAct::Edited { message, text } => changes::edited(settling, *message, text),
        CustomerAct::Deleted { message } => changes::deleted(settling, *message),
        CustomerAct::Left => settling.remark("customer.left"),
        CustomerAct::Arrived { source } => arrived(settling, source.as_deref()),
    }
    Ok(())
}

fn said(settling: &mut Settling<'_>, line: &CustomerLine) -> Settled {
    let reading = settling.event.read(&line.content.text, settling.policy);
    settling.case.state.doubtful.clear();
    meet(&mut settling.case.state, line, &reading);
    remember_names(&mut settling.case.state.named, &line.content.text);
    let content = named(settling, &line.content);
    if is_blocked(settling) {
        settling.keep_in(&content, Some(Reason::Blocked));
        tell_blocked(settling);
        return Ok(());
    }
    let flooding = too_fast(settling);
    settling.case.state.progress.upset |= reading.feeling.is_some();
    heard(settling, &content, &reading, flooding)?;
    if reading.feeling.is_some() {
        handoff::hurry(settling);
    }
    // Remarks on the message come after it and its answer, so that the record has it first.
    if line.cut {
        settling.say(Draft::bot(
            Phrase::new("not_accepted.cut").with("limit", settling.policy.limits.text),
        ));
    }
    if flooding {
        slow_down(settling);
    }
    Ok(())
}

/// The order of these questions is the order of MANNERS: what no machine may answer, what was
/// asked before, who wants a person; only what is left reaches the answerer.
fn heard(
    settling: &mut Settling<'_>,
    content: &Content,
    reading: &Reading,
    flooding: bool,
) -> Settled {
    if urgent(settling, content, reading)
        || private(settling, content, reading)
        || prompts::bare(settling, content, reading)?
    {
        return Ok(());
    }
    if reading.wants_human {
        receive(settling, content, None);
        handoff::on_request(settling);
        return Ok(());
    }
    if flooding {
        receive(settling, content, Some(Reason::Flood));
        slower(settling, content);
        return Ok(());
    }
    small_talk_or_question(settling, content, reading)
}

fn chose(settling: &mut Settling<'_>, choice: &str) -> Settled {
    settling.case.state.doubtful.clear();
    if is_blocked(settling) {
        tell_blocked(settling);
        return Ok(());
    }
    prompts::chose(settling, choice)
}

fn small_talk_or_question(
    settling: &mut Settling<'_>,
    content: &Content,
    reading: &Reading,
) -> Settled {
    if reading.thanks {
        thanked(settling, content);
    } else if content.text.is_empty() {
        media_only(settling, content);
    } else if reading.links_only && first_contact(settling) {
        receive(settling, content, None);
        handoff::open(settling, Cause::Spam, Priority::Low);
    } else if reading.greeting {
        greeted(settling, content);
    } else if bot_is_silent(settling) {
        return for_the_agent(settling, content);
    } else {
        return question(settling, content);
    }
    Ok(())
}

/// The bot says nothing to the customer; where it only suggests, it does so to the agent.
fn for_the_agent(settling: &mut Settling<'_>, content: &Content) -> Settled {
    if suggestions::mode(settling) != AnswerMode::Suggest {
        receive(settling, content, None);
        return Ok(());
    }
    let found = answer::looked_up_text(settling, &content.text)?;
    receive(settling, content, None);
    if let Some(found) = found.filter(Answer::is_confident) {
        suggestions::draft(settling, &found);
    }
    Ok(())
}

/// Learns what the platform says of the customer.
fn meet(state: &mut State, line: &CustomerLine, reading: &Reading) {
    let profile = &mut state.profile;
    if !line.sender.name.is_empty() {
        profile.name.clone_from(&line.sender.name);
    }
    if line.sender.locale.is_some() {
        profile.locale.clone_from(&line.sender.locale);
    }
    profile.attributes.extend(line.sender.attributes.clone());
    if !line.context.is_empty() {
        profile.context.clone_from(&line.context);
    }
    let hinted = profile.locale.as_deref().and_then(Language::from_tag);
    let known = reading.language.or(state.language).or(hinted);
    state.language = known.or(reading.guessed);
}

/// What is named again moves to the end; the oldest is forgotten.
fn remember_names(known: &mut Vec<Entity>, text: &str) {
    for entity in entity::named_in(text) {
        known.retain(|one| *one != entity);
        known.push(entity);
    }
    let spare = known.len().saturating_sub(NAMED);
    known.drain(..spare);
}

fn named(settling: &Settling<'_>, content: &Content) -> Content {
    let name = settling.case.state.profile.name.clone();
    Content {
        from: Author::Customer { name },
        ..content.clone()
    }
}

/// Records a message and shows it in the thread of an open ticket.
pub(super) fn receive(settling: &mut Settling<'_>, content: &Content, reason: Option<Reason>) {
    settling.keep_in(content, reason);
    if settling.case.open_ticket().is_some() {
        relay(settling, content);
    }
}

/// Shows a customer's message in the thread; the clock of the ticket starts again.
pub(super) fn relay(settling: &mut Settling<'_>, content: &Content) {
    let message = settling.event.message();
    settling.show(Some(message), Draft::verbatim(content));
    let now = settling.now;
    if let Some(ticket) = &mut settling.case.ticket {
        let waited = ticket.times.waiting_since.is_some();
        ticket.times.waiting_since.get_or_insert(now);
        if !waited && ticket.assignee.is_some() {
            settling.ring(RingCause::Answered);
        }
    }
}

/// Whether the customer is not served; a block whose time is over is lifted.
fn is_blocked(settling: &mut Settling<'_>) -> bool {
    let now = settling.now;
    let block = &mut settling.case.state.block;
    *block = block.filter(|block| block.until.is_none_or(|until| until > now));
    block.is_some()
}

/// A blocked customer is told once.
fn tell_blocked(settling: &mut Settling<'_>) {
    if let Some(block) = settling.case.state.block.as_mut().filter(|one| !one.told) {
        block.told = true;
        settling.say(Draft::bot("blocked.once"));
    }
}

/// Counts this message; whether the customer has written too many in the last minute.
fn too_fast(settling: &mut Settling<'_>) -> bool {
    let now = settling.now;
    let most = settling.policy.limits.messages_a_minute;
    let recent = &mut settling.case.state.pace.recent;
    recent.retain(|at| now.since(*at) < MINUTE);
    recent.push(now);
    let spare = recent.len().saturating_sub(most + 1);
    recent.drain(..spare);
    recent.len() > most
}

/// Asks the customer to slow down, once a minute; where humans read along there is no need.
fn slow_down(settling: &mut Settling<'_>) {
    let now = settling.now;
    let warned = settling.case.state.pace.warned;
    if warned.is_some_and(|at| now.since(at) < MINUTE) {
        return;
    }
    settling.case.state.pace.warned = Some(now);
    settling.count(FactKind::Flooded);
    if !bot_is_silent(settling) {
        settling.say(Draft::bot("flood.notice"));
    }
}

/// Too fast to be answered line by line: the turn is answered as a whole when the customer has slowed
/// down.
fn slower(settling: &mut Settling<'_>, content: &Content) {
    if content.text.is_empty() || bot_is_silent(settling) {
        return;
    }
    turn::join(settling, &content.text);
    if let Some(turn) = &mut settling.case.state.turn {
        let spare = turn.texts.len().saturating_sub(IN_A_TURN);
        turn.texts.drain(..spare);
    }
    let now = settling.now;
    let recent = settling.case.state.pace.recent.first();
    let eased = recent.map_or(now, |at| at.plus_ms(MINUTE));
    let quiet = settling.policy.delays.settle;
    settling.timer(Timer::Settle, eased.since(now).max(quiet));
}

fn urgent(settling: &mut Settling<'_>, content: &Content, reading: &Reading) -> bool {
    let Some(severity) = reading.forbidden else {
        return false;
    };
    receive(settling, content, None);
    handoff::urgent(settling, severity);
    true
}

fn private(settling: &mut Settling<'_>, content: &Content, reading: &Reading) -> bool {
    let Some(wish) = reading.privacy else {
        return false;
    };
    receive(settling, content, None);
    handoff::privacy(settling, wish);
    true
}

/// Thanks take nothing up again; a question before them still gets its answer.
fn thanked(settling: &mut Settling<'_>, content: &Content) {
    receive(settling, content, Some(Reason::Thanks));
    if settling.case.ticket.is_none() && settling.case.state.turn.is_none() {
        settling.say(Draft::bot("small_talk.welcome"));
    }
}

fn greeted(settling: &mut Settling<'_>, content: &Content) {
    receive(settling, content, None);
    let attended = settling.case.open_ticket().is_some();
    if !attended && !handoff::reopen_for_customer(settling, content) {
        hello(settling);
    }
}

fn hello(settling: &mut Settling<'_>) {
    let draft = first_words(settling).unwrap_or_else(|| Draft::bot("small_talk.hello"));
    settling.say(draft);
}

/// The first words, once per customer.
fn first_words(settling: &mut Settling<'_>) -> Option<Draft> {
    if std::mem::replace(&mut settling.case.state.greeted, true) {
        return None;
    }
    let words = Phrase::new("first_words").with("desk", settling.policy.desk.clone());
    Some(with_privacy_link(settling, Draft::bot(words)))
}

/// The line that follows the first answer when the first message was a question.
pub(super) fn with_first_words(settling: &mut Settling<'_>, draft: Draft) -> Draft {
    match first_words(settling) {
        Some(first) => Draft {
            words: [draft.words, first.words].concat(),
            ..draft
        },
        None => draft,
    }
}

fn with_privacy_link(settling: &Settling<'_>, draft: Draft) -> Draft {
    match &settling.policy.privacy_link {
        Some(link) => draft.and(Phrase::new("first_words.privacy").with("link", link.clone())),
        None => draft,
    }
}

fn first_contact(settling: &Settling<'_>) -> bool {
    let state = &settling.case.state;
    !state.greeted && state.progress.previous.is_empty() && settling.case.ticket.is_none()
}

fn media_only(settling: &mut Settling<'_>, content: &Content) {
    receive(settling, content, None);
    let attended = settling.case.open_ticket().is_some();
    if !attended && !handoff::reopen_for_customer(settling, content) {
        turn::join(settling, "");
        turn::wait_for_quiet(settling, settling.policy.delays.media);
    }
}

/// When the bot keeps out of it: an agent on duty is in the conversation, the ticket is urgent, or
/// what can still be said to the customer is left to humans.
pub(super) fn bot_is_silent(settling: &Settling<'_>) -> bool {
    let Some(ticket) = settling.case.open_ticket() else {
        return false;
    };
    let urgent = ticket.priority == Priority::Urgent;
    let attended = ticket.status == Status::InProgress && settling.assignee_on_duty();
    urgent || attended || !settling.has_sends_to_spare()
}

/// Adds the text to the turn and has the whole turn looked up.
fn question(settling: &mut Settling<'_>, content: &Content) -> Settled {
    turn::join(settling, &content.text);
    let verdict = answer::looked_up(settling)?;
    receive(settling, content, None);
    answer::on_said(settling, content, verdict);
    Ok(())
}

fn arrived(settling: &mut Settling<'_>, source: Option<&str>) {
    if let Some(source) = source {
        settling.case.state.profile.source = Some(source.to_owned());
    }
    if settling.case.open_ticket().is_none() && !is_blocked(settling) {
        hello(settling);
    }
}

/// Shows a message in the thread without starting the ticket's clock.
pub(super) fn show_only(settling: &mut Settling<'_>, content: &Content) {
    let message = settling.event.message();
    settling.show(Some(message), Draft::verbatim(content));
}
