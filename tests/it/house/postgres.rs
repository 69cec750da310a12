//! A database of its own for every test that runs on PostgreSQL.

use sqlx::{Connection, Executor};

use super::{StorageUrl, Uuid};

/// The server that `./test` started; a test without one fails rather than being skipped.
pub(crate) async fn fresh() -> StorageUrl {
    fresh_url().await.parse().unwrap()
}

/// Gives a database back: many walks would fill the disk.
pub(crate) async fn give_back(url: &str) {
    let server = std::env::var("FRONTDESK_TEST_POSTGRES").unwrap();
    let (_, name) = url.rsplit_once('/').unwrap();
    let mut admin = sqlx::PgConnection::connect(&server).await.unwrap();
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    admin.execute(sqlx::AssertSqlSafe(drop)).await.unwrap();
}

/// The same, as it stands in a configuration.
pub(crate) async fn fresh_url() -> String {
    let server =
        std::env::var("FRONTDESK_TEST_POSTGRES").expect("FRONTDESK_TEST_POSTGRES: run ./test");
    let name = format!("t{}", Uuid::new_v4().simple());
    let mut admin = sqlx::PgConnection::connect(&server).await.unwrap();
    admin
        .execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .unwrap();
    let base = server
        .rsplit_once('/')
        .map_or(server.as_str(), |(base, _)| base);
    format!("{base}/{name}")
}
