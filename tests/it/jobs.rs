//! Long work: a portion at a time, its files first, its result where it was asked for.

use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::content::Media;
use bot_core::domain::inbound::{Inbound, Incoming, IncomingFile, Said, Sender};
use bot_core::domain::phrase::Phrase;
use bot_core::domain::place::{ChannelName, Place};
use bot_core::domain::time::{HOUR, MINUTE, SECOND};
use bot_core::port::clock::Clock;
use bot_core::port::job::{CountingJob, JobError, JobHandler, Portion, Task};
use bot_core::port::platform::{Blob, FetchError};
use bot_core::runtime::jobs::Jobs;
use bot_core::store::job::{self, JobLine};
use rstest::rstest;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::house::{House, On, decide, said};

async fn working(on: On) -> (House, Arc<CountingJob>) {
    let counting = Arc::new(CountingJob::default());
    let mut house = House::new(on).await;
    house.engine = house.engine.clone().working(counting.clone());
    (house, counting)
}

/// An agent types a command in the room itself, perhaps under a file.
pub(crate) async fn in_room(house: &House, key: &str, line: &str, files: &[&str]) {
    let file = |source: &&str| IncomingFile {
        source: (*source).to_owned(),
        media: Media::File,
        name: format!("{source}.csv"),
        mime: "text/csv".into(),
        size: None,
        expires: None,
    };
    house
        .hand_in(Inbound {
            channel: ChannelName("team-chat".into()),
            place: Place("room".into()),
            room: Some(Place("room".into())),
            sender: Sender {
                id: "111".into(),
                ..Sender::default()
            },
            key: key.to_owned(),
            at: house.clock.now(),
            body: Incoming::Said(Said {
                text: line.to_owned(),
                files: files.iter().map(file).collect(),
                ..Said::default()
            }),
            slot: None,
            window: None,
        })
        .await;
}

fn room(house: &House) -> Vec<String> {
    house.room.texts_at(&Place("room".into()))
}

async fn newest(house: &House) -> JobLine {
    let db = &house.engine.core.db;
    let jobs = db.read(|tx| Box::pin(job::newest(tx, 1))).await.unwrap();
    jobs.into_iter().next().expect("a job")
}

async fn step(jobs: &Jobs) -> usize {
    jobs.step().await.unwrap()
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn its_result_is_said_in_the_thread_that_asked(#[case] on: On) {
    let (house, counting) = working(on).await;
    house.says("wang", "转人工").await;
    house.agent(said("/count 3")).await;
    assert_eq!(counting.counted(), [1, 2, 3]);
    assert_eq!(house.thread().last().unwrap().trim(), "3");
    assert_eq!(house.seen_by("wang").len(), 1, "the customer hears nothing");
    let line = newest(&house).await;
    assert_eq!((line.state.as_str(), line.reason), ("done", None));
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn it_begins_when_its_files_are_there(#[case] on: On) {
    let (house, counting) = working(on).await;
    let bytes = Blob {
        bytes: b"id,question".to_vec(),
        mime: "text/csv".into(),
    };
    house.room.offer_file("faq", Ok(bytes));
    in_room(&house, "1", "/count 1", &["faq"]).await;
    decide(&house.engine).await;
    assert_eq!(
        step(&house.engine.jobs).await,
        0,
        "its file is not there yet"
    );
    house.settle().await;
    assert_eq!(counting.counted(), [1]);
    assert_eq!(room(&house), ["1 faq.csv"]);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn it_does_not_begin_without_its_files(#[case] on: On) {
    let (house, counting) = working(on).await;
    let gone = FetchError::Refused("gone".to_owned());
    house.room.offer_file("faq", Err(gone));
    in_room(&house, "1", "/count 1", &["faq"]).await;
    house.settle().await;
    assert!(counting.counted().is_empty());
    assert_eq!(room(&house), ["❌ count 没有开始：附带的文件没有收下。"]);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn after_a_crash_it_goes_on_after_the_last_stored_portion(#[case] on: On) {
    let (house, counting) = working(on).await;
    in_room(&house, "1", "/count 3", &[]).await;
    decide(&house.engine).await;
    assert_eq!(step(&house.engine.jobs).await, 1);
    die_with_the_next_portion(&house).await;
    if on == On::Sqlite {
        house.engine.prepare().await.unwrap();
    } else {
        house.engine.prepare().await.unwrap();
        assert_eq!(
            step(&house.engine.jobs).await,
            0,
            "it may be alive elsewhere"
        );
        house.clock.advance_ms(MINUTE);
    }
    house.settle().await;
    assert_eq!(counting.counted(), [1, 2, 3]);
    assert_eq!(room(&house).last().unwrap().trim(), "3");
}

/// A process takes the job and ends before it has worked the portion.
async fn die_with_the_next_portion(house: &House) {
    let now = house.clock.now();
    let lease = now.plus_ms(MINUTE);
    let taken = house
        .engine
        .core
        .db
        .write(move |tx| Box::pin(job::take(tx, Uuid::from_u128(9), now, lease)))
        .await;
    assert!(taken.unwrap().is_some());
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_portion_that_ends_its_process_is_not_begun_for_ever(#[case] on: On) {
    let (house, counting) = working(on).await;
    in_room(&house, "1", "/count 3", &[]).await;
    decide(&house.engine).await;
    for _ in 0..8 {
        die_with_the_next_portion(&house).await;
        house.clock.advance_ms(MINUTE);
    }
    house.settle().await;
    assert!(counting.counted().is_empty());
    assert!(
        room(&house)[0].starts_with("❌ count 没有做完"),
        "{:?}",
        room(&house)
    );
    assert_eq!(newest(&house).await.state, "failed");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_failure_is_tried_again_and_a_refusal_is_not(#[case] on: On) {
    let (house, counting) = working(on).await;
    counting.fail_next(JobError::Temporary("busy".into()));
    in_room(&house, "1", "/count 2", &[]).await;
    house.settle().await;
    assert!(counting.counted().is_empty(), "it pauses");
    house.wait_ms(2 * SECOND).await;
    assert_eq!(counting.counted(), [1, 2]);
    counting.fail_next(JobError::Refused(Phrase::new("command.no_ticket")));
    in_room(&house, "2", "/count 5", &[]).await;
    house.settle().await;
    house.wait_ms(HOUR).await;
    assert_eq!(counting.counted(), [1, 2]);
    assert_eq!(room(&house).last().unwrap(), "这里没有工单。");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn work_that_nobody_knows_is_refused(#[case] on: On) {
    let house = House::new(on).await;
    in_room(&house, "1", "/count 2", &[]).await;
    house.settle().await;
    assert_eq!(room(&house), ["❌ 没有「count」这种工作。"]);
}

/// Counts under another's name: panics, or says that it has begun and waits until it is let go.
struct Odd {
    waits: Option<Arc<(Notify, Notify)>>,
}

#[async_trait]
impl JobHandler for Odd {
    fn kind(&self) -> &'static str {
        CountingJob::KIND
    }

    async fn work(&self, _task: &Task) -> Result<Portion, JobError> {
        match &self.waits {
            Some(waits) => {
                waits.0.notify_one();
                waits.1.notified().await;
            }
            None => panic!("as asked"),
        }
        Ok(Portion::Done(Vec::new()))
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_handler_that_panics_has_failed_and_nothing_else_has(#[case] on: On) {
    let house = House::new(on).await;
    let jobs = house
        .engine
        .jobs
        .clone()
        .with(Arc::new(Odd { waits: None }));
    in_room(&house, "1", "/count 2", &[]).await;
    decide(&house.engine).await;
    for _ in 0..8 {
        assert_eq!(step(&jobs).await, 1);
        house.clock.advance_ms(HOUR);
    }
    assert_eq!(step(&jobs).await, 0);
    house.settle().await;
    assert!(
        room(&house)[0].contains("the handler panicked"),
        "{:?}",
        room(&house)
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_long_portion_keeps_its_job(#[case] on: On) {
    let house = House::new(on).await;
    let notes = Arc::new((Notify::new(), Notify::new()));
    let waits = Some(Arc::clone(&notes));
    let jobs = house.engine.jobs.clone().with(Arc::new(Odd { waits }));
    let other = Jobs::new(house.engine.core.clone(), house.engine.files.clone());
    in_room(&house, "1", "/count 1", &[]).await;
    decide(&house.engine).await;
    let meanwhile = async {
        notes.0.notified().await;
        for _ in 0..5 {
            house.clock.advance_ms(35 * SECOND);
            assert!(is_renewed(&house).await, "its worker lets it lapse");
            assert_eq!(step(&other).await, 0);
        }
        notes.1.notify_one();
    };
    let (worked, ()) = tokio::join!(step(&jobs), meanwhile);
    assert_eq!((worked, newest(&house).await.state.as_str()), (1, "done"));
}

/// The worker has heard the clock and keeps its job beyond the present.
async fn is_renewed(house: &House) -> bool {
    let soon = house.clock.now().plus_ms(40 * SECOND).0;
    for _ in 0..100_000 {
        if newest(house)
            .await
            .lease_until
            .is_some_and(|until| until > soon)
        {
            return true;
        }
    }
    false
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn its_progress_is_shown_while_it_takes_long(#[case] on: On) {
    let (house, _) = working(on).await;
    in_room(&house, "1", "/count 3", &[]).await;
    decide(&house.engine).await;
    step(&house.engine.jobs).await;
    let line = newest(&house).await;
    assert_eq!((line.done, line.total), (1, 3));
    house.clock.advance_ms(10 * SECOND);
    step(&house.engine.jobs).await;
    house.settle().await;
    assert_eq!(room(&house), ["⏳ count：2 / 3", "3 "]);
}
