//! Threads, or the word that there are none.

use crate::domain::delivery::Action;
use crate::domain::place::Place;
use crate::port::breach::Breaches;
use crate::port::platform::DeliveryError;
use crate::port::platform::conformance::sending::known;
use crate::port::platform::conformance::{Calls, Stage, said, times};

pub(super) async fn check(stage: &dyn Stage, found: &mut Breaches) {
    let calls = Calls::on(stage);
    let can = calls.platform.abilities(&stage.place());
    if can.local {
        return;
    }
    let opening = Action::OpenThread {
        title: "#1 · a subject".to_owned(),
        card: said("who it is"),
    };
    let outcome = calls.make(opening).await;
    known(
        can.threads,
        &outcome,
        "threads are as the abilities say",
        found,
    );
    if let (true, Ok(receipt)) = (can.threads, outcome) {
        let other = receipt.opened.filter(|place| *place != stage.place());
        found.unless(
            other.is_some(),
            "an opening gives the thread's own place",
            &other,
        );
        if let Some(thread) = other {
            inside(&calls, &thread, found).await;
        }
    }
}

async fn inside(calls: &Calls<'_>, thread: &Place, found: &mut Breaches) {
    let line = calls
        .make_at(thread, Action::Send(said("a line in it")))
        .await;
    let seen = calls.stage.seen(thread).await;
    let both = times(&seen, "who it is") == 1 && times(&seen, "a line in it") == 1;
    found.unless(
        both,
        "the card and the lines stand in the thread",
        (line, seen),
    );
    let elsewhere = calls.seen().await;
    found.unless(
        times(&elsewhere, "a line in it") == 0,
        "and nowhere else",
        elsewhere,
    );
    let title = Action::Retitle {
        title: "#1 · another".to_owned(),
    };
    for action in [
        title,
        Action::CloseThread,
        Action::CloseThread,
        Action::ReopenThread,
    ] {
        let name = action.name();
        let outcome = calls.make_at(thread, action).await;
        found.unless(
            outcome.is_ok(),
            "what looks the same twice can be done twice",
            (name, outcome),
        );
    }
    let nowhere = Place(format!("{thread}9999"));
    let outcome = calls.make_at(&nowhere, Action::Send(said("lost"))).await;
    found.unless(
        outcome == Err(DeliveryError::ThreadGone),
        "a thread that is not there is gone",
        outcome,
    );
}
