//! The web channel: an app's own messages, signed as Standard Webhooks.
//!
//! What comes in: `POST /channels/{channel}/messages`, and `…/uploads` for files. What goes out: the app
//! asks (`GET /channels/{channel}/users/{user}/messages`, a long poll that reads our own database), and,
//! with a `callback_url`, is also told.
//!
//! The work on a request, in this order: the budget of its address, the three headers, the body up to its
//! limit, the signature, the words. Nothing is parsed that was not signed.

mod budget;
mod config;
mod convert;
mod desk;
mod error;
mod files;
mod inbound;
mod links;
mod mailbox;
mod outbound;
mod poll;
mod routes;
mod signature;
mod uploads;
mod widget;

pub use config::{ConfigProblem, Network, SecretText, WebConfig};
pub use convert::{OutAttachment, OutMessage};
pub use desk::SealedFiles;
pub use files::{FileKey, Files, FilesError, MemoryFiles};
pub use mailbox::{Cursor, Hint, Mailbox, MailboxError, MemoryMailbox, Page, Row};
pub use outbound::WebChannel;
pub use routes::unknown_channel;
pub use widget::{WidgetConfig, WidgetDesk, assets, sweep};

use std::sync::Arc;

use axum::Router;
use bot_core::domain::place::ChannelName;
use bot_core::port::clock::Clock;

/// What the channel needs of the rest of the program.
#[derive(Clone)]
pub struct Parts {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Makes links to files unguessable. Another key makes all earlier links dead.
    pub link_key: [u8; 32],
}

/// The running desk, as the channel reads it: `Arc::new(Feed)` and `Arc::new(SealedFiles)`.
#[derive(Clone)]
pub struct Desk {
    /// What the desk has said to the app's users.
    pub mailbox: Arc<dyn Mailbox>,
    /// Files, both ways.
    pub files: Arc<dyn Files>,
}

/// Sets a channel up. The routes answer 503 until the channel is connected and listens. They want the peer's address
/// (`into_make_service_with_connect_info::<SocketAddr>()`); without it all peers share one budget.
///
/// # Errors
/// Everything that is wrong with the configuration.
pub fn channel(
    name: ChannelName,
    config: &WebConfig,
    public_url: &str,
    parts: Parts,
) -> Result<(Arc<WebChannel>, Router), Vec<ConfigProblem>> {
    let channel = Arc::new(WebChannel::new(name, config, public_url, parts)?);
    let mut router = routes::router(&channel);
    if let Some(widget) = &channel.widget {
        router = router.merge(widget::router(&channel, widget));
    }
    Ok((channel, router))
}

#[cfg(test)]
mod tests;
