//! The decision: what follows from an event in a case. Pure, and total: no event makes it panic.
//!
//! An event is decided again from the start when the reply it asked for is in hand, or when the
//! case has moved on in the meantime; ids of new rows are derived from the event, so that a second
//! decision of the same event makes the same rows.

mod album;
mod answer;
mod commands;
mod corrections;
mod customer;
mod deliveries;
mod handoff;
mod prompts;
mod recall;
mod settling;
mod suggestions;
mod team;
mod timers;
mod turn;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use crate::domain::conversation::Case;
use crate::domain::effect::Decision;
use crate::domain::event::{Event, EventKind};
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;

use settling::{Settled, Settling};

/// Decides what follows from an event.
#[must_use]
pub fn decide(case: &Case, event: &Event, policy: &Policy, now: Timestamp) -> Decision {
    let mut settling = Settling::new(case.clone(), event, policy, now);
    match on_event(&mut settling) {
        Ok(()) => settling.finish(),
        Err(ask) => Decision::Ask(*ask),
    }
}

fn on_event(settling: &mut Settling<'_>) -> Settled {
    let event = settling.event;
    match &event.kind {
        EventKind::Customer(act) => customer::on_act(settling, act),
        EventKind::Team(act) => team::on_act(settling, act),
        EventKind::Album { key, writer, part } => {
            album::gather(settling, key, writer.as_deref(), part);
            Ok(())
        }
        EventKind::Timer(timer) => timers::on_timer(settling, *timer),
        EventKind::Late(reply) => answer::on_late(settling, reply),
        EventKind::Report(report) => {
            deliveries::on_report(settling, report);
            Ok(())
        }
        EventKind::ThreadGone { .. } => {
            deliveries::on_thread_gone(settling);
            Ok(())
        }
        EventKind::NoThread { reason } => {
            deliveries::on_no_thread(settling, reason);
            Ok(())
        }
        EventKind::File {
            report,
            from_customer,
        } => {
            deliveries::on_file(settling, report, *from_customer);
            Ok(())
        }
        EventKind::Job(report) => {
            for say in &report.says {
                settling.say_plan(say.clone());
            }
            Ok(())
        }
        EventKind::Correction(correction) => {
            recall::corrected(settling, correction);
            Ok(())
        }
        EventKind::Poisoned { from_customer } => {
            handoff::on_poison(settling, *from_customer);
            Ok(())
        }
    }
}
