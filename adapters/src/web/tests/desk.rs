//! The channel in front of a real desk on SQLite: a question goes in over HTTP, and its answer comes out.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use bot_core::domain::answer::{Answer, ArticleAnswer, Evidence, Outcome};
use bot_core::domain::command::{CommandCall, CommandSpec, Plan};
use bot_core::domain::id::ArticleId;
use bot_core::domain::language::Language;
use bot_core::domain::place::{Address, ChannelName, Place};
use bot_core::port::answerer::ListAnswerer;
use bot_core::port::clock::{Clock as _, RandomIds, SystemClock};
use bot_core::port::command::{CommandContext, CommandHandler};
use bot_core::port::platform::rough::RoughPlatform;
use bot_core::runtime::core::{Account, Core, Outside};
use bot_core::runtime::engine::Engine;
use bot_core::runtime::phrase::Phrasebook;
use bot_core::store::blob::Blobs;
use bot_core::store::{Db, Keyring, MasterKey};

use super::app::{Answer as Reply, SECRET, send};
use crate::standard_webhooks::Secrets;
use crate::web::{Desk, Parts, SealedFiles, WebChannel, WebConfig, channel};

struct NoCommands;

#[async_trait]
impl CommandHandler for NoCommands {
    fn specs(&self) -> &[CommandSpec] {
        &[]
    }

    async fn plan(&self, _call: &CommandCall, _context: CommandContext<'_>) -> Plan {
        Plan::default()
    }
}

/// A running desk; dropping it ends its tasks.
struct Running {
    engine: Engine,
    address: SocketAddr,
    pushes: mpsc::Receiver<Bytes>,
    _tasks: JoinSet<()>,
    folder: tempfile::TempDir,
}

fn known_answer() -> ListAnswerer {
    let article = ArticleAnswer {
        article: ArticleId(uuid::Uuid::nil()),
        revision: 1,
        title: "多久能送到".to_owned(),
        text: "一般两到三天送到。".to_owned(),
        language: Language::Zh,
    };
    let outcome = Outcome::Confident(article);
    ListAnswerer::default().knowing(
        "多久能送到",
        Answer {
            outcome,
            evidence: Evidence::default(),
            ..Answer::unknown()
        },
    )
}

fn outside(web: &Arc<WebChannel>) -> Outside {
    let account = |platform, callback| Account {
        platform,
        kind: "web",
        team: "support".into(),
        callback,
    };
    let room = Address {
        channel: ChannelName::from("team"),
        place: Place::from("room"),
    };
    Outside {
        channels: BTreeMap::from([
            (
                "shop".into(),
                account(Arc::clone(web) as _, web.has_callback()),
            ),
            (
                "team".into(),
                account(Arc::new(RoughPlatform::new()), false),
            ),
        ]),
        rooms: BTreeMap::from([("support".to_owned(), room)]),
        answerer: Arc::new(known_answer()),
        commands: Arc::new(NoCommands),
    }
}

async fn engine(web: &Arc<WebChannel>, folder: &tempfile::TempDir) -> Engine {
    let url = format!("sqlite:{}", folder.path().join("desk.db").display());
    let db = Db::open(&url.parse().unwrap()).await.unwrap();
    let keyring = Keyring::open(&db, MasterKey::new([7; 32])).await.unwrap();
    let core = Core {
        db,
        keyring: keyring.clone(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        policy: tokio::sync::watch::Sender::new(Arc::default()),
        phrases: Arc::new(Phrasebook::built_in()),
        outside: Arc::new(outside(web)),
        signals: Arc::default(),
        leases: Arc::default(),
    };
    let blobs = Blobs::Folder(folder.path().join("blobs"));
    let engine = Engine::new(core, blobs.clone());
    engine.prepare().await.unwrap();
    web.connect(Desk {
        mailbox: Arc::new(engine.feed.clone()),
        files: Arc::new(SealedFiles::new(engine.files.clone(), blobs, keyring)),
    });
    engine
}

impl Running {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, pushes) = mpsc::channel(16);
        let callback = Router::new().route(
            "/replies",
            post(move |body: Bytes| async move { sender.send(body).await.unwrap() }),
        );
        let mut config = WebConfig::with_secret(SECRET);
        config.callback_url = Some(format!("http://{address}/replies"));
        let parts = Parts {
            clock: Arc::new(SystemClock),
            link_key: [7; 32],
        };
        let url = format!("http://{address}");
        let (web, router) = channel("shop".into(), &config, &url, parts).unwrap();
        let engine = engine(&web, &folder).await;
        engine.start();
        web.door
            .subscribe()
            .wait_for(Option::is_some)
            .await
            .unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router.merge(callback)).await.unwrap() });
        Self {
            engine,
            address,
            pushes,
            _tasks: tasks,
            folder,
        }
    }

    async fn call(&self, method: &str, path: &str, signed: &[u8], body: Vec<u8>) -> Reply {
        let now = SystemClock.now().0;
        let signed = Secrets::parse([SECRET]).unwrap().sign("msg_1", now, signed);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("http://{}{path}", self.address);
        let request = client.request(method.parse().unwrap(), url).body(body);
        let request = request
            .header("content-type", "application/json")
            .header("webhook-id", signed.id)
            .header("webhook-timestamp", signed.timestamp)
            .header("webhook-signature", signed.signature);
        send(request).await
    }

    async fn post(&self, body: &Value) -> Reply {
        let body = body.to_string().into_bytes();
        self.call("POST", "/channels/shop/messages", &body, body.clone())
            .await
    }

    async fn read(&self, user: &str, query: &str) -> Reply {
        let path = format!("/channels/shop/users/{user}/messages?{query}");
        self.call("GET", &path, path.as_bytes(), Vec::new()).await
    }
}

fn asked() -> Value {
    json!({"id": "m-1", "user": {"id": "u-9", "name": "王女士"}, "text": "多久能送到"})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_is_answered_by_poll_and_by_push_and_once() {
    let mut desk = Running::start().await;
    // Asked before the user is known, so the poll waits for the conversation and then for the answer.
    let asked = asked();
    let (page, first) = tokio::join!(desk.read("u-9", "after=&wait=20"), desk.post(&asked));
    assert_eq!(first.status, 202, "{first:?}");
    let page = page.json();
    let text = page["messages"][0]["text"].as_str().unwrap();
    assert!(text.contains("一般两到三天送到。"), "{page}");

    let push: Value = serde_json::from_slice(&desk.pushes.recv().await.unwrap()).unwrap();
    assert_eq!(
        (&push["text"], &push["user"]["id"]),
        (&json!(text), &json!("u-9"))
    );

    assert_eq!(desk.post(&asked).await.json(), first.json());
    let next = page["next"].as_str().unwrap();
    let after = desk.read("u-9", &format!("after={next}")).await.json();
    assert_eq!(after, json!({"messages": [], "next": next}));
    assert_eq!(desk.read("u-9", "after=999").await.status, 400);
    assert_eq!(
        desk.read("u-10", "after=").await.json(),
        json!({"messages": [], "next": "0"})
    );
    desk.engine.supervisor.stop().cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_is_sealed_on_the_disk_and_comes_back_whole() {
    let desk = Running::start().await;
    let bytes = b"\x89PNG\r\n\x1a\n canary".to_vec();
    let answer = desk
        .call("POST", "/channels/shop/uploads", &bytes, bytes.clone())
        .await;
    let url = answer.json()["url"].as_str().unwrap().to_owned();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    assert_eq!(send(client.get(url)).await.bytes, bytes);
    let mut folders = vec![desk.folder.path().to_path_buf()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let held = std::fs::read(entry.path()).unwrap();
            assert!(!held.windows(6).any(|part| part == b"canary"), "{entry:?}");
            files += 1;
        }
    }
    assert!(files >= 2);
    desk.engine.supervisor.stop().cancel();
}
