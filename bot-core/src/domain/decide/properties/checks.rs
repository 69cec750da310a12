//! The promises, each checked against what came in and what followed, not against how it was decided.

use crate::domain::content::{Author, Kind};
use crate::domain::decide::decide;
use crate::domain::decide::tests::scene::Scene;
use crate::domain::decide::tests::then::{Then, done};
use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::{Direction, Doing, Effect};
use crate::domain::event::{CustomerAct, Event, EventKind, Timer};
use crate::domain::id::MessageId;
use crate::domain::place::Destination;
use crate::domain::ticket::{Priority, Status, Ticket};
use crate::domain::time::{HOUR, SECOND};

use super::watch::World;

/// What the bot may say where it is silent: that something was not accepted, that a duty begins,
/// and answers to what the customer was asked before.
const SAID_IN_SILENCE: &[&str] = &[
    "not_accepted.",
    "choices.stale",
    "choices.foreign",
    "poison.customer",
    "privacy.opened",
    "waiting.wait",
    "waiting.later",
    "waiting.bot",
    "cancel.done",
    "blocked.once",
];

/// What answers no question that waits.
const COURTESIES: &[&str] = &[
    "small_talk.",
    "first_words",
    "not_accepted.",
    "flood.",
    "blocked.",
    "vote.",
    "choices.stale",
    "choices.foreign",
];

impl World {
    pub(super) fn check(&mut self, before: &Scene, event: &Event, then: &Then) {
        pure(before, event);
        self.no_cross_talk(then);
        self.one_open_ticket();
        legal(
            before.case.ticket.as_ref(),
            self.scene.case.ticket.as_ref(),
            event,
        );
        in_order(event, then);
        self.asked_in_order();
        self.nobody_forgotten(event, then);
        silent(before, event, then);
        blocked(before, &self.scene, event, then);
        self.once(then);
        self.can_be_stored();
    }

    /// A note never becomes an effect towards the customer, nor any words that nobody released.
    fn no_cross_talk(&self, then: &Then) {
        for doing in to_customer(then) {
            let Some(body) = body_of(doing) else { continue };
            assert_ne!(body.kind, Kind::Note, "a note leaves: {body:?}");
            let text = text_of(body);
            let words = text.split(' ').filter(|word| word.starts_with("机密"));
            for word in words {
                assert!(
                    self.seen.released.contains(word),
                    "{word} leaves: {doing:?}"
                );
            }
        }
    }

    fn one_open_ticket(&mut self) {
        if let Some(ticket) = &self.scene.case.ticket {
            self.seen.tickets.insert(ticket.id, ticket.status);
        }
        let open = self.seen.tickets.values().filter(|status| status.is_open());
        assert!(open.count() <= 1, "{:?}", self.seen.tickets);
        let live = self
            .seen
            .tickets
            .values()
            .filter(|status| **status != Status::Closed);
        assert!(
            live.count() <= 1,
            "one was left behind: {:?}",
            self.seen.tickets
        );
    }

    /// The answerer hears a turn in the order in which it was written.
    fn asked_in_order(&self) {
        let Some(question) = self.scene.asked.last() else {
            return;
        };
        let mut texts = self.seen.texts.iter().rev();
        for line in question
            .text
            .split('\n')
            .rev()
            .filter(|line| !line.is_empty())
        {
            assert!(
                texts.any(|text| text == line),
                "out of order: {:?}",
                question.text
            );
        }
    }

    /// Each message is recorded, and then answered, shown, refused, explained, or waits a little.
    fn nobody_forgotten(&mut self, event: &Event, then: &Then) {
        let message = event.message();
        let opened = then.effects.contains(&Effect::OpenThread);
        let told = to_customer(then).count() > 0;
        if let EventKind::Customer(CustomerAct::Said(_)) = event.kind {
            let ins = then.keeps().filter(|keep| keep.direction == Direction::In);
            assert_eq!(ins.map(|keep| keep.message).collect::<Vec<_>>(), [message]);
            if !(told || opened || shown(then, message) || then.reason().is_some()) {
                self.seen.waiting.push(message);
            }
        }
        let turn = self.scene.case.state.turn.is_some();
        if !turn && !self.seen.waiting.is_empty() {
            let last = self.seen.waiting.last();
            let ends_well = answered(then)
                || opened
                || shows_a_turn(then)
                || last.is_some_and(|last| shown(then, *last));
            assert!(
                ends_well,
                "{:?} were dropped: {:?}",
                self.seen.waiting, then.effects
            );
            self.seen.waiting.clear();
        }
        if !self.seen.waiting.is_empty() {
            let due = [Timer::Settle, Timer::AnswerLate].map(|timer| self.scene.due(timer));
            let soonest = due.into_iter().flatten().min();
            assert!(
                soonest.is_some_and(|ms| ms <= 30 * SECOND),
                "waits for nothing: {due:?}"
            );
            assert!(self.answers_now() || due[1].is_some() || due[0].is_some());
        }
    }

    /// First words once per customer, surveys once in 24 hours.
    fn once(&mut self, then: &Then) {
        for doing in to_customer(then) {
            let said = done(&doing.action);
            self.seen.first_words += said
                .split(" + ")
                .filter(|key| key.starts_with("first_words") && !key.contains('.'))
                .count();
            if body_of(doing).is_some_and(|body| body.kind == Kind::Survey) {
                let now = self.scene.now;
                let recent = self
                    .seen
                    .surveys
                    .iter()
                    .any(|at| now.since(*at) < 24 * HOUR);
                assert!(!recent, "a second survey within a day");
                self.seen.surveys.push(now);
            }
        }
        assert!(self.seen.first_words <= 1, "first words twice");
    }

    /// What is remembered stays small, and comes back from the database as it was.
    fn can_be_stored(&self) {
        let state = &self.scene.case.state;
        let (pace, limits) = (&state.pace, self.scene.policy.limits);
        assert!(state.progress.previous.len() <= 3);
        assert!(pace.recent.len() <= limits.messages_a_minute + 1);
        assert!(pace.handoffs.len() <= limits.handoffs_an_hour + 1);
        let stored = serde_json::to_string(state).unwrap();
        let read: crate::domain::conversation::State = serde_json::from_str(&stored).unwrap();
        assert_eq!(read, *state);
    }
}

/// The same event on the same case is decided alike, so that doing it twice is doing it once.
fn pure(before: &Scene, event: &Event) {
    let decided = || decide(&before.case, event, &before.policy, before.now);
    assert_eq!(decided(), decided());
}

/// A ticket moves along its edges only, and its particulars fit where it stands.
fn legal(before: Option<&Ticket>, after: Option<&Ticket>, event: &Event) {
    use Status::{Closed, InProgress, OnHold, Pending, Resolved};
    let Some(after) = after else {
        assert!(before.is_none(), "a ticket is never forgotten");
        return;
    };
    let from = before
        .filter(|before| before.id == after.id)
        .map(|ticket| ticket.status);
    let by_team = matches!(event.kind, EventKind::Team(_));
    let fine = match (from, after.status) {
        (None, to) => to == Pending,
        (Some(Resolved), to) => to != OnHold,
        (Some(Closed), to) => to == Closed || by_team && matches!(to, Pending | InProgress),
        (Some(Pending | InProgress | OnHold), _) => true,
    };
    assert!(fine, "{from:?} -> {:?} on {:?}", after.status, event.kind);
    assert_eq!(after.status == OnHold, after.hold.is_some(), "{after:?}");
    assert!(
        after.status != InProgress || after.assignee.is_some(),
        "{after:?}"
    );
    assert!(
        after.status != Pending || after.assignee.is_none(),
        "{after:?}"
    );
    assert!(
        after.status != Resolved || after.times.resolved.is_some(),
        "{after:?}"
    );
    assert_eq!(
        after.status == Closed,
        after.times.closed.is_some(),
        "{after:?}"
    );
}

/// What came is recorded before what follows, and what is sent is recorded before it is sent.
fn in_order(event: &Event, then: &Then) {
    let mut kept: Vec<MessageId> = Vec::new();
    let from_customer = matches!(event.kind, EventKind::Customer(CustomerAct::Said(_)));
    for effect in &then.effects {
        match effect {
            Effect::Keep(keep) => {
                let first = kept.is_empty();
                assert!(
                    first || keep.direction != Direction::In,
                    "recorded after its answer"
                );
                kept.push(keep.message);
            }
            Effect::Do(Doing {
                to: Destination::Customer,
                action: Action::Send(_),
                message,
                ..
            }) => {
                assert!(
                    message.is_some_and(|id| kept.contains(&id)),
                    "sent unrecorded: {effect:?}"
                );
            }
            Effect::OpenThread if from_customer => assert!(!kept.is_empty(), "opened without it"),
            _ => {}
        }
    }
    let mut ids = kept.clone();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), kept.len(), "two messages with one id");
}

/// With an agent on duty in the conversation, or in an urgent ticket, the bot says nothing.
fn silent(before: &Scene, event: &Event, then: &Then) {
    let Some(ticket) = before.case.open_ticket() else {
        return;
    };
    let urgent = ticket.priority == Priority::Urgent;
    let assignee = ticket
        .assignee
        .and_then(|agent| before.policy.colleague(agent));
    let on_duty =
        assignee.is_some_and(|one| one.on_duty) && before.policy.hours.is_open(before.now);
    let attended = ticket.status == Status::InProgress && on_duty;
    let waiting = matches!(
        event.kind,
        EventKind::Timer(Timer::WaitingUpdate | Timer::WaitingChoice)
    );
    let commanded = matches!(event.kind, EventKind::Team(_));
    if commanded || !(urgent || attended && !waiting) {
        return;
    }
    for doing in to_customer(then) {
        let said = done(&doing.action);
        let mut allowed = SAID_IN_SILENCE.iter();
        let becomes_urgent = !urgent && said.starts_with("urgent.opened");
        assert!(
            becomes_urgent || allowed.any(|key| said.starts_with(key)),
            "{said} on {:?}",
            event.kind
        );
    }
}

/// Who is blocked opens nothing and hears one sentence at most.
fn blocked(before: &Scene, after: &Scene, event: &Event, then: &Then) {
    let block = before.case.state.block;
    let holds = block.is_some_and(|block| block.until.is_none_or(|until| until > before.now));
    let acts = matches!(event.kind, EventKind::Customer(_));
    if !holds || !acts {
        return;
    }
    assert_eq!(before.case.ticket, after.case.ticket);
    let told: Vec<_> = to_customer(then).map(|doing| done(&doing.action)).collect();
    let once = block.is_some_and(|block| !block.told) && told == ["blocked.once"];
    assert!(told.is_empty() || once, "{told:?}");
}

fn to_customer(then: &Then) -> impl Iterator<Item = &Doing> {
    let outside =
        |doing: &&Doing| matches!(doing.to, Destination::Customer | Destination::Callback);
    then.doings().filter(outside)
}

/// Whether the customer is told more than a courtesy, or a remark on another message.
fn answered(then: &Then) -> bool {
    to_customer(then).any(|doing| {
        let said = done(&doing.action);
        !COURTESIES.iter().any(|key| said.starts_with(key))
    })
}

/// Several lines of a turn are shown as one, under the id of the newest, which need not be among those
/// that wait.
fn shows_a_turn(then: &Then) -> bool {
    let several = |words: &Words| matches!(words, Words::Text(text) if text.contains('\n'));
    let mut copies = then
        .doings()
        .filter(|doing| doing.to == Destination::Thread)
        .filter_map(body_of);
    copies.any(|body| {
        matches!(body.from, Author::Customer { .. }) && body.words.first().is_some_and(several)
    })
}

fn shown(then: &Then, message: MessageId) -> bool {
    let mut lines = then
        .doings()
        .filter(|doing| doing.to == Destination::Thread);
    lines.any(|doing| {
        let by_customer = |body: &Draft| matches!(body.from, Author::Customer { .. });
        doing.message == Some(message) && body_of(doing).is_some_and(by_customer)
    })
}

const fn body_of(doing: &Doing) -> Option<&Draft> {
    match &doing.action {
        Action::Send(body) | Action::Edit { body, .. } => Some(body),
        _ => None,
    }
}

/// The verbatim words of a draft.
pub(super) fn text_of(draft: &Draft) -> String {
    let texts = draft.words.iter().filter_map(|words| match words {
        Words::Text(text) => Some(text.as_str()),
        Words::Phrase(_) => None,
    });
    texts.collect::<Vec<_>>().join(" ")
}
