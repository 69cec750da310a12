//! A desk in a temporary place, driven step by step by a clock that only the test moves.

use std::collections::BTreeMap;
use std::sync::Arc;

use bot_core::domain::answer::{Answer, ArticleAnswer, ArticleChoice, Evidence, Outcome};
use bot_core::domain::command::{CommandCall, CommandSpec, Plan, Write};
use bot_core::domain::content::Media;
use bot_core::domain::id::{AgentId, ArticleId, MessageId};
use bot_core::domain::inbound::{Inbound, Incoming, IncomingFile, Said, Sender};
use bot_core::domain::language::Language;
use bot_core::domain::place::{Address, ChannelName, Place};
use bot_core::domain::policy::Policy;
use bot_core::domain::time::Timestamp;
use bot_core::port::answerer::{Answerer, ListAnswerer};
use bot_core::port::clock::{ManualClock, SeededIds};
use bot_core::port::command::{CommandContext, CommandHandler};
use bot_core::port::job::CountingJob;
use bot_core::port::platform::Platform;
use bot_core::port::platform::rough::RoughPlatform;
use bot_core::runtime::core::{Account, Core, Outside};
use bot_core::runtime::desk::Stepped;
use bot_core::runtime::engine::Engine;
use bot_core::runtime::phrase::Phrasebook;
use bot_core::runtime::team_room::{KIND, TeamRoom};
use bot_core::store::blob::Blobs;
use bot_core::store::staff::{self, NewAgent};
use bot_core::store::{Db, Keyring, MasterKey, StorageUrl, inbox};
use uuid::Uuid;

/// Monday, 2 November 2026, 10:00 in Shanghai.
pub(crate) const MONDAY_TEN: Timestamp = Timestamp(1_793_584_800_000);

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

/// A desk with one customer channel and one team room, both rough.
pub(crate) struct House {
    pub(crate) engine: Engine,
    pub(crate) clock: ManualClock,
    pub(crate) shop: Arc<RoughPlatform>,
    pub(crate) room: Arc<RoughPlatform>,
    pub(crate) url: StorageUrl,
    keys: std::cell::Cell<u64>,
    _folder: tempfile::TempDir,
}

pub(crate) fn delivery_article() -> ArticleId {
    ArticleId(Uuid::from_u128(0xa1))
}

pub(crate) fn known_answers() -> ListAnswerer {
    let confident = |text: &str| Answer {
        outcome: Outcome::Confident(ArticleAnswer {
            article: delivery_article(),
            revision: 1,
            title: "多久能送到".to_owned(),
            text: text.to_owned(),
            language: Language::Zh,
        }),
        evidence: Evidence::default(),
        ..Answer::unknown()
    };
    let choices = Answer {
        outcome: Outcome::Choices(vec![ArticleChoice {
            article: delivery_article(),
            title: "多久能送到".to_owned(),
        }]),
        evidence: Evidence::default(),
        ..Answer::unknown()
    };
    ListAnswerer::default()
        .knowing("多久能送到", confident("一般两到三天送到。"))
        .knowing("送货怎么安排", choices)
}

/// Knows `/close`, `/note …`, `/undo ID` and `/count N`, a job; the real registry has tests of its own.
pub(crate) struct FewCommands;

#[async_trait::async_trait]
impl CommandHandler for FewCommands {
    fn specs(&self) -> &[CommandSpec] {
        &[]
    }

    async fn plan(&self, call: &CommandCall, _context: CommandContext<'_>) -> Plan {
        use bot_core::domain::command::Act;
        let (name, rest) = call
            .line
            .split_once(' ')
            .unwrap_or((call.line.as_str(), ""));
        let act = match name {
            "/close" => Act::Close {
                reason: None,
                silent: rest == "silent",
            },
            "/note" => Act::Note(rest.to_owned()),
            "/undo" => match rest.parse() {
                Ok(id) => Act::Undo(MessageId(id)),
                Err(_) => return Plan::default(),
            },
            "/count" => {
                let job = Write::Job {
                    kind: CountingJob::KIND.to_owned(),
                    payload: rest.parse::<u64>().unwrap().into(),
                };
                return Plan {
                    writes: vec![job],
                    ..Plan::default()
                };
            }
            _ => return Plan::default(),
        };
        Plan {
            acts: vec![act],
            ..Plan::default()
        }
    }
}

async fn database(on: On, folder: &tempfile::TempDir) -> StorageUrl {
    match on {
        On::Sqlite => format!("sqlite:{}", folder.path().join("desk.db").display())
            .parse()
            .unwrap(),
        On::Postgres => postgres::fresh().await,
    }
}

pub(crate) mod postgres;

impl House {
    pub(crate) async fn new(on: On) -> Self {
        Self::with(
            on,
            RoughPlatform::new(),
            RoughPlatform::new(),
            Policy::default(),
        )
        .await
    }

    pub(crate) async fn with(
        on: On,
        shop: RoughPlatform,
        room: RoughPlatform,
        policy: Policy,
    ) -> Self {
        Self::build(on, shop, room, policy, Arc::new(known_answers())).await
    }

    /// A house whose customers write on this platform, and that asks somebody else.
    pub(crate) async fn at(shop: RoughPlatform, on: On, answerer: Arc<dyn Answerer>) -> Self {
        Self::build(on, shop, RoughPlatform::new(), Policy::default(), answerer).await
    }

    /// A house that asks somebody else.
    pub(crate) async fn asking(on: On, answerer: Arc<dyn Answerer>) -> Self {
        let (shop, room) = (RoughPlatform::new(), RoughPlatform::new());
        Self::build(on, shop, room, Policy::default(), answerer).await
    }

    async fn build(
        on: On,
        shop: RoughPlatform,
        room: RoughPlatform,
        policy: Policy,
        answerer: Arc<dyn Answerer>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = database(on, &folder).await;
        let db = Db::open(&url).await.unwrap();
        let keyring = Keyring::open(&db, MasterKey::new([7; 32])).await.unwrap();
        let clock = ManualClock::at(MONDAY_TEN);
        let (shop, room) = (Arc::new(shop), Arc::new(room));
        let core = Core {
            db,
            keyring,
            clock: Arc::new(clock.clone()),
            ids: Arc::new(SeededIds::new(1)),
            policy: tokio::sync::watch::Sender::new(Arc::new(policy)),
            phrases: Arc::new(Phrasebook::built_in()),
            outside: Arc::new(outside(shop.clone(), room.clone(), answerer)),
            signals: Arc::default(),
            leases: Arc::default(),
        };
        hire(&core).await;
        let engine = Engine::new(core, Blobs::Folder(folder.path().join("blobs")));
        engine.prepare().await.unwrap();
        Self {
            engine,
            clock,
            shop,
            room,
            url,
            keys: std::cell::Cell::new(0),
            _folder: folder,
        }
    }

    /// Another process that serves the same database, with the same outside; it has not joined yet.
    pub(crate) async fn beside(&self, seed: u64) -> Engine {
        let db = Db::open(&self.url).await.unwrap();
        let keyring = Keyring::open(&db, MasterKey::new([7; 32])).await.unwrap();
        let core = Core {
            db: db.clone(),
            keyring,
            ids: Arc::new(SeededIds::new(seed)),
            signals: Arc::default(),
            leases: Arc::default(),
            ..self.engine.core.clone()
        };
        core.refresh_policy().await.unwrap();
        Engine::new(core, Blobs::Rows(db))
    }

    fn key(&self) -> String {
        self.keys.set(self.keys.get() + 1);
        format!("k{}", self.keys.get())
    }

    /// A customer does something; the desk has not looked yet.
    pub(crate) async fn customer(&self, who: &str, body: Incoming) -> MessageId {
        self.hand_in(self.customer_event(who, body)).await
    }

    pub(crate) fn customer_event(&self, who: &str, body: Incoming) -> Inbound {
        Inbound {
            channel: ChannelName("shop".into()),
            place: Place(who.to_owned()),
            room: None,
            sender: Sender {
                id: who.to_owned(),
                name: "王女士".into(),
                ..Sender::default()
            },
            key: self.key(),
            at: self.clock_now(),
            body,
            slot: None,
            window: None,
        }
    }

    pub(crate) async fn hand_in(&self, inbound: Inbound) -> MessageId {
        self.engine.intake.accept(inbound).await.unwrap().message
    }

    fn clock_now(&self) -> Timestamp {
        use bot_core::port::clock::Clock;
        self.clock.now()
    }

    /// A customer writes, and everything that is due happens.
    pub(crate) async fn says(&self, who: &str, text: &str) -> MessageId {
        let message = self.customer(who, said(text)).await;
        self.settle().await;
        message
    }

    /// An agent does something in the only open thread.
    pub(crate) async fn agent(&self, body: Incoming) -> MessageId {
        let (thread, _) = self.room.threads().pop().expect("an open thread");
        self.in_thread(&thread, "111", body).await
    }

    pub(crate) async fn in_thread(
        &self,
        thread: &Place,
        account: &str,
        body: Incoming,
    ) -> MessageId {
        let message = self.hand_in(self.room_event(thread, account, body)).await;
        self.settle().await;
        message
    }

    /// What somebody does at a place of the team's room.
    pub(crate) fn room_event(&self, place: &Place, account: &str, body: Incoming) -> Inbound {
        Inbound {
            channel: ChannelName("team-chat".into()),
            place: place.clone(),
            room: Some(Place("room".into())),
            sender: Sender {
                id: account.to_owned(),
                name: "li".into(),
                ..Sender::default()
            },
            key: self.key(),
            at: self.clock_now(),
            body,
            slot: None,
            window: None,
        }
    }

    /// Lets time pass, and everything that comes due happen.
    pub(crate) async fn wait_ms(&self, ms: i64) {
        self.clock.advance_ms(ms);
        self.settle().await;
    }

    /// Steps all parts until none has anything to do.
    pub(crate) async fn settle(&self) {
        settle(&self.engine).await;
    }

    /// What the customer sees.
    pub(crate) fn seen_by(&self, who: &str) -> Vec<String> {
        self.shop.texts_at(&Place(who.to_owned()))
    }

    /// The choice with this label in the last message to the customer.
    pub(crate) fn choice(&self, who: &str, label: &str) -> Incoming {
        let shown = self.shop.at(&Place(who.to_owned()));
        let choices = shown.into_iter().rev().flat_map(|one| one.content.choices);
        let choice = choices
            .into_iter()
            .find(|one| one.label == label)
            .expect("such a choice");
        Incoming::Chose { choice: choice.id }
    }

    /// What the team sees in the newest thread.
    pub(crate) fn thread(&self) -> Vec<String> {
        self.room
            .threads()
            .last()
            .map(|(place, _)| self.room.texts_at(place))
            .unwrap_or_default()
    }
}

/// Steps all parts of an engine until none has anything to do.
pub(crate) async fn settle(engine: &Engine) {
    loop {
        let mut moved = engine.timers.step().await.unwrap() > 0;
        moved |= decide(engine).await;
        moved |= engine.files.step().await.unwrap() > 0;
        moved |= engine.jobs.step().await.unwrap() > 0;
        moved |= engine.courier.step().await.unwrap() > 0;
        if !moved {
            return;
        }
    }
}

/// Decides everything that waits; gives whether there was something.
pub(crate) async fn decide(engine: &Engine) -> bool {
    let mut moved = false;
    let db = &engine.core.db;
    let shards = engine.core.leases.shards();
    let waiting = db
        .read(|tx| Box::pin(inbox::waiting_lanes(tx, shards, 100)))
        .await;
    for lane in waiting.unwrap() {
        while engine.desk.step(lane).await.unwrap() != Stepped::Idle {
            moved = true;
        }
    }
    moved
}

pub(crate) fn said(text: &str) -> Incoming {
    Incoming::Said(Said {
        text: text.to_owned(),
        ..Said::default()
    })
}

pub(crate) fn picture(source: &str) -> Incoming {
    let file = IncomingFile {
        source: source.to_owned(),
        media: Media::Image,
        name: "photo.png".into(),
        mime: "image/png".into(),
        size: None,
        expires: None,
    };
    Incoming::Said(Said {
        files: vec![file],
        ..Said::default()
    })
}

/// A shop and a team's room on these platforms.
pub(crate) fn outside(
    shop: Arc<dyn Platform>,
    room: Arc<dyn Platform>,
    answerer: Arc<dyn Answerer>,
) -> Outside {
    let on = |platform, kind| Account {
        platform,
        kind,
        team: "support".into(),
        callback: false,
    };
    let account = |platform| on(platform, "rough");
    let address = Address {
        channel: ChannelName("team-chat".into()),
        place: Place("room".into()),
    };
    Outside {
        channels: BTreeMap::from([
            (ChannelName("shop".into()), account(shop)),
            (ChannelName("team-chat".into()), account(room)),
            (ChannelName(KIND.into()), on(Arc::new(TeamRoom), KIND)),
        ]),
        rooms: BTreeMap::from([("support".to_owned(), address)]),
        answerer,
        commands: Arc::new(FewCommands),
    }
}

pub(crate) async fn hire(core: &Core) {
    core.db
        .write(|tx| {
            Box::pin(async move {
                let agent = NewAgent {
                    id: AgentId(Uuid::from_u128(0x11)),
                    name: "li".into(),
                    display: "小李".into(),
                    roles: vec!["agent".into()],
                    skills: Vec::new(),
                    identities: vec![("rough".into(), "111".into())],
                };
                let li = staff::upsert(tx, &agent, MONDAY_TEN).await?;
                staff::set_presence(tx, li, "online", MONDAY_TEN).await
            })
        })
        .await
        .unwrap()
}
