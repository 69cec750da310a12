//! A decision in the making: the changing case, and verbs that add effects.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::answer::Evidence;
use crate::domain::command::Say;
use crate::domain::content::{Author, Content};
use crate::domain::conversation::Case;
use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::{
    Decision, Direction, Doing, Effect, Fact, FactKind, Keep, Reason, Ring, RingCause, Rung,
};
use crate::domain::event::{Ask, Event, Timer};
use crate::domain::id::{AgentId, MessageId, TicketId};
use crate::domain::language::Language;
use crate::domain::place::Destination;
use crate::domain::policy::{Colleague, Policy};
use crate::domain::prompt::{Asks, option_id};
use crate::domain::time::Timestamp;

/// Settled, or something must be asked first.
pub(super) type Settled = Result<(), Box<Ask>>;

/// A decision in the making.
pub(super) struct Settling<'a> {
    pub(super) case: Case,
    pub(super) event: &'a Event,
    pub(super) policy: &'a Policy,
    pub(super) now: Timestamp,
    effects: Vec<Effect>,
    made: u16,
}

impl<'a> Settling<'a> {
    pub(super) const fn new(
        case: Case,
        event: &'a Event,
        policy: &'a Policy,
        now: Timestamp,
    ) -> Self {
        Self {
            case,
            event,
            policy,
            now,
            effects: Vec::new(),
            made: 0,
        }
    }

    pub(super) fn finish(self) -> Decision {
        Decision::Settle {
            case: Box::new(self.case),
            effects: self.effects,
        }
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// A new id that is the same each time this event is decided.
    fn derived(&mut self) -> Uuid {
        self.made += 1;
        let mut bytes = *self.event.id.0.as_bytes();
        let [high, low] = self.made.to_be_bytes();
        bytes[14] ^= high;
        bytes[15] ^= low;
        Uuid::from_bytes(bytes)
    }

    pub(super) fn new_message(&mut self) -> MessageId {
        MessageId(self.derived())
    }

    pub(super) fn new_ticket(&mut self) -> TicketId {
        TicketId(self.derived())
    }

    // ---- the record ----

    /// Records what the customer wrote.
    pub(super) fn keep_in(&mut self, content: &Content, reason: Option<Reason>) {
        let message = self.event.message();
        let body = Draft::verbatim(content);
        self.effect(Effect::Keep(Keep {
            message,
            direction: Direction::In,
            body,
            evidence: None,
            reason,
        }));
        self.count(FactKind::MessageIn);
    }

    pub(super) fn count(&mut self, kind: FactKind) {
        self.effect(Effect::Count(Fact::of(kind)));
    }

    pub(super) fn timer(&mut self, timer: Timer, after_ms: i64) {
        self.effect(Effect::Timer {
            timer,
            at: Some(self.now.plus_ms(after_ms)),
        });
    }

    pub(super) fn clear(&mut self, timer: Timer) {
        self.effect(Effect::Timer { timer, at: None });
    }

    /// Rings whose ticket it is, or everybody when it is nobody's.
    pub(super) fn ring(&mut self, why: RingCause) {
        let agent = self.case.ticket.as_ref().and_then(|ticket| ticket.assignee);
        let to = agent.map_or(Rung::Team, Rung::Agent);
        self.effect(Effect::Ring(Ring { to, why }));
    }

    /// Rings those who lead the team; where nobody does, everybody.
    pub(super) fn ring_leads(&mut self, why: RingCause) {
        let led = self.policy.agents.iter().any(Colleague::leads);
        let to = if led { Rung::Leads } else { Rung::Team };
        self.effect(Effect::Ring(Ring { to, why }));
    }

    // ---- towards the customer ----

    /// Says something to the customer and records it; gives the message's id.
    pub(super) fn say(&mut self, draft: Draft) -> MessageId {
        let message = self.new_message();
        self.say_as(message, draft, None);
        message
    }

    /// Says something with what the answerer found.
    pub(super) fn say_because(&mut self, draft: Draft, evidence: Option<Evidence>) -> MessageId {
        let message = self.new_message();
        self.effect(Effect::Keep(Keep {
            message,
            direction: Direction::Out,
            body: draft.clone(),
            evidence,
            reason: None,
        }));
        self.send(message, draft, None);
        message
    }

    /// Says something under an id that is already known.
    pub(super) fn say_as(
        &mut self,
        message: MessageId,
        draft: Draft,
        hold_until: Option<Timestamp>,
    ) {
        let keep = Keep {
            message,
            direction: Direction::Out,
            body: draft.clone(),
            evidence: None,
            reason: None,
        };
        self.effect(Effect::Keep(keep));
        self.send(message, draft, hold_until);
    }

    /// Sends what is recorded elsewhere.
    pub(super) fn send(&mut self, message: MessageId, draft: Draft, hold_until: Option<Timestamp>) {
        // A note is for colleagues; whatever asked for this, it does not go out.
        if draft.kind == crate::domain::content::Kind::Note {
            return;
        }
        self.effect(Effect::Do(Doing {
            to: Destination::Customer,
            action: Action::Send(draft),
            message: Some(message),
            hold_until,
            echo: false,
        }));
    }

    /// Asks the customer something by choices: adds them to the draft and says it.
    pub(super) fn ask(
        &mut self,
        mut draft: Draft,
        asks: Asks,
        options: &[(&str, Words)],
    ) -> MessageId {
        let number = self.case.state.prompts.ask(asks, self.now);
        for (option, label) in options {
            draft = draft.choice(option_id(number, option), label.clone());
        }
        self.say(draft)
    }

    // ---- towards the team ----

    /// Shows something in the thread, if there is a ticket.
    pub(super) fn show(&mut self, message: Option<MessageId>, draft: Draft) {
        self.in_thread(Action::Send(draft), message, false);
    }

    /// A remark of the desk in the thread.
    pub(super) fn remark(&mut self, words: impl Into<Words>) {
        self.show(None, Draft::notice(words));
    }

    /// Shows an agent's own line where people do not see their own lines anyway.
    pub(super) fn echo(&mut self, message: MessageId, draft: Draft) {
        self.in_thread(Action::Send(draft), Some(message), true);
    }

    pub(super) fn in_thread(
        &mut self,
        action: Action<Draft>,
        message: Option<MessageId>,
        echo: bool,
    ) {
        if self.case.ticket.is_some() {
            let to = Destination::Thread;
            self.effect(Effect::Do(Doing {
                to,
                action,
                message,
                hold_until: None,
                echo,
            }));
        }
    }

    pub(super) fn say_plan(&mut self, say: Say) {
        let words = match say {
            Say::Phrase(phrase) => Words::Phrase(phrase),
            Say::Text(text) => Words::Text(text),
        };
        self.remark(words);
    }

    // ---- looking ----

    /// How an agent is called towards customers.
    pub(super) fn author(&self, agent: AgentId) -> Author {
        let display = self
            .policy
            .colleague(agent)
            .map(|one| one.display.clone())
            .unwrap_or_default();
        Author::Agent { id: agent, display }
    }

    /// The language the customer is spoken to in.
    pub(super) fn language(&self) -> Language {
        self.case.state.language.unwrap_or(self.policy.language)
    }

    /// A time as the team reads it.
    pub(super) fn local(&self, at: Timestamp) -> String {
        let time = DateTime::<Utc>::from_timestamp_millis(at.0).unwrap_or_default();
        time.with_timezone(&self.policy.hours.zone())
            .format("%Y-%m-%d %H:%M")
            .to_string()
    }

    /// Whether the bot may speak without taking from humans: with a ticket open, the last sends of a
    /// counted window are theirs.
    pub(super) fn has_sends_to_spare(&self) -> bool {
        let reserve = self.policy.limits.last_sends;
        let window = self.case.state.window;
        self.case.open_ticket().is_none()
            || window.is_none_or(|window| window.spares(reserve, self.now))
    }

    /// Whether the assignee is at the desk.
    pub(super) fn assignee_on_duty(&self) -> bool {
        let assignee = self.case.ticket.as_ref().and_then(|ticket| ticket.assignee);
        let colleague = assignee.and_then(|id| self.policy.colleague(id));
        colleague.is_some_and(|one| one.on_duty) && self.policy.hours.is_open(self.now)
    }
}
