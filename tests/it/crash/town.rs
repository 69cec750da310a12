//! The town: what people see, kept outside the house. Two rough platforms without idempotency and
//! without any way to ask them what arrived.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use bot_core::domain::delivery::Action;
use bot_core::domain::place::Place;
use bot_core::port::platform::rough::RoughPlatform;
use bot_core::port::platform::{Platform, Shutdown};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::crash::house::Doubt;
use crate::crash::post::{Parcel, Slip};

/// The bytes of the only picture in town.
pub(super) const PICTURE: [u8; 6] = [0x89, b'P', b'N', b'G', 1, 2];

/// One message at one place, from the day it appeared.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) row: Uuid,
    /// The house's process that sent it, counted from one.
    pub(super) life: usize,
    /// What it said at first.
    pub(super) sent: String,
    /// What it says now.
    pub(super) text: String,
    pub(super) edited: bool,
    pub(super) deleted: bool,
    pub(super) files: Vec<(Uuid, String)>,
    pub(super) choices: Vec<(String, String)>,
}

/// Everything in town.
pub(super) struct Town {
    pub(super) shop: RoughPlatform,
    pub(super) room: RoughPlatform,
    confirms: bool,
    /// What each message said at first, by account and the platform's id.
    first: Mutex<Vec<(String, String, usize, String)>>,
    /// What each call carried, in the order of the calls.
    pub(super) calls: Mutex<Vec<String>>,
    /// Closings and openings of threads, in order.
    pub(super) closings: Mutex<Vec<(Place, &'static str)>>,
    pub(super) conversation: Mutex<Option<Uuid>>,
    pub(super) doubts: Mutex<Vec<(usize, Doubt)>>,
    ready: mpsc::Sender<u16>,
    pub(super) lives: AtomicUsize,
}

type Shared = State<Arc<Town>>;

impl Town {
    /// A town, and where it hears which port a house listens on.
    pub(super) fn new(confirms: bool) -> (Arc<Self>, mpsc::Receiver<u16>) {
        let (ready, hears) = mpsc::channel(1);
        let platform = || match confirms {
            true => RoughPlatform::new().that_confirms(),
            false => RoughPlatform::new(),
        };
        let town = Self {
            shop: platform(),
            room: platform(),
            confirms,
            first: Mutex::default(),
            calls: Mutex::default(),
            closings: Mutex::default(),
            conversation: Mutex::default(),
            doubts: Mutex::default(),
            ready,
            lives: AtomicUsize::new(0),
        };
        (Arc::new(town), hears)
    }

    /// Whether people's apps can be asked what arrived.
    pub(super) const fn confirms(&self) -> bool {
        self.confirms
    }

    /// Everything at a place of an account, in order.
    pub(super) fn seen(&self, account: &str, place: &Place) -> Vec<Seen> {
        let first = self.first.lock().unwrap();
        let shown = self.account(account).at(place).into_iter();
        let seen = shown.map(|one| {
            let at = first
                .iter()
                .find(|(at, id, ..)| at == account && *id == one.id);
            let (_, _, life, sent) = at.unwrap().clone();
            let files = one.content.attachments.iter();
            let choices = one.content.choices.iter();
            Seen {
                row: one.row.0,
                life,
                sent,
                text: one.content.text.clone(),
                edited: one.edited,
                deleted: one.deleted,
                files: files.map(|file| (file.id.0, file.name.clone())).collect(),
                choices: choices
                    .map(|choice| (choice.id.clone(), choice.label.clone()))
                    .collect(),
            }
        });
        seen.collect()
    }

    /// The threads in the order in which they were opened.
    pub(super) fn threads(&self) -> Vec<Place> {
        let mut threads: Vec<Place> = self.room.threads().into_iter().map(|(at, _)| at).collect();
        threads.sort_by_key(|place| (place.0.len(), place.0.clone()));
        threads
    }

    fn account(&self, name: &str) -> &RoughPlatform {
        match name {
            "shop" => &self.shop,
            _ => &self.room,
        }
    }

    fn life(&self) -> usize {
        self.lives.load(Ordering::SeqCst)
    }

    fn remember(&self, account: &str, parcel: &bot_core::port::platform::Delivery, slip: &Slip) {
        let Slip::Taken { messages, .. } = slip else {
            return;
        };
        *self.conversation.lock().unwrap() = Some(parcel.conversation.0);
        let text = match &parcel.action {
            Action::Send(body) => &body.text,
            Action::OpenThread { card, .. } => &card.text,
            Action::CloseThread | Action::ReopenThread => {
                let closing = (parcel.place.clone(), parcel.action.name());
                return self.closings.lock().unwrap().push(closing);
            }
            _ => return,
        };
        let mut first = self.first.lock().unwrap();
        for id in messages {
            first.push((account.to_owned(), id.clone(), self.life(), text.clone()));
        }
    }

    /// The answer to a customer's request arrives.
    pub(super) fn reads(&self, place: &Place, body: &[u8]) {
        let mut first = self.first.lock().unwrap();
        for (id, content) in self.shop.reads(place, body) {
            first.push(("shop".to_owned(), id, self.life(), content.text));
        }
    }

    /// Serves one life of the house at an address of its own, so that when it has ended nothing of
    /// that life can arrive any more.
    pub(super) async fn serve(self: &Arc<Self>, stop: Shutdown, tasks: &mut JoinSet<()>) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new()
            .route("/doubts", post(doubts))
            .route("/ready", post(ready))
            .route("/{account}/deliver", post(deliver))
            .route("/{account}/confirm", post(confirm))
            .route("/{account}/file/{source}", get(file))
            .with_state(Arc::clone(self));
        tasks.spawn(async move {
            let serving = axum::serve(listener, routes);
            serving
                .with_graceful_shutdown(stop.cancelled_owned())
                .await
                .unwrap();
        });
        format!("http://{address}")
    }
}

async fn doubts(State(town): Shared, Json(found): Json<Vec<Doubt>>) {
    let mut doubts = town.doubts.lock().unwrap();
    // They were under way in the life before this one; a second crash does not make a second doubt.
    let life = town.life() - 1;
    let new = |one: &Doubt| !doubts.iter().any(|(_, known)| known.row == one.row);
    let found: Vec<Doubt> = found.into_iter().filter(new).collect();
    doubts.extend(found.into_iter().map(|one| (life, one)));
}

async fn ready(State(town): Shared, Json(port): Json<u16>) {
    town.ready.send(port).await.unwrap();
}

async fn deliver(
    State(town): Shared,
    Path(account): Path<String>,
    Json(parcel): Json<Parcel>,
) -> Json<Slip> {
    let delivery = parcel.open();
    let carried = match &delivery.action {
        Action::Send(body) => body.text.clone(),
        other => other.name().to_owned(),
    };
    town.calls.lock().unwrap().push(carried);
    let slip = Slip::of(town.account(&account).deliver(&delivery).await);
    town.remember(&account, &delivery, &slip);
    Json(slip)
}

async fn confirm(
    State(town): Shared,
    Path(account): Path<String>,
    Json(parcel): Json<Parcel>,
) -> Json<Slip> {
    let delivery = parcel.open();
    Json(Slip::confirming(
        town.account(&account).confirm(&delivery).await,
    ))
}

async fn file() -> Vec<u8> {
    PICTURE.to_vec()
}
