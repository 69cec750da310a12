//! Blobs: what was put is got, whole, by its name only.

use bot_core::store::blob::Blobs;
use rstest::rstest;

use crate::desk::{Desk, On};

const NAME: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

async fn blobs(on: On) -> (Desk, Blobs) {
    let desk = Desk::new(on).await;
    let blobs = match on {
        On::Sqlite => Blobs::Folder(desk.folder.path().join("files")),
        On::Postgres => Blobs::Rows(desk.db.clone()),
    };
    (desk, blobs)
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_blob_comes_back_whole(
    #[case] on: On,
    #[values(1, 262_144, 262_145, 1_000_000)] size: u32,
) {
    let (_desk, blobs) = blobs(on).await;
    let bytes: Vec<u8> = (0..size).map(|at| at.to_le_bytes()[0]).collect();
    blobs.put(NAME, bytes.clone()).await.unwrap();
    assert_eq!(blobs.get(NAME).await.unwrap(), bytes);
}

/// Each is sealed with a nonce of its own, so that two of the same file differ in every byte: one
/// that is made of both would never open.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_twice_at_once_is_kept_whole(#[case] on: On) {
    let (_desk, blobs) = blobs(on).await;
    for _ in 0..50 {
        let both = [1, 2].map(|fill| blobs.put(NAME, vec![fill; 300_000]));
        for put in futures::future::join_all(both).await {
            put.unwrap();
        }
        let kept = blobs.get(NAME).await.unwrap();
        assert_eq!(kept.len(), 300_000);
        assert!(kept.iter().all(|byte| *byte == kept[0]), "two in one");
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_shorter_file_leaves_nothing_of_a_longer_one(#[case] on: On) {
    let (_desk, blobs) = blobs(on).await;
    blobs.put(NAME, vec![1; 600_000]).await.unwrap();
    blobs.put(NAME, vec![2; 10]).await.unwrap();
    assert_eq!(blobs.get(NAME).await.unwrap(), [2; 10]);
}

#[rstest]
#[case("../../etc/passwd")]
#[case("")]
#[case("zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")]
#[case("0011")]
#[case("字字字字字字字字字字字字字字字字字字字字字1")]
#[tokio::test]
async fn nothing_but_a_hash_becomes_a_path(#[case] name: &str) {
    let (_desk, blobs) = blobs(On::Sqlite).await;
    assert!(blobs.put(name, vec![1]).await.is_err());
    assert!(blobs.get(name).await.is_err());
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_missing_blob_is_said_to_be_missing(#[case] on: On) {
    let (_desk, blobs) = blobs(on).await;
    assert!(blobs.get(NAME).await.is_err());
}

#[tokio::test]
async fn what_was_left_half_written_is_removed_and_nothing_else() {
    let (desk, blobs) = blobs(On::Sqlite).await;
    assert_eq!(blobs.sweep().await.unwrap(), 0, "there is no folder yet");
    blobs.put(NAME, vec![1; 10]).await.unwrap();
    let shelf = desk.folder.path().join("files/00");
    std::fs::write(shelf.join(format!("{NAME}.1234.part")), "half").unwrap();
    assert_eq!(blobs.sweep().await.unwrap(), 1);
    assert_eq!(blobs.get(NAME).await.unwrap(), vec![1; 10]);
    assert_eq!(std::fs::read_dir(shelf).unwrap().count(), 1);
}
