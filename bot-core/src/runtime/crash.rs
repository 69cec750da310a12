//! Places where a test ends the process, to see that nothing is lost or doubled there.

#[cfg(debug_assertions)]
use std::collections::BTreeMap;
#[cfg(debug_assertions)]
use std::sync::{LazyLock, Mutex, PoisonError};

/// Ends the process here if the environment asks for it (`FRONTDESK_CRASH_AT=name` or `name:3` for
/// the third time it is passed). Compiles to nothing in a release build.
#[macro_export]
macro_rules! crash_point {
    ($name:literal) => {
        #[cfg(debug_assertions)]
        $crate::runtime::crash::pass($name);
    };
}

/// Passes a crash point.
#[cfg(debug_assertions)]
pub fn pass(name: &str) {
    let Some((point, count)) = &*ASKED else {
        return;
    };
    let times = count_one(name);
    if point == name && times == *count {
        // Like `kill -9`: no destructor runs, no buffer is flushed.
        std::process::abort();
    }
}

/// How often each point was passed so far, if the environment asks for one (known or not).
#[cfg(debug_assertions)]
#[must_use]
pub fn passed() -> BTreeMap<String, u32> {
    PASSED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

#[cfg(debug_assertions)]
static ASKED: LazyLock<Option<(String, u32)>> = LazyLock::new(asked);
#[cfg(debug_assertions)]
static PASSED: Mutex<BTreeMap<String, u32>> = Mutex::new(BTreeMap::new());

#[cfg(debug_assertions)]
fn count_one(name: &str) -> u32 {
    let mut passed = PASSED.lock().unwrap_or_else(PoisonError::into_inner);
    let times = passed.entry(name.to_owned()).or_default();
    *times += 1;
    *times
}

#[cfg(debug_assertions)]
fn asked() -> Option<(String, u32)> {
    let asked = std::env::var("FRONTDESK_CRASH_AT").ok()?;
    match asked.rsplit_once(':') {
        Some((name, count)) => Some((name.to_owned(), count.parse().ok()?)),
        None => Some((asked, 1)),
    }
}
