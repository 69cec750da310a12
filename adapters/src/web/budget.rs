//! What an address may try before it has shown a valid signature.
//!
//! Only refused requests are counted: an app that signs rightly is never slowed down, however much it
//! sends, and a stranger soon gets no more than a short answer.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Addresses remembered at the same time; a bound on memory, far above what one server sees in a minute.
const MAX_ADDRESSES: usize = 10_000;
/// One try, in the thousandths that buckets are counted in.
const ONE: i64 = 1_000;

/// One bucket of tries per address.
#[derive(Debug)]
pub(crate) struct Budget {
    per_second: i64,
    burst: i64,
    used: Mutex<HashMap<IpAddr, Bucket>>,
}

/// Thousandths of tries that are used up, as of a time.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    used: i64,
    at_ms: i64,
}

impl Budget {
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        let burst = i64::from(burst.max(1)) * ONE;
        Self {
            per_second: i64::from(per_second.max(1)),
            burst,
            used: Mutex::default(),
        }
    }

    /// Whether the address has no try left.
    pub(crate) fn is_spent(&self, address: IpAddr, now_ms: i64) -> bool {
        let used = self.lock();
        !used.is_empty()
            && used
                .get(&network_of(address))
                .is_some_and(|bucket| self.left(*bucket, now_ms) < ONE)
    }

    /// Counts a request that was refused.
    pub(crate) fn charge(&self, address: IpAddr, now_ms: i64) {
        let mut used = self.lock();
        if used.len() >= MAX_ADDRESSES {
            self.forget_the_idle(&mut used, now_ms);
        }
        let bucket = used.entry(network_of(address)).or_insert(Bucket {
            used: 0,
            at_ms: now_ms,
        });
        let left = self.left(*bucket, now_ms);
        *bucket = Bucket {
            used: (self.burst - left + ONE).min(self.burst),
            at_ms: now_ms,
        };
    }

    fn left(&self, bucket: Bucket, now_ms: i64) -> i64 {
        let gained = now_ms
            .saturating_sub(bucket.at_ms)
            .max(0)
            .saturating_mul(self.per_second);
        self.burst - bucket.used.saturating_sub(gained).max(0)
    }

    /// Drops the buckets that are full again; when there are none, all of them: better that a few
    /// strangers start anew than that memory grows.
    fn forget_the_idle(&self, used: &mut HashMap<IpAddr, Bucket>, now_ms: i64) {
        used.retain(|_, bucket| self.left(*bucket, now_ms) < self.burst);
        if used.len() >= MAX_ADDRESSES {
            used.clear();
        }
    }

    /// The map is sound even if a holder panicked: each entry is written whole.
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, Bucket>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One person usually holds a whole /64 of IPv6 addresses.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{Budget, MAX_ADDRESSES};

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_burst_is_spent_and_comes_back() {
        let budget = Budget::new(2, 3);
        let stranger = address("198.51.100.1");
        for _ in 0..3 {
            assert!(!budget.is_spent(stranger, 0));
            budget.charge(stranger, 0);
        }
        assert!(budget.is_spent(stranger, 0));
        assert!(!budget.is_spent(address("198.51.100.2"), 0));
        assert!(budget.is_spent(stranger, 499));
        assert!(!budget.is_spent(stranger, 500));
        budget.charge(stranger, 500);
        assert!(budget.is_spent(stranger, 500));
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_away() {
        let budget = Budget::new(1, 1);
        budget.charge(address("198.51.100.1"), 10_000);
        assert!(budget.is_spent(address("198.51.100.1"), 0));
    }

    #[test]
    fn neighbours_in_version_six_are_one() {
        let budget = Budget::new(1, 1);
        budget.charge(address("2606:4700::1"), 0);
        assert!(budget.is_spent(address("2606:4700::ffff"), 0));
        assert!(!budget.is_spent(address("2606:4700:0:1::1"), 0));
    }

    #[test]
    fn memory_stays_bounded() {
        let budget = Budget::new(1, 1);
        for n in 0..u32::try_from(MAX_ADDRESSES).unwrap() * 3 {
            budget.charge(IpAddr::V4(n.into()), 0);
        }
        assert!(budget.lock().len() <= MAX_ADDRESSES);
    }
}
