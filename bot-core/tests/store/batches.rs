//! The group commit: jobs share a commit, and none of them suffers for another.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bot_core::domain::id::InboxId;
use bot_core::store::inbox::NewRow;
use bot_core::store::{Db, Keyring, Spot, StoreError, identity, inbox};
use futures::future::{join_all, try_join_all};
use futures::poll;
use rstest::rstest;
use tokio::sync::Semaphore;

use crate::desk::{Desk, On, accept, first_message_of, master, open, row};

/// What a job of a batch does besides storing its row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Ends,
    Fails,
    Panics,
}

/// Keeps the writer busy until the gate is opened, so that what comes in the meantime is one batch.
async fn occupied(db: &Db) -> (Arc<Semaphore>, impl Future<Output = Result<(), StoreError>>) {
    let (begun, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (tell, wait) = (Arc::clone(&begun), Arc::clone(&gate));
    let db = db.clone();
    let mut busy = Box::pin(async move {
        db.accept(move |_| {
            let (tell, wait) = (Arc::clone(&tell), Arc::clone(&wait));
            Box::pin(async move {
                tell.add_permits(1);
                drop(wait.acquire().await);
                Ok(())
            })
        })
        .await
    });
    assert!(poll!(&mut busy).is_pending());
    drop(begun.acquire().await.unwrap());
    (gate, busy)
}

async fn store(
    db: &Db,
    row: NewRow,
    then: Then,
    runs: Arc<AtomicUsize>,
) -> Result<InboxId, StoreError> {
    db.accept(move |tx| {
        let (row, runs) = (row.clone(), Arc::clone(&runs));
        Box::pin(async move {
            runs.fetch_add(1, Ordering::SeqCst);
            let id = inbox::accept(tx, &row).await?;
            match then {
                Then::Ends => Ok(id),
                Then::Fails => Err(StoreError::Refused("on purpose".into())),
                Then::Panics => panic!("on purpose"),
            }
        })
    })
    .await
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn accepts_that_wait_together_share_one_commit(#[case] on: On) {
    let desk = Desk::new(on).await;
    let wang = desk.account("wang").await;
    let before = desk.commits().await;
    let (gate, busy) = occupied(&desk.db).await;
    let rows = (0..100).map(|key| accept(&desk.db, row(&wang, &key.to_string())));
    let mut all = Box::pin(try_join_all(rows));
    assert!(poll!(&mut all).is_pending(), "they wait for the writer");
    gate.close();
    busy.await.unwrap();
    assert_eq!(all.await.unwrap().len(), 100);
    assert_eq!(desk.commits().await - before, 1);
    assert_eq!(desk.keys(wang.conversation.lane()).await.len(), 100);
}

#[rstest]
#[case(On::Sqlite, Then::Fails)]
#[case(On::Sqlite, Then::Panics)]
#[case(On::Postgres, Then::Fails)]
#[case(On::Postgres, Then::Panics)]
#[tokio::test]
async fn a_job_that_breaks_fails_alone(#[case] on: On, #[case] how: Then) {
    let desk = Desk::new(on).await;
    let wang = desk.account("wang").await;
    let (gate, busy) = occupied(&desk.db).await;
    let runs = Arc::new(AtomicUsize::new(0));
    let jobs = (0..10).map(|key| {
        let then = if key == 5 { how } else { Then::Ends };
        store(
            &desk.db,
            row(&wang, &key.to_string()),
            then,
            Arc::clone(&runs),
        )
    });
    let mut all = Box::pin(join_all(jobs));
    assert!(poll!(&mut all).is_pending());
    gate.close();
    busy.await.unwrap();
    for (key, outcome) in all.await.into_iter().enumerate() {
        assert_eq!(outcome.is_ok(), key != 5, "{key}: {outcome:?}");
    }
    assert_eq!(
        desk.keys(wang.conversation.lane()).await,
        ["0", "1", "2", "3", "4", "6", "7", "8", "9"]
    );
    assert_eq!(
        runs.load(Ordering::SeqCst),
        6 + 10,
        "together, then one by one"
    );
}

/// The row of a rolled back run is gone, and with it the data key that it made.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_first_message_that_ran_twice_opens_after_a_restart(#[case] on: On) {
    let desk = Desk::new(on).await;
    let wang = desk.account("wang").await;
    let (gate, busy) = occupied(&desk.db).await;
    let (keyring, new) = (desk.keyring.clone(), first_message_of("li"));
    let first = desk.db.accept(move |tx| {
        let (keyring, new) = (keyring.clone(), new.clone());
        Box::pin(async move { identity::find_or_make(tx, &keyring, &new).await })
    });
    let broken = store(&desk.db, row(&wang, "1"), Then::Fails, Arc::default());
    let (mut first, mut broken) = (Box::pin(first), Box::pin(broken));
    assert!(poll!(&mut first).is_pending() && poll!(&mut broken).is_pending());
    gate.close();
    busy.await.unwrap();
    let li = first.await.unwrap();
    assert!(broken.await.is_err());

    let spot = Spot::new("message", "body", li.conversation.0);
    let sealed = li.key.seal(spot, &"多久能送到".to_owned());
    desk.db.close().await;
    let db = open(&desk.url).await.unwrap();
    let keyring = Keyring::open(&db, master()).await.unwrap();
    let key = db
        .read(|tx| Box::pin(async move { keyring.of_conversation(tx, li.conversation).await }))
        .await
        .unwrap();
    assert_eq!(key.open(spot, &sealed).unwrap(), "多久能送到");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn closing_lets_the_waiting_jobs_end(#[case] on: On) {
    let desk = Desk::new(on).await;
    let wang = desk.account("wang").await;
    let (gate, busy) = occupied(&desk.db).await;
    let mut waiting = Box::pin(accept(&desk.db, row(&wang, "k1")));
    assert!(poll!(&mut waiting).is_pending());
    gate.close();
    let (closed, busy, stored) = tokio::join!(desk.db.close(), busy, waiting);
    let () = closed;
    busy.unwrap();
    stored.unwrap();
    assert!(accept(&desk.db, row(&wang, "k2")).await.is_err());
    let (db, _) = desk.beside().await;
    let again = Desk { db, ..desk };
    assert_eq!(again.keys(wang.conversation.lane()).await, ["k1"]);
}
