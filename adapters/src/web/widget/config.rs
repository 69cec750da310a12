//! `[channel.widget]`.

use axum::http::{HeaderValue, Uri};
use serde::Deserialize;

use crate::web::config::{ConfigProblem, SecretText};

/// The shortest secret that identities are signed with, in bytes: as long as the hash (RFC 7518, 3.2).
const SECRET_BYTES: usize = 32;

/// The widget of a web channel; its presence switches the widget on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WidgetConfig {
    /// The origins whose pages may show the widget, as `https://shop.example.com`. Our own always may.
    pub origins: Vec<String>,
    /// What the host page signs its customers' identities with (HS256), or several while one is replaced.
    pub identity_secret: Option<SecretText>,
    /// Only customers with a signed identity are let in.
    pub identity_required: bool,
}

/// What the section means, everything in it checked.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(super) origins: Vec<HeaderValue>,
    pub(super) secrets: Vec<Vec<u8>>,
    pub(super) identity_required: bool,
}

impl WidgetConfig {
    /// # Errors
    /// The first thing that is wrong.
    pub(crate) fn settle(&self) -> Result<Settings, ConfigProblem> {
        let origins = self.origins.iter().map(|text| origin(text));
        let secrets = self.identity_secret.iter().flat_map(SecretText::texts);
        let secrets: Vec<_> = secrets.map(|text| text.as_bytes().to_vec()).collect();
        if secrets.iter().any(|secret| secret.len() < SECRET_BYTES) {
            let what = format!("{SECRET_BYTES} bytes or more are needed");
            return Err(problem("widget.identity_secret", what));
        }
        if self.identity_required && secrets.is_empty() {
            let what = "an identity_secret is needed to check identities".to_owned();
            return Err(problem("widget.identity_required", what));
        }
        Ok(Settings {
            origins: origins.collect::<Result<_, _>>()?,
            secrets,
            identity_required: self.identity_required,
        })
    }
}

/// Scheme, host and port, and nothing else: it is compared byte by byte with what browsers send.
fn origin(text: &str) -> Result<HeaderValue, ConfigProblem> {
    let parsed: Option<Uri> = text.parse().ok();
    let whole = parsed.filter(|uri| {
        let scheme = matches!(uri.scheme_str(), Some("http" | "https"));
        let bare = uri.path_and_query().is_none_or(|rest| rest.as_str() == "/");
        scheme && bare && !text.ends_with('/') && text.to_lowercase() == text
    });
    let value = whole.and_then(|_| HeaderValue::from_str(text).ok());
    value.ok_or_else(|| {
        let what = format!("{text:?} is no origin; write it like \"https://shop.example.com\"");
        problem("widget.origins", what)
    })
}

const fn problem(key: &'static str, what: String) -> ConfigProblem {
    ConfigProblem { key, what }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://shop.example.com", true)]
    #[case("http://127.0.0.1:8000", true)]
    #[case("https://shop.example.com/", false)]
    #[case("https://shop.example.com/page", false)]
    #[case("https://Shop.example.com", false)]
    #[case("shop.example.com", false)]
    #[case("*", false)]
    #[case("null", false)]
    fn origins_are_exact(#[case] text: &str, #[case] taken: bool) {
        assert_eq!(origin(text).is_ok(), taken);
    }

    #[test]
    fn a_short_secret_and_a_missing_one_are_told() {
        let short = WidgetConfig {
            identity_secret: Some(SecretText::One("short".to_owned())),
            ..WidgetConfig::default()
        };
        let missing = WidgetConfig {
            identity_required: true,
            ..WidgetConfig::default()
        };
        assert_eq!(short.settle().unwrap_err().key, "widget.identity_secret");
        assert_eq!(
            missing.settle().unwrap_err().key,
            "widget.identity_required"
        );
    }
}
