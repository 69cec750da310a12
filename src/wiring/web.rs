//! The web channels of a configuration.

use std::sync::Arc;

use adapters::web::{Network, Parts, SecretText, WebChannel, WebConfig, WidgetConfig};
use anyhow::Context;
use axum::Router;
use bot_core::domain::place::ChannelName;
use bot_core::port::clock::Clock;
use bot_core::store::Keyring;
use ipnet::IpNet;

use crate::config::{self, ChannelKind, Config};

/// A web channel on its way into the desk.
pub(super) struct Web {
    pub(super) name: ChannelName,
    pub(super) channel: Arc<WebChannel>,
    pub(super) router: Router,
    pub(super) team: String,
}

/// Sets up the web channels of a configuration.
pub(super) fn channels(
    config: &Config,
    clock: &Arc<dyn Clock>,
    keyring: &Keyring,
) -> anyhow::Result<Vec<Web>> {
    let mut built = Vec::new();
    for channel in &config.channels {
        let ChannelKind::Web(settings) = &channel.kind;
        let parts = Parts {
            clock: Arc::clone(clock),
            link_key: keyring
                .master()
                .blind("web links", channel.name.0.as_bytes()),
        };
        let settings = web_config(settings, &config.server.trusted_proxies)?;
        let address = config.server.address();
        let made = adapters::web::channel(channel.name.clone(), &settings, &address, parts);
        let (web, router) = made.map_err(|problems| {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            anyhow::anyhow!("channel {}: {}", channel.name, told.join("; "))
        })?;
        let team = config.team_of(channel).map(|team| team.name.clone());
        built.push(Web {
            name: channel.name.clone(),
            channel: web,
            router,
            team: team.unwrap_or_default(),
        });
    }
    Ok(built)
}

/// The channels that the widget is on.
pub(super) fn with_widget(config: &Config) -> Vec<ChannelName> {
    let has = |kind: &ChannelKind| match kind {
        ChannelKind::Web(settings) => settings.widget.is_some(),
    };
    let channels = config.channels.iter();
    let found = channels.filter(|channel| has(&channel.kind));
    found.map(|channel| channel.name.clone()).collect()
}

fn web_config(
    settings: &config::WebChannel,
    trusted_proxies: &[IpNet],
) -> anyhow::Result<WebConfig> {
    let secrets = settings
        .secrets
        .iter()
        .map(|secret| secret.expose().to_owned());
    let private: serde_json::Value = settings.allow_private.clone().into();
    let network = Network {
        allow_private: serde_json::from_value(private).context("allow_private")?,
        trusted_proxies: trusted_proxies.to_vec(),
        ..Network::default()
    };
    let defaults: WebConfig = serde_json::from_value(serde_json::json!({}))?;
    let secrets: Vec<String> = secrets.collect();
    Ok(WebConfig {
        secret: (!secrets.is_empty()).then_some(SecretText::Many(secrets)),
        widget: settings.widget.as_ref().map(widget_config),
        callback_url: settings.callback_url.as_ref().map(ToString::to_string),
        network,
        ..defaults
    })
}

fn widget_config(settings: &config::Widget) -> WidgetConfig {
    let secrets = settings.identity_secrets.iter();
    let secrets: Vec<String> = secrets.map(|secret| secret.expose().to_owned()).collect();
    WidgetConfig {
        origins: settings.origins.clone(),
        identity_secret: (!secrets.is_empty()).then_some(SecretText::Many(secrets)),
        identity_required: settings.identity_required,
    }
}
