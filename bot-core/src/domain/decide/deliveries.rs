//! What follows when a delivery did not simply succeed, a thread is gone, or a file has come.

use crate::domain::content::Attachment;
use crate::domain::decide::settling::Settling;
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::{Effect, FactKind};
use crate::domain::event::{FileReport, HeldFor, Outcome, Report, Timer};
use crate::domain::phrase::Phrase;
use crate::domain::place::Destination;
use crate::domain::time::SECOND;

/// After how long an answer with an unknown outcome goes once more, in milliseconds.
const RESEND_AFTER: i64 = 30 * SECOND;

pub(super) fn on_report(settling: &mut Settling<'_>, report: &Report) {
    match &report.outcome {
        Outcome::Dead { reason } => dead(settling, report, reason),
        Outcome::Unknown => unknown(settling, report),
        Outcome::Held(waits) => held(settling, report, *waits),
    }
}

/// An agent who answers must know that the customer has not read it.
fn held(settling: &mut Settling<'_>, report: &Report, waits: HeldFor) {
    if report.by_agent && report.destination == Destination::Customer {
        settling.remark(match waits {
            HeldFor::Window => "team.window_closed",
            HeldFor::Channel => "team.channel_gone",
        });
    }
}

fn dead(settling: &mut Settling<'_>, report: &Report, reason: &str) {
    settling.count(FactKind::Undelivered);
    // What cannot be shown in the thread cannot be announced there either.
    if matches!(
        report.destination,
        Destination::Customer | Destination::Callback
    ) {
        settling.remark(Phrase::new("delivery.dead").with("reason", reason));
    }
}

fn unknown(settling: &mut Settling<'_>, report: &Report) {
    settling.count(FactKind::Doubtful);
    match report.destination {
        Destination::Customer if report.by_agent => {
            let resend = (
                format!("resend:{}", report.delivery),
                Words::from("button.resend"),
            );
            let leave = (
                format!("leave:{}", report.delivery),
                Words::from("button.leave"),
            );
            let draft = Draft::notice("delivery.unknown");
            settling.show(
                None,
                Draft {
                    choices: vec![resend, leave],
                    ..draft
                },
            );
        }
        Destination::Customer => {
            settling.case.state.doubtful.push(report.delivery);
            settling.timer(Timer::Resend(report.delivery), RESEND_AFTER);
        }
        Destination::Thread | Destination::Room | Destination::Callback => {
            settling.effect(Effect::Resend {
                delivery: report.delivery,
                marked: true,
            });
        }
    }
}

/// The thread was deleted: it is opened anew, with what was said and what was still to be said.
pub(super) fn on_thread_gone(settling: &mut Settling<'_>) {
    if settling.case.ticket.is_some() {
        settling.effect(Effect::OpenThread);
    }
}

/// The room takes no thread: the built-in room does, and both rooms hear why.
pub(super) fn on_no_thread(settling: &mut Settling<'_>, reason: &str) {
    if settling.case.ticket.is_none() {
        return;
    }
    settling.effect(Effect::FallBack);
    settling.count(FactKind::FellBack);
    settling.remark(Phrase::new("thread.fell_back").with("reason", reason));
}

pub(super) fn on_file(settling: &mut Settling<'_>, report: &FileReport, from_customer: bool) {
    match &report.stored {
        Ok(file) => arrived(settling, report, file),
        Err(reason) => refused(settling, report, reason, from_customer),
    }
}

/// Both sides hear of a customer's file; of an agent's, who sent it.
fn refused(settling: &mut Settling<'_>, report: &FileReport, reason: &str, from_customer: bool) {
    settling.effect(Effect::Detach {
        message: report.message,
        file: report.attachment,
    });
    if !from_customer {
        settling.remark(Phrase::new("file.not_sent").with("reason", reason));
        return;
    }
    settling.remark(Phrase::new("file.refused").with("reason", reason));
    settling.say(Draft::bot(
        Phrase::new("not_accepted.file").with("reason", reason),
    ));
}

fn arrived(settling: &mut Settling<'_>, report: &FileReport, file: &Attachment) {
    settling.effect(Effect::Attach {
        message: report.message,
        file: file.clone(),
    });
}
