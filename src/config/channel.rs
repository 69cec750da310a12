//! `[[channel]]`: one configured account on a platform.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bot_core::domain::answer::AnswerMode;
use bot_core::domain::place::ChannelName;
use knowledge::article::SpaceName;
use url::Url;

use crate::config::answers::{ANSWER_MODES, SPACE};
use crate::config::keys::{Keys, choose};
use crate::config::secret::Secret;

/// The types that may stand in `type`, and whether this version has them.
pub(super) const TYPES: [(&str, bool); 6] = [
    ("web", true),
    ("telegram", false),
    ("discord", false),
    ("wechat", false),
    ("phone", false),
    ("twilio", false),
];

/// One account on a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its name, part of its HTTP paths.
    pub name: ChannelName,
    /// The team that gets its tickets; the first where none is named.
    pub team: Option<String>,
    /// What becomes of sure answers; as `[answers]` says without.
    pub answer: Option<AnswerMode>,
    /// The spaces it answers from; all if there is none.
    pub spaces: Vec<SpaceName>,
    /// The platform's own settings.
    pub kind: ChannelKind,
}

/// A platform's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChannelKind {
    /// The signed webhook.
    Web(WebChannel),
}

/// Settings of the signed webhook and of the website widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebChannel {
    /// Standard Webhooks secrets in force, the one that signs first; none where only the widget is used.
    pub secrets: Vec<Secret>,
    /// Where replies are pushed; without it they are fetched by long poll only.
    pub callback_url: Option<Url>,
    /// Private hosts and networks that may be called all the same: `10.1.0.0/16`, `127.0.0.1`,
    /// `files.lan`.
    pub allow_private: Vec<String>,
    /// The website widget, if there is one.
    pub widget: Option<Widget>,
}

/// `[channel.widget]`: the website widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widget {
    /// The origins whose pages may show it.
    pub origins: Vec<String>,
    /// What the host page signs its customers' identities with; several while one is replaced.
    pub identity_secrets: Vec<Secret>,
    /// Only customers with a signed identity are let in.
    pub identity_required: bool,
}

pub(super) fn read(mut keys: Keys<'_>) -> Option<Channel> {
    let name = keys.name("\"shop\"");
    let team = keys.text("team");
    let answer = keys.word("answer", &ANSWER_MODES);
    let spaces = spaces(&mut keys);
    let Some(kind) = keys.required("type", "\"web\"") else {
        // Which other keys belong here is not known without the type.
        return None;
    };
    match TYPES.iter().find(|(word, _)| *word == kind) {
        Some((_, true)) => {}
        Some((word, false)) => {
            keys.problem(
                "type",
                not_yet(word),
                "take this channel out, or use type = \"web\"",
            );
            return None;
        }
        None => {
            keys.problem(
                "type",
                format!("\"{kind}\" is not known"),
                choose(&kind, &TYPES),
            );
            return None;
        }
    }
    let web = web(&mut keys);
    keys.finish();
    Some(Channel {
        name: ChannelName(name?),
        team,
        answer,
        spaces,
        kind: ChannelKind::Web(web),
    })
}

fn spaces(keys: &mut Keys<'_>) -> Vec<SpaceName> {
    let names = keys.list("spaces");
    let read = names.iter().map(|name| {
        let space = name.parse::<SpaceName>();
        space.map_err(|error| keys.problem("spaces", error.to_string(), SPACE))
    });
    read.filter_map(Result::ok).collect()
}

pub(super) fn not_yet(platform: &str) -> String {
    format!("{platform} is not available in this version")
}

fn web(keys: &mut Keys<'_>) -> WebChannel {
    let secrets = keys.secrets("secret");
    let callback_url = keys.url("callback_url");
    let widget = keys.has("widget").then(|| widget(keys.section("widget")));
    // A channel that lives by its widget has no signed door, and pushes nothing.
    let needed = widget.is_none() || callback_url.is_some();
    if needed && !keys.was_given("secret") {
        keys.missing("secret", "\"${SHOP_SECRET}\"");
    }
    if secrets
        .iter()
        .any(|secret| !is_webhook_secret(secret.expose()))
    {
        keys.problem(
            "secret",
            "is not a Standard Webhooks secret",
            "make one with: echo whsec_$(openssl rand -base64 32)",
        );
    }
    WebChannel {
        secrets,
        callback_url,
        allow_private: keys.list("allow_private"),
        widget,
    }
}

fn widget(mut keys: Keys<'_>) -> Widget {
    let widget = Widget {
        origins: keys.list("origins"),
        identity_secrets: keys.secrets("identity_secret"),
        identity_required: keys
            .word("identity", &[("optional", false), ("required", true)])
            .unwrap_or(false),
    };
    keys.finish();
    widget
}

/// `whsec_` and 24 to 64 bytes in base64, as the standard has it.
fn is_webhook_secret(text: &str) -> bool {
    let encoded = text.strip_prefix("whsec_");
    let bytes = encoded.and_then(|encoded| BASE64_STANDARD.decode(encoded).ok());
    bytes.is_some_and(|bytes| (24..=64).contains(&bytes.len()))
}
