//! What follows when a time has come.

use crate::domain::decide::settling::{Settled, Settling};
use crate::domain::decide::{answer, commands};
use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::{Effect, FactKind, Ring, RingCause, Rung};
use crate::domain::event::Timer;
use crate::domain::id::DeliveryId;
use crate::domain::prompt::Asks;
use crate::domain::ticket::{Priority, Status, Step};

pub(super) fn on_timer(settling: &mut Settling<'_>, timer: Timer) -> Settled {
    match timer {
        Timer::Settle => return answer::on_quiet(settling),
        Timer::AnswerLate => answer::on_never(settling),
        Timer::WaitingUpdate => waiting_update(settling),
        Timer::WaitingChoice => waiting_choice(settling),
        Timer::CloseResolved => close_resolved(settling),
        Timer::Wake => commands::wake(settling),
        Timer::Resend(delivery) => resend(settling, delivery),
        Timer::Files(message) => settling.effect(Effect::Loading { message }),
        // The desk has settled the album before it decides this; a second time there is nothing left.
        Timer::Album(_) => {}
    }
    Ok(())
}

/// Whether the customer waits for a human's word.
fn waits(settling: &Settling<'_>) -> bool {
    let ticket = settling.case.open_ticket();
    ticket.is_some_and(|ticket| {
        ticket.times.waiting_since.is_some() && ticket.status != Status::OnHold
    })
}

/// In an urgent ticket only the team hears of the waiting.
fn is_urgent(settling: &Settling<'_>) -> bool {
    let ticket = settling.case.open_ticket();
    ticket.is_some_and(|ticket| ticket.priority == Priority::Urgent)
}

fn waiting_update(settling: &mut Settling<'_>) {
    if !waits(settling) {
        return;
    }
    settling.ring_leads(RingCause::Waiting);
    if is_urgent(settling) || !settling.has_sends_to_spare() {
        return;
    }
    settling.say(Draft::bot("waiting.update"));
    if let Some(ticket) = &mut settling.case.ticket {
        ticket.times.last_update = Some(settling.now);
    }
}

fn waiting_choice(settling: &mut Settling<'_>) {
    if !waits(settling) {
        return;
    }
    settling.effect(Effect::Ring(Ring {
        to: Rung::Team,
        why: RingCause::Waiting,
    }));
    if is_urgent(settling) || !settling.has_sends_to_spare() {
        return;
    }
    let options = [
        ("wait", Words::from("waiting.choice_wait")),
        ("later", Words::from("waiting.choice_later")),
        ("bot", Words::from("waiting.choice_bot")),
    ];
    settling.ask(Draft::bot("waiting.choice"), Asks::Waiting, &options);
}

fn close_resolved(settling: &mut Settling<'_>) {
    let now = settling.now;
    let resolved = settling
        .case
        .ticket
        .as_mut()
        .filter(|ticket| ticket.status == Status::Resolved);
    if resolved.is_some_and(|ticket| ticket.take(Step::Close, now)) {
        settling.count(FactKind::Closed);
        settling.in_thread(Action::CloseThread, None, false);
    }
}

/// An answer that may not have arrived goes once more, unless the customer has written since.
fn resend(settling: &mut Settling<'_>, delivery: DeliveryId) {
    let doubtful = &mut settling.case.state.doubtful;
    let waits = doubtful.contains(&delivery);
    doubtful.retain(|one| *one != delivery);
    settling.effect(match waits {
        true => Effect::Resend {
            delivery,
            marked: true,
        },
        false => Effect::Leave { delivery },
    });
}
