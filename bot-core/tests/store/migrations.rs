//! Migrations: both databases hold the same, and every older database becomes the newest. What messages
//! are found by (`search…`) is derived from them, and each database has a kind of its own for it.

use std::collections::BTreeSet;

use bot_core::store::{StoreError, Tx};
use bot_core::{fetch_all, fetch_one};
use rstest::rstest;
use sqlx::migrate::Migrator;

use crate::desk::{Desk, On, Stranger, empty, open};

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// A column: table, name, type, whether it may be empty, default, place in the primary key.
type Column = (String, String, String, bool, Option<String>, i64);
/// An index: table, columns in order, whether it is unique, whether it covers some rows only.
type Index = (String, String, bool, bool);

async fn columns(tx: &mut Tx<'_>) -> BTreeSet<Column> {
    const IN_SQLITE: &str = "SELECT m.name, p.name, p.type, p.\"notnull\" = 0, p.dflt_value, CAST(p.pk AS BIGINT) \
         FROM sqlite_master m JOIN pragma_table_info(m.name) p \
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '_sqlx%' AND m.name NOT LIKE 'search%'";
    const IN_POSTGRES: &str = "SELECT c.table_name::text, c.column_name::text, c.data_type::text, \
         c.is_nullable = 'YES', c.column_default::text, COALESCE(k.ordinal_position, 0)::bigint \
         FROM information_schema.columns c LEFT JOIN information_schema.table_constraints t \
         ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY' \
         LEFT JOIN information_schema.key_column_usage k \
         ON k.constraint_name = t.constraint_name AND k.table_name = c.table_name AND k.column_name = c.column_name \
         WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_sqlx%' AND c.table_name NOT LIKE 'search%'";
    let sql = of(tx, IN_SQLITE, IN_POSTGRES);
    let found = fetch_all!(tx, Column, sql).unwrap();
    let same_words = found
        .into_iter()
        .map(|(table, name, kind, empty, default, key)| {
            let default = default.map(|text| text.to_lowercase().replace("::text", ""));
            (
                table,
                name,
                in_one_word(&kind).to_owned(),
                empty,
                default,
                key,
            )
        });
    same_words.collect()
}

async fn indexes(tx: &mut Tx<'_>) -> BTreeSet<Index> {
    const IN_SQLITE: &str = "SELECT m.name, (SELECT group_concat(i.name, ',') FROM \
         (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno) i), l.\"unique\" = 1, l.partial = 1 \
         FROM sqlite_master m JOIN pragma_index_list(m.name) l \
         WHERE m.type = 'table' AND m.name NOT LIKE '_sqlx%' AND m.name NOT LIKE 'search%'";
    const IN_POSTGRES: &str = "SELECT t.relname::text, (SELECT string_agg(a.attname, ',' ORDER BY k.at) \
         FROM unnest(x.indkey) WITH ORDINALITY k(number, at) \
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number), x.indisunique, x.indpred IS NOT NULL \
         FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
         WHERE n.nspname = 'public' AND t.relname NOT LIKE '\\_sqlx%' AND t.relname NOT LIKE 'search%'";
    let sql = of(tx, IN_SQLITE, IN_POSTGRES);
    fetch_all!(tx, Index, sql).unwrap().into_iter().collect()
}

fn of(tx: &Tx<'_>, in_sqlite: &'static str, in_postgres: &'static str) -> &'static str {
    match tx {
        Tx::Sqlite(_) => in_sqlite,
        Tx::Postgres(_) => in_postgres,
    }
}

/// SQLite keeps ids and sealed values in the same type.
fn in_one_word(kind: &str) -> &'static str {
    match kind {
        "BLOB" | "bytea" | "uuid" => "bytes",
        "TEXT" | "text" => "text",
        "BIGINT" | "bigint" => "number",
        "BOOLEAN" | "boolean" => "boolean",
        other => panic!("a type that is not used so far: {other}"),
    }
}

#[tokio::test]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    let (sqlite, postgres) = (Desk::new(On::Sqlite).await, Desk::new(On::Postgres).await);
    let (mut sqlite, mut postgres) = (sqlite.stranger().await, postgres.stranger().await);
    let (ours, theirs) = (
        columns(&mut sqlite.tx()).await,
        columns(&mut postgres.tx()).await,
    );
    assert!(ours.len() > 100, "{}", ours.len());
    let differ: Vec<_> = ours.symmetric_difference(&theirs).collect();
    assert!(differ.is_empty(), "{differ:#?}");
    let (ours, theirs) = (
        indexes(&mut sqlite.tx()).await,
        indexes(&mut postgres.tx()).await,
    );
    assert!(ours.len() > 30, "{}", ours.len());
    let differ: Vec<_> = ours.symmetric_difference(&theirs).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}

/// Brings an empty database to the state of an older release.
async fn as_of(url: &str, version: i64) {
    let all = if url.starts_with("sqlite:") {
        &SQLITE
    } else {
        &POSTGRES
    };
    let older = all.migrations.iter().filter(|one| one.version <= version);
    let older = Migrator::with_migrations(older.cloned().collect());
    let made = if url.starts_with("sqlite:") {
        "?mode=rwc"
    } else {
        ""
    };
    match Stranger::connect(&format!("{url}{made}")).await {
        Stranger::Sqlite(mut link) => older.run(link.connection()).await.unwrap(),
        Stranger::Postgres(mut link) => older.run(&mut link).await.unwrap(),
    }
}

async fn applied(url: &str) -> Vec<i64> {
    let mut stranger = Stranger::connect(url).await;
    let sql = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";
    let rows = fetch_all!(&mut stranger.tx(), (i64,), sql).unwrap();
    rows.into_iter().map(|(version,)| version).collect()
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn every_older_database_is_brought_up_with_what_it_holds(#[case] on: On) {
    let newest: Vec<i64> = SQLITE.migrations.iter().map(|one| one.version).collect();
    for version in &newest {
        let folder = tempfile::tempdir().unwrap();
        let url = empty(on, &folder).await;
        as_of(&url, *version).await;
        let mut before = Stranger::connect(&url).await;
        before
            .run("INSERT INTO meta (name, value) VALUES ('kept', 'yes')")
            .await;
        drop(before);
        let db = open(&url).await.unwrap();
        assert_eq!(applied(&url).await, newest);
        let kept = db.read(|tx| {
            Box::pin(async move {
                fetch_one!(tx, (String,), "SELECT value FROM meta WHERE name = 'kept'")
            })
        });
        assert_eq!(kept.await.unwrap().0, "yes", "from {version}");
        db.close().await;
        open(&url).await.unwrap();
    }
}

/// Step 12 gave the index another form.
#[rstest]
#[case(
    On::Sqlite,
    "(zeroblob(16), zeroblob(16), -1), (zeroblob(16), zeroblob(16), 7)",
    "SELECT COUNT(*) FROM search_tokens JOIN search_entry e ON e.id = search_tokens.rowid \
     WHERE search_tokens MATCH 'ffffffffffffffff 0000000000000007' AND e.message_id = zeroblob(16)"
)]
#[case(
    On::Postgres,
    "('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', -1), \
     ('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', 7)",
    "SELECT COUNT(*) FROM search_entry WHERE tokens @> ARRAY[-1, 7]::BIGINT[]"
)]
#[tokio::test]
async fn what_messages_are_found_by_is_carried_over(
    #[case] on: On,
    #[case] rows: &str,
    #[case] find: &'static str,
) {
    let folder = tempfile::tempdir().unwrap();
    let url = empty(on, &folder).await;
    as_of(&url, 11).await;
    let mut before = Stranger::connect(&url).await;
    let insert = "INSERT INTO search_token (conversation_id, message_id, token) VALUES";
    before.run(&format!("{insert} {rows}")).await;
    drop(before);
    let db = open(&url).await.unwrap();
    let found = db.read(move |tx| Box::pin(async move { fetch_one!(tx, (i64,), find) }));
    assert_eq!(found.await.unwrap().0, 1);
}

#[test]
fn both_databases_have_the_same_steps() {
    let steps = |all: &Migrator| -> Vec<(i64, String)> {
        let steps = all.migrations.iter();
        steps
            .map(|one| (one.version, one.description.to_string()))
            .collect()
    };
    assert_eq!(steps(&SQLITE), steps(&POSTGRES));
}

#[rstest]
#[case::newer(
    "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'of tomorrow', TRUE, 'x', 0)"
)]
#[case::changed("UPDATE _sqlx_migrations SET checksum = 'x' WHERE version = 1")]
#[tokio::test]
async fn tables_of_another_program_are_refused(
    #[case] change: &str,
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let desk = Desk::new(on).await;
    desk.db.close().await;
    desk.stranger().await.run(change).await;
    let refused = open(&desk.url).await.unwrap_err();
    assert!(matches!(refused, StoreError::Foreign(_)), "{refused:?}");
    assert!(
        refused.to_string().contains("do not fit this program"),
        "{refused}"
    );
}

/// `serve` and `kb import` may both be the first.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_may_open_a_new_database_at_once(#[case] on: On) {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let url = empty(on, &folder).await;
        let opened = futures::future::join_all([open(&url), open(&url), open(&url)]).await;
        for db in opened {
            db.unwrap().ping().await.unwrap();
        }
        assert_eq!(applied(&url).await.len(), SQLITE.migrations.len());
    }
}

/// A step is written after the list of steps was read; only who has the write lock from the start
/// reads a list that still holds then.
#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn several_processes_may_bring_an_older_database_up_at_once(#[case] on: On) {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let url = empty(on, &folder).await;
        as_of(&url, 1).await;
        let opened = futures::future::join_all([(); 4].map(|()| open(&url))).await;
        for db in opened {
            db.unwrap().ping().await.unwrap();
        }
        assert_eq!(applied(&url).await.len(), SQLITE.migrations.len());
    }
}

/// A folder may be called anything.
#[tokio::test]
async fn a_path_is_taken_as_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("50%20 off? #1 桌").join("desk.db");
    let url = format!("sqlite:{}", path.display());
    open(&url).await.unwrap().ping().await.unwrap();
    assert!(path.is_file());
}
