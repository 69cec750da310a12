//! From effects to rows: renders, shapes and seals everything before the transaction begins.

use std::sync::Arc;

use uuid::Uuid;

use crate::crash_point;
use crate::domain::command::Write;
use crate::domain::content::{Author, Content};
use crate::domain::conversation::Case;
use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::{Direction, Doing, Effect, FactKind};
use crate::domain::event::{EventKind, TeamAct, TeamDeed, Timer, Writer};
use crate::domain::id::{AgentId, DeliveryId, JobId, TicketId};
use crate::domain::mask::MaskLevel;
use crate::domain::place::{Address, Destination};
use crate::domain::policy::Policy;
use crate::domain::time::Timestamp;
use crate::port::platform::Abilities;
use crate::runtime::core::Core;
use crate::runtime::desk::render::Voice;
use crate::runtime::desk::resolve::{Earlier, Resolved};
use crate::runtime::desk::settlement::{Rows, Settlement};
use crate::store::case::Loaded;
use crate::store::job::NewJob;
use crate::store::outbox::{Change, NewDelivery, Renewal};
use crate::store::thread::{NewThread, ThreadRow};
use crate::store::{DataKey, Sealed, Spot, StoreError, case, thread};

/// Puts together what is stored of one decision.
pub(super) struct Composer<'a> {
    pub(super) core: &'a Core,
    pub(super) case: Case,
    pub(super) resolved: &'a Resolved,
    pub(super) policy: &'a Policy,
    pub(super) now: Timestamp,
    pub(super) key: Arc<DataKey>,
    pub(super) thread: Option<ThreadRow>,
    pub(super) opening: Option<NewThread>,
    pub(super) rows: Rows,
    before: &'a Loaded,
    made: u16,
}

impl<'a> Composer<'a> {
    pub(super) async fn new(
        core: &'a Core,
        before: &'a Loaded,
        mut case: Case,
        resolved: &'a Resolved,
        policy: &'a Policy,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        number(core, &mut case).await?;
        let (keyring, conversation) = (core.keyring.clone(), case.conversation);
        // A ticket that this decision opens has no thread yet, whatever the one before it had.
        let ticket = case.ticket.as_ref().map(|ticket| ticket.id);
        let (key, thread) = core
            .db
            .read(|tx| {
                Box::pin(async move {
                    let key = keyring.of_conversation(tx, conversation).await?;
                    let thread = match ticket {
                        Some(ticket) => thread::of_ticket(tx, ticket).await?,
                        None => None,
                    };
                    Ok((key, thread))
                })
            })
            .await?;
        let thread = answered_in(resolved).map_or(thread, |earlier| Some(earlier.thread.clone()));
        let (opening, rows) = (None, Rows::default());
        Ok(Self {
            core,
            case,
            resolved,
            policy,
            now,
            key,
            thread,
            opening,
            rows,
            before,
            made: 0,
        })
    }

    /// Turns all effects into rows.
    pub(super) async fn compose(mut self, effects: Vec<Effect>) -> Result<Settlement, StoreError> {
        self.arrival();
        if answered_in(self.resolved).is_none() && effects.iter().any(is_in_thread) {
            self.move_in().await?;
        }
        let mut rings = Vec::new();
        for effect in effects {
            match effect {
                Effect::Keep(keep) => self.keep(&keep),
                Effect::Amend {
                    message,
                    text,
                    deleted,
                } => self.amend(message, text, deleted).await?,
                Effect::Do(doing) => self.doing(doing).await?,
                Effect::TakeBack { message } => self.take_back(message).await?,
                Effect::OpenThread => self.open_thread().await?,
                Effect::FallBack => self.fall_back().await?,
                Effect::Attach { message, file } => self.attach(message, &file).await?,
                Effect::Detach { message, file } => self.detach(message, file).await?,
                Effect::Loading { message } => self.loading(message).await?,
                Effect::Resend { delivery, marked } => self.again(delivery, marked).await?,
                Effect::Leave { delivery } => self.rows.changes.push(Change::Leave(delivery)),
                Effect::Timer { timer, at } if at.is_some() || self.may_be_set(timer) => {
                    self.rows.timers.push((timer, at));
                }
                Effect::Timer { .. } => {}
                Effect::Count(fact) => {
                    self.rows.handed_off |= fact.kind == FactKind::HandedOff;
                    let id = self.new_id();
                    self.rows.facts.push((id, fact));
                }
                Effect::Judge(judged) => self.rows.judged.push(judged),
                Effect::Ring(ring) => rings.push(ring),
                Effect::Write(write) => self.write(write),
            }
        }
        Ok(self.finish(rings))
    }

    /// The timers of a turn are set while there is one; most questions are answered at once.
    const fn may_be_set(&self, timer: Timer) -> bool {
        let of_turn = matches!(timer, Timer::Settle | Timer::AnswerLate);
        !of_turn || self.before.case.state.turn.is_some()
    }

    fn finish(self, rings: Vec<crate::domain::effect::Ring>) -> Settlement {
        let id = self.case.conversation.0;
        let state = self
            .key
            .seal(Spot::new("conversation", "state", id), &self.case.state);
        let changed = self.case.ticket != self.before.case.ticket;
        let ticket = self.case.ticket.as_ref().filter(|_| changed);
        let ticket = ticket.map(|ticket| {
            self.key
                .seal(Spot::new("ticket", "state", ticket.id.0), ticket)
        });
        Settlement {
            version: self.before.version,
            order: self.resolved.order,
            now: self.now,
            state,
            ticket,
            thread: self.opening,
            rows: self.rows,
            rings,
            earlier: self
                .resolved
                .earlier
                .as_ref()
                .map(|one| (TicketId(one.thread.ticket_id), one.number)),
            case: self.case,
        }
    }

    /// An id that is the same each time this event is settled; apart from those of `decide`.
    pub(super) fn new_id(&mut self) -> Uuid {
        self.made += 1;
        let mut bytes = *self.resolved.event.id.0.as_bytes();
        let [high, low] = self.made.to_be_bytes();
        bytes[12] ^= 0x80;
        bytes[14] ^= high;
        bytes[15] ^= low;
        Uuid::from_bytes(bytes)
    }

    fn write(&mut self, write: Write) {
        let Write::Job { kind, payload } = &write else {
            return self.rows.writes.push(write);
        };
        let (id, event) = (JobId(self.new_id()), self.resolved.event.id.0);
        let job = NewJob::sealed(&self.key, id, kind, event, payload);
        self.rows.jobs.push(NewJob {
            asked_by: self.colleague().map(|agent| agent.0),
            ..job
        });
    }

    /// The agent whose doing this event is.
    const fn colleague(&self) -> Option<AgentId> {
        match &self.resolved.event.kind {
            EventKind::Team(TeamAct {
                by: Writer::Colleague(agent),
                ..
            }) => Some(*agent),
            _ => None,
        }
    }

    // ---- what is done somewhere ----

    async fn doing(&mut self, doing: Doing) -> Result<(), StoreError> {
        match doing.to {
            Destination::Customer => self.for_customer(&doing).await,
            Destination::Thread => self.at_thread(&doing).await,
            // Rooms have lanes of their own, and callbacks follow what the customer gets.
            Destination::Room | Destination::Callback => Ok(()),
        }
    }

    // ---- rows ----

    pub(super) fn voice(&self, for_team: bool) -> Voice<'_> {
        let policy = self.policy;
        let language = if for_team {
            policy.team_language
        } else {
            self.case.state.language.unwrap_or(policy.language)
        };
        let number = self.case.ticket.as_ref().and_then(|ticket| ticket.number);
        Voice {
            phrases: &self.core.phrases,
            language,
            mask: MaskLevel::None,
            number,
        }
    }

    pub(super) fn seal_body(&self, row: Uuid, action: &Action) -> Sealed<Action> {
        self.key.seal(Spot::new("outbox", "body", row), action)
    }

    pub(super) fn renew(&mut self, row: Uuid, body: Option<Content>, how: Renewal) {
        let body = body.map(|content| self.seal_body(row, &Action::Send(content)));
        self.rows.changes.push(Change::Renew {
            row: DeliveryId(row),
            body,
            how,
        });
    }

    pub(super) fn add(
        &mut self,
        doing: &Doing,
        to: Destination,
        channel: &str,
        abilities: &Abilities,
        action: &Action,
    ) {
        let push = to == Destination::Customer
            && self.core.account(channel).is_some_and(|one| one.callback);
        if push && matches!(action, Action::Send(_)) {
            let pushed = Abilities {
                local: false,
                ..abilities.clone()
            };
            let row = self.row(doing, Destination::Callback, channel, &pushed, action);
            self.rows.changes.push(Change::Add(row));
        }
        let row = self.row(doing, to, channel, abilities, action);
        self.rows.changes.push(Change::Add(row));
    }

    pub(super) fn row(
        &mut self,
        doing: &Doing,
        destination: Destination,
        channel: &str,
        abilities: &Abilities,
        action: &Action,
    ) -> NewDelivery {
        let id = self.new_id();
        let body = self.seal_body(id, action);
        let from_agent = matches!(action, Action::Send(body) | Action::Edit { body, .. }
            if matches!(body.from, Author::Agent { .. }));
        let generation = self.opening.as_ref().map(|new| (new.id.0, new.generation));
        let generation = generation.or(self.thread.as_ref().map(|row| (row.id, row.generation)));
        NewDelivery {
            id: DeliveryId(id),
            destination,
            channel: channel.to_owned(),
            thread: generation.filter(|_| destination == Destination::Thread),
            message: doing.message,
            action: action.name(),
            body,
            local: abilities.local,
            by_agent: from_agent && destination == Destination::Customer,
            priority: priority(destination, from_agent),
            hold_until: doing.hold_until,
            target: None,
        }
    }

    /// A remark of the desk in the thread.
    pub(super) async fn remark(&mut self, words: impl Into<Words>) -> Result<(), StoreError> {
        let doing = Doing {
            to: Destination::Thread,
            action: Action::Send(Draft::notice(words)),
            message: None,
            hold_until: None,
            echo: false,
        };
        self.at_thread(&doing).await
    }

    /// The messages that this decision records from the customer, for a replay.
    pub(super) fn just_kept(&self) -> Vec<Uuid> {
        let kept = self
            .rows
            .messages
            .iter()
            .filter(|one| one.direction == Direction::In.as_str());
        kept.map(|one| one.id).collect()
    }

    /// The room of the conversation's team.
    pub(super) fn room(&self) -> Option<(String, Address)> {
        let account = self.core.account(&self.case.channel.0);
        let of_ticket = || self.case.ticket.as_ref().map(|ticket| ticket.team.clone());
        let team = account.map(|one| one.team.clone()).or_else(of_ticket)?;
        let at = self.core.outside.rooms.get(&team).cloned()?;
        Some((team, at))
    }
}

/// The earlier thread in which an event is answered: what is pressed or changed there concerns the
/// customer, and is shown where the customer is.
pub(super) const fn answered_in(resolved: &Resolved) -> Option<&Earlier> {
    match &resolved.event.kind {
        EventKind::Team(TeamAct {
            what: TeamDeed::Wrote { .. },
            ..
        }) => resolved.earlier.as_ref(),
        _ => None,
    }
}

fn is_in_thread(effect: &Effect) -> bool {
    matches!(effect, Effect::Do(doing) if doing.to == Destination::Thread)
}

/// A customer waits for words; notices and threads can wait a little longer.
const fn priority(destination: Destination, from_agent: bool) -> i64 {
    match (destination, from_agent) {
        (Destination::Customer, true) => 40,
        (Destination::Customer, false) => 30,
        (Destination::Callback, _) => 25,
        (Destination::Thread, _) => 20,
        (Destination::Room, _) => 10,
    }
}

/// A new ticket gets its number; once, outside the decision's own transaction.
async fn number(core: &Core, case: &mut Case) -> Result<(), StoreError> {
    let Some(ticket) = case
        .ticket
        .as_mut()
        .filter(|ticket| ticket.number.is_none())
    else {
        return Ok(());
    };
    ticket.number = Some(
        core.db
            .write(|tx| Box::pin(case::next_ticket_number(tx)))
            .await?,
    );
    crash_point!("desk.after_number");
    if let Some(account) = core.account(&case.channel.0) {
        ticket.team.clone_from(&account.team);
    }
    Ok(())
}
