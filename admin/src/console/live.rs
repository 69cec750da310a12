//! What happens right now, over a WebSocket. Events are hints: they name what changed, and the page
//! reads it. A page that was away, or was too slow, says since when, and hears of everything that
//! changed in between.

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use bot_core::domain::effect::Rung;
use bot_core::domain::id::AgentId;
use bot_core::domain::policy::LEAD;
use bot_core::domain::time::{MINUTE, Timestamp};
use bot_core::runtime::signals::LiveEvent;
use bot_core::store::board::agents::AgentRow;
use bot_core::store::{board, staff};

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::request::Asked;
use crate::console::session::Caller;
use crate::console::token::Hash;

/// Tickets that are named one by one after a gap; with more the page reads its list anew.
const CAUGHT_UP: i64 = 200;
/// The longest message of a page, in bytes.
const MESSAGE_MOST: usize = 1_024;
/// A session is looked at again, and a sign of life noted, this often, in milliseconds.
const LOOKED_AT: i64 = MINUTE;

/// What sockets of one process tell each other.
#[derive(Clone, Copy, Debug)]
pub(super) enum Aside {
    /// A session has ended.
    SessionEnded(Hash),
    /// The sessions of an agent have ended, all but one.
    AgentEnded {
        /// Whose.
        agent: AgentId,
        /// The one that goes on.
        but: Option<Hash>,
    },
}

impl Aside {
    /// Whether it ends the session of this caller.
    fn ends(self, caller: &Caller) -> bool {
        match self {
            Self::SessionEnded(session) => session == caller.session,
            Self::AgentEnded { agent, but } => agent == caller.id() && but != Some(caller.session),
        }
    }
}

/// From when on events are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Since {
    /// The `at` of the last greeting, in milliseconds; only what comes from now on without.
    since: Option<i64>,
}

/// What a socket says besides live events.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "event")]
enum Word {
    /// The first word: what came before it may be asked for by `since`.
    Hello { at: i64 },
    /// Something was missed: the page reads everything anew.
    Behind,
}

/// What a page says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Sign {
    /// Somebody types in a thread.
    Typing(i64),
    /// Somebody looks at a thread.
    Reading(i64),
}

/// Hear of everything that happens, over a WebSocket.
#[utoipa::path(get, path = "/api/v1/live", params(Since), responses((status = 101),
    (status = 401, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub(super) async fn open(
    State(console): State<Console>,
    caller: Caller,
    Asked(since): Asked<Since>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let place = console
        .parts
        .sockets
        .clone()
        .try_acquire_owned()
        .map_err(|_| ApiError::Unavailable)?;
    // Subscribed before the gap is read, so that nothing falls between.
    let live = console.context.core.signals.watch_live();
    let asides = console.parts.asides.subscribe();
    let upgrade = upgrade
        .read_buffer_size(MESSAGE_MOST)
        .max_message_size(MESSAGE_MOST)
        .max_frame_size(MESSAGE_MOST);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let open = Open {
            console,
            caller,
            socket,
            live,
            asides,
            _place: place,
        };
        open.run(since.since.map(Timestamp)).await;
    }))
}

/// An open socket.
struct Open {
    console: Console,
    caller: Caller,
    socket: WebSocket,
    live: Receiver<LiveEvent>,
    asides: Receiver<Aside>,
    _place: OwnedSemaphorePermit,
}

/// The socket is over.
struct Over;

impl Open {
    async fn run(mut self, since: Option<Timestamp>) {
        let stop = self.console.context.stop.clone();
        let mut look = self.console.now().plus_ms(LOOKED_AT);
        let mut going = self.greet(since).await;
        while going.is_ok() {
            let clock = self.console.context.core.clock.clone();
            going = tokio::select! {
                () = stop.cancelled() => Err(Over),
                event = self.live.recv() => self.pass_on(event).await,
                aside = self.asides.recv() => self.heed(&aside),
                said = self.socket.recv() => self.hear(said),
                () = clock.wait_until(look) => {
                    look = self.console.now().plus_ms(LOOKED_AT);
                    self.look().await
                }
            };
        }
        // The page may be gone already.
        drop(self.socket.send(Message::Close(None)).await);
    }

    async fn greet(&mut self, since: Option<Timestamp>) -> Result<(), Over> {
        self.say(&Word::Hello {
            at: self.console.now().0,
        })
        .await?;
        let Some(since) = since else {
            return Ok(());
        };
        let keyring = self.console.context.core.keyring.clone();
        let read = self.console.context.core.db.read(|tx| {
            Box::pin(async move { board::changed_since(tx, &keyring, since, CAUGHT_UP).await })
        });
        let Ok(changed) = read.await else {
            return self.say(&Word::Behind).await;
        };
        let many = i64::try_from(changed.len()).is_ok_and(|changed| changed >= CAUGHT_UP);
        if many {
            return self.say(&Word::Behind).await;
        }
        for line in changed {
            let (ticket, number) = (line.ticket.id, line.after.number);
            self.say(&LiveEvent::Ticket { ticket, number }).await?;
            self.say(&LiveEvent::Thread { ticket, number }).await?;
        }
        Ok(())
    }

    async fn pass_on(&mut self, event: Result<LiveEvent, RecvError>) -> Result<(), Over> {
        match event {
            Ok(event) if concerns(&event, &self.caller.agent) => self.say(&event).await,
            Ok(_) => Ok(()),
            Err(RecvError::Lagged(_)) => self.say(&Word::Behind).await,
            Err(RecvError::Closed) => Err(Over),
        }
    }

    fn heed(&self, aside: &Result<Aside, RecvError>) -> Result<(), Over> {
        match aside {
            Ok(aside) if !aside.ends(&self.caller) => Ok(()),
            // What was missed may have been the end of this session.
            Ok(_) | Err(_) => Err(Over),
        }
    }

    fn hear(&self, said: Option<Result<Message, axum::Error>>) -> Result<(), Over> {
        match said {
            Some(Ok(Message::Text(text))) => self.signal(&text),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => {}
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Over),
        }
        Ok(())
    }

    fn signal(&self, text: &str) {
        let agent = self.caller.id();
        let event = match serde_json::from_str(text) {
            Ok(Sign::Typing(number)) => LiveEvent::Typing {
                number,
                agent: Some(agent),
            },
            Ok(Sign::Reading(number)) => LiveEvent::Reading { number, agent },
            // A newer page may say more than this process knows.
            Err(_) => return,
        };
        self.console.context.core.signals.live(event);
    }

    /// A session may have run out, or been ended by another process; presence lapses without a sign.
    async fn look(&mut self) -> Result<(), Over> {
        // Other errors are a database that is away for a moment; they end no session.
        if let Err(ApiError::SignedOut) = self.console.caller(self.caller.session).await {
            return Err(Over);
        }
        let (agent, now) = (self.caller.id(), self.console.now());
        let alive = self
            .console
            .context
            .core
            .db
            .write(move |tx| Box::pin(async move { staff::alive(tx, agent, now).await }));
        if let Err(error) = alive.await {
            tracing::warn!(%error, "a sign of life was not noted");
        }
        Ok(())
    }

    async fn say(&mut self, word: &impl Serialize) -> Result<(), Over> {
        let text = serde_json::to_string(word).map_err(|_| Over)?;
        self.socket
            .send(Message::Text(text.into()))
            .await
            .map_err(|_| Over)
    }
}

/// Rings reach those they are for; nobody is told of their own typing.
fn concerns(event: &LiveEvent, me: &AgentRow) -> bool {
    match event {
        LiveEvent::Ring { ring, .. } => rings(ring.to, me),
        LiveEvent::Typing { agent, .. } => *agent != Some(me.id),
        LiveEvent::Reading { agent, .. } => *agent != me.id,
        LiveEvent::Ticket { .. }
        | LiveEvent::Thread { .. }
        | LiveEvent::Room { .. }
        | LiveEvent::Presence { .. } => true,
    }
}

fn rings(to: Rung, me: &AgentRow) -> bool {
    match to {
        Rung::Agent(agent) => agent == me.id,
        Rung::Leads => me.roles.iter().any(|role| role == LEAD),
        Rung::Team => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_core::domain::effect::{Ring, RingCause};
    use uuid::Uuid;

    fn agent(id: u128, role: &str) -> AgentRow {
        AgentRow {
            id: AgentId(Uuid::from_u128(id)),
            roles: vec![role.to_owned()],
            ..AgentRow::default()
        }
    }

    #[test]
    fn a_ring_reaches_exactly_the_people_concerned() {
        let (me, lead) = (agent(1, "agent"), agent(2, LEAD));
        let ring = |to| {
            let why = RingCause::New;
            let ring = Ring { to, why };
            LiveEvent::Ring { ring, number: 1 }
        };
        let reached = |to| [&me, &lead].map(|one| concerns(&ring(to), one));
        assert_eq!(reached(Rung::Team), [true, true]);
        assert_eq!(reached(Rung::Leads), [false, true]);
        assert_eq!(reached(Rung::Agent(me.id)), [true, false]);
    }

    #[test]
    fn nobody_is_told_of_their_own_typing() {
        let me = agent(1, "agent");
        let typing = |agent| LiveEvent::Typing { number: 1, agent };
        assert!(!concerns(&typing(Some(me.id)), &me));
        assert!(concerns(&typing(None), &me));
    }

    #[test]
    fn a_page_speaks_in_single_words() {
        assert!(matches!(
            serde_json::from_str(r#"{"typing": 7}"#),
            Ok(Sign::Typing(7))
        ));
        assert!(serde_json::from_str::<Sign>(r#"{"typing": 7, "as": 8}"#).is_err());
    }
}
