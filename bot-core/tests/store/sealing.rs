//! Sealed columns: a value opens in its own place, under its own key, and nowhere else.

use bot_core::domain::conversation::State;
use bot_core::store::identity::Account;
use bot_core::store::{DataKey, KeyError, Keyring, MasterKey, Spot, StoreError, case};
use bot_core::{execute, fetch_one};
use rstest::rstest;
use uuid::Uuid;

use crate::desk::{Desk, On, master};

const ROW: Uuid = Uuid::from_u128(1);
const HERE: Spot = Spot::new("message", "body", ROW);

#[rstest]
#[case::row(Spot::new("message", "body", Uuid::from_u128(2)))]
#[case::column(Spot::new("message", "evidence", ROW))]
#[case::table(Spot::new("outbox", "body", ROW))]
fn a_value_does_not_open_in_another_place(#[case] elsewhere: Spot) {
    let key = DataKey::random();
    let sealed = key.seal(HERE, &"我的卡号".to_owned());
    assert_eq!(key.open(HERE, &sealed).unwrap(), "我的卡号");
    let refused = key.open(elsewhere, &sealed).unwrap_err();
    assert!(matches!(refused, KeyError::DoesNotOpen(_)), "{refused}");
    assert!(
        key.open_bytes(elsewhere, &key.seal_bytes(HERE, b"x"))
            .is_err()
    );
}

#[test]
fn a_changed_byte_or_another_key_does_not_open() {
    let key = DataKey::random();
    let sealed = key.seal_bytes(HERE, b"text");
    assert!(DataKey::random().open_bytes(HERE, &sealed).is_err());
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(key.open_bytes(HERE, &changed).is_err(), "byte {at}");
        assert!(key.open_bytes(HERE, &sealed[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn the_same_text_never_looks_the_same() {
    let key = DataKey::random();
    assert_ne!(key.seal_bytes(HERE, b"yes"), key.seal_bytes(HERE, b"yes"));
}

#[test]
fn a_wrapped_key_belongs_to_its_owner_and_its_master() {
    let wrapped = master().wrap(ROW, &DataKey::random());
    assert!(master().unwrap(ROW, &wrapped).is_ok());
    assert!(master().unwrap(Uuid::from_u128(2), &wrapped).is_err());
    assert!(MasterKey::new([8; 32]).unwrap(ROW, &wrapped).is_err());
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_column_moved_to_another_row_is_not_read(#[case] on: On) {
    let desk = Desk::new(on).await;
    let (wang, li) = (desk.account("wang").await, desk.account("li").await);
    let (from, to) = (wang.conversation.0, li.conversation.0);
    let sql = "UPDATE conversation SET state_sealed = \
         (SELECT state_sealed FROM conversation WHERE id = $1) WHERE id = $2";
    execute!(&mut desk.stranger().await.tx(), sql, from, to).unwrap();
    assert!(load(&desk, &wang).await.is_ok());
    let refused = load(&desk, &li).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unreadable(_)), "{refused}");
}

/// Who can write to the database, but has no key, cannot hand one customer's key to another.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_key_moved_to_another_customer_is_not_used(#[case] on: On) {
    let desk = Desk::new(on).await;
    let (wang, li) = (desk.account("wang").await, desk.account("li").await);
    let sql = "UPDATE identity SET key_wrapped = \
         (SELECT key_wrapped FROM identity WHERE id = $1) WHERE id = $2";
    let (from, to) = (wang.identity.0, li.identity.0);
    execute!(&mut desk.stranger().await.tx(), sql, from, to).unwrap();
    let (db, keyring) = desk.beside().await;
    let restarted = Desk {
        db,
        keyring,
        ..desk
    };
    let refused = load(&restarted, &li).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unreadable(_)), "{refused}");
}

async fn load(desk: &Desk, of: &Account) -> Result<State, StoreError> {
    let (keyring, conversation) = (desk.keyring.clone(), of.conversation);
    let read = desk
        .db
        .read(|tx| Box::pin(async move { case::load(tx, &keyring, conversation).await }));
    read.await.map(|loaded| loaded.case.state)
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn another_master_key_is_refused_and_changes_nothing(#[case] on: On) {
    let desk = Desk::new(on).await;
    let wang = desk.account("wang").await;
    let refused = Keyring::open(&desk.db, MasterKey::new([8; 32])).await;
    let told = refused.unwrap_err().to_string();
    assert!(told.contains("another master key"), "{told}");
    let (db, keyring) = desk.beside().await;
    let again = Desk {
        db,
        keyring,
        ..desk
    };
    assert!(load(&again, &wang).await.is_ok());
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_name_stands_nowhere_in_plain(#[case] on: On) {
    let desk = Desk::new(on).await;
    let wang = desk.account("wang").await;
    let (name,) = desk
        .db
        .read(|tx| {
            Box::pin(async move {
                let sql = "SELECT name_sealed FROM identity WHERE id = $1";
                fetch_one!(tx, (Vec<u8>,), sql, wang.identity.0)
            })
        })
        .await
        .unwrap();
    let spot = Spot::new("identity", "name", wang.identity.0);
    let plain = wang.key.open_bytes(spot, &name).unwrap();
    let text = String::from_utf8_lossy(&plain).into_owned();
    assert_eq!(text, "\"wang 女士\"");
    let shown = String::from_utf8_lossy(&name).into_owned();
    assert!(!shown.contains("wang"), "{shown}");
}
