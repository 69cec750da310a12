//! Towards a human: opening tickets, taking them up again, and saying what happens.

use crate::domain::answer::Evidence;
use crate::domain::content::{Author, Content};
use crate::domain::decide::settling::Settling;
use crate::domain::decide::{album, customer, turn};
use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::{Effect, FactKind, RingCause};
use crate::domain::event::Timer;
use crate::domain::forbidden::Severity;
use crate::domain::intent::PrivacyWish;
use crate::domain::phrase::Phrase;
use crate::domain::prompt::Asks;
use crate::domain::ticket::{Cause, Priority, Status, Step, Ticket};
use crate::domain::time::{DAY, HOUR, Timestamp};

/// The label of a ticket that the law gives a deadline.
const PRIVACY: &str = "privacy";

/// How a ticket came to be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opened {
    /// It is new, or new again.
    Anew,
    /// The same, once too often within the hour: a human is reached, but nobody is rung.
    TooOften,
    /// It was open before.
    Before,
}

/// Whether the case is with humans already. Suspected spam is not, until somebody takes or raises it.
pub(super) fn is_with_humans(settling: &Settling<'_>) -> bool {
    settling.case.open_ticket().is_some_and(|ticket| {
        let unseen = ticket.assignee.is_none() && ticket.priority == Priority::Low;
        ticket.cause != Cause::Spam || !unseen
    })
}

/// The customer asks for a person.
pub(super) fn on_request(settling: &mut Settling<'_>) {
    if !is_with_humans(settling) {
        open(settling, Cause::Asked, Priority::default());
    } else if !customer::bot_is_silent(settling) && settling.has_sends_to_spare() {
        let words = match settling.policy.hours.is_open(settling.now) {
            true => Phrase::new("handoff.already"),
            false => opens_at(settling, "handoff.already_closed_hours"),
        };
        settling.say(Draft::bot(words));
    }
}

/// Opens a ticket, or takes the newest one up again, and tells the customer.
pub(super) fn open(settling: &mut Settling<'_>, cause: Cause, priority: Priority) {
    open_because(settling, cause, priority, None);
}

/// The same, with what the answerer found: `/why` explains a handoff too.
pub(super) fn open_because(
    settling: &mut Settling<'_>,
    cause: Cause,
    priority: Priority,
    evidence: Option<Evidence>,
) {
    let opened = opened(settling, cause, priority);
    let draft = Draft::bot(opening_words(settling, cause, opened));
    let draft = customer::with_first_words(settling, draft);
    settling.say_because(draft, evidence);
    if cause == Cause::Spam || opened == Opened::Before {
        return;
    }
    if opened == Opened::Anew {
        settling.ring(RingCause::New);
    }
    expect_answer(settling);
}

/// While the desk is open, a customer whom nobody answers hears how it goes.
fn expect_answer(settling: &mut Settling<'_>) {
    if settling.policy.hours.is_open(settling.now) {
        settling.timer(Timer::WaitingUpdate, settling.policy.delays.waiting_update);
        settling.timer(Timer::WaitingChoice, settling.policy.delays.waiting_choice);
    }
}

/// The ticket itself: at most one open per conversation.
fn opened(settling: &mut Settling<'_>, cause: Cause, priority: Priority) -> Opened {
    turn::end(settling);
    let state = &mut settling.case.state;
    let priority = match state.progress.upset && cause != Cause::Spam {
        true => priority.max(Priority::High),
        false => priority,
    };
    (state.progress.unknowns, state.progress.downvotes) = (0, 0);
    state.prompts.withdraw(is_for_the_bot);
    if is_with_humans(settling) {
        raise(settling, priority);
        return Opened::Before;
    }
    settling.count(FactKind::HandedOff);
    match settling.case.ticket.as_ref().map(|ticket| ticket.status) {
        None | Some(Status::Closed) => new_ticket(settling, cause, priority),
        Some(Status::Resolved) => taken_up(settling, cause, priority),
        Some(Status::Pending | Status::InProgress | Status::OnHold) => {
            no_spam(settling, cause, priority);
        }
    }
    match pressing(settling) {
        true => Opened::Anew,
        false => Opened::TooOften,
    }
}

/// What the bot asked is not to be answered to humans; votes are for the article at any time.
const fn is_for_the_bot(asks: &Asks) -> bool {
    !matches!(asks, Asks::Helped { .. })
}

fn taken_up(settling: &mut Settling<'_>, cause: Cause, priority: Priority) {
    let now = settling.now;
    if let Some(ticket) = &mut settling.case.ticket {
        ticket.take(Step::Reopen, now);
        ticket.cause = cause;
    }
    raise(settling, priority);
    reopened(settling);
}

/// What looked like spam has a customer behind it.
fn no_spam(settling: &mut Settling<'_>, cause: Cause, priority: Priority) {
    if let Some(ticket) = &mut settling.case.ticket {
        ticket.cause = cause;
        ticket.quiet = false;
    }
    raise(settling, priority);
}

fn new_ticket(settling: &mut Settling<'_>, cause: Cause, priority: Priority) {
    let subject = subject(settling);
    let id = settling.new_ticket();
    let mut ticket = Ticket::open(id, String::new(), &subject, cause, settling.now);
    ticket.priority = priority;
    settling.case.ticket = Some(ticket);
    settling.effect(Effect::OpenThread);
}

fn subject(settling: &Settling<'_>) -> String {
    use crate::domain::event::{CustomerAct, EventKind};
    let text = match &settling.event.kind {
        EventKind::Customer(CustomerAct::Said(line)) => line.content.text.clone(),
        _ => String::new(),
    };
    let asked = settling.case.state.progress.previous.last().cloned();
    // "Human, please" says nothing about the case; the question before it does.
    match asked {
        Some(asked) if text.chars().count() < 10 => asked,
        Some(_) | None => text,
    }
}

/// More than three handoffs an hour of one account, or from one network address, still reach a human,
/// but ring nobody.
fn pressing(settling: &mut Settling<'_>) -> bool {
    let now = settling.now;
    let most = settling.policy.limits.handoffs_an_hour;
    let pace = &mut settling.case.state.pace;
    let recent = |at: &&Timestamp| now.since(**at) < HOUR;
    let nearby = pace.nearby.iter().filter(recent).count();
    let handoffs = &mut pace.handoffs;
    handoffs.retain(|at| now.since(*at) < HOUR);
    handoffs.push(now);
    let spare = handoffs.len().saturating_sub(most + 1);
    handoffs.drain(..spare);
    handoffs.len() + nearby <= most
}

fn raise(settling: &mut Settling<'_>, priority: Priority) {
    if let Some(ticket) = settling
        .case
        .ticket
        .as_mut()
        .filter(|ticket| ticket.priority < priority)
    {
        ticket.priority = priority;
        settling.remark(Phrase::new("ticket.priority").with("priority", priority.as_str()));
    }
}

/// The customer is angry, or has no time: an open ticket moves forward in the queue.
pub(super) fn hurry(settling: &mut Settling<'_>) {
    if is_with_humans(settling) {
        raise(settling, Priority::High);
    }
}

/// The words for a new ticket: what happens next, and when.
fn opening_words(settling: &Settling<'_>, cause: Cause, opened: Opened) -> Words {
    match cause {
        Cause::Forbidden => return Words::from("urgent.opened"),
        Cause::Privacy => return Words::from("privacy.opened"),
        Cause::Spam => return Words::from("spam.received"),
        Cause::Poison => return Words::from("poison.customer"),
        Cause::Asked | Cause::Unanswered | Cause::Unhelpful | Cause::Media | Cause::Suggested => {}
    }
    let hours = &settling.policy.hours;
    if opened == Opened::TooOften {
        Words::from("handoff.too_many")
    } else if hours.is_open(settling.now) {
        Words::from("handoff.open_hours")
    } else {
        Words::Phrase(opens_at(settling, "handoff.closed_hours"))
    }
}

/// A phrase that says when the desk is open, and when it opens next.
fn opens_at(settling: &Settling<'_>, key: &str) -> Phrase {
    let (hours, language) = (&settling.policy.hours, settling.language());
    let opens = hours.next_open_in_words(settling.now, language);
    Phrase::new(key)
        .with("hours", hours.in_words(language))
        .with("opens", opens.unwrap_or_default())
}

/// A word that no article may answer: an urgent ticket, and no bot from now on.
pub(super) fn urgent(settling: &mut Settling<'_>, severity: Severity) {
    let ticket = settling.case.open_ticket();
    let known = ticket.is_some_and(|ticket| ticket.priority == Priority::Urgent);
    let opened = opened(settling, Cause::Forbidden, Priority::Urgent);
    if let Some(ticket) = &mut settling.case.ticket {
        ticket.quiet = true;
    }
    if severity == Severity::Safety || !known && opened != Opened::TooOften {
        settling.ring(RingCause::Urgent);
    }
    if opened != Opened::Before {
        expect_answer(settling);
    }
    if !known {
        settling.say(Draft::bot(match severity {
            Severity::Safety => "urgent.opened_safety",
            Severity::Urgent => "urgent.opened",
        }));
    }
}

/// "Delete my data", or "show me my data": a ticket that is due in 15 days.
pub(super) fn privacy(settling: &mut Settling<'_>, wish: PrivacyWish) {
    let ticket = settling.case.open_ticket();
    let known = ticket.is_some_and(|ticket| ticket.tags.iter().any(|tag| tag == PRIVACY));
    if opened(settling, Cause::Privacy, Priority::High) == Opened::Anew {
        settling.ring(RingCause::New);
    }
    if let Some(ticket) = &mut settling.case.ticket {
        ticket.quiet = true;
        ticket.tags.retain(|tag| tag != PRIVACY);
        ticket.tags.push(PRIVACY.to_owned());
    }
    let (opened, due) = match wish {
        PrivacyWish::Erase => ("privacy.opened", "privacy.due"),
        PrivacyWish::Copy => ("privacy.opened_copy", "privacy.due_copy"),
    };
    if !known || !customer::bot_is_silent(settling) {
        settling.say(Draft::bot(opened));
    }
    let by = settling.local(settling.now.plus_ms(15 * DAY));
    settling.remark(Phrase::new(due).with("due", by));
}

/// A file that the bot cannot read: it says so; the file joins the ticket if one follows.
pub(super) fn media(settling: &mut Settling<'_>) {
    if settling.case.open_ticket().is_some() {
        return;
    }
    let draft = customer::with_first_words(settling, Draft::bot("media.unreadable"));
    settling.ask(
        draft,
        Asks::Person,
        &[("yes", Words::from("choices.person"))],
    );
}

/// A customer's message in a resolved ticket takes it up again. Whether it did.
pub(super) fn reopen_for_customer(settling: &mut Settling<'_>, content: &Content) -> bool {
    let now = settling.now;
    let ticket = settling
        .case
        .ticket
        .as_mut()
        .filter(|ticket| ticket.status == Status::Resolved);
    if !ticket.is_some_and(|ticket| ticket.take(Step::Reopen, now)) {
        return false;
    }
    reopened(settling);
    customer::relay(settling, content);
    settling.ring(RingCause::Answered);
    expect_answer(settling);
    if !settling.assignee_on_duty() {
        settling.say(Draft::bot("handoff.reopened"));
    }
    true
}

/// An agent takes the ticket up again. Whether that made sense.
pub(super) fn reopen_for_team(settling: &mut Settling<'_>) -> bool {
    let now = settling.now;
    let ticket = settling.case.ticket.as_mut();
    let taken = ticket.is_some_and(|ticket| ticket.take(Step::Reopen, now));
    if taken {
        reopened(settling);
        show_turn(settling);
    }
    taken
}

/// What the customer wrote just before is for the agent now, who has not seen it.
fn show_turn(settling: &mut Settling<'_>) {
    let Some(turn) = settling.case.state.turn.clone() else {
        return;
    };
    turn::end(settling);
    let words = match turn.texts.is_empty() {
        true => Words::from("customer.sent_file"),
        false => Words::Text(turn.texts.join("\n")),
    };
    let name = settling.case.state.profile.name.clone();
    let draft = Draft::of(Author::Customer { name }, words);
    settling.show(Some(turn.last), draft);
}

/// The thread opens again and says so.
fn reopened(settling: &mut Settling<'_>) {
    settling.clear(Timer::CloseResolved);
    settling.case.state.prompts.withdraw(is_for_the_bot);
    settling.in_thread(Action::ReopenThread, None, false);
    settling.remark("ticket.reopened");
    settling.count(FactKind::Reopened);
}

/// A message that broke its handler three times: told, and shown to a human, without asking anybody.
pub(super) fn on_poison(settling: &mut Settling<'_>, from_customer: bool) {
    settling.count(FactKind::Poisoned);
    album::keep_all(settling);
    if !from_customer {
        settling.remark("poison.team");
        return;
    }
    open(settling, Cause::Poison, Priority::High);
    settling.remark("poison.team");
}
