//! Calls: what they show, what they refuse, and what is known of them afterwards.

use crate::domain::content::{Choice, Content, Media};
use crate::domain::delivery::Action;
use crate::domain::inbound::IncomingFile;
use crate::port::breach::Breaches;
use crate::port::platform::conformance::{Calls, Outcome, Stage, said, some_message, times};
use crate::port::platform::{Confirmation, DeliveryError};

pub(super) async fn check(stage: &dyn Stage, found: &mut Breaches) {
    let calls = Calls::on(stage);
    if calls.platform.abilities(&stage.place()).local {
        return local(&calls, found).await;
    }
    let (one, two) = (
        calls.say("first line").await,
        calls.say("second line").await,
    );
    let seen = calls.seen().await;
    found.unless(
        times(&seen, "first line") == 1 && times(&seen, "second line") == 1,
        "what is sent is seen once",
        (&one, &two, &seen),
    );
    let at = |text: &str| seen.iter().position(|line| line.contains(text));
    found.unless(
        at("first line") < at("second line"),
        "in the order of the calls",
        &seen,
    );
    let ids = |outcome: &Outcome| {
        outcome
            .as_ref()
            .map(|one| one.messages.clone())
            .unwrap_or_default()
    };
    let (one, two) = (ids(&one), ids(&two));
    let apart = !one.is_empty() && !two.is_empty() && one.iter().all(|id| !two.contains(id));
    found.unless(apart, "every message has an id of its own", (one, two));
    choices(&calls, found).await;
    longest(&calls, found).await;
}

/// Its rows are sent by their commit: a call must not show them a second time.
async fn local(calls: &Calls<'_>, found: &mut Breaches) {
    let outcome = calls.say("said already").await;
    let quiet = match &outcome {
        Ok(receipt) => receipt.messages.is_empty(),
        Err(error) => matches!(error, DeliveryError::Permanent(_)),
    };
    found.unless(quiet, "a local platform shows rows, not calls", outcome);
}

/// As buttons or as a list: people can see what there is to choose.
async fn choices(calls: &Calls<'_>, found: &mut Breaches) {
    let choice = |label: &str| Choice {
        id: format!("p1:{label}"),
        label: label.to_owned(),
    };
    let content = Content {
        choices: vec![choice("apples"), choice("pears")],
        ..said("which of these?")
    };
    let outcome = calls.make(Action::Send(content)).await;
    let seen = calls.seen().await;
    let shown = times(&seen, "which of these?") == 1;
    found.unless(
        outcome.is_ok() && shown,
        "choices are sent",
        (outcome, &seen),
    );
    if !calls.platform.abilities(&calls.stage.place()).buttons {
        let listed = times(&seen, "apples") == 1 && times(&seen, "pears") == 1;
        found.unless(listed, "without buttons, choices are listed", seen);
    }
}

/// What shape makes can be sent.
async fn longest(calls: &Calls<'_>, found: &mut Breaches) {
    let (platform, place) = (&calls.platform, calls.stage.place());
    let limit = platform.abilities(&place).text_limit;
    for part in platform.shape(said(&"语".repeat(limit + 1)), &place) {
        let outcome = calls.make(Action::Send(part)).await;
        found.unless(
            outcome.is_ok(),
            "a part of a long text can be sent",
            outcome,
        );
    }
}

/// Edits and deletes, or the word that there are none.
pub(super) async fn changes(stage: &dyn Stage, found: &mut Breaches) {
    let calls = Calls::on(stage);
    let can = calls.platform.abilities(&stage.place());
    if can.local {
        return;
    }
    let Some(id) = calls
        .say("as it was")
        .await
        .ok()
        .and_then(|one| one.messages.into_iter().next())
    else {
        return found.unless(false, "a message has an id", ());
    };
    let of = some_message();
    let edit = || Action::Edit {
        of,
        body: said("as it is"),
    };
    let outcome = calls.change(edit(), &id).await;
    let seen = calls.seen().await;
    let (old, new) = (times(&seen, "as it was"), times(&seen, "as it is"));
    let expected = if can.edits { (0, 1) } else { (1, 0) };
    found.unless(
        (old, new) == expected,
        "an edit changes the message, where there are edits",
        &seen,
    );
    known(can.edits, &outcome, "edits are as the abilities say", found);
    let outcome = calls.change(edit(), "no-such-message").await;
    known(
        false,
        &outcome,
        "an edit of nothing is refused for good",
        found,
    );
    let outcome = calls.change(Action::Delete { of }, &id).await;
    let left = calls.seen().await.len();
    let gone = usize::from(can.deletes_for.is_none());
    found.unless(
        left == gone,
        "a delete takes the message back, where there are deletes",
        left,
    );
    known(
        can.deletes_for.is_some(),
        &outcome,
        "deletes are as the abilities say",
        found,
    );
}

/// It works, or it is refused for good; a try that can never work must not be repeated for a day.
pub(super) fn known(works: bool, outcome: &Outcome, rule: &'static str, found: &mut Breaches) {
    let as_said = match outcome {
        Ok(_) => works,
        Err(error) => !works && matches!(error, DeliveryError::Permanent(_)),
    };
    found.unless(as_said, rule, outcome);
}

/// Asked whether something arrived, a platform never says the contrary; a file that is not there is
/// an error and nothing else.
pub(super) async fn certainty(stage: &dyn Stage, found: &mut Breaches) {
    let calls = Calls::on(stage);
    let platform = &calls.platform;
    let never = calls.call(&stage.place(), Action::Send(said("never sent")));
    let answer = platform.confirm(&never).await;
    found.unless(
        !matches!(answer, Confirmation::Found(_)),
        "what was never sent is not found",
        answer,
    );
    let sent = calls.call(&stage.place(), Action::Send(said("sent")));
    if platform.deliver(&sent).await.is_ok() {
        let answer = platform.confirm(&sent).await;
        found.unless(
            answer != Confirmation::Absent,
            "what arrived is not absent",
            answer,
        );
    }
    let file = IncomingFile {
        source: "no-such-file".to_owned(),
        media: Media::File,
        name: "a.pdf".to_owned(),
        mime: "application/pdf".to_owned(),
        size: None,
        expires: None,
    };
    let fetched = platform.fetch(&file).await;
    found.unless(
        fetched.is_err(),
        "a file that is not there is an error",
        fetched,
    );
}
