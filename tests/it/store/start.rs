//! A start that cannot succeed: a clear line, and an exit code that scripts can tell apart.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use rstest::rstest;

use crate::house::postgres;
use crate::store::served::{Folder, KEY, Served, stored};

/// Root is not asked for permission; a user is. Without these two rights root is like a user.
const AS_A_USER: &str = "if [ $(id -u) = 0 ]; then \
    set -- --bounding-set=-dac_override,-dac_read_search \"$0\" \"$@\"; exec setpriv \"$@\"; fi;";

async fn refused(folder: &Folder, first: &str) -> (i32, String) {
    let Output { status, stderr, .. } = folder.shell("serve", first).output().await.unwrap();
    let told = String::from_utf8(stderr).unwrap();
    (status.code().unwrap(), told)
}

fn read_only(folder: &Folder, name: &str, mode: u32) {
    let path = folder.path(name);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_database_that_cannot_be_written_is_named() {
    let folder = Folder::new("sqlite:desk.db", None);
    Served::start(&folder).await.end().await;
    read_only(&folder, "desk.db", 0o444);
    let (code, told) = refused(&folder, AS_A_USER).await;
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("desk.db"), "{told}");
    assert!(
        told.contains("readonly") || told.contains("read-only"),
        "{told}"
    );
    read_only(&folder, "desk.db", 0o644);
    let again = Served::start(&folder).await;
    again.accepted("k1", "hello").await;
    again.end().await;
    assert_eq!(stored(&folder.path("desk.db")).await.len(), 1);
}

#[rstest]
#[case::a_file_for_a_folder("sqlite:frontdesk.toml/desk.db")]
#[case::a_folder_for_a_file("sqlite:folder")]
#[case::not_a_database("sqlite:letter.txt")]
#[tokio::test]
async fn a_database_that_cannot_be_one_is_named(#[case] url: &str) {
    let folder = Folder::new(url, Some(KEY));
    std::fs::create_dir(folder.path("folder")).unwrap();
    std::fs::write(folder.path("letter.txt"), "Dear Sirs, ".repeat(1_000)).unwrap();
    let (code, told) = refused(&folder, "").await;
    assert_eq!(code, 1, "{told}");
    let name = url.trim_start_matches("sqlite:");
    assert!(told.contains(name), "{told}");
    assert!(told.contains("cannot be opened"), "{told}");
    let letter = std::fs::read_to_string(folder.path("letter.txt")).unwrap();
    assert!(letter.starts_with("Dear Sirs, "), "it was not touched");
}

#[tokio::test]
async fn a_new_database_gets_a_key_that_nobody_else_can_read() {
    let folder = Folder::new("sqlite:desk.db", None);
    Served::start(&folder).await.end().await;
    let key = folder.path("desk.key");
    let mode = std::fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let first = std::fs::read_to_string(&key).unwrap();
    Served::start(&folder).await.end().await;
    assert_eq!(std::fs::read_to_string(&key).unwrap(), first);
}

/// An operator may copy it then.
#[tokio::test]
async fn a_desk_that_has_ended_leaves_one_file() {
    let folder = Folder::new("sqlite:desk.db", None);
    let desk = Served::start(&folder).await;
    desk.accepted("k1", "hello").await;
    assert!(folder.path("desk.db-wal").exists());
    desk.end().await;
    assert!(!folder.path("desk.db-wal").exists());
    std::fs::copy(folder.path("desk.db"), folder.path("copy.db")).unwrap();
    assert_eq!(stored(&folder.path("copy.db")).await.len(), 1);
}

#[tokio::test]
async fn a_database_without_its_key_is_refused() {
    let folder = Folder::new("sqlite:desk.db", None);
    Served::start(&folder).await.end().await;
    std::fs::rename(folder.path("desk.key"), folder.path("safe")).unwrap();
    let (code, told) = refused(&folder, "").await;
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("desk.key"), "{told}");
    assert!(!folder.path("desk.key").exists(), "no new key for old data");
}

#[tokio::test]
async fn another_key_is_refused() {
    let folder = Folder::new("sqlite:desk.db", None);
    Served::start(&folder).await.end().await;
    std::fs::write(folder.path("desk.key"), KEY).unwrap();
    let (code, told) = refused(&folder, "").await;
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("another master key"), "{told}");
}

#[tokio::test]
async fn postgres_without_a_key_is_an_unusable_configuration() {
    let folder = Folder::new(&postgres::fresh_url().await, None);
    let (code, told) = refused(&folder, "").await;
    assert_eq!(code, 2, "{told}");
    assert!(told.contains("master_key"), "{told}");
}

/// The address holds a password, which belongs in no log.
#[tokio::test]
async fn a_postgres_that_is_not_there_is_named_without_its_password() {
    let url = postgres::fresh_url().await;
    let (server, name) = url.rsplit_once('/').unwrap();
    let server = server.replace("postgres@", "postgres:geheim@");
    let folder = Folder::new(&format!("{server}/no_{name}"), Some(KEY));
    let (code, told) = refused(&folder, "").await;
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("cannot be opened"), "{told}");
    assert!(told.contains(&format!("no_{name}")), "{told}");
    assert!(told.contains("unavailable"), "{told}");
    assert!(!told.contains("geheim"), "{told}");
}
