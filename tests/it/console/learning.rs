//! What customers ask and agents reply becomes articles, if a person wants it.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::console::office::{Office, Seat};
use crate::house::{On, said};

const ASKED: &str = "我的手机壳可以刻字吗请问";
const REPLY: &str = "可以刻字的，每件加收 15 元，请在备注里写明内容。";

impl Office {
    /// Two customers ask what nothing answers, and an agent replies to one of them.
    async fn two_ask(&self) {
        for who in ["u-1", "u-2"] {
            self.customer(who, said(ASKED)).await;
            self.wait_ms(3_000).await;
        }
        let li = self.seat("li").await;
        let threads = li.get("/api/v1/threads").await.fine();
        let number = threads["threads"][0]["number"].as_i64().unwrap();
        li.write(number, REPLY).await.fine();
        self.wait_ms(5_000).await;
    }

    async fn learn(&self) -> usize {
        let now = self.desk.engine.core.now();
        self.desk.learner().learn(now).await.unwrap()
    }
}

impl Seat<'_> {
    async fn suggestions(&self, state: &str) -> Vec<Value> {
        let path = format!("/api/v1/kb/suggestions?state={state}");
        let found = self.get(&path).await.fine();
        found["suggestions"].as_array().unwrap().clone()
    }

    async fn decide(&self, number: &Value, what: &str, body: Value) -> Value {
        let path = format!("/api/v1/kb/suggestions/{number}/{what}");
        self.send(Method::POST, &path, Some(body)).await.fine()
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_is_asked_and_replied_to_becomes_an_article_when_a_lead_wants_it(#[case] on: On) {
    let office = Office::open(on).await;
    office.two_ask().await;
    assert_eq!(office.learn().await, 1);
    assert_eq!(office.learn().await, 0, "it is known already");
    let lena = office.seat("lena").await;
    let open = lena.suggestions("open").await;
    assert_eq!(open.len(), 1);
    assert_eq!(
        (&open[0]["kind"], &open[0]["count"]),
        (&json!("article"), &json!(2))
    );
    assert_eq!(open[0]["question"], ASKED);
    assert_eq!(open[0]["answer"], REPLY);
    let db = &office.desk.engine.core.db;
    assert!(
        knowledge::store::all_articles(db).await.unwrap().is_empty(),
        "nothing by itself"
    );

    let changed = json!({ "question": "手机壳能刻字吗" });
    let kept = lena.decide(&open[0]["number"], "approve", changed).await;
    assert_eq!(kept["article"]["status"], "published");
    assert_eq!(kept["article"]["alternatives"], json!([ASKED]));
    assert_eq!(kept["article"]["source"], "suggestion 1");
    assert_eq!(kept["article"]["external_id"], "suggestion-1");
    let taken = lena.suggestions("approved").await;
    assert_eq!(taken[0]["decided_by"], "lena");

    lena.decide(&open[0]["number"], "unlearn", json!({})).await;
    let articles = knowledge::store::all_articles(db).await.unwrap();
    assert_eq!(articles[0].live, None, "it does not answer any more");
    assert_eq!(
        office.learn().await,
        0,
        "what was decided does not come again"
    );
}

#[tokio::test]
async fn what_is_turned_down_does_not_come_again() {
    let office = Office::open(On::Sqlite).await;
    office.two_ask().await;
    office.learn().await;
    let (li, lena) = (office.seat("li").await, office.seat("lena").await);
    let path = "/api/v1/kb/suggestions/1/reject";
    let refused = li.send(Method::POST, path, None).await;
    assert_eq!(refused.refused(403), "forbidden");
    lena.send(Method::POST, path, None).await.fine();
    assert!(lena.suggestions("open").await.is_empty());
    assert_eq!(office.learn().await, 0);
    let again = lena.send(Method::POST, path, None).await;
    assert_eq!(again.refused(404), "not_found");
}

/// What customers wrote stands nowhere in plain text.
#[tokio::test]
async fn suggestions_are_sealed() {
    let office = Office::open(On::Sqlite).await;
    office.two_ask().await;
    office.learn().await;
    let db = &office.desk.engine.core.db;
    let sealed = db.read(|tx| {
        Box::pin(async move {
            bot_core::fetch_all!(tx, (Vec<u8>,), "SELECT body_sealed FROM suggestion")
        })
    });
    let sealed = sealed.await.unwrap();
    let plain = "刻字".as_bytes();
    assert!(sealed[0].0.windows(plain.len()).all(|part| part != plain));
}

#[tokio::test]
async fn suggestions_are_decided_by_commands() {
    let office = Office::open(On::Sqlite).await;
    office.two_ask().await;
    let lena = office.seat("lena").await;
    let room = async |line: &str| {
        let command = json!({ "key": office.key(), "text": line });
        lena.post("/api/v1/rooms/support/messages", command)
            .await
            .fine();
        office.settle().await;
        let said = lena.get("/api/v1/rooms/support/messages").await.fine();
        let last = said["messages"].as_array().unwrap().last().unwrap().clone();
        last["text"].as_str().unwrap().to_owned()
    };
    assert_eq!(room("/kb suggestions").await, "现在没有建议。");
    assert!(room("/知识库 建议 立即").await.contains("新的建议 1 条"));
    let list = room("/kb suggestions").await;
    assert!(
        list.contains("1. 📄 我的手机壳可以刻字吗请问 ×2↗"),
        "{list}"
    );
    assert!(
        room("/kb edit 1 可以，加收 15 元。")
            .await
            .contains("建议 1 已改写")
    );
    let taken = room("/知识库 采纳 1").await;
    assert!(taken.contains("已发布"), "{taken}");
    assert!(room("/kb learned").await.contains("↳ 可以，加收 15 元。"));
    assert!(room("/kb unlearn 1").await.contains("已撤回"));
    assert!(room("/kb approve 1").await.contains("没有可以处理的建议 1"));
}
