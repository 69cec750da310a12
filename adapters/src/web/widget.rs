//! The website widget: another door of a web channel, for browsers on pages of allowed origins.
//!
//! What comes in: `POST /widget/{channel}/messages`, with a visitor's token. What goes out:
//! `GET /widget/{channel}/messages`, and the same as it happens over `/widget/{channel}/live`. A visitor is
//! bound to one place: a random one, or that of the user whom the host page names in a signed identity, so
//! that an app and its website share one conversation.
//!
//! The work on a request, in this order: the origin, the budget of its address, the token, the words.

mod articles;
mod assets;
mod config;
mod guard;
mod history;
mod identity;
mod live;
mod messages;
mod session;
mod store;
mod token;
mod typing;
mod visitor;

pub use assets::assets;
pub(crate) use config::Settings;
pub use config::WidgetConfig;
pub use store::sweep;

pub(crate) use visitor::is_visitor;

use std::fmt;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::middleware;
use axum::routing::{get, post};
use tokio::sync::Semaphore;

use bot_core::domain::accent::Accent;
use bot_core::port::articles::ArticleSearch;
use bot_core::runtime::core::Core;
use bot_core::runtime::feed::Feed;

use crate::web::budget::Budget;
use crate::web::error::Refused;
use crate::web::outbound::WebChannel;

/// Open sockets of one channel in one process.
const SOCKETS: usize = 20_000;
/// Requests of one address a second, and how many may come at once.
const REQUESTS: (u32, u32) = (30, 300);
/// New visitors of one address a second, and at once: an office shares one address.
const NEWCOMERS: (u32, u32) = (1, 60);
/// Tokens that open nothing.
const WRONG: (u32, u32) = (1, 30);

/// What the widget needs of the running desk.
#[derive(Clone)]
pub struct WidgetDesk {
    /// The database, the keys, the settings, the hints.
    pub core: Core,
    /// Conversations, as customers see them.
    pub feed: Feed,
    /// The public articles.
    pub articles: Arc<dyn ArticleSearch>,
    /// The colour of the widget.
    pub accent: Accent,
}

impl fmt::Debug for WidgetDesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WidgetDesk")
    }
}

/// The widget's part of a channel.
pub(crate) struct Widget {
    settings: Settings,
    desk: OnceLock<WidgetDesk>,
    requests: Budget,
    newcomers: Budget,
    wrong: Budget,
    sockets: Arc<Semaphore>,
}

impl Widget {
    pub(crate) fn new(settings: Settings) -> Self {
        let budget = |(per_second, burst)| Budget::new(per_second, burst);
        Self {
            settings,
            desk: OnceLock::new(),
            requests: budget(REQUESTS),
            newcomers: budget(NEWCOMERS),
            wrong: budget(WRONG),
            sockets: Arc::new(Semaphore::new(SOCKETS)),
        }
    }

    /// Joins the widget to the running desk; a second call changes nothing.
    pub(crate) fn connect(&self, desk: WidgetDesk) {
        drop(self.desk.set(desk));
    }

    fn desk(&self) -> Result<&WidgetDesk, Refused> {
        self.desk.get().ok_or(Refused::Unavailable)
    }
}

/// What every request of a widget has at hand.
#[derive(Clone)]
struct Shop {
    channel: Arc<WebChannel>,
    widget: Arc<Widget>,
}

impl Shop {
    fn desk(&self) -> Result<&WidgetDesk, Refused> {
        self.widget.desk()
    }
}

/// The routes of one channel's widget. Those of `visitors` are reached with a token only.
pub(crate) fn router(channel: &Arc<WebChannel>, widget: &Arc<Widget>) -> Router {
    let shop = Shop {
        channel: Arc::clone(channel),
        widget: Arc::clone(widget),
    };
    let at = |rest: &str| format!("/widget/{}/{rest}", channel.name);
    let visitors = Router::new()
        .route(&at("messages"), get(history::read).post(messages::write))
        .route(&at("uploads"), post(messages::upload))
        .route_layer(middleware::from_fn_with_state(shop.clone(), guard::visitor));
    Router::new()
        .route(&at("session"), post(session::open))
        .route(&at("articles"), get(articles::find))
        .route(&at("live"), get(live::open))
        .merge(visitors)
        .method_not_allowed_fallback(async || Refused::Method)
        .layer(middleware::from_fn_with_state(shop.clone(), guard::origin))
        .with_state(shop)
}
