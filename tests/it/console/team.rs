//! The team itself: hiring, changing, disabling, presence.

use bot_core::domain::time::SECOND;
use reqwest::Method;
use rstest::rstest;
use serde_json::json;

use crate::console::office::Office;
use crate::house::On;

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_new_member_signs_in_by_the_link_and_serves(#[case] on: On) {
    let office = Office::open(on).await;
    let ada = office.seat("ada").await;
    let new =
        json!({ "name": "noor", "display": "Noor", "roles": ["agent"], "skills": ["refund"] });
    let hired = ada.post("/api/v1/agents", new.clone()).await.fine();
    let url = hired["link"]["url"].as_str().unwrap();
    let (page, token) = url.split_once("#link=").unwrap();
    assert!(page.ends_with("/team"), "{url}");
    let given = json!({ "token": token, "carry": "bearer" });
    let signed = office
        .send(Method::POST, "/api/v1/sign-in/link", None, Some(given))
        .await
        .fine();
    assert_eq!(signed["me"]["skills"], json!(["refund"]));
    assert_eq!(
        ada.post("/api/v1/agents", new).await.refused(409),
        "name_taken"
    );
    for (body, field) in [
        (
            json!({ "name": "a b", "display": "x", "roles": ["agent"] }),
            "name",
        ),
        (
            json!({ "name": "ab", "display": "", "roles": ["agent"] }),
            "display",
        ),
        (
            json!({ "name": "ab", "display": "x", "roles": ["king"] }),
            "roles",
        ),
        (
            json!({ "name": "ab", "display": "x", "roles": [] }),
            "roles",
        ),
        (
            json!({ "name": "ab", "display": "x", "roles": ["agent"], "skills": ["a b"] }),
            "skills",
        ),
    ] {
        let refused = ada.post("/api/v1/agents", body.clone()).await;
        assert_eq!(refused.body["error"]["field"], field, "{body}");
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn who_is_disabled_is_out_and_their_tickets_go_back(#[case] on: On) {
    let office = Office::open(on).await;
    let (ada, li) = (office.seat("ada").await, office.seat("li").await);
    let number = office.ticket("wang", "我的手机壳可以刻字吗请问").await;
    li.write(number, "/claim").await.fine();
    let path = format!("/api/v1/agents/{}", office.agent("li").await);
    let off = || Some(json!({ "disabled": true }));
    assert_eq!(
        ada.send(Method::PATCH, &path, off()).await.fine()["disabled"],
        true
    );
    office.settle().await;

    assert_eq!(li.get("/api/v1/me").await.refused(401), "signed_out");
    let ticket = ada.get(&format!("/api/v1/threads/{number}")).await.fine();
    assert_eq!(
        (&ticket["ticket"]["status"], &ticket["ticket"]["assignee"]),
        (&json!("pending"), &json!(null))
    );
    assert_eq!(
        ada.post(&format!("{path}/link"), json!({}))
            .await
            .refused(409),
        "disabled"
    );

    // It can happen again to the same ticket.
    let on_again = Some(json!({ "disabled": false }));
    ada.send(Method::PATCH, &path, on_again).await.fine();
    office.clock.advance_ms(SECOND);
    office.seat("li").await.write(number, "/claim").await.fine();
    ada.send(Method::PATCH, &path, off()).await.fine();
    office.settle().await;
    let ticket = ada.get(&format!("/api/v1/threads/{number}")).await.fine();
    assert_eq!(ticket["ticket"]["assignee"], json!(null));

    let own = format!("/api/v1/agents/{}", office.agent("ada").await);
    assert_eq!(
        ada.send(Method::PATCH, &own, off()).await.refused(409),
        "last_admin"
    );
    let demoted = Some(json!({ "roles": ["agent"] }));
    assert_eq!(
        ada.send(Method::PATCH, &own, demoted).await.refused(409),
        "last_admin"
    );
    let unknown = format!("/api/v1/agents/{}", uuid::Uuid::nil());
    assert_eq!(
        ada.send(Method::PATCH, &unknown, Some(json!({})))
            .await
            .refused(404),
        "not_found"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_role_that_was_taken_away_ends_at_once(#[case] on: On) {
    let office = Office::open(on).await;
    let (ada, lena) = (office.seat("ada").await, office.seat("lena").await);
    let path = format!("/api/v1/agents/{}", office.agent("lena").await);
    let auditor = Some(json!({ "roles": ["auditor"] }));
    ada.send(Method::PATCH, &path, auditor).await.fine();
    assert_eq!(lena.get("/api/v1/threads").await.refused(403), "forbidden");
    assert_eq!(
        lena.write(1_001, "我还能写吗").await.refused(403),
        "forbidden"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn presence_is_seen_by_the_others(#[case] on: On) {
    let office = Office::open(on).await;
    let (li, mei) = (office.seat("li").await, office.seat("mei").await);
    let here = Some(json!({ "presence": "online" }));
    assert!(
        li.send(Method::PUT, "/api/v1/me/presence", here)
            .await
            .status
            .is_success()
    );
    let team = mei.get("/api/v1/agents").await.fine();
    let agents = team["agents"].as_array().unwrap();
    let shown = agents.iter().find(|one| one["name"] == "li").unwrap();
    assert_eq!(shown["presence"], "online");
    let odd = Some(json!({ "presence": "asleep" }));
    assert_eq!(
        li.send(Method::PUT, "/api/v1/me/presence", odd).await.body["error"]["field"],
        "presence"
    );
    office.wait_ms(5 * SECOND).await;
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_saved_reply_is_offered_to_everybody_until_it_is_forgotten(#[case] on: On) {
    let office = Office::open(on).await;
    let (lena, li) = (office.seat("lena").await, office.seat("li").await);
    let path = "/api/v1/canned/退款/zh";
    for text in ["三天内退款。", "  三个工作日内退款。 "] {
        let kept = lena.send(Method::PUT, path, Some(json!({ "text": text })));
        kept.await.fine();
    }
    let offers = li.get("/api/v1/commands?prefix=/退").await.fine();
    assert_eq!(
        offers["canned"],
        json!([{ "name": "退款", "language": "zh", "text": "三个工作日内退款。" }])
    );
    let all = li.get("/api/v1/canned").await.fine();
    assert_eq!(all["canned"], offers["canned"]);
    for (path, text, field) in [
        ("/api/v1/canned/two%20words/en", "x", "canned"),
        ("/api/v1/canned/hello/fr", "x", "language"),
        ("/api/v1/canned/hello/en", "  ", "text"),
    ] {
        let refused = lena.send(Method::PUT, path, Some(json!({ "text": text })));
        assert_eq!(refused.await.body["error"]["field"], field, "{path}");
    }
    lena.send(Method::DELETE, path, None).await.fine();
    assert_eq!(
        lena.send(Method::DELETE, path, None).await.refused(404),
        "not_found"
    );
    assert_eq!(li.get("/api/v1/canned").await.fine()["canned"], json!([]));
}
