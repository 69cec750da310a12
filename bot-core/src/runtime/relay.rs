//! Hints between the processes that serve one database. Like all hints they may be lost: every
//! process looks at the rows from time to time.

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::domain::id::LaneId;
use crate::runtime::core::Core;
use crate::runtime::signals::{LiveEvent, Signals};
use crate::store::session::CHANNEL;
use crate::store::{StoreError, lease};

/// PostgreSQL takes at most 8,000 bytes in one notification.
const LETTER: usize = 7_000;

/// Something that other processes may want to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// A lane has something to decide.
    Lane(LaneId),
    /// The feeds of a lane have new rows.
    Feed(LaneId),
    /// The courier has something to look at.
    Courier,
    /// A process came, went, or handed something back.
    Nodes,
    /// Something that people who watch the team room see at once.
    Live(LiveEvent),
}

#[derive(Debug, Serialize, Deserialize)]
struct Letter {
    from: Uuid,
    hints: Vec<Hint>,
}

/// Passes on what another process says. What a newer one says and this one does not understand is
/// left to the next look at the rows.
pub(super) fn hear(signals: &Signals, me: Uuid, letter: &str) {
    let Ok(letter) = serde_json::from_str::<Letter>(letter) else {
        return;
    };
    if letter.from != me {
        letter.hints.into_iter().for_each(|hint| signals.hear(hint));
    }
}

/// Says what happens here as long as somebody may want to hear it.
pub(super) async fn speak(
    core: &Core,
    me: Uuid,
    mut hints: Receiver<Hint>,
    stop: &CancellationToken,
) {
    loop {
        let first = tokio::select! {
            hint = hints.recv() => hint,
            () = stop.cancelled() => return,
        };
        match first {
            Ok(first) => say(core, me, gather(core, first, &mut hints)).await,
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Everything that waits, each once, without what concerns nobody else.
fn gather(core: &Core, first: Hint, waiting: &mut Receiver<Hint>) -> Vec<Hint> {
    let mut hints = Vec::new();
    let mut next = Some(first);
    while let Some(hint) = next {
        let is_ours = matches!(hint, Hint::Lane(lane) if core.leases.lane(lane).is_some());
        if !is_ours && !hints.contains(&hint) {
            hints.push(hint);
        }
        next = waiting.try_recv().ok();
    }
    hints
}

async fn say(core: &Core, me: Uuid, hints: Vec<Hint>) {
    if let Err(error) = send(core, me, hints).await {
        tracing::warn!(%error, "the other processes were not told");
    }
}

/// Sends hints, in as many letters as it takes.
pub(super) async fn send(core: &Core, me: Uuid, hints: Vec<Hint>) -> Result<(), StoreError> {
    for letter in letters(me, hints) {
        core.db
            .read(|tx| Box::pin(async move { lease::notify(tx, CHANNEL, &letter).await }))
            .await?;
    }
    Ok(())
}

fn letters(from: Uuid, hints: Vec<Hint>) -> Vec<String> {
    let mut letters = Vec::new();
    let mut open = Letter {
        from,
        hints: Vec::new(),
    };
    let mut size = 0;
    for hint in hints {
        let its = serde_json::to_string(&hint).map_or(0, |text| text.len() + 1);
        if size + its > LETTER {
            letters.extend(serde_json::to_string(&open));
            (open.hints, size) = (Vec::new(), 0);
        }
        open.hints.push(hint);
        size += its;
    }
    if !open.hints.is_empty() {
        letters.extend(serde_json::to_string(&open));
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(n: u128) -> LaneId {
        LaneId(Uuid::from_u128(n))
    }

    #[test]
    fn letters_are_short_enough_and_lose_nothing() {
        let hints: Vec<Hint> = (0..500).map(|n| Hint::Lane(lane(n))).collect();
        let letters = letters(Uuid::nil(), hints.clone());
        assert!(letters.len() > 1 && letters.iter().all(|text| text.len() < 8_000));
        let read = letters
            .iter()
            .flat_map(|text| serde_json::from_str::<Letter>(text).unwrap().hints);
        assert_eq!(read.collect::<Vec<_>>(), hints);
    }

    #[tokio::test]
    async fn ones_own_letters_and_strange_ones_are_passed_by() {
        let signals = Signals::default();
        let mut lanes = signals.lanes();
        let [me, other] = [1, 2].map(Uuid::from_u128);
        let letter = |from, n| letters(from, vec![Hint::Lane(lane(n))]).remove(0);
        hear(&signals, me, &letter(me, 1));
        hear(&signals, me, r#"{"from":"?"}"#);
        hear(&signals, me, &letter(other, 2));
        assert_eq!(lanes.recv().await.unwrap(), lane(2));
        assert!(lanes.try_recv().is_err());
    }
}
