//! The data of the team room's page, under `/api/v1`: sign-in, the team, tickets and their threads,
//! files, completion, and what happens right now over a WebSocket.
//!
//! A line that an agent writes goes through the same door as one from any platform
//! ([`Intake`]); what is shown is read from the rows that the desk has
//! committed. Every path stands in one table with the right that it needs (`access`), and what is
//! not in the table is refused.

mod access;
mod agents;
mod canned;
mod commands;
mod error;
mod kb;
mod limit;
mod lines;
mod links;
mod live;
mod messages;
mod openapi;
mod page;
mod password;
mod request;
mod rooms;
mod search;
mod session;
mod sign_in;
mod start;
mod store;
mod threads;
mod token;
mod totals;
mod uploads;
mod view;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, patch, post, put};
use axum::{Router, middleware};
use tokio::sync::{Semaphore, broadcast};

use bot_core::domain::accent::Accent;
use bot_core::domain::place::ChannelName;
use bot_core::domain::time::{Timestamp, Zone};
use bot_core::port::intake::Intake;
use bot_core::port::platform::Shutdown;
use bot_core::runtime::core::Core;
use bot_core::runtime::files::Files;
use bot_core::runtime::supervisor::Supervisor;
use knowledge::import::pdf::PdfReader;
use knowledge::keeper::Keeper;

use crate::command::Registry;
use crate::console::error::ApiError;
use crate::console::live::Aside;
use crate::console::password::Hasher;

pub use links::{SignInLink, sign_in_link, sweep};
pub use request::PeerAddress;
pub use uploads::RoomPlatform;

/// Open sockets of one process.
const SOCKETS: usize = 1_000;
/// Uploads at once: each holds its bytes in memory, twice while they are sealed.
const UPLOADS: usize = 4;
/// Signals between sockets that a slow one may lag behind.
const ASIDES: usize = 256;

/// Everything that the team room may touch.
#[derive(Clone)]
pub struct Context {
    /// The database, the keys, the clock, the settings, the team's hints.
    pub core: Core,
    /// The door for what agents write.
    pub intake: Intake,
    /// The files of conversations.
    pub files: Files,
    /// The commands, and what each role may do.
    pub registry: Arc<Registry>,
    /// Where browsers find us: `[server] public_url`.
    pub public_url: Option<String>,
    /// The colour of the page.
    pub accent: Accent,
    /// Channels that can be put on a website by one line.
    pub widgets: Vec<ChannelName>,
    /// Where one can try to be a customer, if there is such a page: a path of ours.
    pub customer_page: Option<&'static str>,
    /// The articles.
    pub keeper: Keeper,
    /// The time zone of dates that name none.
    pub zone: Zone,
    /// Where PDF files are read.
    pub pdf: PdfReader,
    /// Ends what was begun for a page that is gone.
    pub supervisor: Supervisor,
    /// Told when the process is to end: open sockets are closed then.
    pub stop: Shutdown,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("core", &self.core)
            .finish_non_exhaustive()
    }
}

/// The team room's part of the process. Cheap to clone.
#[derive(Clone, Debug)]
struct Console {
    context: Context,
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    hasher: Hasher,
    sockets: Arc<Semaphore>,
    uploads: Semaphore,
    asides: broadcast::Sender<Aside>,
}

impl Console {
    fn new(context: Context) -> Self {
        let parts = Parts {
            hasher: Hasher::default(),
            sockets: Arc::new(Semaphore::new(SOCKETS)),
            uploads: Semaphore::new(UPLOADS),
            asides: broadcast::Sender::new(ASIDES),
        };
        Self {
            context,
            parts: Arc::new(parts),
        }
    }

    fn now(&self) -> Timestamp {
        self.context.core.now()
    }

    /// Tells the other sockets of this process; nobody may be listening.
    fn aside(&self, aside: Aside) {
        drop(self.parts.asides.send(aside));
    }

    /// The team has changed: decisions and other parts must know before the answer is given.
    async fn team_changed(&self) -> Result<(), ApiError> {
        self.context.core.refresh_policy().await?;
        self.context.core.signals.policy.notify_one();
        Ok(())
    }
}

/// The paths of the team room. The listener should give `ConnectInfo<SocketAddr>`, or
/// [`PeerAddress`] behind a proxy, so that sign-ins can be limited by address.
pub fn router(context: Context) -> Router {
    let page = page::router(context.accent);
    let console = Console::new(context);
    let paths = accounts()
        .merge(desk())
        .merge(knowledge_base())
        .route("/api/v1/{*rest}", get(nothing));
    paths
        .method_not_allowed_fallback(no_method)
        .layer(DefaultBodyLimit::max(request::JSON_MOST))
        .layer(middleware::from_fn_with_state(
            console.clone(),
            session::guard,
        ))
        .with_state(console)
        .merge(page)
}

fn accounts() -> Router<Console> {
    Router::new()
        .route("/api/v1/openapi.json", get(openapi::document))
        .route("/api/v1/sign-in", post(sign_in::by_password))
        .route("/api/v1/sign-in/link", post(sign_in::by_link))
        .route("/api/v1/sign-out", post(sign_in::out))
        .route("/api/v1/me", get(sign_in::me))
        .route("/api/v1/me/password", put(sign_in::set_password))
        .route("/api/v1/me/presence", put(agents::set_presence))
        .route("/api/v1/agents", get(agents::list).post(agents::add))
        .route("/api/v1/agents/{id}", patch(agents::change))
        .route("/api/v1/agents/{id}/link", post(agents::invite))
}

fn desk() -> Router<Console> {
    let uploads = post(uploads::take).layer(DefaultBodyLimit::max(uploads::LARGEST));
    let message = patch(messages::edit).delete(messages::take_back);
    Router::new()
        .route("/api/v1/start", get(start::start))
        .route("/api/v1/threads", get(threads::list))
        .route("/api/v1/threads/{number}", get(threads::one))
        .route(
            "/api/v1/threads/{number}/messages",
            get(lines::page).post(messages::write),
        )
        .route("/api/v1/threads/{number}/messages/{message}", message)
        .route("/api/v1/threads/{number}/buttons", post(messages::press))
        .route(
            "/api/v1/threads/{number}/attachments/{attachment}",
            get(uploads::serve),
        )
        .route("/api/v1/uploads", uploads)
        .route("/api/v1/commands", get(commands::complete))
        .route("/api/v1/canned", get(canned::list))
        .route(
            "/api/v1/canned/{name}/{language}",
            put(canned::keep).delete(canned::forget),
        )
        .route(
            "/api/v1/rooms/{team}/messages",
            get(rooms::page).post(rooms::write),
        )
        .route("/api/v1/live", get(live::open))
}

fn knowledge_base() -> Router<Console> {
    let article = get(kb::articles::one).put(kb::articles::change);
    let import = post(kb::imports::run).layer(DefaultBodyLimit::max(kb::imports::LARGEST));
    let questions = get(kb::questions::list).post(kb::questions::keep);
    Router::new()
        .route(
            "/api/v1/kb/articles",
            get(kb::articles::list).post(kb::articles::add),
        )
        .route("/api/v1/kb/articles/{id}", article)
        .route("/api/v1/kb/articles/{id}/step", post(kb::articles::step))
        .route(
            "/api/v1/kb/articles/{id}/revisions",
            get(kb::revisions::list),
        )
        .route("/api/v1/kb/articles/{id}/diff", get(kb::revisions::diff))
        .route(
            "/api/v1/kb/articles/{id}/rollback",
            post(kb::revisions::roll_back),
        )
        .route("/api/v1/kb/preview", post(kb::preview::preview))
        .route(
            "/api/v1/kb/questions",
            questions.delete(kb::questions::forget),
        )
        .route("/api/v1/kb/imports", import.get(kb::imports::list))
        .route("/api/v1/kb/imports/{number}/undo", post(kb::imports::undo))
        .route("/api/v1/kb/suggestions", get(kb::suggestions::list))
        .route(
            "/api/v1/kb/suggestions/{number}/approve",
            post(kb::suggestions::approve),
        )
        .route(
            "/api/v1/kb/suggestions/{number}/reject",
            post(kb::suggestions::reject),
        )
        .route(
            "/api/v1/kb/suggestions/{number}/unlearn",
            post(kb::suggestions::unlearn),
        )
}

async fn nothing() -> ApiError {
    ApiError::NotFound
}

async fn no_method() -> ApiError {
    ApiError::Method
}
