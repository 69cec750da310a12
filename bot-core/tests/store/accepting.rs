//! Accepting: one row per event, numbered in the order of their commits.

use bot_core::domain::id::InboxId;
use bot_core::fetch_one;
use bot_core::store::{identity, inbox};
use futures::future::join_all;
use rstest::rstest;

use crate::desk::{Desk, On, accept, first_message_of, row};

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_repeat_gets_the_first_ones_id(#[case] on: On) {
    let desk = Desk::new(on).await;
    let wang = desk.account("wang").await;
    let first = accept(&desk.db, row(&wang, "k1")).await.unwrap();
    let again = row(&wang, "k1");
    assert_ne!(again.id, first);
    assert_eq!(accept(&desk.db, again).await.unwrap(), first);
    assert_eq!(desk.keys(wang.conversation.lane()).await, ["k1"]);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn the_key_of_a_decided_row_still_keeps_repeats_away(#[case] on: On) {
    let desk = Desk::new(on).await;
    let wang = desk.account("wang").await;
    let lane = wang.conversation.lane();
    let first = accept(&desk.db, row(&wang, "k1")).await.unwrap();
    let seq = oldest(&desk, &wang).await.unwrap().seq;
    desk.db
        .write(move |tx| Box::pin(inbox::done(tx, lane, seq)))
        .await
        .unwrap();
    assert_eq!(accept(&desk.db, row(&wang, "k1")).await.unwrap(), first);
    assert!(oldest(&desk, &wang).await.is_none(), "it is not done again");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_from_two_processes_at_once_is_stored_once(#[case] on: On) {
    let desk = Desk::new(on).await;
    let (other, _) = desk.beside().await;
    let wang = desk.account("wang").await;
    for key in 0..30 {
        let key = key.to_string();
        let tries = [&desk.db, &other, &desk.db].map(|db| accept(db, row(&wang, &key)));
        let ids: Vec<InboxId> = join_all(tries).await.into_iter().flatten().collect();
        assert_eq!(ids.len(), 3);
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    }
    assert_eq!(desk.keys(wang.conversation.lane()).await.len(), 30);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn two_first_messages_at_once_make_one_account(#[case] on: On) {
    let desk = Desk::new(on).await;
    let (other, other_keys) = desk.beside().await;
    for name in 0..20 {
        let name = format!("customer {name}");
        let both = [(&desk.db, &desk.keyring), (&other, &other_keys)].map(|(db, keyring)| {
            let (keyring, new) = (keyring.clone(), first_message_of(&name));
            db.accept(move |tx| {
                let (keyring, new) = (keyring.clone(), new.clone());
                Box::pin(async move { identity::find_or_make(tx, &keyring, &new).await })
            })
        });
        let [one, two] = join_all(both).await.try_into().unwrap();
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!(one.conversation, two.conversation);
        assert_eq!(one.customer, two.customer);
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_lane_hands_its_rows_out_in_the_order_they_came(#[case] on: On) {
    let desk = Desk::new(on).await;
    let (wang, li) = (desk.account("wang").await, desk.account("li").await);
    for key in ["a", "c", "b"] {
        accept(&desk.db, row(&wang, key)).await.unwrap();
        accept(&desk.db, row(&li, key)).await.unwrap();
    }
    let mut order = Vec::new();
    while let Some(next) = oldest(&desk, &wang).await {
        order.push(next.id);
        let (lane, seq) = (wang.conversation.lane(), next.seq);
        desk.db
            .write(move |tx| Box::pin(inbox::done(tx, lane, seq)))
            .await
            .unwrap();
    }
    assert_eq!(order.len(), 3);
    assert_eq!(
        desk.keys(wang.conversation.lane()).await,
        ["a", "c", "b"],
        "the number is drawn by the commit, not by the name"
    );
    assert!(oldest(&desk, &li).await.is_some(), "the other lane waits");
}

/// A later number must never be visible while an earlier one can still appear: who reads up to it
/// would pass the earlier one by.
#[tokio::test]
async fn on_postgres_a_number_is_drawn_in_the_order_of_commits() {
    let desk = Desk::new(On::Postgres).await;
    let wang = desk.account("wang").await;
    let mut slow = desk.stranger().await;
    slow.run("BEGIN").await;
    inbox::accept(&mut slow.tx(), &row(&wang, "slow"))
        .await
        .unwrap();
    let mut quick = Box::pin(accept(&desk.db, row(&wang, "quick")));
    tokio::select! {
        _ = &mut quick => panic!("it did not wait for the one before it"),
        () = one_waits_for_a_lock(&desk) => {}
    }
    slow.run("COMMIT").await;
    quick.await.unwrap();
    assert_eq!(desk.keys(wang.conversation.lane()).await, ["slow", "quick"]);
}

/// An operator's habit for other databases, which would lose what was acknowledged.
#[tokio::test]
async fn on_postgres_a_commit_waits_for_the_disk_whatever_the_default_is() {
    let desk = Desk::new(On::Postgres).await;
    let mut operator = desk.stranger().await;
    let sql = "SELECT current_database()::text";
    let (name,) = fetch_one!(&mut operator.tx(), (String,), sql).unwrap();
    operator
        .run(&format!(
            "ALTER DATABASE {name} SET synchronous_commit = off"
        ))
        .await;
    let (db, _) = desk.beside().await;
    let commits = db.accept(|tx| {
        let sql = "SELECT current_setting('synchronous_commit')";
        Box::pin(async move { fetch_one!(tx, (String,), sql) })
    });
    assert_eq!(commits.await.unwrap().0, "on");
}

async fn one_waits_for_a_lock(desk: &Desk) {
    let waiting = async || {
        let counted = desk.db.read(|tx| {
            Box::pin(async move {
                fetch_one!(
                    tx,
                    (i64,),
                    "SELECT COUNT(*) FROM pg_stat_activity \
                     WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
            })
        });
        counted.await.unwrap().0
    };
    while waiting().await == 0 {}
}

async fn oldest(desk: &Desk, of: &identity::Account) -> Option<inbox::Pending> {
    let lane = of.conversation.lane();
    let read = desk.db.read(|tx| Box::pin(inbox::oldest(tx, lane)));
    read.await.unwrap().map(|(row, _)| row)
}
