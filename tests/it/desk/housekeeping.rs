//! What is over is forgotten in bounded steps, and files keep harmless names.

use bot_core::domain::content::Media;
use bot_core::domain::id::{InboxId, LaneId};
use bot_core::domain::inbound::{Incoming, IncomingFile, Said};
use bot_core::domain::time::DAY;
use bot_core::port::platform::Blob;
use bot_core::runtime::housekeeping::Housekeeping;
use bot_core::store::blob::Blobs;
use bot_core::store::inbox::{self, NewRow};
use rstest::rstest;
use uuid::Uuid;

use crate::house::{House, MONDAY_TEN, On};

async fn all_steps(house: &House) -> Vec<u64> {
    let mut steps = Vec::new();
    loop {
        match house.engine.house.step().await.unwrap() {
            0 => return steps,
            rows => steps.push(rows),
        }
    }
}

/// Decided rows of one lane.
async fn decided(house: &House, rows: u128) {
    let conversation = house.engine.feed.conversation("shop", "wang").await;
    let lane = conversation.unwrap().unwrap().lane();
    let write = house.engine.core.db.write(move |tx| {
        Box::pin(async move {
            for number in 1..=rows {
                inbox::accept(tx, &row(lane, number)).await?;
            }
            for seq in 1..=i64::try_from(rows).unwrap() + 1 {
                inbox::done(tx, lane, seq).await?;
            }
            Ok(())
        })
    });
    write.await.unwrap();
}

fn row(lane: LaneId, number: u128) -> NewRow {
    NewRow {
        lane,
        id: InboxId(Uuid::from_u128(number)),
        channel: "old".into(),
        place: "place".into(),
        key: number.to_string(),
        at: MONDAY_TEN,
        raw: Vec::new(),
        parked: false,
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn decided_rows_are_forgotten_after_thirty_days_in_steps(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "谢谢").await;
    decided(&house, 1_100).await;
    house.clock.advance_ms(30 * DAY);
    assert!(all_steps(&house).await.is_empty(), "repeats are kept away");
    house.clock.advance_ms(1);
    let steps = all_steps(&house).await;
    assert_eq!(steps, [500, 500, 101]);
    let read = house
        .engine
        .core
        .db
        .read(|tx| Box::pin(async move { inbox::known(tx, "old", "place", "7").await }));
    assert_eq!(read.await.unwrap(), None);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn uploads_are_forgotten_with_their_blobs(#[case] on: On) {
    let house = House::new(on).await;
    let (core, files) = (house.engine.core.clone(), &house.engine.files);
    let blobs = Blobs::Rows(core.db.clone());
    let [unused, used] = ["a".repeat(64), "b".repeat(64)];
    for name in [&unused, &used] {
        files.record_upload(name).await.unwrap();
        blobs.put(name, vec![1, 2, 3]).await.unwrap();
    }
    files.upload_used(&used).await.unwrap();
    let keeping = Housekeeping::new(core, blobs.clone());
    house.clock.advance_ms(DAY);
    assert_eq!(keeping.step().await.unwrap(), 0);
    house.clock.advance_ms(1);
    assert_eq!(keeping.step().await.unwrap(), 1);
    assert!(blobs.get(&unused).await.is_err(), "never used");
    assert!(blobs.get(&used).await.is_ok());
    house.clock.advance_ms(29 * DAY);
    assert_eq!(keeping.step().await.unwrap(), 1);
    assert!(blobs.get(&used).await.is_err(), "its message has a copy");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_file_keeps_a_harmless_name(#[case] on: On) {
    let house = House::new(on).await;
    house.says("wang", "转人工").await;
    let png = Blob {
        bytes: vec![0x89, b'P', b'N', b'G'],
        mime: "image/png".into(),
    };
    house.shop.offer_file("x", Ok(png));
    let file = IncomingFile {
        source: "x".into(),
        media: Media::Image,
        name: format!("../\u{7}../a\\b\n{}.png", "长".repeat(200)),
        mime: "image/png".into(),
        size: None,
        expires: None,
    };
    let line = Said {
        files: vec![file],
        ..Said::default()
    };
    house.customer("wang", Incoming::Said(line)).await;
    house.settle().await;
    let (thread, _) = house.room.threads().pop().unwrap();
    let shown = house.room.at(&thread);
    let name = &shown.last().unwrap().content.attachments[0].name;
    assert!(name.starts_with("_.._a_b 长"), "{name}");
    assert!(name.ends_with("长.png") && name.chars().count() == 120);
}
