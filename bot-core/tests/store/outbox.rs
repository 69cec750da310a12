//! The outbox: who may go first, and what `sending` promises.

use bot_core::domain::content::{Author, Content};
use bot_core::domain::delivery::{Action, DeliveryState};
use bot_core::domain::id::{DeliveryId, LaneId};
use bot_core::domain::place::Destination;
use bot_core::store::identity::Account;
use bot_core::store::outbox::{self, Change, NewDelivery, NotSent};
use bot_core::store::{Spot, Tx, case, inbox};
use rstest::rstest;
use uuid::Uuid;

use crate::desk::{Desk, NOW, On, accept, row};

/// What has become of the first row of a destination.
#[derive(Clone, Copy, Debug)]
enum First {
    Queued,
    Sending,
    Retrying,
    Settled(DeliveryState),
}

fn line(account: &Account, destination: Destination, local: bool) -> NewDelivery {
    let id = Uuid::now_v7();
    let action = Action::Send(Content::text(Author::Bot, "您好"));
    NewDelivery {
        id: DeliveryId(id),
        destination,
        channel: "shop".into(),
        thread: None,
        message: None,
        action: action.name(),
        body: account.key.seal(Spot::new("outbox", "body", id), &action),
        local,
        by_agent: false,
        priority: 0,
        hold_until: None,
        target: None,
    }
}

/// Stores rows as a decision does.
async fn decide(desk: &Desk, lane: LaneId, rows: Vec<NewDelivery>) {
    let changes: Vec<Change> = rows.into_iter().map(Change::Add).collect();
    desk.db
        .write(move |tx| {
            let changes = changes.clone();
            Box::pin(async move {
                let first = case::draw(tx, lane).await?;
                for _ in &changes {
                    case::draw(tx, lane).await?;
                }
                outbox::apply(tx, lane, first, &changes, NOW).await
            })
        })
        .await
        .unwrap();
}

async fn becomes(desk: &Desk, lane: LaneId, row: DeliveryId, what: First) {
    desk.db
        .write(move |tx| Box::pin(async move { turn(tx, lane, row, what).await.map(drop) }))
        .await
        .unwrap();
}

async fn turn(
    tx: &mut Tx<'_>,
    lane: LaneId,
    row: DeliveryId,
    what: First,
) -> Result<(), bot_core::store::StoreError> {
    if !matches!(what, First::Queued) {
        assert!(outbox::claim(tx, lane, row, None).await?);
    }
    match what {
        First::Queued | First::Sending => Ok(()),
        First::Retrying => {
            let put = NotSent {
                lane,
                row,
                epoch: None,
                until: NOW.plus_ms(60_000),
                counts: true,
            };
            outbox::put_off(tx, put, "busy").await
        }
        First::Settled(state) => {
            assert!(outbox::settle_as(tx, lane, row, None, state, None).await?);
            Ok(())
        }
    }
}

async fn heads(desk: &Desk) -> Vec<DeliveryId> {
    let read = desk.db.read(|tx| Box::pin(outbox::heads(tx, NOW, "", 64)));
    let heads = read.await.unwrap();
    heads.into_iter().map(|head| DeliveryId(head.id)).collect()
}

#[rstest]
#[case(First::Queued, true)]
#[case(First::Sending, true)]
#[case(First::Retrying, true)]
#[case(First::Settled(DeliveryState::Sent), false)]
#[case(First::Settled(DeliveryState::Unknown), false)]
#[case(First::Settled(DeliveryState::Held), false)]
#[case(First::Settled(DeliveryState::Dead), false)]
#[case(First::Settled(DeliveryState::Superseded), false)]
#[tokio::test]
async fn the_first_unsettled_row_blocks_its_destination_and_no_other(
    #[case] what: First,
    #[case] blocks: bool,
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let desk = Desk::new(on).await;
    let (wang, li) = (desk.account("wang").await, desk.account("li").await);
    let (lane, other_lane) = (wang.conversation.lane(), li.conversation.lane());
    let [first, second] = [0; 2].map(|_| line(&wang, Destination::Customer, false));
    let beside = line(&wang, Destination::Thread, false);
    let elsewhere = line(&li, Destination::Customer, false);
    let ids = [&first, &second, &beside, &elsewhere].map(|row| row.id);
    decide(&desk, lane, vec![first, second, beside]).await;
    decide(&desk, other_lane, vec![elsewhere]).await;
    becomes(&desk, lane, ids[0], what).await;
    let eligible = heads(&desk).await;
    assert_eq!(eligible.contains(&ids[1]), !blocks, "{what:?}");
    assert!(eligible.contains(&ids[2]) && eligible.contains(&ids[3]));
    let waits = matches!(what, First::Queued);
    assert_eq!(eligible.contains(&ids[0]), waits, "{what:?}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_row_is_claimed_once(#[case] on: On) {
    let desk = Desk::new(on).await;
    let wang = desk.account("wang").await;
    let lane = wang.conversation.lane();
    let only = line(&wang, Destination::Customer, false);
    let id = only.id;
    decide(&desk, lane, vec![only]).await;
    let (other, _) = desk.beside().await;
    let claims = [&desk.db, &other]
        .map(|db| db.write(move |tx| Box::pin(outbox::claim(tx, lane, id, None))));
    let claims = futures::future::join_all(claims).await;
    let won = claims.into_iter().filter(|claim| *claim.as_ref().unwrap());
    assert_eq!(won.count(), 1);
    let left = desk.db.read(|tx| Box::pin(outbox::left_sending(tx, None)));
    assert_eq!(left.await.unwrap().len(), 1, "a restart finds it");
}

/// A local line behind one that waits must not be read before it.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn readers_of_a_feed_see_nothing_out_of_order(#[case] on: On) {
    let desk = Desk::new(on).await;
    let wang = desk.account("wang").await;
    let lane = wang.conversation.lane();
    let held = NewDelivery {
        hold_until: Some(NOW.plus_ms(3_000)),
        ..line(&wang, Destination::Customer, true)
    };
    let behind = line(&wang, Destination::Customer, true);
    let ids = [held.id, behind.id];
    decide(&desk, lane, vec![held]).await;
    decide(&desk, lane, vec![behind]).await;
    assert!(seen(&desk, lane).await.is_empty());
    let later = NOW.plus_ms(3_000);
    while let Some(row) = releasable(&desk, later).await {
        desk.db
            .write(move |tx| Box::pin(outbox::release(tx, lane, row)))
            .await
            .unwrap();
    }
    assert_eq!(seen(&desk, lane).await, ids);
}

/// What a customer has said during the hold is looked at first: it may undo the reply.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn nothing_held_is_released_past_an_undecided_event(#[case] on: On) {
    let desk = Desk::new(on).await;
    let wang = desk.account("wang").await;
    let lane = wang.conversation.lane();
    let later = NOW.plus_ms(3_000);
    let held = NewDelivery {
        hold_until: Some(later),
        ..line(&wang, Destination::Customer, true)
    };
    decide(&desk, lane, vec![held]).await;
    accept(&desk.db, row(&wang, "undo")).await.unwrap();
    assert!(releasable(&desk, later).await.is_none());
    desk.db
        .write(move |tx| {
            Box::pin(async move {
                let (row, _) = inbox::oldest(tx, lane).await?.unwrap();
                inbox::done(tx, lane, row.seq).await
            })
        })
        .await
        .unwrap();
    assert!(releasable(&desk, later).await.is_some());
}

async fn releasable(desk: &Desk, now: bot_core::domain::time::Timestamp) -> Option<DeliveryId> {
    let read = desk.db.read(|tx| Box::pin(outbox::releasable(tx, now, 1)));
    read.await.unwrap().pop().map(|(_, row, _)| row)
}

async fn seen(desk: &Desk, lane: LaneId) -> Vec<DeliveryId> {
    let page = desk
        .db
        .read(|tx| Box::pin(outbox::page(tx, lane, Destination::Customer, 0, 64)));
    let rows = page.await.unwrap();
    rows.into_iter().map(|row| DeliveryId(row.id)).collect()
}
