//! The house: an engine in a process of its own, moved step by step over HTTP. This test binary is
//! started anew as that process; the test below is its way in.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use bot_core::domain::answer::{Answer, Question};
use bot_core::domain::content::Content;
use bot_core::domain::delivery::Action;
use bot_core::domain::id::{AttachmentId, ConversationId};
use bot_core::domain::inbound::Inbound;
use bot_core::domain::policy::Policy;
use bot_core::domain::ticket::Ticket;
use bot_core::domain::time::Timestamp;
use bot_core::port::answerer::{AnswerError, Answerer, ListAnswerer};
use bot_core::port::clock::{Clock, ManualClock, SeededIds};
use bot_core::port::job::CountingJob;
use bot_core::port::platform::rough::render;
use bot_core::port::slot::Ride;
use bot_core::runtime::core::Core;
use bot_core::runtime::crash;
use bot_core::runtime::engine::Engine;
use bot_core::runtime::phrase::Phrasebook;
use bot_core::store::blob::Blobs;
use bot_core::store::outbox::{self, Head};
use bot_core::store::record::{Line, Records};
use bot_core::store::{Db, Keyring, MasterKey, Spot, case, inbox};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::crash::post::Post;
use crate::crash::walk::Walk;
use crate::house::{On, hire, known_answers, outside, settle};

/// The variable that tells a process of this binary to be a house.
pub(super) const SETUP: &str = "FRONTDESK_CRASH_HOUSE";
/// The test to start for it.
pub(super) const WAY_IN: &str = "crash::house::lives_in_a_process_of_its_own";
/// A question that ends the process of whoever thinks about it.
pub(super) const BOMB: &str = "请问这个包裹里面有什么东西";

/// What a house is told when it is started.
#[derive(Serialize, Deserialize)]
pub(super) struct Setup {
    pub(super) town: String,
    pub(super) database: String,
    pub(super) folder: PathBuf,
    pub(super) now: Timestamp,
    /// No two processes draw the same ids.
    pub(super) start: u64,
}

/// A row that was being sent when the last process ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Doubt {
    pub(super) row: Uuid,
    pub(super) destination: String,
    pub(super) action: String,
    pub(super) by_agent: bool,
    pub(super) text: String,
}

/// What the house itself remembers of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Memory {
    pub(super) lines: Vec<String>,
    pub(super) tickets: Vec<String>,
    /// Rows that nobody has settled; none when all is said.
    pub(super) unsettled: i64,
}

struct Life {
    engine: Engine,
    clock: ManualClock,
    ended: CancellationToken,
}

type Shared = State<Arc<Life>>;

/// Started by hand this walks in and out once; started by a walk it is the house.
#[tokio::test]
async fn lives_in_a_process_of_its_own() {
    if let Ok(setup) = std::env::var(SETUP) {
        return live(&serde_json::from_str(&setup).unwrap()).await;
    }
    let mut walk = Walk::new(On::Sqlite, &[]).await;
    walk.wait(0).await;
    assert!(walk.end().await.success(), "it ends in good order");
}

async fn live(setup: &Setup) {
    let life = Arc::new(begin(setup).await);
    let client = reqwest::Client::new();
    let tell = |what: &str, body: serde_json::Value| {
        client
            .post(format!("{}/{what}", setup.town))
            .json(&body)
            .send()
    };
    let doubts = doubts(&life.engine.core).await;
    tell("doubts", serde_json::to_value(doubts).unwrap())
        .await
        .unwrap();
    life.engine.prepare().await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tell("ready", port.into()).await.unwrap();
    let ended = life.ended.clone();
    let serving = axum::serve(listener, routes(Arc::clone(&life)));
    tokio::select! {
        served = serving.with_graceful_shutdown(ended.cancelled_owned()) => served.unwrap(),
        () = orphaned() => {}
    }
    assert!(life.engine.end().await);
}

/// A house does not outlive the test that walks it.
async fn orphaned() {
    drop(tokio::io::stdin().read_to_end(&mut Vec::new()).await);
}

async fn begin(setup: &Setup) -> Life {
    let db = Db::open(&setup.database.parse().unwrap()).await.unwrap();
    let keyring = Keyring::open(&db, MasterKey::new([7; 32])).await.unwrap();
    let clock = ManualClock::at(setup.now);
    let account = |name| Arc::new(Post::new(&setup.town, name));
    let answerer = Arc::new(Fragile(known_answers()));
    let blobs = match setup.database.starts_with("sqlite:") {
        true => Blobs::Folder(setup.folder.join("blobs")),
        false => Blobs::Rows(db.clone()),
    };
    let core = Core {
        db,
        keyring,
        clock: Arc::new(clock.clone()),
        ids: Arc::new(SeededIds::new(setup.start)),
        policy: tokio::sync::watch::Sender::new(Arc::new(Policy::default())),
        phrases: Arc::new(Phrasebook::built_in()),
        outside: Arc::new(outside(account("shop"), account("room"), answerer)),
        signals: Arc::default(),
        leases: Arc::default(),
    };
    hire(&core).await;
    Life {
        engine: Engine::new(core, blobs).working(Arc::new(CountingJob::default())),
        clock,
        ended: CancellationToken::new(),
    }
}

/// Ends the process at one question, as a fault in native code would.
struct Fragile(ListAnswerer);

#[async_trait]
impl Answerer for Fragile {
    async fn answer(&self, question: &Question) -> Result<Answer, AnswerError> {
        if question.text.contains(BOMB) {
            std::process::abort();
        }
        self.0.answer(question).await
    }
}

async fn doubts(core: &Core) -> Vec<Doubt> {
    let read = core.db.read(|tx| Box::pin(outbox::left_sending(tx, None)));
    let mut doubts = Vec::new();
    for head in read.await.unwrap() {
        doubts.push(doubt(core, &head).await);
    }
    doubts
}

async fn doubt(core: &Core, head: &Head) -> Doubt {
    let (keyring, conversation) = (core.keyring.clone(), ConversationId(head.lane));
    let read = core
        .db
        .read(|tx| Box::pin(async move { keyring.of_conversation(tx, conversation).await }));
    let key = read.await.unwrap();
    let spot = Spot::new("outbox", "body", head.id);
    let action: Action<Content> = key.open(spot, &head.body_sealed).unwrap();
    let text = match &action {
        Action::Send(body) | Action::Edit { body, .. } => body.text.clone(),
        _ => String::new(),
    };
    Doubt {
        row: head.id,
        destination: head.destination.clone(),
        action: action.name().to_owned(),
        by_agent: head.by_agent,
        text,
    }
}

fn routes(life: Arc<Life>) -> Router {
    Router::new()
        .route("/inbound", post(inbound))
        .route("/request", post(request))
        .route("/settle", post(until))
        .route("/memory/{conversation}", get(memory))
        .route("/file/{conversation}/{file}", get(file))
        .route("/passed", get(passed))
        .route("/end", post(end))
        .with_state(life)
}

async fn inbound(State(life): Shared, Json(inbound): Json<Inbound>) -> StatusCode {
    match life.engine.intake.accept(inbound).await {
        Ok(_) => StatusCode::ACCEPTED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Answers a request by what is said to it.
async fn request(State(life): Shared, Json(inbound): Json<Inbound>) -> Result<Vec<u8>, StatusCode> {
    let slot = life.engine.intake.slot(&inbound).expect("a slot");
    let accepted = life.engine.intake.accept(inbound).await;
    accepted.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    settle(&life.engine).await;
    match slot.claim(render).await.unwrap() {
        Ride::Body(body) => {
            slot.handed_over().await.unwrap();
            Ok(body)
        }
        Ride::Empty | Ride::Late => Ok(Vec::new()),
    }
}

async fn until(State(life): Shared, Json(now): Json<Timestamp>) {
    life.clock.advance_ms(now.since(life.clock.now()));
    settle(&life.engine).await;
}

async fn memory(State(life): Shared, Path(conversation): Path<Uuid>) -> Json<Memory> {
    let core = life.engine.core.clone();
    let conversation = ConversationId(conversation);
    let records = Records::new(core.db.clone(), core.keyring.clone());
    let lines = records.transcript(conversation, 1_000).await.unwrap();
    let tickets = ticket(&core, conversation).await;
    Json(Memory {
        lines: lines.iter().map(written).collect(),
        tickets: tickets.iter().map(described).collect(),
        unsettled: unsettled(&core).await,
    })
}

fn written(line: &Line) -> String {
    let marks = (line.edited, line.deleted);
    format!("{:?} {} {marks:?}", line.direction, line.content.text)
}

fn described(ticket: &Ticket) -> String {
    format!("{:?} {} {:?}", ticket.status, ticket.subject, ticket.cause)
}

async fn ticket(core: &Core, conversation: ConversationId) -> Option<Ticket> {
    let keyring = core.keyring.clone();
    let read = core
        .db
        .read(|tx| Box::pin(async move { case::load(tx, &keyring, conversation).await }));
    read.await.unwrap().case.ticket
}

/// Rows of the inbox's lanes and of the outbox that wait.
async fn unsettled(core: &Core) -> i64 {
    let now = core.now();
    let read = core.db.read(|tx| {
        Box::pin(async move {
            let lanes = inbox::waiting_lanes(tx, -1, 100).await?.len();
            let left = outbox::left_sending(tx, None).await?.len();
            let rows = outbox::next_due(tx, now).await?.rows;
            Ok(rows + i64::try_from(lanes + left).unwrap())
        })
    });
    read.await.unwrap()
}

async fn file(State(life): Shared, Path((conversation, file)): Path<(Uuid, Uuid)>) -> Vec<u8> {
    let read = life
        .engine
        .files
        .read(ConversationId(conversation), AttachmentId(file));
    read.await.unwrap()
}

async fn passed() -> Json<BTreeMap<String, u32>> {
    Json(crash::passed())
}

async fn end(State(life): Shared) {
    life.ended.cancel();
}
