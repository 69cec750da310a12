//! Articles imported from the team room: a command under a file.

use std::fmt::Write as _;
use std::sync::Arc;

use admin::command::{RoleMap, builtin};
use bot_core::domain::id::AgentId;
use bot_core::domain::place::Place;
use bot_core::port::platform::Blob;
use bot_core::runtime::core::{Core, Outside};
use bot_core::runtime::corrections::Corrections;
use bot_core::runtime::engine::Engine;
use bot_core::store::blob::Blobs;
use bot_core::store::job;
use bot_core::store::record::Records;
use bot_core::store::staff::{self, NewAgent};
use knowledge::answerer::KnowledgeBase;
use knowledge::import::job::ImportJob;
use knowledge::keeper::Keeper;
use knowledge::order::OrderJob;
use knowledge::store::all_articles;
use rstest::rstest;
use uuid::Uuid;

use crate::house::{House, MONDAY_TEN, On, decide};
use crate::jobs::in_room;

/// A house that knows the real commands, and does the real work.
async fn house(on: On, role: &str) -> House {
    let base = Arc::new(KnowledgeBase::empty().unwrap());
    working(House::new(on).await, base, role).await
}

/// The same out of a house, with these articles.
pub(crate) async fn working(mut house: House, base: Arc<KnowledgeBase>, role: &str) -> House {
    let old = house.engine.core.clone();
    let records = Records::new(old.db.clone(), old.keyring.clone());
    let keeper = Keeper {
        db: old.db.clone(),
        base,
        ids: Arc::clone(&old.ids),
    };
    let outside = Outside {
        channels: old.outside.channels.clone(),
        rooms: old.outside.rooms.clone(),
        answerer: Arc::clone(&old.outside.answerer),
        commands: Arc::new(builtin(records, keeper.clone(), RoleMap::default()).unwrap()),
    };
    promote(&old, role).await;
    let core = Core {
        outside: Arc::new(outside),
        ..old
    };
    let clock = || Arc::clone(&core.clock);
    let import = ImportJob::new(keeper.clone(), clock());
    let records = Records::new(core.db.clone(), core.keyring.clone());
    let orders = OrderJob::new(
        keeper,
        Arc::new(records),
        Corrections::new(core.clone()),
        clock(),
    );
    let blobs = Blobs::Rows(core.db.clone());
    house.engine = Engine::new(core, blobs)
        .working(Arc::new(import))
        .working(Arc::new(orders));
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

pub(crate) fn room(house: &House) -> Vec<String> {
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
        "✅ 导入 #1 完成：新增 1100，更新 0，没有变化 0，没有收下 1。\n1100 篇现在用来回答。"
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

/// What the room has said since it was last asked.
pub(crate) struct Talk<'h> {
    house: &'h House,
    heard: usize,
}

impl<'h> Talk<'h> {
    pub(crate) fn new(house: &'h House) -> Self {
        let heard = room(house).len();
        Self { house, heard }
    }

    pub(crate) async fn says(&mut self, line: &str) -> String {
        let key = format!("t{}", self.heard);
        in_room(self.house, &key, line, &[]).await;
        self.house.settle().await;
        let said = room(self.house);
        let new = said[self.heard..].join("\n");
        self.heard = said.len();
        new
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn articles_are_kept_by_commands(#[case] on: On) {
    let house = house(on, "admin").await;
    house.room.offer_file("faq", Ok(table(2)));
    in_room(&house, "1", "/知识库 导入", &["faq"]).await;
    house.settle().await;
    let mut talk = Talk::new(&house);
    let all = talk.says("/kb").await;
    assert!(all.contains("/知识库 回退 编号 版本"), "{all}");
    let all = talk.says("/kb publish #1").await;
    assert!(all.contains("导入 #1：2 篇现在用来回答"), "{all}");
    let off = talk.says("/知识库 下架 q1").await;
    assert!(off.contains("「q1」已下架"), "{off}");
    let again = talk.says("/kb publish q1").await;
    assert!(again.contains("「q1」已发布（第 3 版）"), "{again}");
    let history = talk.says("/kb history q1").await;
    assert!(
        history.contains("● 3 ·") && history.contains("· li ·"),
        "{history}"
    );
    let back = talk.says("/kb rollback q1 1").await;
    assert!(back.contains("已经是这样"), "{back}");
    let none = talk.says("/kb show q9").await;
    assert!(none.contains("没有编号为「q9」的文章"), "{none}");
    let usage = talk.says("/kb rollback q1").await;
    assert!(usage.contains("请这样写：/知识库 回退"), "{usage}");
    let kept = talk.says("/kb test add 第1个问题是什么 q1").await;
    assert!(kept.contains("「第1个问题是什么」→ q1"), "{kept}");
    let undone = talk.says("/kb undo").await;
    assert!(
        undone.contains("移除 1 篇") && undone.contains("1 篇之后又被改过"),
        "{undone}"
    );
    let stats = talk.says("/kb stats").await;
    assert!(
        stats.contains("文章 1 篇") && stats.contains("用来回答：1"),
        "{stats}"
    );
}

/// Two agents keep what one of them wrote apart from what the other publishes; here the roles.
#[tokio::test]
async fn an_agent_looks_and_does_not_publish() {
    let house = house(On::Sqlite, "agent").await;
    let mut talk = Talk::new(&house);
    assert!(
        talk.says("/kb search 退货")
            .await
            .contains("没有文章和它有关")
    );
    for line in [
        "/kb off q1",
        "/kb publish q1",
        "/kb undo",
        "/kb test add a b c",
    ] {
        let said = talk.says(line).await;
        assert!(said.starts_with("您没有权限"), "{line}: {said}");
    }
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
