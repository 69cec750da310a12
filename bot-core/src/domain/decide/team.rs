//! What somebody does in the ticket's thread.

use crate::domain::command::{Act, CommandCall, Plan, after_mark};
use crate::domain::content::{Content, Kind};
use crate::domain::decide::settling::{Settled, Settling};
use crate::domain::decide::{commands, corrections, handoff, suggestions};
use crate::domain::delivery::Action;
use crate::domain::draft::Draft;
use crate::domain::effect::{Direction, Effect, Fact, FactKind, Keep, Ring, RingCause, Rung};
use crate::domain::event::{Ask, Button, EventKind, Reply, TeamAct, TeamDeed, Timer, Writer};
use crate::domain::id::{AgentId, MessageId};
use crate::domain::intent;
use crate::domain::mask::{self, MaskLevel};
use crate::domain::phrase::Phrase;
use crate::domain::prompt::Asks;
use crate::domain::ticket::{Status, Step};

pub(super) fn on_act(settling: &mut Settling<'_>, act: &TeamAct) -> Settled {
    let agent = match &act.by {
        Writer::Colleague(agent) => *agent,
        Writer::Stranger { name } => {
            settling.remark(Phrase::new("team.stranger").with("name", name.clone()));
            return Ok(());
        }
    };
    match &act.what {
        TeamDeed::Wrote {
            content,
            answers_note,
        } if act.is_earlier && after_mark(&content.text).is_none() => {
            wrote_earlier(settling, agent, content);
        }
        TeamDeed::Wrote {
            content,
            answers_note,
        } => return wrote(settling, agent, content, *answers_note),
        TeamDeed::Edited { message, text } => corrections::edited(settling, agent, *message, text),
        TeamDeed::Deleted { message } => corrections::deleted(settling, *message),
        TeamDeed::NoteEdited { message, text } => {
            corrections::note_edited(settling, agent, *message, text);
        }
        TeamDeed::NoteDeleted { message } => corrections::note_deleted(settling, *message),
        TeamDeed::Pressed(button) => pressed(settling, agent, button),
    }
    Ok(())
}

fn wrote(
    settling: &mut Settling<'_>,
    agent: AgentId,
    content: &Content,
    answers_note: bool,
) -> Settled {
    let content = Content {
        from: settling.author(agent),
        ..content.clone()
    };
    if after_mark(&content.text).is_some() {
        return command(settling, agent, &content);
    }
    let message = settling.event.message();
    if settling.policy.replies.notes_by_default
        || is_side_talk(settling, agent, &content, answers_note)
    {
        note(settling, message, &content, true);
    } else {
        reply_checked(settling, agent, message, &content);
    }
    Ok(())
}

/// A line in the thread of an earlier ticket waits for a second word: the customer is elsewhere, and
/// who wrote it may not have seen that.
fn wrote_earlier(settling: &mut Settling<'_>, agent: AgentId, content: &Content) {
    let content = Content {
        from: settling.author(agent),
        ..content.clone()
    };
    let label = match settling.case.open_ticket() {
        Some(_) => "button.send",
        None => "button.reopen_and_send",
    };
    let message = settling.event.message();
    // Reopening what is open does nothing, and looks at the text before it goes out.
    held_back(
        settling,
        message,
        &content,
        "team.earlier",
        ("reopen", label),
    );
}

/// The button under a line that holds what should not leave by accident: its deed and its label.
pub(super) const SEND_ANYWAY: (&str, &str) = ("send", "button.send_anyway");

/// Whether a text holds a card or identity number.
pub(super) fn is_sensitive(text: &str) -> bool {
    let mut found = mask::find(text).into_iter();
    found.any(|one| MaskLevel::Sensitive.hides(one.kind))
}

/// An answer, unless the ticket is over or the text holds what should not leave by accident.
pub(super) fn reply_checked(
    settling: &mut Settling<'_>,
    agent: AgentId,
    message: MessageId,
    content: &Content,
) {
    if settling.case.open_ticket().is_none() {
        let button = ("reopen", "button.reopen_and_send");
        held_back(settling, message, content, "team.closed", button);
    } else if is_sensitive(&content.text) {
        held_back(settling, message, content, "team.sensitive", SEND_ANYWAY);
    } else {
        reply(settling, agent, message, content);
    }
}

fn command(settling: &mut Settling<'_>, agent: AgentId, content: &Content) -> Settled {
    let Some(Reply::Plan(plan)) = &settling.event.reply else {
        let ticket = settling.case.ticket.as_ref().map(|ticket| ticket.id);
        return Err(Box::new(Ask::Command(CommandCall {
            line: content.text.clone(),
            by: agent,
            conversation: Some(settling.case.conversation),
            ticket,
            at: settling.event.at,
        })));
    };
    if is_meant_for_another(settling, plan) {
        settling.remark("team.earlier_command");
    } else {
        commands::carry_out(settling, agent, plan);
    }
    Ok(())
}

/// Whether a command would change a ticket in whose thread it was not given. Notes stay where they are.
fn is_meant_for_another(settling: &Settling<'_>, plan: &Plan) -> bool {
    let EventKind::Team(act) = &settling.event.kind else {
        return false;
    };
    let changes = |act: &Act| !matches!(act, Act::Note(_));
    act.is_earlier && plan.acts.iter().any(changes)
}

/// Text by someone who is not the assignee, text that addresses a colleague, a reply to a note.
fn is_side_talk(
    settling: &Settling<'_>,
    agent: AgentId,
    content: &Content,
    answers_note: bool,
) -> bool {
    let assignee = settling
        .case
        .open_ticket()
        .and_then(|ticket| ticket.assignee);
    let names: Vec<&str> = settling
        .policy
        .agents
        .iter()
        .flat_map(|one| [one.name.as_str(), one.display.as_str()])
        .collect();
    answers_note
        || assignee.is_some_and(|one| one != agent)
        || intent::addressed_colleague(&content.text, &names).is_some()
}

/// A line between colleagues; with a button where it may have been meant for the customer.
pub(super) fn note(
    settling: &mut Settling<'_>,
    message: MessageId,
    content: &Content,
    offer_to_send: bool,
) {
    if offer_to_send {
        let (why, button) = match is_sensitive(&content.text) {
            true => ("team.sensitive", SEND_ANYWAY),
            false => ("team.kept_as_note", ("send", "button.send")),
        };
        return held_back(settling, message, content, why, button);
    }
    let draft = Draft::verbatim(content).as_kind(Kind::Note);
    keep(settling, message, draft.clone());
    settling.echo(message, draft);
}

fn keep(settling: &mut Settling<'_>, message: MessageId, body: Draft) {
    settling.effect(Effect::Keep(Keep {
        message,
        direction: Direction::Note,
        body,
        evidence: None,
        reason: None,
    }));
}

/// A line that waits for a second word of the agent.
pub(super) fn held_back(
    settling: &mut Settling<'_>,
    message: MessageId,
    content: &Content,
    why: &str,
    button: (&str, &str),
) {
    note(settling, message, content, false);
    ask_agent(settling, message, why, button);
}

/// Asks the agents about a line that is kept.
fn ask_agent(settling: &mut Settling<'_>, kept: MessageId, why: &str, button: (&str, &str)) {
    let (deed, label) = button;
    let draft = Draft::notice(why).choice(format!("{deed}:{kept}"), label);
    settling.show(None, draft);
}

/// An answer to the customer: held for some seconds, in which it can be undone.
fn reply(settling: &mut Settling<'_>, agent: AgentId, message: MessageId, content: &Content) {
    claim_by_reply(settling, agent);
    let draft = Draft::verbatim(content);
    let hold = settling.policy.delays.send_hold;
    let hold_until = (hold > 0).then(|| settling.now.plus_ms(hold));
    settling.say_as(message, draft.clone(), hold_until);
    settling.echo(message, draft);
    let state = &mut settling.case.state;
    state.progress = crate::domain::conversation::Progress::default();
    state.prompts.withdraw(|asks| *asks == Asks::Waiting);
    settling.effect(Effect::Count(Fact {
        agent: Some(agent),
        ..Fact::of(FactKind::Replied)
    }));
    for timer in [Timer::WaitingUpdate, Timer::WaitingChoice] {
        settling.clear(timer);
    }
    responded(settling, agent);
    suggestions::replied(settling, agent, message);
}

fn responded(settling: &mut Settling<'_>, agent: AgentId) {
    let now = settling.now;
    let Some(ticket) = &mut settling.case.ticket else {
        return;
    };
    ticket.times.waiting_since = None;
    if ticket
        .times
        .first_response
        .replace(ticket.times.first_response.unwrap_or(now))
        .is_none()
    {
        let value = Some(now.since(ticket.times.opened));
        let fact = Fact {
            agent: Some(agent),
            value,
            ..Fact::of(FactKind::FirstResponse)
        };
        settling.effect(Effect::Count(fact));
    }
}

/// The first reply by an agent claims the ticket; the others are told.
fn claim_by_reply(settling: &mut Settling<'_>, agent: AgentId) {
    let unclaimed = settling
        .case
        .open_ticket()
        .is_some_and(|ticket| ticket.assignee.is_none());
    let resting = settling
        .case
        .open_ticket()
        .is_some_and(|ticket| ticket.status == Status::OnHold);
    if unclaimed {
        claim(settling, agent, agent);
    } else if resting && let Some(ticket) = &mut settling.case.ticket {
        ticket.take(Step::Wake, settling.now);
        settling.clear(Timer::Wake);
    }
}

/// Gives the ticket to an agent, who is rung if somebody else did it.
pub(super) fn claim(settling: &mut Settling<'_>, agent: AgentId, by: AgentId) {
    let now = settling.now;
    let Some(ticket) = settling
        .case
        .ticket
        .as_mut()
        .filter(|ticket| ticket.status.is_open())
    else {
        return settling.remark("ticket.not_open");
    };
    if ticket.assignee == Some(agent) && ticket.status == Status::InProgress {
        return;
    }
    ticket.take(Step::Claim, now);
    ticket.assignee = Some(agent);
    let name = settling
        .policy
        .colleague(agent)
        .map(|one| one.display.clone())
        .unwrap_or_default();
    settling.remark(Phrase::new("ticket.claimed").with("agent", name));
    settling.effect(Effect::Count(Fact {
        agent: Some(agent),
        ..Fact::of(FactKind::Claimed)
    }));
    if agent != by {
        settling.effect(Effect::Ring(Ring {
            to: Rung::Agent(agent),
            why: RingCause::Assigned,
        }));
    }
}

fn pressed(settling: &mut Settling<'_>, agent: AgentId, button: &Button) {
    match button {
        Button::Send { message, content } => send_kept(settling, agent, *message, content),
        Button::ReopenAndSend { message, content } => {
            reopen_and_send(settling, agent, *message, content);
        }
        Button::Draft {
            message,
            content,
            verdict,
        } => suggestions::pressed(settling, agent, (*message, content), *verdict),
        Button::SwitchOn => suggestions::switch_on(settling, agent),
        Button::Resend(delivery) => settling.effect(Effect::Resend {
            delivery: *delivery,
            marked: false,
        }),
        Button::Leave(delivery) => settling.effect(Effect::Leave {
            delivery: *delivery,
        }),
        Button::Gone => settling.remark("button.gone"),
    }
}

/// Takes the ticket up again and sends the line, unless it needs a second word of its own.
fn reopen_and_send(
    settling: &mut Settling<'_>,
    agent: AgentId,
    message: MessageId,
    content: &Content,
) {
    handoff::reopen_for_team(settling);
    if is_sensitive(&content.text) {
        return ask_agent(settling, message, "team.sensitive", SEND_ANYWAY);
    }
    send_kept(settling, agent, message, content);
}

/// A kept line goes out after all, as a reply of the one who presses.
pub(super) fn send_kept(
    settling: &mut Settling<'_>,
    agent: AgentId,
    kept: MessageId,
    content: &Content,
) {
    if settling.case.open_ticket().is_none() {
        return settling.remark("ticket.not_open");
    }
    let content = Content {
        from: settling.author(agent),
        kind: Kind::Text,
        ..content.clone()
    };
    withdraw_note(settling, kept);
    let message = settling.event.message();
    reply(settling, agent, message, &content);
}

/// A note that went out after all, or was replaced, is of no more use.
pub(super) fn withdraw_note(settling: &mut Settling<'_>, note: MessageId) {
    settling.effect(Effect::Amend {
        message: note,
        text: None,
        deleted: true,
    });
    settling.in_thread(Action::Delete { of: note }, Some(note), true);
}
