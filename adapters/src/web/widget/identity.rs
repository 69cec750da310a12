//! Who the host page says its customer is: a short-lived JWT (RFC 7519), signed with HS256.

use std::collections::BTreeMap;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use serde_json::Value;

use bot_core::domain::text::clean;
use bot_core::domain::time::{HOUR, Timestamp};

use crate::web::inbound::check_id;
use crate::web::widget::visitor::{Profile, is_visitor};

/// Clocks may differ by so much, in seconds.
const LEEWAY: i64 = 60;
/// An identity is for the page that is just being shown, in milliseconds.
const LONGEST: i64 = HOUR;
const NAME_CHARS: usize = 200;
const PAIRS: usize = 50;
const VALUE_CHARS: usize = 1_000;

/// The claims; others are not looked at.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    locale: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, Value>,
}

/// A customer whom the host page has named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// The user's id in the host's own system; the same as on the signed door.
    pub(super) user: String,
    pub(super) profile: Profile,
}

/// Reads an identity that one of the secrets has signed; `None` for everything else, so that nobody
/// learns why.
pub(super) fn read(text: &str, secrets: &[Vec<u8>], now: Timestamp) -> Option<Identity> {
    let claims = secrets.iter().find_map(|secret| claims(text, secret))?;
    let now_seconds = now.0.div_euclid(1_000);
    let is_fresh =
        claims.exp + LEEWAY >= now_seconds && claims.exp <= now_seconds + LONGEST / 1_000 + LEEWAY;
    let is_user = check_id("sub", &claims.sub).is_ok() && !is_visitor(&claims.sub);
    (is_fresh && is_user).then(|| claims.into())
}

/// The time is looked at by our own clock.
fn claims(text: &str, secret: &[u8]) -> Option<Claims> {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.set_required_spec_claims(&["exp", "sub"]);
    let key = DecodingKey::from_secret(secret);
    decode(text, &key, &rules).ok().map(|token| token.claims)
}

impl From<Claims> for Identity {
    fn from(claims: Claims) -> Self {
        let pairs = claims.attributes.into_iter().take(PAIRS);
        Self {
            user: claims.sub,
            profile: Profile {
                name: clean(&claims.name, NAME_CHARS).text.replace('\n', " "),
                locale: claims.locale.filter(|locale| locale.len() <= 35),
                attributes: pairs.map(|(key, value)| (key, plain(&value))).collect(),
            },
        }
    }
}

fn plain(value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    clean(&text, VALUE_CHARS).text
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    const NOW: Timestamp = Timestamp(1_764_000_000_000);
    const SECONDS: i64 = 1_764_000_000;

    fn signed(algorithm: Algorithm, claims: &Value, secret: &[u8]) -> String {
        encode(
            &Header::new(algorithm),
            claims,
            &EncodingKey::from_secret(secret),
        )
        .unwrap()
    }

    fn token(claims: &Value) -> String {
        signed(Algorithm::HS256, claims, SECRET)
    }

    fn read_one(text: &str) -> Option<Identity> {
        read(text, &[SECRET.to_vec()], NOW)
    }

    #[test]
    fn a_signed_identity_is_read() {
        let text = token(
            &json!({ "sub": "u-9", "exp": SECONDS + 300, "name": "Li\nMei",
            "locale": "zh-CN", "attributes": { "plan": "pro", "orders": 7 } }),
        );
        let read = read_one(&text).unwrap();
        assert_eq!(
            (read.user.as_str(), read.profile.name.as_str()),
            ("u-9", "Li Mei")
        );
        assert_eq!(read.profile.attributes["orders"], "7");
        let rotated = [
            b"another secret of thirty-two byte".to_vec(),
            SECRET.to_vec(),
        ];
        assert!(
            super::read(&text, &rotated, NOW).is_some(),
            "while a secret is replaced"
        );
    }

    #[rstest]
    #[case::expired(json!({ "sub": "u", "exp": SECONDS - 61 }))]
    #[case::too_long(json!({ "sub": "u", "exp": SECONDS + 3_600 + 61 }))]
    #[case::without_an_end(json!({ "sub": "u" }))]
    #[case::nobody(json!({ "exp": SECONDS + 60 }))]
    #[case::empty(json!({ "sub": "", "exp": SECONDS + 60 }))]
    #[case::a_visitor(json!({ "sub": "visitor:1", "exp": SECONDS + 60 }))]
    fn claims_that_do_not_hold_are_refused(#[case] claims: Value) {
        assert_eq!(read_one(&token(&claims)), None);
    }

    #[test]
    fn other_signatures_are_refused() {
        let claims = json!({ "sub": "u", "exp": SECONDS + 60 });
        let other = signed(
            Algorithm::HS256,
            &claims,
            b"another secret of thirty-two byte",
        );
        assert_eq!(read_one(&other), None);
        assert_eq!(read_one(&signed(Algorithm::HS512, &claims, SECRET)), None);
        // {"alg":"none"}
        let body = token(&claims);
        let body = body.split('.').nth(1).unwrap();
        assert_eq!(read_one(&format!("eyJhbGciOiJub25lIn0.{body}.")), None);
        assert_eq!(read_one("nonsense"), None);
        assert_eq!(read(&token(&claims), &[], NOW), None, "no secret, nobody");
    }
}
