//! Places where a test ends the process, to see that nothing is lost or doubled there.

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
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex};

    static ASKED: LazyLock<Option<(String, u32)>> = LazyLock::new(asked);
    static PASSED: LazyLock<Mutex<HashMap<String, u32>>> = LazyLock::new(Mutex::default);

    let Some((point, count)) = &*ASKED else {
        return;
    };
    if point != name {
        return;
    }
    let mut passed = PASSED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let times = passed.entry(name.to_owned()).or_default();
    *times += 1;
    if *times == *count {
        // Like `kill -9`: no destructor runs, no buffer is flushed.
        std::process::abort();
    }
}

#[cfg(debug_assertions)]
fn asked() -> Option<(String, u32)> {
    let asked = std::env::var("FRONTDESK_CRASH_AT").ok()?;
    match asked.rsplit_once(':') {
        Some((name, count)) => Some((name.to_owned(), count.parse().ok()?)),
        None => Some((asked, 1)),
    }
}
