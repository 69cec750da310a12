//! What is said on a walk, and what is to be seen at its end.

use std::collections::BTreeMap;

use bot_core::domain::inbound::{Incoming, Said};
use bot_core::domain::place::Place;
use bot_core::domain::time::{DAY, MINUTE, SECOND};

use crate::crash::house::{Doubt, Memory};
use crate::crash::town::{PICTURE, Seen};
use crate::crash::walk::Walk;
use crate::house::{On, picture, said};

/// Everything that a walk led to.
pub(super) struct Outcome {
    pub(super) customer: Vec<Seen>,
    /// What stands in each thread, in the order of their opening.
    pub(super) threads: Vec<Vec<Seen>>,
    /// The last closing or opening of each thread.
    pub(super) closings: BTreeMap<Place, &'static str>,
    pub(super) memory: Memory,
    /// Rows whose fate no process knew, with the life in which they were being sent.
    pub(super) doubts: Vec<(usize, Doubt)>,
    pub(super) deaths: usize,
    pub(super) confirms: bool,
    /// What each call carried, in the order of the calls.
    pub(super) calls: Vec<String>,
    /// How often each point was passed in the last life.
    pub(super) passed: BTreeMap<String, u32>,
}

/// A walk whose first lives end at these points.
pub(super) async fn walked(on: On, ends: &[String], confirms: bool) -> Outcome {
    let mut walk = Walk::through(on, ends, confirms).await;
    day(&mut walk).await;
    let outcome = outcome(&mut walk).await;
    assert!(walk.end().await.success());
    outcome
}

/// Question, answer, an answer that rides on its request, handoff, thread, replies, edits, a file, a
/// note, close, survey, the end, and a long piece of work.
async fn day(walk: &mut Walk) {
    walk.customer("c1", "wang", said("多久能送到")).await;
    walk.request("c1b", "wang", said("你好")).await;
    walk.customer("c2", "wang", line("我的手机壳可以刻字吗请问", "c-2"))
        .await;
    walk.wait(2 * SECOND).await;
    walk.agent("a1", line("可以的，请把文字发给我。", "a-1"))
        .await;
    walk.wait(3 * SECOND).await;
    walk.customer("c3", "wang", line("刻「平安」两个字", "c-3"))
        .await;
    walk.customer("c4", "wang", edit("c-3", "刻「平安喜乐」四个字"))
        .await;
    walk.agent("a2", line("好的，后天寄出。", "a-2")).await;
    walk.wait(3 * SECOND).await;
    walk.agent("a3", edit("a-2", "好的，明天寄出。")).await;
    walk.customer("c5", "wang", picture("photo")).await;
    walk.agent("a4", said("/note 客户很急")).await;
    walk.agent("a5", said("/close")).await;
    walk.customer("c6", "wang", said("5")).await;
    walk.wait(8 * DAY).await;
    walk.customer("c7", "wang", said("送货怎么安排")).await;
    walk.wait(2 * SECOND).await;
    walk.agent("a6", said("/count 2")).await;
    // On several nodes a job is left to its lease when its worker ends.
    walk.wait(2 * MINUTE).await;
}

fn line(text: &str, id: &str) -> Incoming {
    Incoming::Said(Said {
        text: text.to_owned(),
        message: Some(id.to_owned()),
        ..Said::default()
    })
}

fn edit(id: &str, text: &str) -> Incoming {
    Incoming::Edited {
        message: id.to_owned(),
        text: text.to_owned(),
    }
}

async fn outcome(walk: &mut Walk) -> Outcome {
    let threads = walk.town.threads();
    let threads: Vec<_> = threads
        .iter()
        .map(|at| walk.town.seen("room", at))
        .collect();
    for (file, _) in threads.iter().flatten().flat_map(|one| &one.files) {
        assert_eq!(walk.file(*file).await, PICTURE, "the picture is kept");
    }
    let (memory, passed) = (walk.memory().await, walk.passed().await);
    Outcome {
        customer: walk.town.seen("shop", &"wang".into()),
        threads,
        closings: walk.town.closings.lock().unwrap().iter().cloned().collect(),
        memory,
        doubts: walk.town.doubts.lock().unwrap().clone(),
        calls: walk.town.calls.lock().unwrap().clone(),
        deaths: walk.deaths,
        confirms: walk.town.confirms(),
        passed,
    }
}
