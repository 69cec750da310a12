//! What happens right now, over a WebSocket. The page says its token first, since a browser can send
//! no headers here, and gets everything after its position; then whatever comes, as it comes.

use std::net::IpAddr;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::watch;

use bot_core::domain::id::ConversationId;
use bot_core::domain::language::Language;
use bot_core::domain::time::SECOND;
use bot_core::runtime::signals::LiveEvent;

use crate::web::convert::OutMessage;
use crate::web::error::Refused;
use crate::web::widget::Shop;
use crate::web::widget::guard::Address;
use crate::web::widget::history::Position;
use crate::web::widget::session::{Presence, language};
use crate::web::widget::visitor::Visitor;

/// The longest message of a page, in bytes.
const MESSAGE_MOST: usize = 1_024;
/// A page that says nothing for so long, in milliseconds, is not waited for.
const GREETING: i64 = 10 * SECOND;
/// Proxies cut connections that are silent; the page's own sign of life comes as often.
const PING: i64 = 25 * SECOND;

/// The first thing that a page says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Greeting {
    token: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    language: Option<String>,
}

/// What a page says later.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Sign {
    /// The customer types.
    Typing(bool),
}

/// What a page is told.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    /// Something was said or changed.
    Lines {
        messages: Vec<OutMessage>,
        next: String,
    },
    /// An agent types.
    Typing { name: String },
    /// Who is there has changed.
    Desk(Presence),
    /// The token opens nothing; the page begins anew.
    SignedOut,
}

/// The socket is over.
struct Over;

impl From<Refused> for Over {
    fn from(_: Refused) -> Self {
        Self
    }
}

pub(super) async fn open(
    State(shop): State<Shop>,
    Address(address): Address,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refused> {
    let permit = shop.widget.sockets.clone().try_acquire_owned();
    let permit = permit.map_err(|_| Refused::Unavailable)?;
    let live = shop.desk()?.core.signals.watch_shown();
    let upgrade = upgrade
        .read_buffer_size(MESSAGE_MOST)
        .max_message_size(MESSAGE_MOST)
        .max_frame_size(MESSAGE_MOST);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let line = Line { shop, socket };
        if let Ok(mut open) = line.greeted(address, live, permit).await {
            // However it ends, the page connects again if it still wants to hear.
            let Over = open.run().await;
            drop(open.line.socket.send(Message::Close(None)).await);
        }
    }))
}

/// A socket before anybody is known.
struct Line {
    shop: Shop,
    socket: WebSocket,
}

impl Line {
    async fn greeted(
        mut self,
        address: IpAddr,
        live: Receiver<LiveEvent>,
        permit: OwnedSemaphorePermit,
    ) -> Result<Open, Over> {
        let greeting = self.greeting().await?;
        let position = Position::parse(&greeting.after)?;
        let Ok(visitor) = self.shop.visitor(&greeting.token, address).await else {
            self.say(&Word::SignedOut).await?;
            return Err(Over);
        };
        let language = language(greeting.language.as_deref(), self.shop.desk()?);
        // Taken before the first look, so that what comes in between is not slept through.
        let arrivals = self.shop.channel.arrivals.subscribe();
        Ok(Open {
            line: self,
            token: greeting.token,
            address,
            visitor,
            language,
            position,
            live,
            arrivals,
            conversation: None,
            ticket: None,
            _permit: permit,
        })
    }

    async fn greeting(&mut self) -> Result<Greeting, Over> {
        let clock = self.shop.channel.gate.clock.clone();
        let until = clock.now().plus_ms(GREETING);
        let said = tokio::select! {
            said = self.socket.recv() => said,
            () = clock.wait_until(until) => None,
        };
        match said {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).map_err(|_| Over),
            _ => Err(Over),
        }
    }

    async fn say(&mut self, word: &Word) -> Result<(), Over> {
        let text = serde_json::to_string(word).map_err(|_| Over)?;
        let sent = self.socket.send(Message::Text(text.into())).await;
        sent.map_err(|_| Over)
    }
}

/// A socket of a visitor.
struct Open {
    line: Line,
    token: String,
    address: IpAddr,
    visitor: Visitor,
    language: Language,
    position: Position,
    live: Receiver<LiveEvent>,
    arrivals: watch::Receiver<()>,
    /// The conversation, once it has begun, and the hints of what is said in it.
    conversation: Option<(ConversationId, watch::Receiver<u64>)>,
    /// The number of the open ticket, if there is one, as of the last line; unknown before it is asked for.
    ticket: Option<Option<i64>>,
    _permit: OwnedSemaphorePermit,
}

/// What a socket woke up for.
enum Woken {
    Said(Option<Result<Message, axum::Error>>),
    Changed,
    Live(LiveEvent),
    Behind,
    Ping,
    Stop,
}

impl Open {
    async fn run(&mut self) -> Over {
        let Ok(stop) = self.line.shop.channel.open_door().map(|door| door.stop) else {
            return Over;
        };
        let mut going = self.catch_up().await;
        while going.is_ok() {
            going = match self.wake(&stop).await {
                Woken::Said(said) => self.hear(said).await,
                Woken::Changed | Woken::Behind => self.catch_up().await,
                Woken::Live(event) => self.pass_on(&event).await,
                Woken::Ping => self.look().await,
                Woken::Stop => Err(Over),
            };
        }
        Over
    }

    async fn wake(&mut self, stop: &bot_core::port::platform::Shutdown) -> Woken {
        let clock = self.line.shop.channel.gate.clock.clone();
        let until = clock.now().plus_ms(PING);
        let changed = async {
            match &mut self.conversation {
                Some((_, hint)) => hint.changed().await.is_ok(),
                None => self.arrivals.changed().await.is_ok(),
            }
        };
        tokio::select! {
            () = stop.cancelled() => Woken::Stop,
            said = self.line.socket.recv() => Woken::Said(said),
            going = changed => if going { Woken::Changed } else { Woken::Stop },
            event = self.live.recv() => event.map_or(Woken::Behind, Woken::Live),
            () = clock.wait_until(until) => Woken::Ping,
        }
    }

    /// Says everything that came after the position.
    async fn catch_up(&mut self) -> Result<(), Over> {
        let Some(conversation) = self.begun().await? else {
            return Ok(());
        };
        loop {
            let (lines, position) = self.line.shop.lines(conversation, self.position).await?;
            let moved = position != self.position;
            self.position = position;
            if moved {
                self.ticket = None;
                let (messages, next) = (lines.messages, lines.next);
                self.line.say(&Word::Lines { messages, next }).await?;
            }
            if !lines.more {
                return Ok(());
            }
        }
    }

    async fn begun(&mut self) -> Result<Option<ConversationId>, Over> {
        if let Some((conversation, _)) = &self.conversation {
            return Ok(Some(*conversation));
        }
        let shop = &self.line.shop;
        let found = shop.conversation(&self.visitor).await?;
        if let Some(conversation) = found {
            let hint = shop.desk()?.feed.watch(conversation.lane());
            self.conversation = Some((conversation, hint));
        }
        Ok(found)
    }

    async fn hear(&mut self, said: Option<Result<Message, axum::Error>>) -> Result<(), Over> {
        match said {
            Some(Ok(Message::Text(text))) => {
                // A newer page may say more than this process knows.
                let typing = matches!(serde_json::from_str(&text), Ok(Sign::Typing(true)));
                match self.conversation.as_ref().filter(|_| typing) {
                    Some((conversation, _)) => {
                        Ok(self.line.shop.tell_typing(*conversation).await?)
                    }
                    None => Ok(()),
                }
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => Ok(()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Over),
        }
    }

    async fn pass_on(&mut self, event: &LiveEvent) -> Result<(), Over> {
        match event {
            LiveEvent::Typing {
                number,
                agent: Some(agent),
            } => self.tell_typist(*number, *agent).await,
            LiveEvent::Presence { .. } => {
                let presence = self.line.shop.desk()?.presence(self.language);
                self.line.say(&Word::Desk(presence)).await
            }
            LiveEvent::Typing { agent: None, .. }
            | LiveEvent::Ticket { .. }
            | LiveEvent::Thread { .. }
            | LiveEvent::Ring { .. }
            | LiveEvent::Room { .. }
            | LiveEvent::Reading { .. } => Ok(()),
        }
    }

    async fn tell_typist(
        &mut self,
        number: i64,
        agent: bot_core::domain::id::AgentId,
    ) -> Result<(), Over> {
        if self.ticket().await? != Some(number) {
            return Ok(());
        }
        match self.line.shop.name_of(agent)? {
            Some(name) => self.line.say(&Word::Typing { name }).await,
            None => Ok(()),
        }
    }

    /// Every page hears of everybody who types, so the database is asked once for each line only.
    async fn ticket(&mut self) -> Result<Option<i64>, Over> {
        let Some((conversation, _)) = &self.conversation else {
            return Ok(None);
        };
        if let Some(known) = self.ticket {
            return Ok(known);
        }
        let found = self.line.shop.open_ticket(*conversation).await?;
        self.ticket = Some(found);
        Ok(found)
    }

    /// The token may be over by now: its time ran out, or its customer signed out in another tab.
    async fn look(&mut self) -> Result<(), Over> {
        match self.line.shop.visitor(&self.token, self.address).await {
            // A database that is away for a moment signs nobody out.
            Ok(_) | Err(Refused::Unavailable) => self.ping().await,
            Err(_) => {
                self.line.say(&Word::SignedOut).await?;
                Err(Over)
            }
        }
    }

    async fn ping(&mut self) -> Result<(), Over> {
        let sent = self
            .line
            .socket
            .send(Message::Ping(Vec::new().into()))
            .await;
        sent.map_err(|_| Over)
    }
}
