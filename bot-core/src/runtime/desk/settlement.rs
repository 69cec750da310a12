//! Everything that follows from one decision, ready to be stored: rows only, no more thinking.

use crate::crash_point;
use crate::domain::command::Write;
use crate::domain::content::Content;
use crate::domain::conversation::{Case, State};
use crate::domain::effect::{Fact, Judged, Ring};
use crate::domain::event::Timer;
use crate::domain::id::{LaneId, MessageId, TicketId};
use crate::domain::place::Address;
use crate::domain::ticket::Ticket;
use crate::domain::time::Timestamp;
use crate::runtime::core::Core;
use crate::runtime::signals::LiveEvent;
use crate::store::attachment::NewAttachment;
use crate::store::case::Loaded;
use crate::store::fact::FactAt;
use crate::store::inbox::NewRow;
use crate::store::job::NewJob;
use crate::store::message::{Amended, NewMessage};
use crate::store::outbox::Change;
use crate::store::thread::NewThread;
use crate::store::{
    Sealed, StoreError, Tx, attachment, case, fact, handoff, inbox, job, judgement, message,
    outbox, search, setting, staff, thread, timer,
};

/// Room for the messages of one event in the order of a conversation.
const MESSAGES_PER_EVENT: i64 = 256;

/// What is stored of one decision, in one transaction.
pub(super) struct Settlement {
    pub(super) case: Case,
    pub(super) version: i64,
    /// Where its messages stand among the lane's events, if it is not the event in hand that it
    /// settles: that one waits then.
    pub(super) order: Option<i64>,
    pub(super) now: Timestamp,
    pub(super) state: Sealed<State>,
    pub(super) ticket: Option<Sealed<Ticket>>,
    pub(super) thread: Option<NewThread>,
    pub(super) rows: Rows,
    pub(super) rings: Vec<Ring>,
    /// The earlier ticket in whose thread it happened, if it is not the case's.
    pub(super) earlier: Option<(TicketId, i64)>,
}

/// The rows of a decision, by table.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) messages: Vec<NewMessage>,
    /// By which hashes a new message is found, and by which others one that was changed.
    pub(super) found_by: Vec<(MessageId, Vec<i64>)>,
    pub(super) found_anew: Vec<(MessageId, Vec<i64>)>,
    pub(super) completed: Vec<(MessageId, Sealed<Content>)>,
    pub(super) amended: Vec<Amended>,
    pub(super) changes: Vec<Change>,
    pub(super) timers: Vec<(Timer, Option<Timestamp>)>,
    pub(super) facts: Vec<(uuid::Uuid, Fact)>,
    pub(super) judged: Vec<Judged>,
    pub(super) links: Vec<(Address, String, MessageId)>,
    pub(super) attachments: Vec<NewAttachment>,
    pub(super) writes: Vec<Write>,
    pub(super) jobs: Vec<NewJob>,
    /// The conversation goes to humans.
    pub(super) handed_off: bool,
    /// Events for other lanes.
    pub(super) posts: Vec<NewRow>,
}

impl Settlement {
    /// Stores everything; `false` when the lane has moved on since the case was read.
    pub(super) async fn apply(
        &self,
        tx: &mut Tx<'_>,
        seq: i64,
        dead: Option<&str>,
    ) -> Result<bool, StoreError> {
        let lane = self.lane();
        let rows = i64::try_from(self.rows.changes.len()).unwrap_or(i64::MAX);
        let Some(first) = case::take(tx, lane, self.version, rows).await? else {
            return Ok(false);
        };
        self.store_case(tx).await?;
        self.store_messages(tx, self.order.unwrap_or(seq)).await?;
        if let Some(opening) = &self.thread {
            thread::open(tx, opening).await?;
        }
        crash_point!("desk.inside_commit");
        outbox::apply(tx, lane, first, &self.rows.changes, self.now).await?;
        self.store_happenings(tx).await?;
        match (self.order, dead) {
            (Some(_), _) => {}
            (None, Some(reason)) => inbox::dead(tx, lane, seq, reason).await?,
            (None, None) => inbox::done(tx, lane, seq).await?,
        }
        Ok(true)
    }

    async fn store_case(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        case::store(tx, &self.case, &self.state, self.now).await?;
        if let (Some(ticket), Some(sealed)) = (&self.case.ticket, &self.ticket) {
            case::store_ticket(tx, self.case.conversation, ticket, sealed, self.now).await?;
        }
        Ok(())
    }

    async fn store_messages(&self, tx: &mut Tx<'_>, seq: i64) -> Result<(), StoreError> {
        let conversation = self.case.conversation;
        // Several messages of one event follow each other as they were decided.
        for (place, kept) in (seq * MESSAGES_PER_EVENT..).zip(&self.rows.messages) {
            message::keep(tx, conversation, place, kept, self.now).await?;
        }
        for (id, tokens) in &self.rows.found_by {
            search::add(tx, conversation, *id, tokens).await?;
        }
        for (id, tokens) in &self.rows.found_anew {
            search::replace(tx, conversation, *id, tokens).await?;
        }
        for (id, body) in &self.rows.completed {
            message::complete(tx, conversation, *id, body).await?;
        }
        for amended in &self.rows.amended {
            message::amend(tx, conversation, amended, self.now).await?;
        }
        for (at, platform_id, id) in &self.rows.links {
            message::link(tx, at, platform_id, conversation, *id).await?;
        }
        for wanted in &self.rows.attachments {
            attachment::want(tx, conversation, wanted, self.now).await?;
        }
        Ok(())
    }

    async fn store_happenings(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        for (which, at) in &self.rows.timers {
            timer::set(tx, self.lane(), *which, *at).await?;
        }
        let place = FactAt {
            conversation: self.case.conversation,
            channel: &self.case.channel.0,
            ticket: self.case.ticket.as_ref().map(|ticket| ticket.id.0),
            at: self.now,
        };
        for (id, happened) in &self.rows.facts {
            fact::record(tx, *id, place, happened).await?;
        }
        for judged in &self.rows.judged {
            judgement::record(tx, self.case.conversation, judged, self.now).await?;
        }
        let network = self.case.state.pace.network.as_ref();
        if let Some(network) = network.filter(|_| self.rows.handed_off) {
            handoff::record(tx, network, self.case.conversation, self.now).await?;
        }
        for row in &self.rows.posts {
            inbox::accept(tx, row).await?;
        }
        store_writes(tx, &self.rows.writes, self.now).await?;
        for started in &self.rows.jobs {
            job::start(tx, self.lane(), started, self.now).await?;
        }
        Ok(())
    }

    const fn lane(&self) -> LaneId {
        self.case.conversation.lane()
    }

    /// The case as it now stands in the database.
    pub(super) fn loaded(&self) -> Loaded {
        Loaded {
            case: self.case.clone(),
            version: self.version + 1,
        }
    }

    /// Hints to those who wait for what was stored.
    pub(super) fn tell(&self, core: &Core) {
        for (_, fact) in &self.rows.facts {
            metrics::counter!("frontdesk_happenings_total", "kind" => fact.kind.as_str())
                .increment(1);
        }
        let signals = &core.signals;
        if !self.rows.changes.is_empty() {
            signals.feed(self.lane());
        }
        if self.rows.changes.iter().any(Change::is_for_courier) {
            signals.courier();
        }
        for row in &self.rows.posts {
            signals.lane(row.lane);
        }
        if self.rows.timers.iter().any(|(_, at)| at.is_some()) {
            signals.timers.notify_one();
        }
        if !self.rows.attachments.is_empty() {
            signals.files.notify_one();
        }
        if !self.rows.writes.is_empty() {
            signals.policy.notify_one();
        }
        if !self.rows.jobs.is_empty() {
            signals.jobs.notify_one();
        }
        self.tell_page(core);
    }

    /// Hints to those who look at the team room page.
    fn tell_page(&self, core: &Core) {
        let signals = &core.signals;
        if let Some((ticket, number)) = self.earlier {
            signals.live(LiveEvent::Thread { ticket, number });
        }
        if let Some((ticket, number)) = self
            .case
            .ticket
            .as_ref()
            .and_then(|one| Some((one.id, one.number?)))
        {
            signals.live(LiveEvent::Thread { ticket, number });
            if self.ticket.is_some() {
                signals.live(LiveEvent::Ticket { ticket, number });
            }
            for ring in &self.rings {
                signals.live(LiveEvent::Ring {
                    ring: *ring,
                    number,
                });
            }
        }
    }
}

/// What commands write outside their case. Jobs are rows of their own, sealed before the transaction.
pub(super) async fn store_writes(
    tx: &mut Tx<'_>,
    writes: &[Write],
    now: Timestamp,
) -> Result<(), StoreError> {
    for write in writes {
        match write {
            Write::Presence { agent, presence } => {
                staff::set_presence(tx, *agent, presence, now).await?;
            }
            Write::Answers { channel, mode } => setting::switch_answers(tx, channel, *mode).await?,
            Write::Job { .. } => {}
        }
    }
    Ok(())
}
