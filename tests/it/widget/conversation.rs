//! A conversation in a browser: nothing lost, nothing doubled, in order, on both sides.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use crate::console::office::answered;
use crate::house::On;
use crate::widget::visitor::{Shop, Visitor, identity};

fn texts(lines: &[Value]) -> Vec<(&str, &str)> {
    lines
        .iter()
        .map(|line| {
            (
                line["from"].as_str().unwrap(),
                line["text"].as_str().unwrap(),
            )
        })
        .collect()
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_visitor_asks_and_both_sides_are_shown_in_order(#[case] on: On) {
    let shop = Shop::open(on).await;
    let visitor = shop.visitor().await;
    let mut live = shop.live(&visitor, "").await;
    let question = json!({ "id": "m-1", "text": "How long does delivery take?",
        "context": { "page": "https://shop.example.com/lamp" } });
    let first = shop.send(&visitor, &question).await.fine();
    let again = shop.send(&visitor, &question).await.fine();
    assert_eq!(first, again, "the same id has no second effect");

    let (lines, next) = live.until("two to three days").await;
    let read = shop.read(&visitor, "").await;
    let all = read["messages"].as_array().unwrap();
    assert_eq!(all.len(), 2, "{all:#?}");
    assert_eq!(texts(all)[0], ("customer", "How long does delivery take?"));
    assert_eq!(all[0]["id"], first["message_id"]);
    assert_eq!(
        (&all[1]["from"], &all[1]["source"]),
        (&json!("bot"), &json!("How long does delivery take?"))
    );
    assert!(
        lines.iter().any(|line| line["id"] == all[0]["id"]),
        "other tabs see it too"
    );
    assert!(
        shop.read(&visitor, &next).await["messages"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_reload_and_a_killed_server_lose_and_double_nothing(#[case] on: On) {
    let shop = Shop::open(on).await;
    let visitor = shop.visitor().await;
    let question = json!({ "id": "m-1", "text": "How long does delivery take?" });
    let first = shop.send(&visitor, &question).await.fine();
    let shop = shop.restart();
    let again = shop.send(&visitor, &question).await.fine();
    assert_eq!(
        first, again,
        "sent once more by a page that never heard the answer"
    );
    let mut live = shop.live(&visitor, "").await;
    live.until("two to three days").await;
    let renewed = shop.known(json!({ "token": visitor.0 })).await;
    assert_eq!(renewed.0, visitor.0, "the same visitor after a reload");
    assert_eq!(
        shop.read(&renewed, "").await["messages"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_app_and_its_website_share_the_conversation_of_a_named_customer(#[case] on: On) {
    let shop = Shop::open(on).await;
    shop.serving.ask("u-9", "How long does delivery take?");
    let unnamed = shop.visitor().await;
    let hello = json!({ "token": unnamed.0, "identity": identity("u-9") });
    let welcome = shop.session(hello).await.fine();
    assert_eq!(
        (&welcome["user"], &welcome["name"]),
        (&json!("u-9"), &json!("Wang Mei"))
    );
    let named = shop.known(json!({ "identity": identity("u-9") })).await;
    assert_ne!(named.0, unnamed.0);
    assert_eq!(
        shop.read(&named, "").await["messages"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let before = shop.read(&unnamed, "").await;
    assert_eq!(before["messages"], json!([]), "it stays nobody's");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn the_token_of_a_customer_who_leaves_opens_nothing(#[case] on: On) {
    let shop = Shop::open(on).await;
    let named = async |user: &str| shop.known(json!({ "identity": identity(user) })).await;
    let opens = async |visitor: &Visitor| {
        let request = shop.request(Method::GET, "messages");
        let asked = request.bearer_auth(&visitor.0).send().await.unwrap();
        asked.status().is_success()
    };
    let (one, elsewhere) = (named("u-1").await, named("u-1").await);
    let hello = json!({ "token": one.0, "identity": identity("u-1") });
    assert_eq!(
        shop.known(hello).await.0,
        one.0,
        "the same customer goes on"
    );

    let left = shop.session(json!({ "leaving": one.0 })).await.fine();
    assert_eq!(left["user"], "", "who is not named any more begins anew");
    assert!(!opens(&one).await);
    assert!(opens(&elsewhere).await, "another tab is another token");

    let hello = json!({ "token": elsewhere.0, "identity": identity("u-2") });
    let other = shop.known(hello).await;
    assert!(opens(&other).await && !opens(&elsewhere).await);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn files_go_both_ways_and_others_urls_are_refused(#[case] on: On) {
    let shop = Shop::open(on).await;
    let visitor = shop.visitor().await;
    let png = b"\x89PNG\r\n\x1a\n not much of a picture";
    let upload = shop
        .request(Method::POST, "uploads?name=lamp.png")
        .bearer_auth(&visitor.0);
    let kept = answered(upload.body(&png[..]).send().await.unwrap())
        .await
        .fine();
    assert_eq!(
        (&kept["mime"], &kept["name"]),
        (&json!("image/png"), &json!("lamp.png"))
    );

    let foreign = json!({ "id": "m-1", "attachments": [{ "url": "https://example.com/a.png" }] });
    assert_eq!(
        shop.send(&visitor, &foreign).await.refused(400),
        "invalid_field"
    );
    let own = json!({ "id": "m-2", "text": "look", "attachments": [kept] });
    shop.send(&visitor, &own).await.fine();
    let file = stored(&shop, &visitor).await;
    let at = reqwest::Url::parse(file["url"].as_str().unwrap()).unwrap();
    let read = reqwest::get(format!("{}{}", shop.serving.base, at.path()))
        .await
        .unwrap();
    assert_eq!(read.headers()["content-type"], "image/png");
    assert!(
        read.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("sandbox")
    );
    assert_eq!(read.bytes().await.unwrap().as_ref(), png);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_agent_answers_and_each_sees_the_other_type(#[case] on: On) {
    let shop = Shop::open(on).await;
    let visitor = shop.visitor().await;
    let mut live = shop.live(&visitor, "").await;
    shop.send(&visitor, &json!({ "id": "m-1", "text": "I need a human" }))
        .await
        .fine();
    live.until("#1001").await;

    let token = agent(&shop).await;
    let http = reqwest::Client::new();
    let line = json!({ "key": "1", "text": "Hello, this is Li." });
    let path = format!("{}/api/v1/threads/1001/messages", shop.serving.base);
    let sent = http
        .post(path)
        .bearer_auth(&token)
        .json(&line)
        .send()
        .await
        .unwrap();
    answered(sent).await.fine();
    let (lines, _) = live.until("this is Li").await;
    let said = lines.iter().find(|line| line["from"] == "agent").unwrap();
    assert_eq!(said["name"], "小李");

    let url = format!("{}/api/v1/live", shop.serving.base.replace("http", "ws"));
    let mut page = crate::console::live::Page::connect(&url, &token).await;
    page.say(&json!({ "typing": 1001 })).await;
    let typing = loop {
        let word = live.word().await.unwrap();
        if let Some(name) = word["typing"]["name"].as_str() {
            break name.to_owned();
        }
    };
    assert_eq!(typing, "小李");
    live.say(&json!({ "typing": true })).await;
    let seen = page.next("typing").await;
    assert_eq!(
        (&seen["number"], &seen["agent"]),
        (&json!(1001), &Value::Null)
    );
}

/// The visitor's file, once its bytes are where the desk keeps them: its size is known then.
async fn stored(shop: &Shop, visitor: &Visitor) -> Value {
    loop {
        let read = shop.read(visitor, "").await;
        let file = &read["messages"][0]["attachments"][0];
        if file["size"].is_u64() {
            return file.clone();
        }
    }
}

/// Hires somebody, who signs in as a script does.
async fn agent(shop: &Shop) -> String {
    let told = shop
        .installed
        .run(&["agent", "add", "li", "--display", "小李"]);
    let (_, link) = told.split_once("#link=").unwrap();
    let body = json!({ "token": link.trim(), "carry": "bearer" });
    let url = format!("{}/api/v1/sign-in/link", shop.serving.base);
    let signed = reqwest::Client::new()
        .post(url)
        .json(&body)
        .send()
        .await
        .unwrap();
    answered(signed).await.fine()["token"]
        .as_str()
        .unwrap()
        .to_owned()
}
