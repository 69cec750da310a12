//! Power loss: what was acknowledged is on the disk, not only in the kernel's hands.
//!
//! The real binary runs under a recorder. For every 202 that it wrote, the database is put together
//! again from nothing but what was synced before, and must hold the message.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;

use futures::future::join_all;
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};

use crate::store::served::{Folder, Served, message_id, stored};
use crate::store::trace::{Call, Unsynced, after_power_cut, read, recorded};

/// A folder with a database that was ended in good order.
async fn folder() -> (Folder, Vec<u8>) {
    let folder = Folder::new("sqlite:desk.db", None);
    Served::start(&folder).await.end().await;
    let before = std::fs::read(folder.path("desk.db")).unwrap();
    assert!(!folder.path("desk.db-wal").exists());
    (folder, before)
}

async fn serve_recorded(folder: &Folder, synchronous: &str) -> Served {
    let mut command = recorded(&folder.shell("serve", ""), &folder.path("trace"));
    command.env("FRONTDESK_TEST_SYNCHRONOUS", synchronous);
    Served::run(command).await
}

/// Several customers' apps at once, so that commits are shared; enough for a checkpoint.
async fn busy_hour(desk: &Served) {
    let text = "我的包裹在哪里？".repeat(200);
    for round in 0..12 {
        let keys: Vec<String> = (0..6).map(|number| format!("{round}-{number}")).collect();
        join_all(keys.iter().map(|key| desk.accepted(key, &text))).await;
    }
}

/// Every 202 with the id in it, in the order in which they were begun: two threads may be sending.
fn acknowledged(calls: &[Call]) -> Vec<(usize, String)> {
    let answers = calls.iter().filter(|call| call.says("HTTP/1.1 202"));
    let id = |call: &Call| {
        let text = String::from_utf8(call.bytes()).unwrap();
        let body: Value = serde_json::from_str(text.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        body["message_id"].as_str().unwrap().to_owned()
    };
    let mut answers: Vec<_> = answers.map(|call| (call.begun, id(call))).collect();
    answers.sort();
    answers
}

/// The ids that a restart after a power cut at this moment would find.
async fn found_after(
    at: usize,
    calls: &[Call],
    folder: &Folder,
    before: &[u8],
    unsynced: Unsynced,
) -> BTreeSet<String> {
    let image = tempfile::tempdir().unwrap();
    for (name, before) in [("desk.db", before), ("desk.db-wal", &[])] {
        let bytes = after_power_cut(before, calls, &folder.path(name), at, unsynced);
        std::fs::write(image.path().join(name), bytes).unwrap();
    }
    let found = stored(&image.path().join("desk.db")).await;
    found.into_iter().map(|(_, id)| id).collect()
}

#[rstest]
#[case(Unsynced::Lost)]
#[case(Unsynced::HalfKept)]
#[tokio::test]
async fn what_was_acknowledged_survives_a_power_cut(#[case] unsynced: Unsynced) {
    let (folder, before) = folder().await;
    let desk = serve_recorded(&folder, "full").await;
    busy_hour(&desk).await;
    desk.end().await;
    let calls = read(&folder.path("trace"));
    let promised = acknowledged(&calls);
    assert_eq!(promised.len(), 72, "each answer was seen");
    assert!(
        wrote(&calls, &folder.path("desk.db")),
        "there was a checkpoint"
    );
    assert!(named_on_disk(&calls, &folder, promised[0].0));
    for (upto, (at, _)) in promised.iter().enumerate() {
        let found = found_after(*at, &calls, &folder, &before, unsynced).await;
        for (_, id) in &promised[..=upto] {
            assert!(found.contains(id), "{id} was acknowledged and is lost");
        }
    }
}

fn wrote(calls: &[Call], path: &Path) -> bool {
    calls
        .iter()
        .any(|call| call.name == "pwrite64" && call.path == path)
}

/// A log whose name is not on the disk is lost however often it was synced.
fn named_on_disk(calls: &[Call], folder: &Folder, by: usize) -> bool {
    let place = folder.path("");
    let place = place.components().as_path();
    calls
        .iter()
        .any(|call| call.is_sync() && call.path == place && call.ended < by)
}

/// The test of the test: with `synchronous=NORMAL`, which only a debug build can be told to use, the
/// same check finds losses.
#[cfg(debug_assertions)]
#[tokio::test]
async fn without_a_sync_for_each_commit_the_same_check_fails() {
    let (folder, before) = folder().await;
    let desk = serve_recorded(&folder, "normal").await;
    desk.accepted("k1", "hello").await;
    desk.end().await;
    let calls = read(&folder.path("trace"));
    let promised = acknowledged(&calls);
    let (at, id) = &promised[0];
    let found = found_after(*at, &calls, &folder, &before, Unsynced::Lost).await;
    assert!(!found.contains(id), "NORMAL does not sync a commit");
}

/// After a failed sync nobody knows what is on the disk: whichever it is, the process ends at once.
#[tokio::test]
async fn a_sync_that_fails_ends_the_process() {
    let mut acknowledged = 0;
    for failing in 1..40 {
        let (folder, _) = folder().await;
        let mut command = tokio::process::Command::new("strace");
        let fault = format!("inject=fsync,fdatasync:error=EIO:when={failing}+");
        command.args([
            "-f",
            "-o",
            "/dev/null",
            "-e",
            "trace=fsync,fdatasync",
            "-e",
            &fault,
        ]);
        let plain = folder.shell("serve", "");
        command.arg(plain.as_std().get_program());
        command.args(plain.as_std().get_args());
        let promised = until_it_ends(command).await;
        acknowledged = acknowledged.max(promised.len());
        let kept = stored(&folder.path("desk.db")).await;
        assert!(promised.iter().all(|one| kept.contains(one)));
        if acknowledged >= 2 {
            return;
        }
    }
    panic!("no run came as far as two messages");
}

/// Posts until the process is gone; gives what it acknowledged.
async fn until_it_ends(command: tokio::process::Command) -> Vec<(String, String)> {
    let desk = match Served::try_run(command).await {
        Ok(desk) => desk,
        Err((status, told)) => {
            assert_eq!(status.signal(), Some(6), "{told}");
            return Vec::new();
        }
    };
    let mut promised = Vec::new();
    loop {
        assert!(promised.len() < 100, "it goes on without syncs");
        let key = format!("k{}", promised.len());
        match desk.post(&key, "hello").await {
            Ok(answer) if answer.status() == StatusCode::ACCEPTED => {
                promised.push((key, message_id(answer).await));
            }
            Ok(other) => panic!("{other:?}"),
            Err(_gone) => break,
        }
    }
    let (status, told) = desk.ended().await;
    assert_eq!(status.signal(), Some(6), "{told}");
    assert!(told.contains("refused to sync"), "{told}");
    promised
}

/// The row that says `stored` names a blob: by then its bytes, its name and its folders are on the
/// disk.
#[tokio::test]
async fn a_file_is_called_stored_when_it_is() {
    let (folder, _) = folder().await;
    let desk = serve_recorded(&folder, "full").await;
    let upload = desk.send("uploads", "image/png", b"\x89PNG\r\n\x1a\n".to_vec());
    let upload: Value =
        serde_json::from_slice(&upload.await.unwrap().bytes().await.unwrap()).unwrap();
    let body = json!({"id": "k1", "user": {"id": "wang"}, "attachments": [{"url": upload["url"]}]});
    let body = body.to_string().into_bytes();
    let answer = desk
        .send("messages", "application/json", body)
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    let name = blob(&folder.path("desk.db")).await;
    desk.end().await;

    let calls = read(&folder.path("trace"));
    let of = |found: &dyn Fn(&Call) -> bool| calls.iter().find(|call| found(call));
    let said = of(&|call| call.path == folder.path("desk.db-wal") && call.says(&name)).unwrap();
    let part = |path: &Path| path.display().to_string().contains(&name);
    let written = of(&|call| call.name == "write" && part(&call.path)).unwrap();
    let synced = of(&|call| call.is_sync() && call.path == written.path).unwrap();
    let named = of(&|call| call.name == "rename" && names(call, &name)).unwrap();
    assert!(written.ended < synced.begun && synced.ended < named.begun);
    let in_between = |call: &&Call| call.is_sync() && call.ended < said.begun;
    let synced: Vec<&Call> = calls.iter().filter(in_between).collect();
    let [own, above, top] = [1, 2, 3].map(|up| written.path.ancestors().nth(up).unwrap());
    let has = |folder: &Path, since: usize| {
        let mut of_folder = synced.iter().filter(|call| call.path == folder);
        assert!(of_folder.any(|call| call.begun > since), "{folder:?}");
    };
    has(own, named.ended);
    has(above, 0);
    has(top, 0);
}

fn names(call: &Call, name: &str) -> bool {
    let path = String::from_utf8(call.strings[1].clone()).unwrap();
    path.ends_with(name)
}

/// Waits for the file to be stored; gives its blob's name.
async fn blob(database: &Path) -> String {
    use bot_core::fetch_optional;
    use bot_core::store::{Db, StorageUrl};

    let url = StorageUrl::Sqlite(database.display().to_string());
    let db = Db::open(&url).await.unwrap();
    loop {
        let row = db.read(|tx| {
            Box::pin(async move {
                let sql = "SELECT blob FROM attachment WHERE state <> 'wanted'";
                fetch_optional!(tx, (Option<String>,), sql)
            })
        });
        if let Some((name,)) = row.await.unwrap() {
            return name.expect("it is stored");
        }
    }
}
