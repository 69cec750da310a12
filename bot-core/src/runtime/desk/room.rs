//! What people write in a room itself: commands. Anything else there is the team's own talk, which
//! only the built-in room has to show.

use std::sync::Arc;

use crate::domain::command::{CommandCall, Plan, Say, Write, after_mark};
use crate::domain::content::{Author, Content, Kind};
use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::id::{AgentId, DeliveryId, JobId, LaneId, MessageId};
use crate::domain::inbound::{Inbound, Incoming};
use crate::domain::mask::MaskLevel;
use crate::domain::place::{Address, Destination};
use crate::domain::text::clean;
use crate::domain::time::Timestamp;
use crate::port::command::CommandContext;
use crate::port::platform::Abilities;
use crate::runtime::core::Core;
use crate::runtime::desk::Stepped;
use crate::runtime::desk::render::Voice;
use crate::runtime::desk::resolve::attachment_id;
use crate::runtime::desk::settlement::store_writes;
use crate::runtime::signals::LiveEvent;
use crate::store::attachment::NewAttachment;
use crate::store::inbox::Pending;
use crate::store::job::NewJob;
use crate::store::outbox::{Change, NewDelivery};
use crate::store::thread::Room;
use crate::store::{Spot, StoreError, Tx, attachment, case, inbox, job, outbox};

pub(super) async fn handle(
    core: &Core,
    lane: LaneId,
    row: &Pending,
    inbound: &Inbound,
) -> Result<Stepped, StoreError> {
    let at = Address {
        channel: inbound.channel.clone(),
        place: inbound.place.clone(),
    };
    let (line, by) = (line(core, inbound), writer(core, inbound).await?);
    let plan = plan(core, row, &line, by).await;
    let own = by.map_or_else(Vec::new, |agent| own_line(core, &at, agent, line));
    let says = plan.says.into_iter().flat_map(|say| said(core, &at, say));
    let changes = own.into_iter().chain(says).collect();
    let jobs = jobs(core, row, by, &plan.writes);
    settle(
        core,
        &at,
        Settlement {
            lane,
            seq: row.seq,
            now: core.now(),
            changes,
            files: if jobs.is_empty() {
                Vec::new()
            } else {
                files(core, row, inbound)
            },
            jobs,
            writes: plan.writes,
        },
    )
    .await
}

/// Says in a room what has come of something that was asked for there.
pub(super) async fn report(
    core: &Core,
    room: &Room,
    row: &Pending,
    says: Vec<Say>,
) -> Result<Stepped, StoreError> {
    let settlement = Settlement {
        lane: room.lane,
        seq: row.seq,
        now: core.now(),
        changes: says
            .into_iter()
            .flat_map(|say| said(core, &room.at, say))
            .collect(),
        files: Vec::new(),
        jobs: Vec::new(),
        writes: Vec::new(),
    };
    settle(core, &room.at, settlement).await
}

async fn settle(core: &Core, at: &Address, settlement: Settlement) -> Result<Stepped, StoreError> {
    let lane = settlement.lane;
    let settlement = Arc::new(settlement);
    let running = Arc::clone(&settlement);
    let settling = core.db.write(move |tx| {
        let settlement = Arc::clone(&running);
        Box::pin(async move { settlement.apply(tx).await })
    });
    if !settling.await? {
        return Ok(Stepped::Again);
    }
    core.signals.feed(lane);
    core.signals.live(LiveEvent::Room {
        team: at.place.0.clone(),
    });
    core.signals.courier();
    core.signals.policy.notify_one();
    core.signals.files.notify_one();
    core.signals.jobs.notify_one();
    Ok(Stepped::Done)
}

fn jobs(core: &Core, row: &Pending, by: Option<AgentId>, writes: &[Write]) -> Vec<NewJob> {
    let started = writes.iter().filter_map(|write| match write {
        Write::Job { kind, payload } => {
            let id = JobId(core.fresh());
            let job = NewJob::sealed(core.keyring.system(), id, kind, row.id, payload);
            Some(NewJob {
                asked_by: by.map(|agent| agent.0),
                ..job
            })
        }
        Write::Presence { .. } | Write::Answers { .. } => None,
    });
    started.collect()
}

/// The files under which a job was asked for.
fn files(core: &Core, row: &Pending, inbound: &Inbound) -> Vec<NewAttachment> {
    let Incoming::Said(said) = &inbound.body else {
        return Vec::new();
    };
    let wanted = said.files.iter().enumerate().map(|(index, file)| {
        let id = attachment_id(row.id, index);
        let spot = Spot::new("attachment", "file", id.0);
        NewAttachment {
            id,
            message: MessageId(row.id),
            channel: inbound.channel.0.clone(),
            file: core.keyring.system().seal(spot, file),
            expires: file.expires,
        }
    });
    wanted.collect()
}

/// What was written, cleaned; empty when it is no line.
fn line(core: &Core, inbound: &Inbound) -> String {
    match &inbound.body {
        Incoming::Said(said) => clean(&said.text, core.policy().limits.text).text,
        _ => String::new(),
    }
}

/// The listed agent who did it, if it was one.
async fn writer(core: &Core, inbound: &Inbound) -> Result<Option<AgentId>, StoreError> {
    let (channel, sender) = (&inbound.channel.0, &inbound.sender.id);
    core.agent_behind(channel, sender).await
}

async fn plan(core: &Core, row: &Pending, line: &str, by: Option<AgentId>) -> Plan {
    let Some(by) = by.filter(|_| after_mark(line).is_some()) else {
        return Plan::default();
    };
    let call = CommandCall {
        line: line.to_owned(),
        by,
        conversation: None,
        ticket: None,
        at: Timestamp(row.accepted_at),
    };
    let policy = core.policy();
    let context = CommandContext {
        case: None,
        policy: &policy,
    };
    core.outside.commands.plan(&call, context).await
}

/// What an agent wrote, where people do not see their own lines anyway.
fn own_line(core: &Core, at: &Address, agent: AgentId, line: String) -> Vec<Change> {
    let shown = abilities(core, at).is_none_or(|one| one.shows_own_lines);
    if line.trim().is_empty() || shown {
        return Vec::new();
    }
    let display = core
        .policy()
        .colleague(agent)
        .map(|one| one.display.clone())
        .unwrap_or_default();
    let from = Author::Agent { id: agent, display };
    added(core, at, Content::text(from, line))
}

fn abilities(core: &Core, at: &Address) -> Option<Abilities> {
    let account = core.account(&at.channel.0)?;
    Some(account.platform.abilities(&at.place))
}

fn said(core: &Core, at: &Address, say: Say) -> Vec<Change> {
    let words = match say {
        Say::Phrase(phrase) => Words::Phrase(phrase),
        Say::Text(text) => Words::Text(text),
    };
    let policy = core.policy();
    let voice = Voice {
        phrases: &core.phrases,
        language: policy.team_language,
        mask: MaskLevel::None,
        number: None,
    };
    let draft = Draft {
        kind: Kind::Notice,
        ..Draft::of(Author::System, words)
    };
    added(core, at, voice.content(draft))
}

/// What is too long for the room goes in several parts.
fn added(core: &Core, at: &Address, content: Content) -> Vec<Change> {
    let parts = match core.account(&at.channel.0) {
        Some(account) => account.platform.shape(content, &at.place),
        None => vec![content],
    };
    parts.into_iter().map(|part| sent(core, at, part)).collect()
}

fn sent(core: &Core, at: &Address, part: Content) -> Change {
    let action: Action<Content> = Action::Send(part);
    let id = core.fresh();
    let local = abilities(core, at).is_some_and(|abilities| abilities.local);
    Change::Add(NewDelivery {
        id: DeliveryId(id),
        destination: Destination::Room,
        channel: at.channel.0.clone(),
        thread: None,
        message: None,
        action: action.name(),
        body: core
            .keyring
            .system()
            .seal(Spot::new("outbox", "body", id), &action),
        local,
        by_agent: false,
        priority: 10,
        hold_until: None,
        target: None,
    })
}

struct Settlement {
    lane: LaneId,
    seq: i64,
    now: Timestamp,
    changes: Vec<Change>,
    files: Vec<NewAttachment>,
    jobs: Vec<NewJob>,
    writes: Vec<Write>,
}

impl Settlement {
    /// `false` when another process has settled the row meanwhile; nothing is stored then.
    async fn apply(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        if !inbox::take(tx, self.lane, self.seq).await? {
            return Ok(false);
        }
        let mut first = None;
        for _ in &self.changes {
            let drawn = case::draw(tx, self.lane).await?;
            first.get_or_insert(drawn);
        }
        outbox::apply(
            tx,
            self.lane,
            first.unwrap_or_default(),
            &self.changes,
            self.now,
        )
        .await?;
        store_writes(tx, &self.writes, self.now).await?;
        for wanted in &self.files {
            attachment::want(tx, self.lane.conversation(), wanted, self.now).await?;
        }
        for started in &self.jobs {
            job::start(tx, self.lane, started, self.now).await?;
        }
        Ok(true)
    }
}
