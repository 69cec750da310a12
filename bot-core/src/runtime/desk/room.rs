//! What people write in a room itself: commands. Anything else there is the team's own talk.

use std::sync::Arc;

use crate::domain::command::{CommandCall, Plan, Say, Write, after_mark};
use crate::domain::content::{Author, Content, Kind};
use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::id::{DeliveryId, LaneId};
use crate::domain::inbound::{Inbound, Incoming};
use crate::domain::mask::MaskLevel;
use crate::domain::phrase::Phrase;
use crate::domain::place::{Address, Destination};
use crate::domain::text::clean;
use crate::domain::time::Timestamp;
use crate::port::command::CommandContext;
use crate::runtime::core::Core;
use crate::runtime::desk::Stepped;
use crate::runtime::desk::render::Voice;
use crate::runtime::signals::LiveEvent;
use crate::store::inbox::Pending;
use crate::store::outbox::{Change, NewDelivery};
use crate::store::{Spot, StoreError, Tx, case, inbox, outbox, staff, thread};

pub(super) async fn handle(
    core: &Core,
    lane: LaneId,
    row: &Pending,
    inbound: &Inbound,
) -> Result<Stepped, StoreError> {
    let plan = plan(core, row, inbound).await?;
    let at = Address {
        channel: inbound.channel.clone(),
        place: inbound.place.clone(),
    };
    let settlement = Arc::new(Settlement {
        lane,
        seq: row.seq,
        now: core.now(),
        changes: plan
            .says
            .into_iter()
            .map(|say| said(core, &at, say))
            .collect(),
        writes: plan.writes,
    });
    let running = Arc::clone(&settlement);
    core.db
        .write(move |tx| {
            let settlement = Arc::clone(&running);
            Box::pin(async move { settlement.apply(tx).await })
        })
        .await?;
    core.signals.feed(lane);
    core.signals.live(LiveEvent::Room {
        team: inbound.place.0.clone(),
    });
    core.signals.courier.notify_one();
    core.signals.policy.notify_one();
    Ok(Stepped::Done)
}

/// The desk says something in the room.
pub(super) async fn tell(
    core: &Core,
    lane: LaneId,
    row: &Pending,
    phrase: Phrase,
) -> Result<Stepped, StoreError> {
    let read = core
        .db
        .read(|tx| Box::pin(async move { thread::room_of(tx, lane).await }));
    let room = read.await?;
    let changes = room.map(|room| said(core, &room.at, Say::Phrase(phrase)));
    let settlement = Arc::new(Settlement {
        lane,
        seq: row.seq,
        now: core.now(),
        changes: changes.into_iter().collect(),
        writes: Vec::new(),
    });
    core.db
        .write(move |tx| {
            let settlement = Arc::clone(&settlement);
            Box::pin(async move { settlement.apply(tx).await })
        })
        .await?;
    core.signals.feed(lane);
    core.signals.courier.notify_one();
    Ok(Stepped::Done)
}

async fn plan(core: &Core, row: &Pending, inbound: &Inbound) -> Result<Plan, StoreError> {
    let Incoming::Said(said) = &inbound.body else {
        return Ok(Plan::default());
    };
    let policy = core.policy();
    let line = clean(&said.text, policy.limits.text).text;
    if after_mark(&line).is_none() {
        return Ok(Plan::default());
    }
    let Some(by) = core
        .agent_behind(&inbound.channel.0, &inbound.sender.id)
        .await?
    else {
        return Ok(Plan::default());
    };
    let call = CommandCall {
        line,
        by,
        conversation: None,
        ticket: None,
        at: Timestamp(row.accepted_at),
    };
    Ok(core
        .outside
        .commands
        .plan(
            &call,
            CommandContext {
                case: None,
                policy: &policy,
            },
        )
        .await)
}

fn said(core: &Core, at: &Address, say: Say) -> Change {
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
    let action: Action<Content> = Action::Send(voice.content(draft));
    let id = core.fresh();
    let local = core
        .account(&at.channel.0)
        .is_some_and(|one| one.platform.abilities(&at.place).local);
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
    writes: Vec<Write>,
}

impl Settlement {
    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
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
        for Write::Presence { agent, presence } in &self.writes {
            staff::set_presence(tx, *agent, presence, self.now).await?;
        }
        inbox::done(tx, self.lane, self.seq).await
    }
}
