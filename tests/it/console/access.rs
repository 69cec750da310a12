//! Nobody reaches what is not theirs: every path of the description, by every role and by nobody,
//! and with ids that belong to somebody else.

use bot_core::domain::time::SECOND;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::console::office::{Office, Seat, TEAM};
use crate::house::{On, said};

/// Paths that need no session: they are how one signs in.
const OPEN: [&str; 3] = [
    "/api/v1/openapi.json",
    "/api/v1/sign-in",
    "/api/v1/sign-in/link",
];
/// Paths of one's own account.
const ACCOUNT: [&str; 3] = ["/api/v1/sign-out", "/api/v1/me", "/api/v1/me/password"];

/// What the issue demands, written down apart from the code: who may reach a path.
fn may(name: &str, method: &str, path: &str) -> bool {
    let under = |roots: &[&str]| method != "get" && roots.iter().any(|one| path.starts_with(one));
    let administers = under(&["/api/v1/agents", "/api/v1/kb/imports"]);
    let leads = path.starts_with("/api/v1/canned/")
        || under(&["/api/v1/kb/questions", "/api/v1/kb/suggestions"])
        || path.ends_with("/rollback");
    match name {
        _ if OPEN.contains(&path) || ACCOUNT.contains(&path) => true,
        "ada" => true,
        "lena" => !administers,
        "li" | "mei" => !administers && !leads,
        _ => false,
    }
}

/// Every method of every path of the description, with ids that do not exist.
async fn paths(office: &Office) -> Vec<(String, String, String)> {
    let document = office
        .send(Method::GET, "/api/v1/openapi.json", None, None)
        .await
        .fine();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let nil = Uuid::nil().to_string();
        let filled = path
            .replace("{number}", "999999")
            .replace("{team}", "elsewhere")
            .replace("{id}", &nil)
            .replace("{message}", &nil)
            .replace("{attachment}", &nil)
            .replace("{name}", "hello")
            .replace("{language}", "en");
        for method in methods.as_object().unwrap().keys() {
            found.push((method.clone(), path.clone(), filled.clone()));
        }
    }
    found
}

fn method(name: &str) -> Method {
    Method::from_bytes(name.to_uppercase().as_bytes()).unwrap()
}

#[tokio::test]
async fn every_path_asks_for_a_session_and_a_role() {
    let office = Office::open(On::Sqlite).await;
    let paths = paths(&office).await;
    assert!(paths.len() > 20, "{paths:?}");
    for (name, path, filled) in &paths {
        let nobody = office
            .send(method(name), filled, None, Some(json!({})))
            .await;
        let open = OPEN.contains(&path.as_str());
        assert_eq!(
            nobody.status.as_u16() == 401,
            !open,
            "{name} {path}: {nobody:?}"
        );
    }
    for who in TEAM {
        for (name, path, filled) in &paths {
            // A new seat each time: signing out is among the paths.
            let seat = office.seat(who).await;
            let answered = seat.send(method(name), filled, Some(json!({}))).await;
            let refused = answered.status.as_u16() == 403;
            assert_eq!(
                refused,
                !may(who, name, path),
                "{who} {name} {path}: {answered:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_described_does_not_exist() {
    let office = Office::open(On::Sqlite).await;
    let ada = office.seat("ada").await;
    for path in [
        "/api/v1/secrets",
        "/api/v1/threads/1/secrets",
        "/api/v1/agents/",
    ] {
        assert_eq!(ada.get(path).await.refused(404), "not_found", "{path}");
    }
    let wrong = ada.send(Method::DELETE, "/api/v1/me", None).await;
    assert!(matches!(wrong.status.as_u16(), 404 | 405), "{wrong:?}");
}

/// A customer's ticket with a reply of an agent in it; gives number and message.
async fn answered(office: &Office, who: &str, seat: &Seat<'_>) -> (i64, String) {
    let number = office.ticket(who, "我的手机壳可以刻字吗请问").await;
    let reply = format!("给 {who} 的回复");
    seat.write(number, &reply).await.fine();
    office.wait_ms(5 * SECOND).await;
    let message = seat.line(number, &reply).await["message"]
        .as_str()
        .unwrap()
        .to_owned();
    (number, message)
}

#[tokio::test]
async fn other_peoples_lines_and_other_tickets_lines_stay_as_they_are() {
    let office = Office::open(On::Sqlite).await;
    let (li, mei) = (office.seat("li").await, office.seat("mei").await);
    let (number, message) = answered(&office, "wang", &li).await;
    let (other, _) = answered(&office, "zhao", &li).await;
    let change = |number: i64| {
        (
            format!("/api/v1/threads/{number}/messages/{message}"),
            json!({ "key": "e", "text": "改" }),
        )
    };

    let (path, words) = change(number);
    assert_eq!(
        mei.send(Method::PATCH, &path, Some(words.clone()))
            .await
            .refused(403),
        "forbidden"
    );
    assert_eq!(
        mei.send(Method::DELETE, &path, None).await.refused(403),
        "forbidden"
    );
    let (crossed, words) = change(other);
    assert_eq!(
        li.send(Method::PATCH, &crossed, Some(words))
            .await
            .refused(404),
        "not_found"
    );
    assert_eq!(
        li.send(Method::DELETE, &crossed, None).await.refused(404),
        "not_found"
    );
    office.settle().await;
    assert_eq!(
        office.seen_by("wang").await.last().unwrap(),
        "给 wang 的回复"
    );

    let lena = office.seat("lena").await;
    lena.send(Method::DELETE, &path, None).await.fine();
    office.settle().await;
    assert!(
        !office
            .seen_by("wang")
            .await
            .contains(&"给 wang 的回复".to_owned()),
        "a lead may"
    );
}

/// A customer's own words belong to the customer.
#[tokio::test]
async fn nobody_changes_what_a_customer_said() {
    let office = Office::open(On::Sqlite).await;
    let ada = office.seat("ada").await;
    let number = office.ticket("wang", "我的手机壳可以刻字吗请问").await;
    let line = ada.line(number, "我的手机壳可以刻字吗请问").await;
    let path = format!(
        "/api/v1/threads/{number}/messages/{}",
        line["message"].as_str().unwrap()
    );
    let words = json!({ "key": "e", "text": "别的话" });
    assert_eq!(
        ada.send(Method::PATCH, &path, Some(words))
            .await
            .refused(403),
        "forbidden"
    );
    assert_eq!(
        ada.send(Method::DELETE, &path, None).await.refused(403),
        "forbidden"
    );
}

#[tokio::test]
async fn a_button_of_another_ticket_does_nothing() {
    let office = Office::open(On::Sqlite).await;
    let (li, mei) = (office.seat("li").await, office.seat("mei").await);
    let number = office.ticket("wang", "我的手机壳可以刻字吗请问").await;
    let other = office.ticket("zhao", "我要找客服").await;
    li.write(number, "/claim").await.fine();
    mei.write(number, "只给王女士看的话").await.fine();
    let lines = mei.lines(number).await;
    let button = lines
        .iter()
        .rev()
        .find_map(|line| line["choices"][0]["id"].as_str())
        .unwrap();
    let press = json!({ "key": "p", "choice": button });
    mei.post(&format!("/api/v1/threads/{other}/buttons"), press)
        .await
        .fine();
    office.settle().await;
    office.wait_ms(5 * SECOND).await;
    for who in ["wang", "zhao"] {
        let seen = office.seen_by(who).await;
        assert!(
            !seen.iter().any(|line| line.contains("只给王女士看")),
            "{who}: {seen:?}"
        );
    }
}

#[tokio::test]
async fn errors_name_no_insides() {
    let office = Office::open(On::Sqlite).await;
    office.customer("wang", said("在吗")).await;
    let li = office.seat("li").await;
    for path in [
        "/api/v1/threads/-1",
        "/api/v1/threads/999999999999999999999",
        "/api/v1/threads/x",
    ] {
        let answered = li.get(path).await;
        assert_eq!(
            answered.body,
            json!({ "error": { "code": "not_found", "message": "there is no such thing" } })
        );
    }
    let document = li.get("/api/v1/openapi.json").await.fine();
    let described: Vec<&Value> = document["paths"].as_object().unwrap().values().collect();
    assert!(described.iter().all(|path| path.is_object()));
}
