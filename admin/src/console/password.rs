//! Passwords: Argon2id with a salt of its own for each, worked out on a blocking thread.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::console::error::ApiError;

/// The shortest password, in characters.
const SHORTEST: usize = 8;
/// The longest, in bytes: more would only cost time.
pub(super) const LONGEST: usize = 512;
/// Hashes at once: each takes 19 MiB and a core for some ten milliseconds.
const AT_ONCE: usize = 2;
/// Sign-ins that may wait for their turn.
const WAITING: usize = 64;
/// The first guesses of everybody who guesses.
const COMMON: &[&str] = &[
    "12345678",
    "123456789",
    "1234567890",
    "11111111",
    "88888888",
    "00000000",
    "password",
    "password1",
    "passw0rd",
    "qwertyui",
    "qwerty123",
    "1qaz2wsx",
    "iloveyou",
    "sunshine",
    "football",
    "baseball",
    "princess",
    "abcd1234",
    "abc12345",
    "a1234567",
    "woaini1314",
    "5201314520",
    "changeme",
    "letmein1",
    "welcome1",
    "administrator",
    "frontdesk",
];

/// Works out hashes, a few at a time.
#[derive(Debug)]
pub(super) struct Hasher {
    turn: Semaphore,
    waiting: Semaphore,
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            turn: Semaphore::new(AT_ONCE),
            waiting: Semaphore::new(WAITING),
        }
    }
}

impl Hasher {
    /// The hash under which a password is stored.
    pub(super) async fn hash(&self, password: String) -> Result<String, ApiError> {
        self.work(move || hash_now(&password))
            .await?
            .ok_or(ApiError::Internal)
    }

    /// Whether the password is the stored one. Without a stored one it takes the same time, so that
    /// nobody learns which names exist.
    pub(super) async fn verify(
        &self,
        password: String,
        stored: Option<String>,
    ) -> Result<bool, ApiError> {
        self.work(move || {
            let matches = matches(&password, stored.as_deref().unwrap_or_else(|| decoy()));
            matches && stored.is_some()
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let _place = self
            .waiting
            .try_acquire()
            .map_err(|_| ApiError::Unavailable)?;
        let _turn = self
            .turn
            .acquire()
            .await
            .map_err(|_| ApiError::Unavailable)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| ApiError::Internal)
    }
}

fn hash_now(password: &str) -> Option<String> {
    let hash: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
    hash.ok().map(|hash| hash.to_string())
}

fn matches(password: &str, stored: &str) -> bool {
    let stored = PasswordHash::new(stored);
    stored.is_ok_and(|stored| {
        Argon2::default()
            .verify_password(password.as_bytes(), &stored)
            .is_ok()
    })
}

/// The hash that unknown names are compared with.
fn decoy() -> &'static str {
    static DECOY: OnceLock<String> = OnceLock::new();
    DECOY.get_or_init(|| hash_now("nobody's password").unwrap_or_default())
}

/// Whether a new password will do for an agent of this name.
pub(super) fn judge(password: &str, name: &str) -> Result<(), ApiError> {
    let folded = password.to_lowercase();
    let refused = if password.chars().count() < SHORTEST {
        Some("a password has at least 8 characters")
    } else if password.len() > LONGEST {
        Some("a password has at most 512 bytes")
    } else if folded == name.to_lowercase() || COMMON.contains(&folded.as_str()) {
        Some("this password is among the first that anybody would guess")
    } else {
        None
    };
    refused.map_or(Ok(()), |message| Err(ApiError::field("new", message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_stored_password_opens() {
        let hasher = Hasher::default();
        let stored = hasher.hash("correct horse".to_owned()).await.unwrap();
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        assert!(
            hasher
                .verify("correct horse".to_owned(), Some(stored.clone()))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .verify("wrong horse".to_owned(), Some(stored))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .verify("nobody's password".to_owned(), None)
                .await
                .unwrap()
        );
    }

    #[test]
    fn weak_passwords_are_refused() {
        for weak in [
            "short",
            "PASSWORD",
            "longname",
            "88888888",
            &"x".repeat(513),
        ] {
            assert!(judge(weak, "LongName").is_err(), "{weak}");
        }
        assert!(judge("七个字不够八个字", "li").is_ok());
    }
}
