//! Articles imported from the team room: a command under a file.

use std::fmt::Write as _;
use std::sync::Arc;

use admin::command::{RoleMap, builtin};
use bot_core::domain::id::AgentId;
use bot_core::domain::place::Place;
use bot_core::port::platform::Blob;
use bot_core::runtime::core::{Core, Outside};
use bot_core::runtime::engine::Engine;
use bot_core::store::blob::Blobs;
use bot_core::store::job;
use bot_core::store::record::Records;
use bot_core::store::staff::{self, NewAgent};
use knowledge::import::job::ImportJob;
use knowledge::store::all_articles;
use rstest::rstest;
use uuid::Uuid;

use crate::house::{House, MONDAY_TEN, On, decide};
use crate::jobs::in_room;

/// A house that knows the real commands, and does the real work.
async fn house(on: On, role: &str) -> House {
    let mut house = House::new(on).await;
    let old = house.engine.core.clone();
    let records = Records::new(old.db.clone(), old.keyring.clone());
    let outside = Outside {
        channels: old.outside.channels.clone(),
        rooms: old.outside.rooms.clone(),
        answerer: Arc::clone(&old.outside.answerer),
        commands: Arc::new(builtin(records, RoleMap::default()).unwrap()),
    };
    promote(&old, role).await;
    let core = Core {
        outside: Arc::new(outside),
        ..old
    };
    let (clock, ids) = (Arc::clone(&core.clock), Arc::clone(&core.ids));
    let import = ImportJob::new(core.db.clone(), clock, ids);
    let blobs = Blobs::Rows(core.db.clone());
    house.engine = Engine::new(core, blobs).working(Arc::new(import));
    house.engine.prepare().await.unwrap();
    house
}

async fn promote(core: &Core, role: &str) {
    let agent = NewAgent {
        id: AgentId(Uuid::from_u128(0x11)),
        name: "li".into(),
        display: "小李".into(),
        roles: vec![role.to_owned()],
        skills: Vec::new(),
        identities: vec![("rough".into(), "111".into())],
    };
    let promoted = core.db.write(move |tx| {
        let agent = agent.clone();
        Box::pin(async move { staff::upsert(tx, &agent, MONDAY_TEN).await })
    });
    promoted.await.unwrap();
}

/// So many good rows, and one without an answer.
fn table(rows: usize) -> Blob {
    let mut text = "id,question,answer\n".to_owned();
    for row in 0..rows {
        writeln!(text, "q{row},第{row}个问题是什么,第{row}个答案").unwrap();
    }
    text.push_str("bad,没有答案的问题,\n");
    Blob {
        bytes: text.into_bytes(),
        mime: "text/csv".into(),
    }
}

fn room(house: &House) -> Vec<String> {
    house.room.texts_at(&Place("room".into()))
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_file_becomes_articles_in_portions(#[case] on: On) {
    let house = house(on, "admin").await;
    house.room.offer_file("faq", Ok(table(1_100)));
    in_room(&house, "1", "/kb import publish", &["faq"]).await;
    decide(&house.engine).await;
    house.engine.files.step().await.unwrap();
    house.engine.jobs.step().await.unwrap();
    let db = &house.engine.core.db;
    let jobs = db.read(|tx| Box::pin(job::newest(tx, 1))).await.unwrap();
    assert_eq!((jobs[0].done, jobs[0].total), (500, 1_101));
    house.settle().await;
    let said = room(&house);
    assert_eq!(said[0], "收到，开始导入。");
    assert_eq!(
        said[1],
        "✅ 导入完成：新增 1100，更新 0，没有变化 0，没有收下 1。"
    );
    assert!(said[2].starts_with("faq.csv:1102: "), "{said:?}");
    assert_eq!(all_articles(db).await.unwrap().len(), 1_100);

    in_room(&house, "2", "/知识库 导入", &["faq"]).await;
    house.settle().await;
    assert!(
        room(&house)[4].contains("没有变化 1100"),
        "{:?}",
        room(&house)
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn without_a_file_or_the_right_nothing_is_imported(#[case] on: On) {
    let admins = house(on, "admin").await;
    in_room(&admins, "1", "/kb import", &[]).await;
    admins.settle().await;
    assert!(
        room(&admins)[1].starts_with("没有文件"),
        "{:?}",
        room(&admins)
    );

    let agents = house(on, "agent").await;
    agents.room.offer_file("faq", Ok(table(1)));
    in_room(&agents, "1", "/kb import", &["faq"]).await;
    agents.settle().await;
    assert!(
        room(&agents)[0].starts_with("您没有权限"),
        "{:?}",
        room(&agents)
    );
    let articles = all_articles(&agents.engine.core.db).await.unwrap();
    assert!(articles.is_empty());
}
