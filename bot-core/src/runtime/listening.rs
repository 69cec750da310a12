//! Which channels can be listened to, for those who look after the process.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Which channels can be listened to. A channel that was never heard of is not in it.
#[derive(Debug, Default)]
pub struct Listening(Mutex<BTreeMap<String, Option<String>>>);

impl Listening {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Option<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The channel is being listened to.
    pub fn works(&self, channel: &str) {
        self.lock().insert(channel.to_owned(), None);
    }

    /// The channel cannot be listened to, and is tried again.
    pub fn fails(&self, channel: &str, reason: String) {
        self.lock().insert(channel.to_owned(), Some(reason));
    }

    /// Every channel, with the reason where it cannot be listened to.
    #[must_use]
    pub fn all(&self) -> Vec<(String, Option<String>)> {
        let all = self.lock().clone();
        all.into_iter().collect()
    }
}
