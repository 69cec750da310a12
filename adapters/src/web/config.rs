//! The keys of a `[[channel]]` with `type = "web"`, besides `name`, `type` and `team`.

use std::fmt;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::Url;
use serde::Deserialize;

use bot_core::domain::place::ChannelName;

use crate::fetch::{Allowed, FetchLimits, Fetcher, Guard, Poster};
use crate::standard_webhooks::Secrets;
use crate::web::budget::Budget;
use crate::web::widget::{self, WidgetConfig};

/// The largest attachment, by upload or by URL, in bytes.
pub(crate) const MAX_FILE_BYTES: usize = 20 * 1_024 * 1_024;
const MAX_NAME_BYTES: usize = 64;

/// One web channel.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebConfig {
    /// The Standard Webhooks secret, or several while one is being replaced: the first one signs.
    /// With a widget it may be left out: the channel has no signed door then.
    #[serde(default)]
    pub secret: Option<SecretText>,
    /// Where replies are pushed to as well. The operator's own address: it may be a private one.
    pub callback_url: Option<String>,
    /// How long an answer to a push is waited for, in seconds.
    #[serde(default = "callback_seconds")]
    pub callback_seconds: u64,
    /// What strangers and their files may reach.
    #[serde(default)]
    pub network: Network,
    /// The website widget.
    pub widget: Option<WidgetConfig>,
}

/// What strangers may do before they have shown who they are, and what their files may be fetched from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// Addresses, networks and hosts that attachments may be fetched from although they are not public.
    pub allow_private: Vec<Allowed>,
    /// Ports that attachments are fetched from; none means 80, 443, 8080 and 8443.
    pub ports: Vec<u16>,
    /// Requests with a bad signature that one address may send a second; beyond that it gets 429.
    pub bad_per_second: u32,
    /// How many of them may come at once.
    pub bad_burst: u32,
    /// Proxies whose `X-Forwarded-For` is believed, as networks: `10.0.0.5/32`.
    pub trusted_proxies: Vec<IpNet>,
    /// How many long polls may wait at the same time; more are answered at once.
    pub waiting_polls: usize,
}

/// One secret or several; never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum SecretText {
    /// One, or several with white space between them.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// Something wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {what}")]
pub struct ConfigProblem {
    /// The key, without the channel.
    pub key: &'static str,
    /// What is wrong, and what to do.
    pub what: String,
}

/// What a configuration means, everything in it checked.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) secrets: Option<Secrets>,
    pub(crate) poster: Option<Poster>,
    pub(crate) fetcher: Fetcher,
    pub(crate) budget: Budget,
    pub(crate) public_url: String,
    pub(crate) widget: Option<widget::Settings>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            allow_private: Vec::new(),
            ports: Vec::new(),
            bad_per_second: 50,
            bad_burst: 500,
            trusted_proxies: Vec::new(),
            waiting_polls: 10_000,
        }
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(hidden)")
    }
}

impl SecretText {
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::One(text) => text.split_whitespace().collect(),
            Self::Many(texts) => texts.iter().map(String::as_str).collect(),
        }
    }
}

impl WebConfig {
    /// A channel with one secret and otherwise the defaults.
    #[must_use]
    pub fn with_secret(secret: &str) -> Self {
        Self {
            secret: Some(SecretText::One(secret.to_owned())),
            callback_url: None,
            callback_seconds: callback_seconds(),
            network: Network::default(),
            widget: None,
        }
    }

    /// Reads everything, so that all that is wrong is told at once.
    pub(crate) fn settle(
        &self,
        name: &ChannelName,
        public_url: &str,
    ) -> Result<Settings, Vec<ConfigProblem>> {
        let mut problems = Vec::new();
        keep(&mut problems, check_name(name));
        let secrets = keep(&mut problems, self.secrets());
        let poster = keep(&mut problems, self.poster());
        let fetcher = keep(&mut problems, self.fetcher());
        let public_url = keep(&mut problems, check_public_url(public_url));
        let widget = self.widget.as_ref().map(WidgetConfig::settle).transpose();
        let widget = keep(&mut problems, widget).flatten();
        match (secrets, poster, fetcher, public_url) {
            (Some(secrets), Some(poster), Some(fetcher), Some(public_url))
                if problems.is_empty() =>
            {
                let budget = Budget::new(self.network.bad_per_second, self.network.bad_burst);
                Ok(Settings {
                    secrets,
                    poster,
                    fetcher,
                    budget,
                    public_url,
                    widget,
                })
            }
            _ => Err(problems),
        }
    }

    /// Only a channel that lives by its widget, and pushes nothing, needs none.
    fn secrets(&self) -> Result<Option<Secrets>, ConfigProblem> {
        if self.secret.is_none() && self.widget.is_some() && self.callback_url.is_none() {
            return Ok(None);
        }
        let texts = self.secret.iter().flat_map(SecretText::texts);
        let read = Secrets::parse(texts).map(Some);
        read.map_err(|error| problem("secret", error.to_string()))
    }

    fn poster(&self) -> Result<Option<Poster>, ConfigProblem> {
        let total = Duration::from_secs(self.callback_seconds.clamp(1, 60));
        let poster = self
            .callback_url
            .as_deref()
            .map(|url| Poster::new(url, total))
            .transpose();
        poster.map_err(|error| problem("callback_url", error.to_string()))
    }

    fn fetcher(&self) -> Result<Fetcher, ConfigProblem> {
        let guard = Guard::new(&self.network.allow_private, &self.network.ports);
        let limits = FetchLimits {
            bytes: MAX_FILE_BYTES,
            ..FetchLimits::default()
        };
        Fetcher::new(guard, limits).map_err(|error| problem("network", error.to_string()))
    }
}

const fn callback_seconds() -> u64 {
    15
}

fn problem(key: &'static str, what: impl Into<String>) -> ConfigProblem {
    ConfigProblem {
        key,
        what: what.into(),
    }
}

fn keep<T>(problems: &mut Vec<ConfigProblem>, outcome: Result<T, ConfigProblem>) -> Option<T> {
    outcome.map_err(|problem| problems.push(problem)).ok()
}

/// The name is part of paths, so it has no other spelling there.
fn check_name(name: &ChannelName) -> Result<(), ConfigProblem> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if name.0.is_empty() || name.0.len() > MAX_NAME_BYTES || !name.0.bytes().all(plain) {
        return Err(problem(
            "name",
            "1 to 64 letters, digits, - or _ are needed, since it is part of addresses",
        ));
    }
    Ok(())
}

fn check_public_url(text: &str) -> Result<String, ConfigProblem> {
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let needed = "the http or https address at which the app reaches this server is needed";
    url.map(|_| text.trim_end_matches('/').to_owned())
        .ok_or_else(|| problem("public_url", needed))
}
