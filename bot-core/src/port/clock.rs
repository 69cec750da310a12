//! Time, and everything random that ends up in the database.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use crate::domain::time::Timestamp;

/// Tells the time and waits.
#[async_trait]
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present.
    fn now(&self) -> Timestamp;
    /// Returns when the present has reached `until`.
    async fn wait_until(&self, until: Timestamp);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Timestamp(since.map_or(0, |age| i64::try_from(age.as_millis()).unwrap_or(i64::MAX)))
    }

    async fn wait_until(&self, until: Timestamp) {
        let left = u64::try_from(until.since(self.now())).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(left)).await;
    }
}

/// A clock that a test sets; it never moves by itself.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<tokio::sync::watch::Sender<Timestamp>>);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(tokio::sync::watch::Sender::new(now)))
    }

    /// Moves the clock forward.
    pub fn advance_ms(&self, ms: i64) {
        self.0.send_modify(|now| *now = now.plus_ms(ms));
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }

    async fn wait_until(&self, until: Timestamp) {
        // The sender lives in `self`, so waiting cannot fail.
        drop(self.0.subscribe().wait_for(|now| *now >= until).await);
    }
}

/// Where ids come from.
pub trait Ids: Send + Sync + fmt::Debug {
    /// A fresh UUIDv7 whose time part is `now`.
    fn fresh(&self, now: Timestamp) -> Uuid;
}

/// Random ids.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn fresh(&self, now: Timestamp) -> Uuid {
        v7(now, rand::random())
    }
}

/// The same ids for the same seed, for tests and simulations.
#[derive(Debug)]
pub struct SeededIds(std::sync::Mutex<rand_chacha::ChaCha8Rng>);

impl SeededIds {
    /// Starts the sequence of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(std::sync::Mutex::new(rand::SeedableRng::seed_from_u64(
            seed,
        )))
    }
}

impl Ids for SeededIds {
    fn fresh(&self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        if let Ok(mut source) = self.0.lock() {
            rand::RngCore::fill_bytes(&mut *source, &mut random);
        }
        v7(now, random)
    }
}

fn v7(now: Timestamp, random: [u8; 10]) -> Uuid {
    let ms = u64::try_from(now.0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
}
