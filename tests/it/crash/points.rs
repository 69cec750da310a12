//! Every crash point that stands in the source is walked; a new one cannot be forgotten, because
//! the list is read from the source and each must really end a process.

use std::collections::BTreeSet;
use std::path::Path;

use futures::{StreamExt, stream};

use crate::crash::compare::{EDITED, same};
use crate::crash::script::{Outcome, walked};
use crate::house::On;

/// Walks that are under way at the same time.
const AT_ONCE: usize = 3;
/// The first call of the script: the bot's answer. The second life finds it in doubt.
const ANSWER_IN_DOUBT: &str = "courier.after_send:1";
/// The passing of a point around a call, at the call that carries the reply that is edited later.
fn at_reply(point: &str, calm: &Outcome) -> String {
    let number = calm.calls.iter().position(|text| text == EDITED);
    format!("{point}:{}", number.expect("the reply") + 1)
}

/// The named points in the runtime's source.
fn named() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("bot-core/src/runtime");
    let mut found = BTreeSet::new();
    read(&root, &mut found);
    found
}

fn read(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, found);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            let names = text.split("crash_point!(\"").skip(1);
            found.extend(names.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
}

/// The lives of one walk.
type Ends = Vec<String>;

/// Which passings of a point are walked, of those that there are.
fn passings(most: u32, all: bool) -> Vec<u32> {
    let few = BTreeSet::from([1, most.div_ceil(2), most]);
    match all {
        true => (1..=most).collect(),
        false => few.into_iter().filter(|one| *one > 0).collect(),
    }
}

/// The walks for a point: at its passings in a calm life, or, where a calm life does not pass it,
/// in the life after another crash.
fn walks(point: &str, calm: &Outcome, all: bool) -> Vec<Ends> {
    match calm.passed.get(point) {
        Some(most) => passings(*most, all)
            .into_iter()
            .map(|one| vec![format!("{point}:{one}")])
            .collect(),
        None => [
            ANSWER_IN_DOUBT.to_owned(),
            at_reply("courier.after_send", calm),
        ]
        .map(|first| vec![first, point.to_owned()])
        .into(),
    }
}

fn deep() -> bool {
    std::env::var("FRONTDESK_TEST_DEEP").is_ok_and(|deep| deep == "1")
}

/// Walks the named points that are chosen; all passings of each, or some.
async fn walk_all(on: On, confirms: bool, chosen: impl Fn(usize, &str) -> bool) {
    let calm = walked(on, &[], confirms).await;
    let planned = named()
        .into_iter()
        .enumerate()
        .filter(|(number, point)| chosen(*number, point))
        .flat_map(|(_, point)| walks(&point, &calm, deep()));
    let done = stream::iter(planned)
        .map(|ends| one(on, ends, confirms, &calm))
        .buffer_unordered(AT_ONCE);
    let done: usize = done.fold(0, |sum, one| async move { sum + one }).await;
    assert!(done > 0);
}

async fn one(on: On, ends: Ends, confirms: bool, calm: &Outcome) -> usize {
    let rough = walked(on, &ends, confirms).await;
    assert_eq!(
        rough.deaths,
        ends.len(),
        "{ends:?}: each must end a process"
    );
    same(calm, &rough, &ends.join(" then "));
    1
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_at_any_point() {
    walk_all(On::Sqlite, false, |_, _| true).await;
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_on_postgres() {
    walk_all(On::Postgres, false, |number, _| deep() || number % 4 == 0).await;
}

/// Where the platform can be asked what arrived, a crash is not to be seen at all; nothing is left
/// to report.
#[tokio::test]
async fn a_platform_that_can_be_asked_shows_no_trace_of_a_crash() {
    let reports = "courier.inside_report";
    let chosen = |_, point: &str| point != reports && (deep() || point.ends_with("_send"));
    walk_all(On::Sqlite, true, chosen).await;
}

/// The reply that is edited later: whether it arrived or not, the agent is asked, and the words that
/// the customer does not see are spoken of.
#[tokio::test]
async fn a_reply_in_doubt_is_asked_about() {
    let calm = walked(On::Sqlite, &[], false).await;
    for point in ["courier.before_send", "courier.after_send"] {
        let at = at_reply(point, &calm);
        let rough = walked(On::Sqlite, std::slice::from_ref(&at), false).await;
        let (_, doubt) = &rough.doubts[0];
        assert!(doubt.by_agent && doubt.text == EDITED, "{at}: {doubt:?}");
        same(&calm, &rough, &at);
    }
}
