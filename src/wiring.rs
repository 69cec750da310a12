//! From a configuration to a desk that can be started: opens the database, builds the channels,
//! and joins the parts.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use adapters::web::{Desk, SealedFiles, WidgetDesk};
use admin::command::{Registry, RoleMap, builtin};
use admin::console::RoomPlatform;
use anyhow::Context;
use axum::{Router, middleware};
use bot_core::domain::id::AgentId;
use bot_core::domain::place::{Address, ChannelName, Place};
use bot_core::domain::time::Timestamp;
use bot_core::port::answerer::Answerer;
use bot_core::port::articles::ArticleSearch;
use bot_core::port::clock::{Clock, Ids, RandomIds, SystemClock};
use bot_core::port::command::CommandHandler;
use bot_core::port::job::JobHandler;
use bot_core::port::platform::Platform;
use bot_core::runtime::core::{Account, Core, Outside};
use bot_core::runtime::engine::Engine;
use bot_core::runtime::phrase::Phrasebook;
use bot_core::runtime::team_room::KIND;
use bot_core::store::blob::Blobs;
use bot_core::store::record::Records;
use bot_core::store::staff::{self, NewAgent};
use bot_core::store::{Db, Keyring};
use ipnet::IpNet;
use knowledge::answerer::KnowledgeBase;
use knowledge::import::pdf::PdfReader;
use knowledge::keeper::Keeper;

use crate::config::{Agent, Config, Database, Room};
use crate::wiring::web::Web;
use crate::{model, peer};

mod articles;
mod key;
mod web;

pub use key::master_key;

/// Opens the database of a configuration, with the keys of its sealed columns.
///
/// # Errors
/// When it cannot be reached, or the master key is missing or another one.
pub async fn open_store(config: &Config) -> anyhow::Result<(Db, Keyring)> {
    let master = master_key(&config.storage)?;
    let url = config.storage.url()?;
    let told = || format!("the database {url} cannot be opened");
    let db = Db::open(&url).await.with_context(told)?;
    let keyring = Keyring::open(&db, master).await.with_context(told)?;
    Ok((db, keyring))
}

/// Where attachments are kept.
#[must_use]
pub fn blobs(config: &Config, db: &Db) -> Blobs {
    match config.storage.database {
        Database::Sqlite(_) => Blobs::Folder(config.storage.files.clone()),
        Database::Postgres(_) => Blobs::Rows(db.clone()),
    }
}

/// Puts a desk together; others' platforms, answerers and commands join the built-in ones.
pub struct Builder {
    config: Config,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    answerer: Option<Arc<dyn Answerer>>,
    platforms: Vec<(ChannelName, Arc<dyn Platform>, &'static str)>,
    commands: Vec<Arc<dyn CommandHandler>>,
    jobs: Vec<Arc<dyn JobHandler>>,
    pdf: PdfReader,
    routes: Router,
    customer_page: Option<&'static str>,
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}

impl Builder {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
            answerer: None,
            platforms: Vec::new(),
            commands: Vec::new(),
            jobs: Vec::new(),
            pdf: PdfReader::Here,
            routes: Router::new(),
            customer_page: None,
        }
    }

    /// Another clock, for tests and simulations.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Answers questions in place of the knowledge base.
    #[must_use]
    pub fn answerer(mut self, answerer: Arc<dyn Answerer>) -> Self {
        self.answerer = Some(answerer);
        self
    }

    /// One channel more. `kind` is the platform's name in agents' identities.
    #[must_use]
    pub fn platform(
        mut self,
        name: ChannelName,
        kind: &'static str,
        platform: Arc<dyn Platform>,
    ) -> Self {
        self.platforms.push((name, platform, kind));
        self
    }

    /// One family of commands more.
    #[must_use]
    pub fn commands(mut self, handler: Arc<dyn CommandHandler>) -> Self {
        self.commands.push(handler);
        self
    }

    /// One handler of long work more.
    #[must_use]
    pub fn job(mut self, handler: Arc<dyn JobHandler>) -> Self {
        self.jobs.push(handler);
        self
    }

    /// PDF files are read there.
    #[must_use]
    pub fn pdf(mut self, pdf: PdfReader) -> Self {
        self.pdf = pdf;
        self
    }

    /// HTTP routes of a platform that is called by its service.
    #[must_use]
    pub fn routes(mut self, routes: Router) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }

    /// The path of a page, among the routes, where one can try to be a customer.
    #[must_use]
    pub const fn customer_page(mut self, path: &'static str) -> Self {
        self.customer_page = Some(path);
        self
    }

    /// Opens the database and joins the parts; nothing moves yet.
    ///
    /// # Errors
    /// When the database cannot be opened, or a part of the configuration cannot be used.
    pub async fn build(self) -> anyhow::Result<Frontdesk> {
        let (db, keyring) = open_store(&self.config).await?;
        let blobs = blobs(&self.config, &db);
        let model = model::file(&self.config.storage.model);
        let knowledge = KnowledgeBase::empty()?.with_model(model);
        let knowledge = Arc::new(knowledge.with_settings(self.config.knowledge()));
        let registry = Arc::new(self.registry(&db, &keyring, &knowledge)?);
        let webs = web::channels(&self.config, &self.clock, &keyring)?;
        let core = self.core(db, keyring.clone(), &knowledge, &registry, &webs);
        hire(&core.db, &self.config.agents, core.now()).await?;
        let engine = self.working(Engine::new(core, blobs.clone()), &knowledge);
        let keeper = self.keeper(&engine.core.db, &knowledge);
        let console = admin::console::router(self.console(&engine, &registry, keeper));
        let routes = self.routes.merge(console);
        let pages = adapters::web::unknown_channel().merge(adapters::web::assets());
        let mut router = routes.merge(pages);
        let widget = WidgetDesk {
            core: engine.core.clone(),
            feed: engine.feed.clone(),
            articles: Arc::clone(&knowledge) as Arc<dyn ArticleSearch>,
            accent: self.config.desk.accent,
        };
        for web in webs {
            web.channel.connect_widget(widget.clone());
            let files = SealedFiles::new(engine.files.clone(), blobs.clone(), keyring.clone());
            let (mailbox, files) = (Arc::new(engine.feed.clone()), Arc::new(files));
            web.channel.connect(Desk { mailbox, files });
            router = router.merge(web.router);
        }
        let proxies: Arc<[IpNet]> = self.config.server.trusted_proxies.as_slice().into();
        let router = router.layer(middleware::from_fn_with_state(proxies, peer::tell));
        Ok(Frontdesk {
            config: self.config,
            engine,
            knowledge,
            registry,
            router,
        })
    }

    fn registry(
        &self,
        db: &Db,
        keyring: &Keyring,
        knowledge: &Arc<KnowledgeBase>,
    ) -> anyhow::Result<Registry> {
        let records = Records::new(db.clone(), keyring.clone());
        let keeper = self.keeper(db, knowledge);
        let mut registry = builtin(records, keeper, RoleMap::default())?;
        for handler in &self.commands {
            registry = registry.with(Arc::clone(handler))?;
        }
        Ok(registry)
    }

    fn console(
        &self,
        engine: &Engine,
        registry: &Arc<Registry>,
        keeper: Keeper,
    ) -> admin::console::Context {
        admin::console::Context {
            core: engine.core.clone(),
            intake: engine.intake.clone(),
            files: engine.files.clone(),
            registry: Arc::clone(registry),
            public_url: Some(self.config.server.address()),
            accent: self.config.desk.accent,
            widgets: web::with_widget(&self.config),
            customer_page: self.customer_page,
            keeper,
            zone: self.config.hours.zone(),
            pdf: self.pdf.clone(),
            supervisor: engine.supervisor.clone(),
            stop: engine.supervisor.stop(),
        }
    }

    fn core(
        &self,
        db: Db,
        keyring: Keyring,
        knowledge: &Arc<KnowledgeBase>,
        registry: &Arc<Registry>,
        webs: &[Web],
    ) -> Core {
        let known = || Arc::clone(knowledge) as Arc<dyn Answerer>;
        let room = RoomPlatform::new(db.clone(), keyring.clone());
        Core {
            db,
            keyring,
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            policy: tokio::sync::watch::Sender::new(Arc::new(self.config.policy())),
            phrases: Arc::new(Phrasebook::built_in()),
            outside: Arc::new(Outside {
                channels: self.accounts(webs, room),
                rooms: self.rooms(),
                answerer: self.answerer.clone().unwrap_or_else(known),
                commands: Arc::clone(registry) as Arc<dyn CommandHandler>,
            }),
            signals: Arc::default(),
            leases: Arc::default(),
        }
    }

    fn accounts(&self, webs: &[Web], room: RoomPlatform) -> BTreeMap<ChannelName, Account> {
        let team = self.config.teams.first().map(|team| team.name.clone());
        let team = team.unwrap_or_default();
        let account = |platform: Arc<dyn Platform>, kind| Account {
            platform,
            kind,
            team: team.clone(),
            callback: false,
        };
        let mut accounts = BTreeMap::from([(KIND.into(), account(Arc::new(room), KIND))]);
        for (name, platform, kind) in &self.platforms {
            accounts.insert(name.clone(), account(Arc::clone(platform), kind));
        }
        for web in webs {
            let callback = web.channel.has_callback();
            let built = account(Arc::clone(&web.channel) as Arc<dyn Platform>, "web");
            let account = Account {
                team: web.team.clone(),
                callback,
                ..built
            };
            accounts.insert(web.name.clone(), account);
        }
        accounts
    }

    fn rooms(&self) -> BTreeMap<String, Address> {
        let rooms = self.config.teams.iter().map(|team| match team.room {
            Room::Web => (
                team.name.clone(),
                Address {
                    channel: KIND.into(),
                    place: Place(team.name.clone()),
                },
            ),
        });
        rooms.collect()
    }
}

/// The agents of the file, upserted by name.
///
/// # Errors
/// When the database fails.
pub async fn hire(db: &Db, agents: &[Agent], now: Timestamp) -> anyhow::Result<()> {
    for agent in agents {
        let new = Arc::new(new_agent(agent, now));
        let upsert = db.write(move |tx| {
            let new = Arc::clone(&new);
            Box::pin(async move { staff::upsert(tx, &new, now).await })
        });
        upsert.await?;
    }
    Ok(())
}

fn new_agent(agent: &Agent, now: Timestamp) -> NewAgent {
    let roles = agent.roles.iter().map(|role| role.as_str().to_owned());
    let identities = agent.identities.iter();
    NewAgent {
        id: AgentId(RandomIds.fresh(now)),
        name: agent.name.clone(),
        display: agent.display.clone(),
        roles: roles.collect(),
        skills: agent.skills.clone(),
        identities: identities
            .map(|one| (one.platform.clone(), one.id.to_string()))
            .collect(),
    }
}

/// A desk, put together and ready to start.
#[derive(Clone)]
pub struct Frontdesk {
    /// What it was built from.
    pub config: Config,
    /// The moving parts.
    pub engine: Engine,
    /// The articles.
    pub knowledge: Arc<KnowledgeBase>,
    /// The commands.
    pub registry: Arc<Registry>,
    /// The HTTP routes of all parts.
    pub router: Router,
}

impl fmt::Debug for Frontdesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frontdesk")
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}

impl Frontdesk {
    /// Begins to put a desk together.
    #[must_use]
    pub fn builder(config: Config) -> Builder {
        Builder::new(config)
    }
}
