//! Signatures of [Standard Webhooks](https://www.standardwebhooks.com), both ways.
//!
//! The signed content is `id.timestamp.payload`; the signature is its HMAC-SHA256 under a shared
//! secret, written `v1,<base64>`. Several secrets are in force while one is being replaced: the
//! first signs, all of them verify.
//!
//! A request is judged in two steps, so that nothing is read from a sender who cannot even show
//! fresh headers: [`Claim::parse`] and [`Claim::check_age`] before the body, [`Secrets::verify`] after it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

#[cfg(test)]
mod tests;

/// The header with the request's id.
pub const ID_HEADER: &str = "webhook-id";
/// The header with the time of the attempt, in seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// The header with the signatures, separated by spaces.
pub const SIGNATURE_HEADER: &str = "webhook-signature";

/// How far a timestamp may lie in the past or in the future, in milliseconds.
pub const TOLERANCE_MS: i64 = 5 * 60 * 1_000;

/// What every secret begins with.
const PREFIX: &str = "whsec_";
/// The shortest and the longest key that the specification recommends, in bytes.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// More signatures than any rotation needs; a bound on the work for a stranger.
const MAX_SIGNATURES: usize = 8;
/// The longest id of a request, in bytes.
const MAX_ID_BYTES: usize = 256;
/// A SHA-256 sum in base64.
const ENCODED_BYTES: usize = 44;

/// The secrets of one endpoint, the keys prepared once. Never empty.
#[derive(Clone)]
pub struct Secrets(Vec<Hmac<Sha256>>);

/// The three signed headers of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// The value of [`ID_HEADER`].
    pub id: String,
    /// The value of [`TIMESTAMP_HEADER`].
    pub timestamp: String,
    /// The value of [`SIGNATURE_HEADER`].
    pub signature: String,
}

/// What a request says of itself; not to be believed until it is verified.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    id: &'a str,
    timestamp: &'a str,
    at_ms: i64,
    signatures: &'a str,
}

/// A text that is not a secret. The text itself is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// There is no secret at all; nothing could be verified, so nothing may be accepted.
    #[error("a secret is needed: whsec_ followed by 24 to 64 random bytes in base64")]
    Missing,
    /// It does not begin with `whsec_`.
    #[error("a secret begins with whsec_")]
    Prefix,
    /// What follows `whsec_` is not base64.
    #[error("after whsec_ comes base64 (standard alphabet, padded)")]
    Encoding,
    /// The key is too short to be safe, or longer than HMAC-SHA256 can use.
    #[error("the key has {0} bytes; it needs 24 to 64")]
    Length(usize),
}

/// A request that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A header is absent, or there twice.
    #[error("the header {0} is needed, once")]
    Missing(&'static str),
    /// A header cannot be read.
    #[error("the header {header} is malformed: {reason}")]
    Malformed {
        /// Its name.
        header: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The timestamp is more than [`TOLERANCE_MS`] in the past.
    #[error("the timestamp is more than 5 minutes old")]
    Stale,
    /// The timestamp is more than [`TOLERANCE_MS`] in the future.
    #[error("the timestamp is more than 5 minutes in the future")]
    Future,
    /// No signature fits any of the secrets.
    #[error("no signature fits")]
    Mismatch,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({} hidden)", self.0.len())
    }
}

impl Secrets {
    /// Reads the secrets in force, the one that signs first.
    ///
    /// # Errors
    /// When there is none, or one of them is not a secret.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, SecretError> {
        let keys = texts
            .into_iter()
            .map(parse_key)
            .collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            Err(SecretError::Missing)
        } else {
            Ok(Self(keys))
        }
    }

    /// Signs a payload that is sent under `id` at `now_ms`, under every secret in force, so that the
    /// receiver may change over at any moment.
    #[must_use]
    pub fn sign(&self, id: &str, now_ms: i64, payload: &[u8]) -> Headers {
        let timestamp = now_ms.div_euclid(1_000).to_string();
        let signature = self
            .0
            .iter()
            .map(|key| format!("v1,{}", as_text(&mac(key, id, &timestamp, payload))))
            .collect::<Vec<_>>();
        Headers {
            id: id.to_owned(),
            timestamp,
            signature: signature.join(" "),
        }
    }

    /// Whether one of the claim's signatures fits the payload under one of the secrets. Takes the
    /// same time for a near miss and for nonsense.
    ///
    /// # Errors
    /// [`VerifyError::Mismatch`] when none fits.
    pub fn verify(&self, claim: &Claim<'_>, payload: &[u8]) -> Result<(), VerifyError> {
        let mut fits = Choice::from(0);
        for key in &self.0 {
            let expected = mac(key, claim.id, claim.timestamp, payload);
            for given in claim.v1() {
                // The texts are compared, not the bytes: one sum has exactly one spelling here.
                fits |= expected.as_slice().ct_eq(given.as_bytes());
            }
        }
        if bool::from(fits) {
            Ok(())
        } else {
            Err(VerifyError::Mismatch)
        }
    }
}

impl<'a> Claim<'a> {
    /// Reads the three headers; `None` is an absent one.
    ///
    /// # Errors
    /// When one is missing or malformed.
    pub fn parse(
        id: Option<&'a str>,
        timestamp: Option<&'a str>,
        signature: Option<&'a str>,
    ) -> Result<Self, VerifyError> {
        let id = parse_id(id.ok_or(VerifyError::Missing(ID_HEADER))?)?;
        let timestamp = timestamp.ok_or(VerifyError::Missing(TIMESTAMP_HEADER))?;
        let at_ms = parse_timestamp(timestamp)?;
        let signatures = signature.ok_or(VerifyError::Missing(SIGNATURE_HEADER))?;
        let claim = Self {
            id,
            timestamp,
            at_ms,
            signatures,
        };
        match claim.v1().count() {
            0 => Err(malformed(SIGNATURE_HEADER, "it holds no v1,<base64>")),
            n if n > MAX_SIGNATURES => Err(malformed(
                SIGNATURE_HEADER,
                "it holds more than 8 signatures",
            )),
            _ => Ok(claim),
        }
    }

    /// Whether the time of the attempt is near enough to `now_ms`.
    ///
    /// # Errors
    /// [`VerifyError::Stale`] or [`VerifyError::Future`].
    pub const fn check_age(&self, now_ms: i64) -> Result<(), VerifyError> {
        let age = now_ms.saturating_sub(self.at_ms);
        if age > TOLERANCE_MS {
            Err(VerifyError::Stale)
        } else if age < -TOLERANCE_MS {
            Err(VerifyError::Future)
        } else {
            Ok(())
        }
    }

    /// The request's id.
    #[must_use]
    pub const fn id(&self) -> &'a str {
        self.id
    }

    fn v1(&self) -> impl Iterator<Item = &'a str> {
        self.signatures
            .split(' ')
            .filter_map(|one| one.strip_prefix("v1,"))
    }
}

const fn malformed(header: &'static str, reason: &'static str) -> VerifyError {
    VerifyError::Malformed { header, reason }
}

fn parse_key(text: &str) -> Result<Hmac<Sha256>, SecretError> {
    if text.trim().is_empty() {
        return Err(SecretError::Missing);
    }
    let encoded = text
        .trim()
        .strip_prefix(PREFIX)
        .ok_or(SecretError::Prefix)?;
    let key = STANDARD
        .decode(encoded)
        .map_err(|_| SecretError::Encoding)?;
    if !KEY_BYTES.contains(&key.len()) {
        return Err(SecretError::Length(key.len()));
    }
    Hmac::new_from_slice(&key).map_err(|_| SecretError::Length(key.len()))
}

fn parse_id(id: &str) -> Result<&str, VerifyError> {
    if id.is_empty() || id.len() > MAX_ID_BYTES {
        return Err(malformed(ID_HEADER, "1 to 256 characters are needed"));
    }
    // `a.1764000000` + `.body` reads the same as `a` + `.1764000000.body`: whoever saw the one signed
    // could send the other, so an id must not hold what could be taken for a timestamp.
    if id.split('.').skip(1).any(is_seconds) {
        return Err(malformed(
            ID_HEADER,
            "a full stop must not be followed by a timestamp",
        ));
    }
    Ok(id)
}

/// Ten digits without a leading zero: every second from 2001 until 2286, in one spelling.
fn is_seconds(text: &str) -> bool {
    text.len() == 10 && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn parse_timestamp(text: &str) -> Result<i64, VerifyError> {
    let refused = malformed(
        TIMESTAMP_HEADER,
        "it is the whole seconds since 1970, ten digits",
    );
    if !is_seconds(text) {
        return Err(refused);
    }
    text.parse::<i64>()
        .map(|seconds| seconds * 1_000)
        .map_err(|_| refused)
}

fn mac(key: &Hmac<Sha256>, id: &str, timestamp: &str, payload: &[u8]) -> [u8; ENCODED_BYTES] {
    let mut mac = key.clone();
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", payload] {
        mac.update(part);
    }
    let mut text = [0; ENCODED_BYTES];
    // 32 bytes always make 44 characters; were it otherwise, the zeros left here match no signature.
    if STANDARD
        .encode_slice(mac.finalize().into_bytes(), &mut text)
        .is_err()
    {
        text = [0; ENCODED_BYTES];
    }
    text
}

fn as_text(encoded: &[u8]) -> String {
    String::from_utf8_lossy(encoded).into_owned()
}
