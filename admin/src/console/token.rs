//! Secrets that people and browsers carry: 128 random bits, known to us only by their hash.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore;
use sha2::{Digest, Sha256};

/// The hash of a token, or the keyed hash of something that should not stand in the database.
pub(super) type Hash = [u8; 32];

/// A token in the form in which it is handed out.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A new one.
    pub(super) fn random() -> Self {
        let mut bytes = [0; 16];
        rand::rng().fill_bytes(&mut bytes);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The text to hand out.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The hash by which it is known.
    pub(super) fn hash(&self) -> Hash {
        hash(&self.0)
    }
}

/// The hash by which a token is known. A token is random, so a plain hash cannot be guessed back.
pub(super) fn hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_128_bits_and_do_not_show_themselves() {
        let (one, other) = (Token::random(), Token::random());
        assert_ne!(one, other);
        assert_eq!(URL_SAFE_NO_PAD.decode(one.reveal()).unwrap().len(), 16);
        assert!(!format!("{one:?}").contains(one.reveal()));
    }
}
