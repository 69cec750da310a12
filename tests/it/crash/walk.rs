//! A walk: feeds a house with events, kills it where it is told to, and starts it again.

use std::collections::{BTreeMap, VecDeque};
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bot_core::domain::inbound::{Inbound, Incoming, ReplySlot, Sender};
use bot_core::domain::place::{ChannelName, Place};
use bot_core::domain::time::{SECOND, Timestamp};
use serde::Serialize;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::crash::house::{Memory, SETUP, Setup, WAY_IN};
use crate::crash::town::{Seen, Town};
use crate::house::{MONDAY_TEN, On, postgres};

/// What `abort` ends a process with.
pub(super) const SIGABRT: i32 = 6;
/// A house that ends more often than this is not being killed, it is broken.
const MOST_LIVES: usize = 12;

/// A town, and a house in it that may be dead just now.
pub(super) struct Walk {
    pub(super) town: Arc<Town>,
    ready: mpsc::Receiver<u16>,
    folder: tempfile::TempDir,
    database: String,
    now: Timestamp,
    /// Where the next lives end; no entry: nowhere.
    ends: VecDeque<String>,
    alive: Option<Alive>,
    client: reqwest::Client,
    /// Lives that ended by themselves.
    pub(super) deaths: usize,
}

struct Alive {
    child: Child,
    /// The house ends when this is closed.
    breath: Option<ChildStdin>,
    base: String,
    closing: CancellationToken,
    town: JoinSet<()>,
}

impl Walk {
    /// A walk on which the first lives end at these points (`name` or `name:3`).
    pub(super) async fn new(on: On, ends: &[String]) -> Self {
        Self::through(on, ends, false).await
    }

    pub(super) async fn through(on: On, ends: &[String], confirms: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match on {
            On::Sqlite => format!("sqlite:{}", folder.path().join("desk.db").display()),
            On::Postgres => postgres::fresh_url().await,
        };
        let (town, ready) = Town::new(confirms);
        Self {
            town,
            ready,
            folder,
            database,
            now: MONDAY_TEN,
            ends: ends.iter().cloned().collect(),
            alive: None,
            client: reqwest::Client::new(),
            deaths: 0,
        }
    }

    // ---- what people do ----

    /// A customer does something, and everything that is due happens.
    pub(super) async fn customer(&mut self, key: &str, who: &str, body: Incoming) {
        let inbound = self.inbound("shop", who, None, who, key, body);
        self.happens(inbound).await;
    }

    /// A customer's message comes in a request whose answer can carry one of ours; where it is cut,
    /// the platform repeats it.
    pub(super) async fn request(&mut self, key: &str, who: &str, body: Incoming) {
        let before = self.deaths;
        let mut inbound = self.inbound("shop", who, None, who, key, body);
        inbound.slot = Some(ReplySlot {
            id: key.to_owned(),
            deadline: self.now.plus_ms(5 * SECOND),
            size: 1,
            spends: false,
        });
        let answer = self.answer("request", &inbound).await;
        let body = answer.bytes().await.unwrap();
        self.town.reads(&inbound.place, &body);
        self.settle().await;
        self.recover(before).await;
    }

    /// An agent does something in the newest thread.
    pub(super) async fn agent(&mut self, key: &str, body: Incoming) {
        let thread = self.town.threads().pop().expect("a thread");
        let room = Some(Place("room".into()));
        let inbound = self.inbound("team-chat", &thread.0, room, "111", key, body);
        self.happens(inbound).await;
    }

    fn inbound(
        &self,
        channel: &str,
        place: &str,
        room: Option<Place>,
        sender: &str,
        key: &str,
        body: Incoming,
    ) -> Inbound {
        Inbound {
            channel: ChannelName(channel.to_owned()),
            place: place.into(),
            room,
            sender: Sender {
                id: sender.to_owned(),
                name: "王女士".into(),
                ..Sender::default()
            },
            key: key.to_owned(),
            at: self.now,
            body,
            slot: None,
            window: None,
        }
    }

    /// A customer does something while the house does not move; the event is acknowledged.
    pub(super) async fn hand_in(&mut self, key: &str, who: &str, body: Incoming) {
        self.now = self.now.plus_ms(1);
        let inbound = self.inbound("shop", who, None, who, key, body);
        self.ask("inbound", &inbound).await;
    }

    async fn happens(&mut self, inbound: Inbound) {
        let before = self.deaths;
        self.ask("inbound", &inbound).await;
        self.settle().await;
        self.recover(before).await;
    }

    /// Time passes, and everything that comes due happens.
    pub(super) async fn wait(&mut self, ms: i64) {
        let before = self.deaths;
        self.now = self.now.plus_ms(ms);
        self.settle().await;
        self.recover(before).await;
    }

    async fn settle(&mut self) {
        let now = self.now;
        self.ask("settle", &now).await;
    }

    /// After a crash people wait until what is in doubt has been settled: a bot's answer goes once
    /// more after 30 s, and an agent answers the question whether to send a reply again.
    async fn recover(&mut self, deaths_before: usize) {
        if self.deaths == deaths_before {
            return;
        }
        self.now = self.now.plus_ms(31 * SECOND);
        self.settle().await;
        self.answer_doubts().await;
    }

    async fn answer_doubts(&mut self) {
        let Some(thread) = self.town.threads().pop() else {
            return;
        };
        let asked = self.town.seen("room", &thread).into_iter();
        let asked: Vec<Seen> = asked.filter(is_doubt_notice).collect();
        for notice in asked {
            let choice = self.pressed(&notice);
            let key = format!("press-{choice}");
            let body = Incoming::Chose { choice };
            let room = Some(Place("room".into()));
            let inbound = self.inbound("team-chat", &thread.0, room, "111", &key, body);
            self.ask("inbound", &inbound).await;
            self.settle().await;
        }
    }

    /// The agent looks at the customer's screen, which is more than a real one could.
    fn pressed(&self, notice: &Seen) -> String {
        let row = |choice: &str| choice.split_once(':').map(|(_, row)| row.to_owned());
        let about = row(&notice.choices[0].0);
        let arrived = self
            .town
            .seen("shop", &"wang".into())
            .iter()
            .any(|one| Some(one.row.to_string()) == about);
        notice.choices[usize::from(arrived)].0.clone()
    }

    // ---- what the house says ----

    pub(super) async fn memory(&mut self) -> Memory {
        let conversation = self.town.conversation.lock().unwrap().expect("a call");
        let answer = self.get(&format!("memory/{conversation}")).await;
        answer.json().await.unwrap()
    }

    pub(super) async fn file(&mut self, file: uuid::Uuid) -> Vec<u8> {
        let conversation = self.town.conversation.lock().unwrap().expect("a call");
        let answer = self.get(&format!("file/{conversation}/{file}")).await;
        answer.bytes().await.unwrap().to_vec()
    }

    /// How often each crash point was passed in this life.
    pub(super) async fn passed(&mut self) -> BTreeMap<String, u32> {
        self.get("passed").await.json().await.unwrap()
    }

    async fn get(&mut self, path: &str) -> reqwest::Response {
        let base = self.living().await;
        let answer = self.client.get(format!("{base}/{path}")).send();
        answer.await.unwrap().error_for_status().unwrap()
    }

    /// Asks until the house has answered: the same event under the same key, as platforms do.
    async fn ask(&mut self, path: &str, body: &(impl Serialize + Sync)) {
        self.answer(path, body).await;
    }

    async fn answer(&mut self, path: &str, body: &(impl Serialize + Sync)) -> reqwest::Response {
        loop {
            let base = self.living().await;
            let sent = self.client.post(format!("{base}/{path}")).json(body).send();
            match sent.await {
                Ok(answer) => return answer.error_for_status().unwrap(),
                Err(_) => self.bury().await,
            }
        }
    }

    // ---- life and death ----

    async fn living(&mut self) -> String {
        loop {
            if let Some(alive) = &self.alive {
                return alive.base.clone();
            }
            self.start().await;
        }
    }

    async fn start(&mut self) {
        let life = self.town.lives.fetch_add(1, Ordering::SeqCst) + 1;
        assert!(life <= MOST_LIVES, "it dies again and again");
        let closing = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let town = self.town.serve(closing.clone(), &mut tasks).await;
        let mut child = self.command(&town, life).spawn().unwrap();
        self.alive = Some(Alive {
            breath: child.stdin.take(),
            child,
            base: String::new(),
            closing,
            town: tasks,
        });
        let alive = self.alive.as_mut().unwrap();
        tokio::select! {
            port = self.ready.recv() => alive.base = format!("http://127.0.0.1:{}", port.unwrap()),
            _ = alive.child.wait() => self.bury().await,
        }
    }

    fn command(&mut self, town: &str, life: usize) -> Command {
        let setup = Setup {
            town: town.to_owned(),
            database: self.database.clone(),
            folder: self.folder.path().to_owned(),
            now: self.now,
            start: u64::try_from(life).unwrap(),
        };
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", WAY_IN, "--nocapture", "--test-threads=1"])
            .env(SETUP, serde_json::to_string(&setup).unwrap())
            .env(
                "FRONTDESK_CRASH_AT",
                self.ends.pop_front().unwrap_or("nowhere".into()),
            )
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .kill_on_drop(true);
        command
    }

    /// The house has ended: by an abort, and by nothing else. What it sent has arrived or never will.
    async fn bury(&mut self) {
        let status = self.gone().await;
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        assert_eq!(status.signal(), Some(SIGABRT), "{status}: {log}");
        self.deaths += 1;
    }

    async fn gone(&mut self) -> ExitStatus {
        let mut alive = self.alive.take().expect("a house");
        drop(alive.breath.take());
        let status = alive.child.wait().await.unwrap();
        alive.closing.cancel();
        while alive.town.join_next().await.is_some() {}
        status
    }

    /// Ends the house in good order.
    pub(super) async fn end(&mut self) -> ExitStatus {
        self.ask("end", &()).await;
        let status = self.gone().await;
        if self.database.starts_with("postgres:") {
            postgres::give_back(&self.database).await;
        }
        status
    }
}

/// The question whether a reply is to be sent again.
pub(super) fn is_doubt_notice(one: &Seen) -> bool {
    one.choices.iter().any(|(id, _)| id.starts_with("resend:"))
}
