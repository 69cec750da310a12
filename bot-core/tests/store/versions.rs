//! The version of a lane: a decision on an older one takes nothing.

use bot_core::store::case;
use rstest::rstest;

use crate::desk::{Desk, On};

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn of_two_decisions_on_one_version_only_one_is_taken(#[case] on: On) {
    let desk = Desk::new(on).await;
    let (other, _) = desk.beside().await;
    let lane = desk.account("wang").await.conversation.lane();
    for version in 0..20 {
        let both = [&desk.db, &other]
            .map(|db| db.write(move |tx| Box::pin(case::take(tx, lane, version, 3))));
        let taken = futures::future::join_all(both).await;
        let taken: Vec<i64> = taken.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(
            taken,
            [1 + 3 * version],
            "numbers of the outbox have no holes"
        );
    }
}
