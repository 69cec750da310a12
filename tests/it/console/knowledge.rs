//! The knowledge base through the API: written by several, looked at before it answers.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::console::office::{Answered, Office, Seat, answered};
use crate::house::On;

/// An office whose articles are read.
async fn office(on: On) -> Office {
    let office = Office::open(on).await;
    let lena = office.seat("lena").await;
    lena.article(
        "return",
        "How do I return something?",
        "Within 7 days.",
        "publish",
    )
    .await
    .fine();
    office.read_articles().await;
    office
}

impl Office {
    /// What the process does each second.
    async fn read_articles(&self) {
        let db = &self.desk.engine.core.db;
        while self.desk.knowledge.refresh_if_changed(db).await.unwrap() {}
    }
}

impl Seat<'_> {
    async fn article(&self, id: &str, question: &str, answer: &str, step: &str) -> Answered {
        let words = json!({ "external_id": id, "question": question, "answer": answer });
        let new = json!({ "words": words, "step": step });
        self.send(Method::POST, "/api/v1/kb/articles", Some(new))
            .await
    }

    async fn first(&self, query: &str) -> Value {
        let path = format!("/api/v1/kb/articles?{query}");
        self.get(&path).await.fine()["articles"][0].clone()
    }

    async fn say(&self, article: &Value, answer: &str, step: &str) -> Answered {
        let words = json!({ "external_id": article["external_id"], "question": article["question"],
            "answer": answer });
        let change = json!({ "words": words, "revision": article["revision"], "step": step });
        let path = format!("/api/v1/kb/articles/{}", article["id"].as_str().unwrap());
        self.send(Method::PUT, &path, Some(change)).await
    }

    async fn import(&self, query: &str, bytes: &[u8]) -> Answered {
        let url = format!("{}/api/v1/kb/imports?{query}", self.office.base);
        let request = self.office.http.post(url).bearer_auth(&self.token);
        answered(request.body(bytes.to_vec()).send().await.unwrap()).await
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn of_two_who_change_an_article_the_second_sees_it_and_loses_nothing(#[case] on: On) {
    let office = office(on).await;
    let (li, mei) = (office.seat("li").await, office.seat("mei").await);
    let seen = li.first("q=return").await;
    assert!(seen["score"].as_f64() > Some(0.5), "{seen}");
    assert_eq!(seen["live"], 1);
    let saved = li.say(&seen, "Within 14 days.", "save").await.fine();
    assert_eq!(saved["article"]["revision"], 2);
    assert_eq!(saved["article"]["live"], 1, "a draft does not answer");
    assert_eq!(saved["article"]["edited_by"], "li");
    let second = mei.say(&seen, "Within 30 days.", "save").await;
    assert_eq!(second.refused(409), "changed");
    let now = mei.first("q=return").await;
    assert_eq!(now["answer"], "Within 14 days.");
    mei.say(&now, "Within 30 days.", "save").await.fine();

    let id = now["id"].as_str().unwrap();
    let history = mei
        .get(&format!("/api/v1/kb/articles/{id}/revisions"))
        .await
        .fine();
    let authors: Vec<_> = history["revisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["author"].as_str().unwrap())
        .collect();
    assert_eq!(authors, ["mei", "li", "lena"]);
    let diff = mei
        .get(&format!("/api/v1/kb/articles/{id}/diff?from=2&to=3"))
        .await
        .fine();
    assert_eq!(diff["fields"][0]["field"], "answer");
    assert_eq!(
        diff["fields"][0]["parts"][1],
        json!({ "sort": "gone", "text": "14" })
    );
}

#[tokio::test]
async fn what_customers_notice_is_for_who_directs_others() {
    let office = office(On::Sqlite).await;
    let (li, lena) = (office.seat("li").await, office.seat("lena").await);
    let article = li.first("q=return").await;
    assert_eq!(
        li.say(&article, "Never.", "publish").await.refused(403),
        "forbidden"
    );
    let path = format!(
        "/api/v1/kb/articles/{}/step",
        article["id"].as_str().unwrap()
    );
    let archive = json!({ "step": "archive" });
    let refused = li.send(Method::POST, &path, Some(archive.clone())).await;
    assert_eq!(refused.refused(403), "forbidden");
    let gone = lena.send(Method::POST, &path, Some(archive)).await.fine();
    assert_eq!(gone["article"]["status"], "archived");
    assert_eq!(gone["article"]["live"], Value::Null);
    office.read_articles().await;
    assert!(office.desk.knowledge.snapshot().articles().is_empty());
}

#[tokio::test]
async fn what_cannot_be_an_article_is_refused_with_its_field() {
    let office = office(On::Sqlite).await;
    let li = office.seat("li").await;
    let empty = li.article("x", "  ", "a", "save").await;
    assert_eq!(
        (empty.refused(400), &empty.body["error"]["field"]),
        ("invalid", &json!("question"))
    );
    let long = li.article("x", "q", &"a".repeat(20_001), "save").await;
    assert_eq!(long.body["error"]["field"], "answer");
    let taken = li.article("return", "q", "a", "save").await;
    assert_eq!(taken.refused(409), "taken");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_question_is_tried_before_and_tested_after(#[case] on: On) {
    let office = office(on).await;
    let lena = office.seat("lena").await;
    let test = json!({ "question": "can I bring it back", "article": "return" });
    lena.send(Method::POST, "/api/v1/kb/questions", Some(test))
        .await
        .fine();
    let words = json!({ "question": "How do I return something?", "answer": "Within 7 days.",
        "alternatives": ["can I bring it back"] });
    let article = lena.first("q=return").await;
    let trial = json!({ "words": words, "id": article["id"], "question": "bring it back" });
    let found = lena
        .send(Method::POST, "/api/v1/kb/preview", Some(trial))
        .await
        .fine();
    assert_eq!(found["questions"][0]["question"], "bring it back");
    assert_eq!(found["questions"][0]["place"], 1, "{found}");

    let change = json!({ "words": { "external_id": "return", "question": "How do I return something?",
        "answer": "Within 7 days.", "alternatives": ["can I bring it back"] }, "revision": 1,
        "step": "publish" });
    let path = format!("/api/v1/kb/articles/{}", article["id"].as_str().unwrap());
    let kept = lena.send(Method::PUT, &path, Some(change)).await.fine();
    assert_eq!(kept["preview"]["better"][0]["after"], "right", "{kept}");
    office.read_articles().await;
    let asked = lena.get("/api/v1/kb/questions").await.fine();
    assert_eq!(asked["questions"][0]["verdict"], "right");

    let back = json!({ "revision": 1 });
    let held = lena
        .send(Method::POST, &format!("{path}/rollback"), Some(back))
        .await
        .fine();
    assert_eq!(held["held_back"], true, "{held}");
    assert_eq!(held["article"]["live"], 2, "what answers stays");
    assert_eq!(held["article"]["status"], "draft", "the words are kept");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_file_is_looked_at_imported_and_undone(#[case] on: On) {
    let office = office(on).await;
    let ada = office.seat("ada").await;
    let table = b"id,question,answer\ngift,Do you wrap gifts?,Of course.\nbad,,x\n";
    let dry = ada
        .import("name=faq.csv&dry_run=true&publish=true", table)
        .await
        .fine();
    assert_eq!(
        (&dry["created"], &dry["rejected"], &dry["number"]),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!(dry["first"][0], "gift  Do you wrap gifts?");
    assert_eq!(dry["errors"][0], "faq.csv:3: the question is empty");
    let done = ada
        .import("name=..%2Ffaq.csv&publish=true", table)
        .await
        .fine();
    assert_eq!(
        (&done["published"], &done["number"]),
        (&json!(1), &json!(1))
    );
    let listed = ada.get("/api/v1/kb/imports").await.fine();
    assert_eq!(listed["imports"][0]["author"], "ada");
    let undone = ada
        .send(Method::POST, "/api/v1/kb/imports/1/undo", None)
        .await
        .fine();
    assert_eq!(undone["removed"], 1);
    let again = ada
        .send(Method::POST, "/api/v1/kb/imports/1/undo", None)
        .await;
    assert_eq!(again.refused(404), "not_found");
    let nothing = ada.import("name=photo.png", b"x").await.fine();
    assert!(
        nothing["errors"][0]
            .as_str()
            .unwrap()
            .contains("is none of .csv"),
        "{nothing}"
    );
}

/// A page hands in all words, also of an article that somebody else has written and that is only published.
#[tokio::test]
async fn what_a_reviewer_publishes_is_looked_at_too() {
    let office = Office::reviewing().await;
    let (li, lena) = (office.seat("li").await, office.seat("lena").await);
    let words =
        json!({ "external_id": "return", "question": "Where is the harbour?", "answer": "There." });
    let new = json!({ "words": { "external_id": "return", "question": "How do I return something?",
        "answer": "Within 7 days." }, "step": "submit" });
    let first = li
        .send(Method::POST, "/api/v1/kb/articles", Some(new))
        .await
        .fine();
    let path = format!(
        "/api/v1/kb/articles/{}",
        first["article"]["id"].as_str().unwrap()
    );
    let publish = json!({ "step": "publish" });
    lena.send(Method::POST, &format!("{path}/step"), Some(publish))
        .await
        .fine();
    let test = json!({ "question": "How do I return something?", "article": "return" });
    lena.send(Method::POST, "/api/v1/kb/questions", Some(test))
        .await
        .fine();
    let changed = json!({ "words": words, "revision": 2, "step": "submit" });
    let changed = li.send(Method::PUT, &path, Some(changed)).await.fine();
    let same =
        json!({ "words": words, "revision": changed["article"]["revision"], "step": "publish" });
    let kept = lena.send(Method::PUT, &path, Some(same)).await.fine();
    assert_eq!(kept["held_back"], true, "{kept}");
    assert_eq!(kept["article"]["live"], 2, "what answers stays");
}
