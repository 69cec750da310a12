//! Tickets and their threads: what an agent sees and does in the course of a day.

use bot_core::domain::time::{DAY, SECOND};
use reqwest::Method;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use rstest::rstest;
use serde_json::{Value, json};

use crate::console::office::{Office, Seat, answered};
use crate::house::{On, said};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n not much of a picture";

async fn numbers(seat: &Seat<'_>, query: &str) -> Vec<i64> {
    let page = seat.get(&format!("/api/v1/threads{query}")).await.fine();
    let threads = page["threads"].as_array().unwrap();
    threads
        .iter()
        .map(|one| one["number"].as_i64().unwrap())
        .collect()
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn lists_are_filtered_sorted_and_paged(#[case] on: On) {
    let office = Office::open(on).await;
    let li = office.seat("li").await;
    let mut opened = Vec::new();
    for who in ["a", "b", "c"] {
        opened.push(office.ticket(who, "我的手机壳可以刻字吗请问").await);
        office.wait_ms(10 * SECOND).await;
    }
    let [a, b, c] = opened[..] else {
        panic!("{opened:?}")
    };
    li.write(b, "/claim").await.fine();

    assert_eq!(
        numbers(&li, "?order=waiting").await,
        [a, b, c],
        "the longest wait first"
    );
    assert_eq!(numbers(&li, "?assigned=me").await, [b]);
    assert_eq!(numbers(&li, "?assigned=nobody&order=waiting").await, [a, c]);
    assert_eq!(numbers(&li, "?status=in_progress").await, [b]);
    assert_eq!(numbers(&li, "?status=closed,resolved").await, [0_i64; 0]);
    assert_eq!(numbers(&li, "?team=elsewhere").await, [0_i64; 0]);

    let first = li.get("/api/v1/threads?order=waiting&limit=2").await.fine();
    let next = first["next"].as_str().unwrap();
    assert_eq!(
        numbers(&li, &format!("?order=waiting&limit=2&after={next}")).await,
        [c]
    );
    assert_eq!(
        first["counts"],
        json!({ "mine": 1, "unclaimed": 2, "waiting": 3, "open": 3,
            "statuses": { "pending": 2, "in_progress": 1 }, "teams": { "support": 3 } })
    );
    for (query, field) in [
        ("?status=lost", "status"),
        ("?order=up", "order"),
        ("?after=x", "after"),
    ] {
        let refused = li.get(&format!("/api/v1/threads{query}")).await;
        assert_eq!(refused.body["error"]["field"], field, "{query}");
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn tickets_are_found_by_number_name_subject_and_words(#[case] on: On) {
    let office = Office::open(on).await;
    let li = office.seat("li").await;
    let first = office.ticket("a", "我的手机壳可以刻字吗请问").await;
    let second = office.ticket("b", "发票抬头写错了怎么改呢").await;
    li.write(second, "把新的抬头发给我，马上重开。")
        .await
        .fine();
    li.write(second, "/close silent").await.fine();
    office.wait_ms(5 * SECOND).await;

    let found = async |words: &str| numbers(&li, &format!("?search={words}")).await;
    assert_eq!(found(&format!("%23{first}")).await, [first]);
    assert_eq!(found("手机壳").await, [first], "by its subject");
    assert_eq!(
        found("马上重开").await,
        [second],
        "resolved ones too, by what was said"
    );
    assert_eq!(found("王女士").await.len(), 2, "by the customer's name");
    assert_eq!(found("巧克力").await, [0_i64; 0]);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_card_tells_who_asks_and_what_the_bot_found(#[case] on: On) {
    let office = Office::open(on).await;
    let li = office.seat("li").await;
    let first = office.ticket("wang", "多久能送到").await;
    li.write(first, "/close").await.fine();
    office.wait_ms(8 * DAY).await;
    let second = office.ticket("wang", "还是没有收到").await;
    let li = office.seat("li").await;
    let card = li.get(&format!("/api/v1/threads/{second}")).await.fine();
    assert_eq!(card["customer"]["name"], "王女士");
    assert_eq!(card["ticket"]["channel"], "shop");
    assert_eq!(card["ticket"]["language"], "zh");
    assert_eq!(card["earlier"][0]["number"], first);
    assert_eq!(card["earlier"][0]["status"], "closed");
    assert!(
        card["found"]
            .as_array()
            .is_some_and(|found| !found.is_empty()),
        "{card}"
    );
    assert_eq!(
        li.get("/api/v1/threads/999999").await.refused(404),
        "not_found"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_reply_reaches_the_customer_and_a_note_never(#[case] on: On) {
    let office = Office::open(on).await;
    let li = office.seat("li").await;
    let number = office.ticket("wang", "我的手机壳可以刻字吗请问").await;
    assert_eq!(
        li.line(number, "我的手机壳可以刻字吗请问").await["from"]["who"],
        "customer"
    );

    li.write(number, "可以的。").await.fine();
    li.write(number, "/note 这位客户很急").await.fine();
    let held = li.line(number, "可以的。").await;
    assert_eq!(
        held["delivery"]["state"], "queued",
        "it can still be undone: {held}"
    );
    assert!(
        !office
            .seen_by("wang")
            .await
            .contains(&"可以的。".to_owned())
    );
    office.wait_ms(3 * SECOND).await;
    assert_eq!(office.seen_by("wang").await.last().unwrap(), "可以的。");
    assert_eq!(
        li.line(number, "可以的。").await["delivery"]["state"],
        "sent"
    );

    let note = li.line(number, "这位客户很急").await;
    assert_eq!(
        (note["kind"].as_str(), note["delivery"].is_null()),
        (Some("note"), true)
    );
    office.wait_ms(60 * SECOND).await;
    let seen = office.seen_by("wang").await;
    assert!(!seen.iter().any(|line| line.contains("很急")), "{seen:?}");
    let ticket = li.get(&format!("/api/v1/threads/{number}")).await.fine();
    assert_eq!(
        ticket["ticket"]["status"], "in_progress",
        "the first reply claims"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn the_same_key_writes_once(#[case] on: On) {
    let office = Office::open(on).await;
    let (li, mei) = (office.seat("li").await, office.seat("mei").await);
    let number = office.ticket("wang", "我的手机壳可以刻字吗请问").await;
    let path = format!("/api/v1/threads/{number}/messages");
    let line = json!({ "key": "same", "text": "马上查。" });
    let first = li.post(&path, line.clone()).await.fine();
    office.settle().await;
    let again = li.post(&path, line.clone()).await.fine();
    assert_eq!(
        (&again["message"], &again["repeated"]),
        (&first["message"], &json!(true))
    );
    office.wait_ms(5 * SECOND).await;
    let times = |seen: Vec<String>| seen.iter().filter(|line| *line == "马上查。").count();
    assert_eq!(times(office.seen_by("wang").await), 1);
    let theirs = mei.post(&path, line).await.fine();
    assert_eq!(
        theirs["repeated"], false,
        "another agent's key is another key"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn lines_are_changed_and_taken_back(#[case] on: On) {
    let office = Office::open(on).await;
    let li = office.seat("li").await;
    let number = office.ticket("wang", "我的手机壳可以刻字吗请问").await;
    li.write(number, "明天到。").await.fine();
    office.wait_ms(5 * SECOND).await;
    let message = li.line(number, "明天到。").await["message"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/v1/threads/{number}/messages/{message}");

    let words = json!({ "key": office.key(), "text": "后天到。" });
    li.send(Method::PATCH, &path, Some(words)).await.fine();
    office.settle().await;
    assert_eq!(office.seen_by("wang").await.last().unwrap(), "后天到。");
    assert_eq!(li.line(number, "后天到。").await["edited"], true);

    li.send(Method::DELETE, &path, None).await.fine();
    office.settle().await;
    assert!(
        !office
            .seen_by("wang")
            .await
            .contains(&"后天到。".to_owned())
    );
    let lines = li.lines(number).await;
    let gone = lines
        .iter()
        .find(|line| line["message"] == message.as_str())
        .unwrap();
    assert_eq!(
        (gone["deleted"].as_bool(), gone["text"].as_str()),
        (Some(true), Some(""))
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_kept_line_goes_out_by_its_button(#[case] on: On) {
    let office = Office::open(on).await;
    let (li, mei) = (office.seat("li").await, office.seat("mei").await);
    let number = office.ticket("wang", "我的手机壳可以刻字吗请问").await;
    li.write(number, "/claim").await.fine();
    mei.write(number, "我这边有货。").await.fine();
    let lines = mei.lines(number).await;
    let button = lines
        .iter()
        .rev()
        .find_map(|line| line["choices"][0]["id"].as_str());
    let press = json!({ "key": office.key(), "choice": button.unwrap() });
    mei.post(&format!("/api/v1/threads/{number}/buttons"), press)
        .await
        .fine();
    office.settle().await;
    office.wait_ms(5 * SECOND).await;
    assert_eq!(office.seen_by("wang").await.last().unwrap(), "我这边有货。");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn files_go_out_as_what_they_are(#[case] on: On) {
    let office = Office::open(on).await;
    let (li, mei) = (office.seat("li").await, office.seat("mei").await);
    let number = office.ticket("wang", "我的手机壳可以刻字吗请问").await;
    let uploaded = li.upload("../a.html", PNG).await.fine();
    assert_eq!(
        (&uploaded["name"], &uploaded["mime"]),
        (&json!("_a.html"), &json!("image/png"))
    );

    let path = format!("/api/v1/threads/{number}/messages");
    let line = json!({ "key": "with", "text": "请看", "attachments": [uploaded["id"]] });
    assert_eq!(
        mei.post(&path, line.clone()).await.body["error"]["field"],
        "attachments",
        "it is not hers"
    );
    li.post(&path, line).await.fine();
    office.settle().await;
    office.wait_ms(5 * SECOND).await;
    assert_eq!(office.seen_by("wang").await.last().unwrap(), "请看");

    let file = li.line(number, "请看").await["attachments"][0].clone();
    assert_eq!(file["ready"], true);
    let url = file["url"].as_str().unwrap().to_owned();
    let got = office
        .http
        .get(format!("{}{url}", office.base))
        .bearer_auth(&mei.token)
        .send()
        .await
        .unwrap();
    assert_eq!(got.headers()[CONTENT_TYPE], "image/png");
    assert_eq!(
        got.headers()[CONTENT_DISPOSITION],
        "inline; filename*=UTF-8''_a.html"
    );
    assert_eq!(
        got.headers()[CONTENT_SECURITY_POLICY],
        "default-src 'none'; sandbox"
    );
    assert_eq!(got.bytes().await.unwrap(), PNG);

    let other = office.ticket("zhao", "我要找客服").await;
    let elsewhere = url.replace(
        &format!("/threads/{number}/"),
        &format!("/threads/{other}/"),
    );
    assert_eq!(
        li.get(&elsewhere).await.refused(404),
        "not_found",
        "a file belongs to one conversation"
    );
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_its_field() {
    let office = Office::open(On::Sqlite).await;
    let li = office.seat("li").await;
    let number = office.ticket("wang", "我的手机壳可以刻字吗请问").await;
    let path = format!("/api/v1/threads/{number}/messages");
    let long = "k".repeat(101);
    for (body, field) in [
        (json!({ "text": "x" }), "key"),
        (json!({ "key": "", "text": "x" }), "key"),
        (json!({ "key": long, "text": "x" }), "key"),
        (json!({ "key": "a", "text": "  " }), "text"),
        (json!({ "key": "a", "text": 1 }), "text"),
        (json!({ "key": "a", "text": "x", "as": "ada" }), "as"),
        (
            json!({ "key": "a", "attachments": vec![uuid::Uuid::nil(); 11] }),
            "attachments",
        ),
    ] {
        let refused = li.post(&path, body.clone()).await;
        assert_eq!(
            (
                refused.status.as_u16(),
                refused.body["error"]["field"].as_str()
            ),
            (400, Some(field)),
            "{body}"
        );
    }
    let large = json!({ "key": "a", "text": "x".repeat(300_000) });
    assert_eq!(li.post(&path, large).await.refused(413), "too_large");
    let url = format!("{}{path}", office.base);
    let broken = office
        .http
        .post(url)
        .bearer_auth(&li.token)
        .header(CONTENT_TYPE, "application/json");
    let broken = answered(broken.body("{").send().await.unwrap()).await;
    assert_eq!(broken.refused(400), "invalid");
    assert_eq!(li.upload("empty", b"").await.refused(400), "invalid");
}

#[tokio::test]
async fn typing_a_command_is_completed() {
    let office = Office::open(On::Sqlite).await;
    let li = office.seat("li").await;
    let offers = li.get("/api/v1/commands?prefix=/as").await.fine();
    assert_eq!(offers["commands"][0]["line"], "/assign ");
    let people = li.get("/api/v1/commands?prefix=/assign%20me").await.fine();
    let lines: Vec<&Value> = people["commands"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["line"])
        .collect();
    assert!(lines.contains(&&json!("/assign mei ")), "{lines:?}");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn commands_in_the_room_are_answered_there(#[case] on: On) {
    let office = Office::open(on).await;
    let li = office.seat("li").await;
    let room = "/api/v1/rooms/support/messages";
    li.post(room, json!({ "key": "h", "text": "/help" }))
        .await
        .fine();
    office.settle().await;
    let page = li.get(room).await.fine();
    let [own, answer] = &page["messages"].as_array().unwrap()[..] else {
        panic!("{page}")
    };
    let who = (&own["text"], &own["from"]["who"], &own["from"]["name"]);
    assert_eq!(
        who,
        (&json!("/help"), &json!("agent"), &json!("小李")),
        "the others see who asked"
    );
    let text = answer["text"].as_str().unwrap();
    assert!(
        text.contains("/close") && answer["from"]["who"] == "system",
        "{answer}"
    );
    let after = format!("{room}?after={}", page["next"]);
    assert_eq!(li.get(&after).await.fine()["messages"], json!([]));
    assert_eq!(
        li.get("/api/v1/rooms/elsewhere/messages")
            .await
            .refused(404),
        "not_found"
    );
    office.customer("wang", said("在吗")).await;
    assert!(
        !office
            .seen_by("wang")
            .await
            .iter()
            .any(|line| line.contains("/close"))
    );
}
