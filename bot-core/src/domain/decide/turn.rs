//! The turn: fragments that wait for the customer to fall quiet, and are answered as one.

use crate::domain::conversation::Turn;
use crate::domain::decide::settling::Settling;
use crate::domain::event::Timer;

/// How many earlier turns go along with a question.
const PREVIOUS: usize = 3;
/// The longest part of a turn that is remembered, in characters.
const REMEMBERED: usize = 500;

/// Adds this event's message to the turn, which begins with it if there is none.
pub(super) fn join(settling: &mut Settling<'_>, text: &str) {
    let last = settling.event.message();
    let began = settling.now;
    let turn = settling.case.state.turn.get_or_insert(Turn {
        texts: Vec::new(),
        last,
        began,
        asked: false,
    });
    turn.last = last;
    if !text.is_empty() {
        turn.texts.push(text.to_owned());
    }
}

/// The turn is acted upon after so much quiet, in milliseconds, but not later than the policy's most.
pub(super) fn wait_for_quiet(settling: &mut Settling<'_>, quiet: i64) {
    let most = settling.policy.delays.settle_most;
    if let Some(turn) = &settling.case.state.turn {
        let left = turn.began.plus_ms(most).since(settling.now);
        settling.timer(Timer::Settle, quiet.min(left).max(0));
    }
}

/// Nothing of the turn waits any more; what it said is remembered.
pub(super) fn end(settling: &mut Settling<'_>) {
    let Some(turn) = settling.case.state.turn.take() else {
        return;
    };
    settling.clear(Timer::Settle);
    if turn.asked {
        settling.clear(Timer::AnswerLate);
    }
    if turn.texts.is_empty() {
        return;
    }
    let previous = &mut settling.case.state.progress.previous;
    previous.push(turn.texts.join("\n").chars().take(REMEMBERED).collect());
    let spare = previous.len().saturating_sub(PREVIOUS);
    previous.drain(..spare);
}
