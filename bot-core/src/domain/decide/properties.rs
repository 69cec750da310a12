//! What holds whatever happens: long random lives of one conversation, each event decided on the
//! case that the one before it left, and every promise checked after each.

mod checks;
mod steps;
mod watch;

use proptest::prelude::*;
use proptest::test_runner::Config;

use steps::{Step, step};
use watch::World;

/// Conversations by default, and in the deep run.
const CASES: [u32; 2] = [48, 1_500];
/// The longest life of a conversation, in events.
const STEPS: usize = 150;

fn config() -> Config {
    let deep = std::env::var_os("FRONTDESK_TEST_DEEP").is_some_and(|value| value == "1");
    Config {
        cases: CASES[usize::from(deep)],
        max_shrink_iters: 2_000,
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_life_of_a_conversation_keeps_the_promises(
        by_day in any::<bool>(),
        steps in prop::collection::vec(step(), 1..STEPS),
    ) {
        live(by_day, &steps);
    }
}

fn live(by_day: bool, steps: &[Step]) {
    let mut world = World::new(by_day);
    for step in steps {
        world.take(step);
    }
    world.ends();
}
