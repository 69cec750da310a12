//! The channel as a platform: it waits for requests, pushes to the app, fetches files.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::{Semaphore, watch};

use bot_core::domain::delivery::Action;
use bot_core::domain::file_type::{settle, sniff};
use bot_core::domain::inbound::IncomingFile;
use bot_core::domain::place::{ChannelName, Destination, Place};
use bot_core::port::intake::Intake;
use bot_core::port::platform::{
    Abilities, Blob, Delivery, DeliveryError, FetchError, Finding, Platform, PlatformError,
    Receipt, Shutdown,
};

use crate::fetch::{Fetcher, GetError, Posted, Poster};
use crate::standard_webhooks::{Headers, ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER};
use crate::web::config::{ConfigProblem, Settings, WebConfig};
use crate::web::convert::{Envelope, OutMessage, Push, PushedUser, message_of, taken_back};
use crate::web::files::{FileKey, FilesError};
use crate::web::links::Links;
use crate::web::signature::Gate;
use crate::web::widget::{Widget, WidgetDesk};
use crate::web::{Desk, Parts};

/// Uploads that are taken in at the same time: each may hold 20 MB.
const UPLOADS_AT_ONCE: usize = 8;
/// The longest wait that an app may ask for.
const MAX_WAIT_MS: i64 = 60 * 60 * 1_000;
/// How long the check tries to reach the app.
const REACH: Duration = Duration::from_secs(3);

/// One app on its own channel.
pub struct WebChannel {
    pub(crate) name: ChannelName,
    pub(crate) gate: Gate,
    pub(crate) links: Links,
    pub(crate) fetcher: Fetcher,
    poster: Option<Poster>,
    desk: OnceLock<Desk>,
    /// Told when a message was taken in: a user may have a conversation now.
    pub(crate) arrivals: watch::Sender<()>,
    /// Open while the platform listens.
    pub(crate) door: watch::Sender<Option<Door>>,
    pub(crate) polls: Semaphore,
    pub(crate) uploads: Semaphore,
    pub(crate) widget: Option<Arc<Widget>>,
}

/// What requests need of the running program.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) intake: Intake,
    pub(crate) stop: Shutdown,
}

impl WebChannel {
    pub(crate) fn new(
        name: ChannelName,
        config: &WebConfig,
        public_url: &str,
        parts: Parts,
    ) -> Result<Self, Vec<ConfigProblem>> {
        let Settings {
            secrets,
            poster,
            fetcher,
            budget,
            public_url,
            widget,
        } = config.settle(&name, public_url)?;
        let links = Links::new(&parts.link_key, &public_url, &name).ok_or_else(Vec::new)?;
        let trusted_proxies = config.network.trusted_proxies.clone();
        Ok(Self {
            name,
            gate: Gate {
                secrets,
                budget,
                trusted_proxies,
                clock: parts.clock,
            },
            links,
            fetcher,
            poster,
            desk: OnceLock::new(),
            arrivals: watch::Sender::new(()),
            door: watch::Sender::new(None),
            polls: Semaphore::new(config.network.waiting_polls),
            uploads: Semaphore::new(UPLOADS_AT_ONCE),
            widget: widget.map(|settings| Arc::new(Widget::new(settings))),
        })
    }

    /// Joins the channel to the running desk; until then requests are answered with 503. The desk is built
    /// around its channels, so this comes after both. A second call changes nothing.
    pub fn connect(&self, desk: Desk) {
        if self.desk.set(desk).is_err() {
            tracing::warn!(channel = %self.name, "the channel is connected already");
        }
    }

    /// Joins the channel's widget, if it has one, to the running desk.
    pub fn connect_widget(&self, desk: WidgetDesk) {
        if let Some(widget) = &self.widget {
            widget.connect(desk);
        }
    }

    pub(crate) fn desk(&self) -> Option<&Desk> {
        self.desk.get()
    }

    /// Whether replies are pushed as well, so that rows for [`Destination::Callback`] make sense.
    #[must_use]
    pub const fn has_callback(&self) -> bool {
        self.poster.is_some()
    }

    async fn push(&self, poster: &Poster, delivery: &Delivery) -> Result<Receipt, DeliveryError> {
        let message = self.pushed(delivery)?;
        let id = message.id.clone();
        let push = Push {
            user: PushedUser {
                id: &delivery.place.0,
            },
            message,
        };
        let body = serde_json::to_vec(&push)
            .map_err(|error| DeliveryError::Permanent(error.to_string()))?;
        let unsigned = || DeliveryError::Permanent("it cannot be signed".to_owned());
        let secrets = self.gate.secrets.as_ref().ok_or_else(unsigned)?;
        let signed = secrets.sign(&delivery.id.to_string(), self.gate.clock.now().0, &body);
        let headers = headers_of(&signed).ok_or_else(unsigned)?;
        let posted = poster.post(headers, body).await;
        // The row's id is the webhook-id, so the app knows a repeat: nothing here has an unknown outcome.
        let posted = posted.map_err(|error| DeliveryError::Temporary(error.to_string()))?;
        judge(posted).map(|()| Receipt {
            messages: vec![id],
            opened: None,
        })
    }

    fn pushed(&self, delivery: &Delivery) -> Result<OutMessage, DeliveryError> {
        // The same id as in the poll, which gives the message's.
        let own_id = || match delivery.message {
            Some(message) => message.to_string(),
            None => delivery.id.to_string(),
        };
        let envelope = |id: String, edited| Envelope {
            conversation: delivery.conversation,
            id,
            at: delivery.at,
            edited,
        };
        let message = match &delivery.action {
            Action::Send(content) => {
                message_of(content.clone(), envelope(own_id(), false), &self.links)
            }
            Action::Edit { of, body } => {
                message_of(body.clone(), envelope(of.to_string(), true), &self.links)
            }
            Action::Delete { of } => Some(taken_back(envelope(of.to_string(), false))),
            other => {
                return Err(DeliveryError::Permanent(format!(
                    "an app cannot be told to {}",
                    other.name()
                )));
            }
        };
        message.ok_or_else(|| DeliveryError::Permanent("this is not for customers".to_owned()))
    }

    async fn fetch_own(&self, file: &IncomingFile) -> Result<Blob, FetchError> {
        let unknown = || FetchError::Refused("there is no such upload".to_owned());
        let key = self.links.read_url(&file.source).ok_or_else(unknown)?;
        let closed = || FetchError::Temporary("the desk is not running yet".to_owned());
        let failed = |error: FilesError| FetchError::Temporary(error.to_string());
        let files = &self.desk().ok_or_else(closed)?.files;
        let bytes = files.read(key).await.map_err(failed)?.ok_or_else(unknown)?;
        if let FileKey::Upload(id) = key {
            files.used(id).await.map_err(failed)?;
        }
        Ok(Blob {
            mime: settle(&file.mime, sniff(&bytes)),
            bytes,
        })
    }
}

#[async_trait]
impl Platform for WebChannel {
    fn abilities(&self, _place: &Place) -> Abilities {
        Abilities {
            threads: false,
            ..Abilities::local()
        }
    }

    fn listens_everywhere(&self) -> bool {
        true
    }

    async fn listen(&self, intake: Intake, stop: Shutdown) -> Result<(), PlatformError> {
        self.door.send_replace(Some(Door {
            intake,
            stop: stop.clone(),
        }));
        stop.cancelled().await;
        self.door.send_replace(None);
        Ok(())
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, DeliveryError> {
        match (delivery.destination, &self.poster) {
            // Customers read our own database: the row was there when it was committed.
            (Destination::Customer, _) => Ok(Receipt::default()),
            (Destination::Callback, Some(poster)) => self.push(poster, delivery).await,
            (Destination::Callback, None) => Err(DeliveryError::Permanent(
                "no callback_url is set".to_owned(),
            )),
            (Destination::Thread | Destination::Room, _) => {
                Err(DeliveryError::Permanent("an app has no threads".to_owned()))
            }
        }
    }

    async fn check(&self) -> Vec<Finding> {
        let Some(poster) = &self.poster else {
            return Vec::new();
        };
        let mut findings = Vec::new();
        if poster.is_open_to_all() {
            let text = format!(
                "{}: callback_url sends customers' words over plain http; use https",
                self.name
            );
            findings.push(Finding {
                severe: false,
                text,
            });
        }
        if let Err(error) = poster.reach(REACH).await {
            let text = format!(
                "{}: callback_url cannot be reached ({error}); replies wait until it can",
                self.name
            );
            findings.push(Finding {
                severe: false,
                text,
            });
        }
        findings
    }

    async fn fetch(&self, file: &IncomingFile) -> Result<Blob, FetchError> {
        if self.links.is_ours(&file.source) {
            return self.fetch_own(file).await;
        }
        let fetched = self
            .fetcher
            .get(&file.source)
            .await
            .map_err(|error| match error {
                GetError::Temporary(reason) => FetchError::Temporary(reason),
                other => FetchError::Refused(other.to_string()),
            })?;
        Ok(Blob {
            mime: settle(&file.mime, &fetched.mime),
            bytes: fetched.bytes,
        })
    }
}

/// Whatever the app answers but a 2xx may be different the next time.
fn judge(posted: Posted) -> Result<(), DeliveryError> {
    let wait_ms = posted
        .retry_after
        .map(|seconds| i64::from(seconds).saturating_mul(1_000).min(MAX_WAIT_MS));
    match (posted.status, wait_ms) {
        (200..=299, _) => Ok(()),
        (429 | 503, Some(ms)) => Err(DeliveryError::RetryAfter(ms)),
        (status, _) => Err(DeliveryError::Temporary(format!(
            "the app answered {status}"
        ))),
    }
}

fn headers_of(signed: &Headers) -> Option<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in [
        (ID_HEADER, &signed.id),
        (TIMESTAMP_HEADER, &signed.timestamp),
        (SIGNATURE_HEADER, &signed.signature),
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).ok()?,
        );
    }
    Some(headers)
}
