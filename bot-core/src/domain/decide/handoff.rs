//! Towards a human: opening tickets, taking them up again, and saying what happens.

use crate::domain::answer::Evidence;
use crate::domain::content::Content;
use crate::domain::decide::settling::Settling;
use crate::domain::decide::{album, customer};
use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::{Effect, FactKind, RingCause};
use crate::domain::event::Timer;
use crate::domain::forbidden::Severity;
use crate::domain::phrase::Phrase;
use crate::domain::prompt::Asks;
use crate::domain::ticket::{Cause, Priority, Step, Ticket};
use crate::domain::time::{DAY, HOUR, Timestamp};

/// The customer asks for a person.
pub(super) fn on_request(settling: &mut Settling<'_>) {
    if settling.case.open_ticket().is_some() {
        settling.say(Draft::bot("handoff.already"));
        return;
    }
    open(settling, Cause::Asked, Priority::default());
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
    let is_new = opened(settling, cause, priority);
    let draft = Draft::bot(opening_words(settling, cause));
    let draft = customer::with_first_words(settling, draft);
    settling.say_because(draft, evidence);
    if is_new && settling.policy.hours.is_open(settling.now) && cause != Cause::Spam {
        settling.timer(Timer::WaitingUpdate, settling.policy.delays.waiting_update);
        settling.timer(Timer::WaitingChoice, settling.policy.delays.waiting_choice);
    }
}

/// The ticket itself: at most one open per conversation. Whether it is new or new again.
fn opened(settling: &mut Settling<'_>, cause: Cause, priority: Priority) -> bool {
    customer::drop_turn(settling);
    settling
        .case
        .state
        .prompts
        .withdraw(|asks| !matches!(asks, Asks::Helped { .. }));
    if settling.case.open_ticket().is_some() {
        raise(settling, priority);
        return false;
    }
    settling.count(FactKind::HandedOff);
    let now = settling.now;
    if let Some(ticket) = settling
        .case
        .ticket
        .as_mut()
        .filter(|one| one.times.closed.is_none())
    {
        ticket.take(Step::Reopen, now);
        ticket.cause = cause;
        raise(settling, priority);
        reopened(settling);
    } else {
        new_ticket(settling, cause, priority);
    }
    if pressing(settling) && cause != Cause::Spam {
        settling.ring(if priority == Priority::Urgent {
            RingCause::Urgent
        } else {
            RingCause::New
        });
    }
    true
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

/// The words for a new ticket: what happens next, and when.
fn opening_words(settling: &Settling<'_>, cause: Cause) -> Words {
    match cause {
        Cause::Forbidden => return Words::from("urgent.opened"),
        Cause::Privacy => return Words::from("privacy.opened"),
        Cause::Spam => return Words::from("spam.received"),
        Cause::Poison => return Words::from("poison.customer"),
        Cause::Asked | Cause::Unanswered | Cause::Unhelpful | Cause::Media => {}
    }
    let hours = &settling.policy.hours;
    if hours.is_open(settling.now) {
        return Words::from("handoff.open_hours");
    }
    let language = settling.language();
    let phrase = Phrase::new("handoff.closed_hours").with("hours", hours.in_words(language));
    Words::Phrase(
        phrase.with(
            "opens",
            hours
                .next_open_in_words(settling.now, language)
                .unwrap_or_default(),
        ),
    )
}

/// A word that no article may answer: an urgent ticket, and no bot from now on.
pub(super) fn urgent(settling: &mut Settling<'_>, severity: Severity) {
    let open_before = settling.case.open_ticket().is_some();
    opened(settling, Cause::Forbidden, Priority::Urgent);
    if let Some(ticket) = &mut settling.case.ticket {
        ticket.quiet = true;
    }
    if open_before || severity == Severity::Safety {
        settling.ring(RingCause::Urgent);
    }
    settling.say(Draft::bot("urgent.opened"));
}

/// "Delete my data": a ticket that is due in 15 days.
pub(super) fn privacy(settling: &mut Settling<'_>) {
    opened(settling, Cause::Privacy, Priority::High);
    let due = settling.now.plus_ms(15 * DAY);
    if let Some(ticket) = &mut settling.case.ticket {
        ticket.quiet = true;
        ticket.tags.retain(|tag| tag != "privacy");
        ticket.tags.push("privacy".to_owned());
    }
    settling.say(Draft::bot("privacy.opened"));
    settling.remark(Phrase::new("privacy.due").with("due", settling.local(due)));
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

/// A customer's message in a resolved ticket takes it up again.
pub(super) fn reopen_for_customer(settling: &mut Settling<'_>, content: &Content) {
    let now = settling.now;
    if !settling
        .case
        .ticket
        .as_mut()
        .is_some_and(|ticket| ticket.take(Step::Reopen, now))
    {
        return;
    }
    reopened(settling);
    customer::relay(settling, content);
    settling.ring(RingCause::Answered);
    if !settling.assignee_on_duty() {
        settling.say(Draft::bot("handoff.reopened"));
    }
}

/// The thread opens again and says so.
pub(super) fn reopened(settling: &mut Settling<'_>) {
    settling.clear(Timer::CloseResolved);
    settling
        .case
        .state
        .prompts
        .withdraw(|asks| matches!(asks, Asks::Rating | Asks::WhatWentWrong));
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
