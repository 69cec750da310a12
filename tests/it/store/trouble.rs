//! Storage that fails under a running desk: nobody hears a success that is none, nothing that was
//! acknowledged is lost, and the desk goes on by itself when the trouble is over.

use bot_core::domain::inbound::{Inbound, Sender};
use bot_core::domain::place::{ChannelName, Place};
use bot_core::port::intake::AcceptError;
use bot_core::runtime::desk::Stepped;
use bot_core::store::{Run, Tx, inbox};
use bot_core::{execute, fetch_all, fetch_one};
use futures::future::join_all;
use reqwest::StatusCode;
use rstest::rstest;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

use crate::house::{House, MONDAY_TEN, On, said};
use crate::store::served::{Folder, Served, message_id, shell, stored};

fn line(key: &str, text: &str) -> Inbound {
    Inbound {
        channel: ChannelName("shop".into()),
        place: Place("wang".into()),
        room: None,
        sender: Sender {
            id: "wang".into(),
            ..Sender::default()
        },
        key: key.into(),
        at: MONDAY_TEN,
        body: said(text),
        slot: None,
        window: None,
    }
}

async fn refused(house: &House, line: Inbound) -> String {
    match house.engine.intake.accept(line).await {
        Err(AcceptError::Unavailable(why)) => why,
        other => panic!("{other:?}"),
    }
}

async fn keys(house: &House) -> Vec<String> {
    let db = &house.engine.core.db;
    let rows = db.read(|tx| {
        Box::pin(async move {
            let sql = "SELECT key FROM inbox WHERE channel = 'shop' ORDER BY seq";
            fetch_all!(tx, (String,), sql)
        })
    });
    rows.await.unwrap().into_iter().map(|(key,)| key).collect()
}

/// Another connection to the house's file.
async fn stranger(house: &House) -> SqliteConnection {
    let db = &house.engine.core.db;
    let file = db.read(|tx| {
        Box::pin(async move {
            let sql = "SELECT file FROM pragma_database_list WHERE name = 'main'";
            fetch_one!(tx, (String,), sql)
        })
    });
    let url = format!("sqlite:{}", file.await.unwrap().0);
    SqliteConnection::connect(&url).await.unwrap()
}

#[tokio::test]
async fn a_locked_database_is_an_error_until_it_is_released() {
    let house = House::new(On::Sqlite).await;
    let mut other = stranger(&house).await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let both = [line("k1", "你好"), line("k2", "在吗")].map(|line| refused(&house, line));
    for told in join_all(both).await {
        assert!(told.contains("locked"), "{told}");
    }
    assert!(keys(&house).await.is_empty(), "reading goes on meanwhile");
    other.execute("COMMIT").await.unwrap();
    let accepted = house.hand_in(line("k1", "你好")).await;
    assert_eq!(house.hand_in(line("k1", "你好")).await, accepted);
    assert_eq!(keys(&house).await, ["k1"]);
}

#[tokio::test]
async fn a_database_that_is_locked_for_a_moment_is_waited_for() {
    let house = House::new(On::Sqlite).await;
    let mut other = stranger(&house).await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let mut waiting = Box::pin(house.hand_in(line("k1", "你好")));
    assert!(futures::poll!(&mut waiting).is_pending());
    other.execute("COMMIT").await.unwrap();
    waiting.await;
    assert_eq!(keys(&house).await, ["k1"]);
}

/// The limit belongs to the connection: that the next one has room shows that the full one is gone.
#[tokio::test]
async fn on_a_full_disk_nobody_hears_success_and_the_desk_goes_on() {
    let house = House::new(On::Sqlite).await;
    house.hand_in(line("k0", "你好")).await;
    let db = &house.engine.core.db;
    db.write(|tx| {
        Box::pin(async move {
            let (pages,) = fetch_one!(tx, (i64,), "SELECT page_count FROM pragma_page_count")?;
            let limit: &'static str = format!("PRAGMA max_page_count = {pages}").leak();
            fetch_one!(tx, (i64,), limit).map(drop)
        })
    })
    .await
    .unwrap();
    let long = "很长".repeat(50_000);
    let names = ["k1", "k2", "k3"];
    let told = join_all(names.map(|key| house.engine.intake.accept(line(key, &long)))).await;
    // Those that shared a transaction were refused together; a later one has the next connection.
    let mut promised = vec!["k0"];
    for (key, told) in names.into_iter().zip(told) {
        match told {
            Err(AcceptError::Unavailable(why)) => assert!(why.contains("full"), "{why}"),
            told => promised.extend(told.map(|_| key)),
        }
    }
    assert!(promised.len() < 4, "somebody met the full disk");
    assert_eq!(keys(&house).await, promised, "what was acknowledged");
    for key in names {
        house.hand_in(line(key, &long)).await;
    }
    assert_eq!(keys(&house).await.len(), 4, "and everything in the end");
    house.settle().await;
}

/// The operator's side of it: a quota that the file runs into, and that is lifted later.
#[tokio::test]
async fn a_served_desk_survives_a_full_disk() {
    let folder = Folder::new("sqlite:desk.db", None);
    Served::start(&folder).await.end().await;
    let full = "trap '' XFSZ; ulimit -S -f 2048;"; // half-kilobytes
    let desk = Served::run(folder.shell("serve", full)).await;
    let text = "长".repeat(3_000);
    let (mut accepted, mut broken) = (Vec::new(), None);
    for number in 0..1_000 {
        let key = format!("k{number}");
        let answer = desk.post(&key, &text).await.unwrap();
        if answer.status() != StatusCode::ACCEPTED {
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.headers()["retry-after"], "1");
            broken = Some(key);
            break;
        }
        accepted.push((key, message_id(answer).await));
    }
    let broken = broken.expect("the disk is full at some time");
    shell(&format!("prlimit --pid {} --fsize=unlimited", desk.pid())).await;
    accepted.push((broken.clone(), desk.accepted(&broken, &text).await));
    desk.kill().await;
    let mut kept = stored(&folder.path("desk.db")).await;
    kept.sort();
    accepted.sort();
    assert_eq!(kept, accepted, "what was acknowledged, and nothing twice");
}

// ---- PostgreSQL goes away ----

/// The server as its operator has it, and the house's database on it.
struct Operator {
    server: PgConnection,
    database: String,
}

impl Operator {
    async fn of(house: &House) -> Self {
        let db = &house.engine.core.db;
        let name = db.read(|tx| {
            Box::pin(async move { fetch_one!(tx, (String,), "SELECT current_database()::text") })
        });
        let server = std::env::var("FRONTDESK_TEST_POSTGRES").unwrap();
        Self {
            database: name.await.unwrap().0,
            server: PgConnection::connect(&server).await.unwrap(),
        }
    }

    async fn allow(&mut self, yes: bool) {
        let name = &self.database;
        let sql = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {yes}");
        self.server.execute(AssertSqlSafe(sql)).await.unwrap();
    }

    async fn cut_connections(&mut self) {
        let name = &self.database;
        let sql = format!(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'"
        );
        self.server.execute(AssertSqlSafe(sql)).await.unwrap();
    }

    async fn take_away(&mut self) {
        self.allow(false).await;
        self.cut_connections().await;
    }
}

#[tokio::test]
async fn while_postgres_is_away_nothing_is_accepted_and_then_everything_is() {
    let house = House::new(On::Postgres).await;
    let mut operator = Operator::of(&house).await;
    let first = house.hand_in(line("k1", "多久能送到")).await;
    operator.take_away().await;
    let told = join_all(["k2", "k3"].map(|key| refused(&house, line(key, "你好")))).await;
    assert!(
        told.iter().all(|why| why.contains("unavailable")),
        "{told:?}"
    );
    assert!(house.engine.core.db.ping().await.is_err(), "not ready");
    operator.allow(true).await;
    assert_eq!(house.hand_in(line("k1", "多久能送到")).await, first);
    house.hand_in(line("k2", "转人工")).await;
    assert_eq!(keys(&house).await, ["k1", "k2"]);
    house.settle().await;
    assert_eq!(
        house.seen_by("wang").len(),
        2,
        "{:?}",
        house.seen_by("wang")
    );
}

/// A database that is away is not the message's fault: it must not be buried for it.
#[tokio::test]
async fn a_message_is_not_blamed_for_a_postgres_that_is_away() {
    let house = House::new(On::Postgres).await;
    let mut operator = Operator::of(&house).await;
    house.says("wang", "你好").await;
    house.hand_in(line("late", "多久能送到")).await;
    let lane = lane(&house).await;
    operator.take_away().await;
    for _ in 0..5 {
        let error = house.engine.desk.step(lane).await.unwrap_err();
        assert!(error.to_string().contains("unavailable"), "{error}");
    }
    operator.allow(true).await;
    let row = house
        .engine
        .core
        .db
        .read(|tx| Box::pin(inbox::oldest(tx, lane)));
    let (row, _) = row.await.unwrap().unwrap();
    assert_eq!(row.boots, 0);
    assert_eq!(house.engine.desk.step(lane).await.unwrap(), Stepped::Last);
}

async fn lane(house: &House) -> bot_core::domain::id::LaneId {
    let db = &house.engine.core.db;
    let read = db.read(|tx| Box::pin(inbox::waiting_lanes(tx, -1, 1)));
    read.await.unwrap().pop().unwrap()
}

#[rstest]
#[case::for_an_accept(true)]
#[case::for_a_decision(false)]
#[tokio::test]
async fn a_connection_cut_in_a_transaction_keeps_nothing_of_it(#[case] accepts: bool) {
    let house = House::new(On::Postgres).await;
    let db = &house.engine.core.db;
    let mut operator = Operator::of(&house).await;
    let (begun, mut told) = tokio::sync::mpsc::channel(8);
    let (go, gate) = tokio::sync::watch::channel(false);
    let mut running = Box::pin(async {
        let body = for_tx(move |tx| {
            let (begun, mut gate) = (begun.clone(), gate.clone());
            Box::pin(async move {
                let sql = "INSERT INTO meta (name, value) VALUES ($1, 'x')";
                execute!(tx, sql, "cut 1")?;
                begun.send(()).await.unwrap();
                drop(gate.wait_for(|open| *open).await);
                execute!(tx, sql, "cut 2").map(drop)
            })
        });
        if accepts {
            db.accept(body).await
        } else {
            db.write(body).await
        }
    });
    tokio::select! {
        outcome = &mut running => panic!("{outcome:?}"),
        first = told.recv() => first.unwrap(),
    }
    operator.cut_connections().await;
    go.send_replace(true);
    running.await.unwrap_err();
    let kept = db.read(|tx| {
        Box::pin(async move {
            fetch_one!(
                tx,
                (i64,),
                "SELECT COUNT(*) FROM meta WHERE name LIKE 'cut%'"
            )
        })
    });
    assert_eq!(kept.await.unwrap().0, 0);
    house.hand_in(line("k1", "你好")).await;
}

/// Tells the compiler what sort of closure it is.
const fn for_tx<F>(job: F) -> F
where
    F: for<'t> Fn(&'t mut Tx<'_>) -> Run<'t, ()>,
{
    job
}
