//! What a command does to the case of its thread.

use crate::domain::command::{Act, Plan};
use crate::domain::content::Content;
use crate::domain::conversation::Block;
use crate::domain::decide::settling::Settling;
use crate::domain::decide::{corrections, handoff, team};
use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::{Effect, Fact, FactKind};
use crate::domain::event::{EventKind, TeamAct, TeamDeed, Timer};
use crate::domain::id::AgentId;
use crate::domain::phrase::Phrase;
use crate::domain::prompt::{Asks, option_id};
use crate::domain::ticket::{Hold, Status, Step};

/// Carries out a plan: first what it does, then what it says.
pub(super) fn carry_out(settling: &mut Settling<'_>, agent: AgentId, plan: &Plan) {
    for act in &plan.acts {
        carry(settling, agent, act);
    }
    for write in &plan.writes {
        settling.effect(Effect::Write(write.clone()));
    }
    for say in &plan.says {
        settling.say_plan(say.clone());
    }
}

fn carry(settling: &mut Settling<'_>, agent: AgentId, act: &Act) {
    match act {
        Act::Note(text) => {
            let content = captioned(settling, agent, text);
            let message = settling.event.message();
            team::note(settling, message, &content, false);
        }
        Act::Reply(text) => reply(settling, agent, text),
        Act::Close { reason, silent } => close(settling, agent, reason.as_deref(), *silent),
        Act::Reopen => reopen(settling),
        Act::Assign(Some(to)) => team::claim(settling, *to, agent),
        Act::Assign(None) => release(settling),
        Act::Hold { reason, ms } => hold(settling, reason, *ms),
        Act::Priority(priority) => set_priority(settling, *priority),
        Act::Tag { add, remove } => tag(settling, add, remove),
        Act::Block(ms) => block(settling, *ms),
        Act::Unblock => unblock(settling),
        Act::Undo(message) => corrections::take_back(settling, *message),
    }
}

fn reply(settling: &mut Settling<'_>, agent: AgentId, text: &str) {
    let content = captioned(settling, agent, text);
    let message = settling.event.message();
    team::reply_checked(settling, agent, message, &content);
}

fn close(settling: &mut Settling<'_>, agent: AgentId, reason: Option<&str>, silent: bool) {
    let now = settling.now;
    let Some(ticket) = settling.case.ticket.as_mut() else {
        return settling.remark("ticket.not_open");
    };
    let opened = ticket.times.opened;
    if !ticket.take(Step::Resolve, now) {
        return settling.remark("ticket.not_open");
    }
    ticket.assignee.get_or_insert(agent);
    ticket.times.waiting_since = None;
    let prompts = &mut settling.case.state.prompts;
    prompts.withdraw(|asks| *asks == Asks::Waiting);
    for timer in [Timer::WaitingUpdate, Timer::WaitingChoice, Timer::Wake] {
        settling.clear(timer);
    }
    settling.timer(Timer::CloseResolved, settling.policy.delays.close_resolved);
    let words = match reason {
        Some(reason) => Phrase::new("ticket.resolved_because").with("reason", reason),
        None => Phrase::new("ticket.resolved"),
    };
    settling.remark(words);
    let fact = Fact {
        agent: Some(agent),
        value: Some(now.since(opened)),
        ..Fact::of(FactKind::Resolved)
    };
    settling.effect(Effect::Count(fact));
    if !silent {
        say_goodbye(settling);
    }
    settling.in_thread(Action::CloseThread, None, false);
}

/// "Done", with the survey where one is due.
fn say_goodbye(settling: &mut Settling<'_>) {
    let now = settling.now;
    let pause = settling.policy.limits.survey_pause;
    let quiet = settling
        .case
        .ticket
        .as_ref()
        .is_some_and(|ticket| ticket.quiet);
    let recently = settling
        .case
        .state
        .surveyed_at
        .is_some_and(|at| now.since(at) < pause);
    if quiet || recently {
        settling.say(Draft::bot("ticket.done"));
        return;
    }
    settling.case.state.surveyed_at = Some(now);
    let number = settling.case.state.prompts.ask(Asks::Rating, now);
    let mut draft = Draft::bot("survey.question").as_kind(crate::domain::content::Kind::Survey);
    for stars in (1..=5).rev() {
        draft = draft.choice(
            option_id(number, &stars.to_string()),
            Words::Text("★".repeat(stars)),
        );
    }
    settling.say(draft);
}

fn reopen(settling: &mut Settling<'_>) {
    if !handoff::reopen_for_team(settling) {
        settling.remark("ticket.not_closed");
    }
}

fn release(settling: &mut Settling<'_>) {
    let now = settling.now;
    if settling
        .case
        .ticket
        .as_mut()
        .is_some_and(|ticket| ticket.take(Step::Release, now))
    {
        settling.remark("ticket.released");
        settling.ring(crate::domain::effect::RingCause::New);
    } else {
        settling.remark("ticket.not_open");
    }
}

fn hold(settling: &mut Settling<'_>, reason: &str, ms: Option<i64>) {
    let now = settling.now;
    let delays = settling.policy.delays;
    let ms = ms.unwrap_or(delays.hold).clamp(0, delays.hold_most);
    let until = now.plus_ms(ms);
    let held = settling.case.ticket.as_mut().is_some_and(|ticket| {
        let taken = ticket.take(Step::Hold, now);
        if taken {
            ticket.hold = Some(Hold {
                reason: reason.to_owned(),
                until,
            });
        }
        taken
    });
    if !held {
        return settling.remark("ticket.not_open");
    }
    settling.timer(Timer::Wake, ms);
    let phrase = Phrase::new("ticket.on_hold").with("reason", reason);
    settling.remark(phrase.with("until", settling.local(until)));
}

fn set_priority(settling: &mut Settling<'_>, priority: crate::domain::ticket::Priority) {
    let Some(ticket) = &mut settling.case.ticket else {
        return settling.remark("ticket.not_open");
    };
    ticket.priority = priority;
    settling.remark(Phrase::new("ticket.priority").with("priority", priority.as_str()));
}

fn tag(settling: &mut Settling<'_>, add: &[String], remove: &[String]) {
    let Some(ticket) = &mut settling.case.ticket else {
        return settling.remark("ticket.not_open");
    };
    ticket
        .tags
        .retain(|tag| !remove.contains(tag) && !add.contains(tag));
    ticket.tags.extend(add.iter().cloned());
    let tags = ticket.tags.join(" ");
    settling.remark(Phrase::new("ticket.tags").with("tags", tags));
}

fn block(settling: &mut Settling<'_>, ms: Option<i64>) {
    let until = ms.map(|ms| settling.now.plus_ms(ms));
    settling.case.state.block = Some(Block { until, told: false });
    match until {
        Some(until) => {
            let until = settling.local(until);
            settling.remark(Phrase::new("ticket.blocked_until").with("until", until));
        }
        None => settling.remark("ticket.blocked"),
    }
}

fn unblock(settling: &mut Settling<'_>) {
    settling.case.state.block = None;
    settling.remark("ticket.unblocked");
}

/// The rest of a ticket on hold is over.
pub(super) fn wake(settling: &mut Settling<'_>) {
    let now = settling.now;
    if let Some(ticket) = settling
        .case
        .ticket
        .as_mut()
        .filter(|one| one.status == Status::OnHold)
    {
        ticket.take(Step::Wake, now);
        let orphaned = ticket.assignee.is_none();
        if orphaned {
            ticket.take(Step::Release, now);
        }
        settling.remark("ticket.woke");
        settling.ring(crate::domain::effect::RingCause::Waiting);
    }
}

/// The text of a command, with the files under which it was written.
fn captioned(settling: &Settling<'_>, agent: AgentId, text: &str) -> Content {
    let attachments = match &settling.event.kind {
        EventKind::Team(TeamAct {
            what: TeamDeed::Wrote { content, .. },
            ..
        }) => content.attachments.clone(),
        _ => Vec::new(),
    };
    Content {
        attachments,
        ..Content::text(settling.author(agent), text)
    }
}
