//! The lines of a thread: read from the end, changed by both sides, and those of earlier tickets.

use bot_core::domain::inbound::{Incoming, Said};
use bot_core::domain::time::{DAY, SECOND};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::console::office::{Office, Seat};
use crate::house::{On, said};

const QUESTION: &str = "我的手机壳可以刻字吗请问";

fn texts(page: &Value) -> Vec<&str> {
    let lines = page["messages"].as_array().unwrap().iter();
    lines.map(|line| line["text"].as_str().unwrap()).collect()
}

impl Seat<'_> {
    async fn page(&self, number: i64, query: &str) -> Value {
        let path = format!("/api/v1/threads/{number}/messages?{query}");
        self.get(&path).await.fine()
    }

    async fn change(&self, number: i64, message: &Value, text: &str) {
        let path = format!(
            "/api/v1/threads/{number}/messages/{}",
            message.as_str().unwrap()
        );
        let words = json!({ "key": self.office.key(), "text": text });
        self.send(Method::PATCH, &path, Some(words)).await.fine();
        self.office.settle().await;
    }

    async fn take_back(&self, number: i64, message: &Value) {
        let path = format!(
            "/api/v1/threads/{number}/messages/{}",
            message.as_str().unwrap()
        );
        self.send(Method::DELETE, &path, None).await.fine();
        self.office.settle().await;
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_long_thread_is_read_from_its_end(#[case] on: On) {
    let office = Office::open(on).await;
    let li = office.seat("li").await;
    let number = office.ticket("wang", QUESTION).await;
    for place in 0..120 {
        li.write(number, &format!("/note {place}")).await.fine();
    }
    let last = li.page(number, "last=true").await;
    let shown = texts(&last);
    assert_eq!((shown.len(), shown[0], shown[99]), (100, "20", "119"));
    let before = li
        .page(number, &format!("before={}", last["earlier"]))
        .await;
    let earlier = texts(&before);
    assert_eq!(
        (earlier.first(), earlier.last()),
        (Some(&texts(&li.page(number, "").await)[0]), Some(&"19"))
    );
    assert_eq!(before["earlier"], Value::Null, "there is nothing before");

    // An old line that changes is news, but keeps its place.
    let old = li.line(number, "30").await;
    li.change(number, &old["message"], "三十").await;
    let news = li.page(number, &format!("after={}", last["next"])).await;
    assert_eq!(texts(&news), ["三十"]);
    assert_eq!(news["messages"][0]["place"], old["place"]);
    let again = li.page(number, "last=true").await;
    assert_eq!(texts(&again)[10], "三十");
    let both = li
        .get(&format!(
            "/api/v1/threads/{number}/messages?after=1&last=true"
        ))
        .await;
    assert_eq!(both.refused(400), "invalid");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_customers_change_shows_what_was_there_before(#[case] on: On) {
    let office = Office::open(on).await;
    let li = office.seat("li").await;
    let number = office.ticket("wang", QUESTION).await;
    for (id, text) in [("m1", "送到公司"), ("m2", "别的事")] {
        let line = Said {
            message: Some(id.to_owned()),
            text: text.to_owned(),
            ..Said::default()
        };
        office.customer("wang", Incoming::Said(line)).await;
    }
    let [first, second] = [
        li.line(number, "送到公司").await,
        li.line(number, "别的事").await,
    ];
    let edited = Incoming::Edited {
        message: "m1".to_owned(),
        text: "送到家里".to_owned(),
    };
    office.customer("wang", edited).await;
    let deleted = Incoming::Deleted {
        message: "m2".to_owned(),
    };
    office.customer("wang", deleted).await;

    let lines = li.lines(number).await;
    let now = |then: &Value| lines.iter().find(|line| line["id"] == then["id"]).unwrap();
    let (edited, deleted) = (now(&first), now(&second));
    assert_eq!(
        (&edited["text"], &edited["original"], &edited["edited"]),
        (&json!("送到家里"), &json!("送到公司"), &json!(true))
    );
    assert_eq!(edited["from"]["who"], "customer");
    assert_eq!(
        (&deleted["text"], &deleted["original"], &deleted["deleted"]),
        (&json!(""), &json!("别的事"), &json!(true))
    );
    assert_eq!(
        deleted["from"]["who"], "customer",
        "it stays the customer's line"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_note_is_corrected_and_taken_back_and_never_sent(#[case] on: On) {
    let office = Office::open(on).await;
    let li = office.seat("li").await;
    let number = office.ticket("wang", QUESTION).await;
    li.write(number, "/note 客户很急").await.fine();
    let note = li.line(number, "客户很急").await;
    li.change(number, &note["message"], "客户不急").await;
    let changed = li.line(number, "客户不急").await;
    assert_eq!(
        (&changed["id"], &changed["kind"], &changed["edited"]),
        (&note["id"], &json!("note"), &json!(true))
    );
    li.change(number, &note["message"], "/note 还是很急").await;
    li.line(number, "还是很急").await;
    li.take_back(number, &note["message"]).await;
    let lines = li.lines(number).await;
    let gone = lines.iter().find(|line| line["id"] == note["id"]).unwrap();
    assert_eq!(
        (&gone["deleted"], &gone["original"]),
        (&json!(true), &Value::Null)
    );
    office.wait_ms(60 * SECOND).await;
    let seen = office.seen_by("wang").await;
    assert!(!seen.iter().any(|line| line.contains("急")), "{seen:?}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_line_in_an_earlier_tickets_thread_waits_for_a_second_word(#[case] on: On) {
    let office = Office::open(on).await;
    let li = office.seat("li").await;
    let earlier = office.ticket("wang", "多久能送到").await;
    li.write(earlier, "/close silent").await.fine();
    office.wait_ms(8 * DAY).await;
    let newest = office.ticket("wang", "还是没有收到").await;
    assert_ne!(earlier, newest);
    let li = office.seat("li").await;
    let card = li.get(&format!("/api/v1/threads/{earlier}")).await.fine();
    assert_eq!(card["successor"], newest);
    let card = li.get(&format!("/api/v1/threads/{newest}")).await.fine();
    assert_eq!(card["successor"], Value::Null);

    li.write(earlier, "补充一句").await.fine();
    office.wait_ms(5 * SECOND).await;
    assert!(
        !office
            .seen_by("wang")
            .await
            .contains(&"补充一句".to_owned())
    );
    let kept = li.line(earlier, "补充一句").await;
    assert_eq!(kept["kind"], "note", "it stands where it was written");
    let lines = li.lines(earlier).await;
    let notice = lines.last().unwrap();
    assert!(
        notice["text"]
            .as_str()
            .unwrap()
            .contains(&format!("#{newest}"))
    );

    li.write(earlier, "/close").await.fine();
    let card = li.get(&format!("/api/v1/threads/{newest}")).await.fine();
    assert_eq!(
        card["ticket"]["status"], "pending",
        "a command there leaves the newest ticket alone"
    );

    let press = json!({ "key": office.key(), "choice": notice["choices"][0]["id"] });
    let path = format!("/api/v1/threads/{earlier}/buttons");
    li.post(&path, press).await.fine();
    office.settle().await;
    office.wait_ms(5 * SECOND).await;
    assert_eq!(office.seen_by("wang").await.last().unwrap(), "补充一句");
    let line = li.line(newest, "补充一句").await;
    assert_eq!(
        line["kind"], "text",
        "what was sent is shown where the customer is"
    );
    let gone = li.lines(earlier).await;
    let gone = gone.iter().find(|line| line["id"] == kept["id"]).unwrap();
    assert_eq!(gone["deleted"], true);
}

#[tokio::test]
async fn a_word_between_colleagues_in_the_room_reaches_colleagues_only() {
    let office = Office::open(On::Sqlite).await;
    let (li, mei) = (office.seat("li").await, office.seat("mei").await);
    let room = "/api/v1/rooms/support/messages";
    office.customer("wang", said("在吗")).await;
    let word = json!({ "key": "w", "text": "一点吃饭？" });
    li.post(room, word).await.fine();
    office.settle().await;
    let page = mei.get(room).await.fine();
    assert_eq!(texts(&page), ["一点吃饭？"]);
    let seen = office.seen_by("wang").await;
    assert!(!seen.iter().any(|line| line.contains("吃饭")), "{seen:?}");
}
