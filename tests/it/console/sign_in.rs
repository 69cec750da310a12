//! Signing in: links, passwords, cookies, limits, and how sessions end.

use bot_core::domain::time::{DAY, HOUR, SECOND};
use reqwest::header::{COOKIE, ORIGIN, RETRY_AFTER, SET_COOKIE};
use reqwest::{Method, Response};
use rstest::rstest;
use serde_json::{Value, json};

use crate::console::office::{Answered, Office, answered};
use crate::house::On;

const PASSWORD: &str = "correct horse battery";

impl Office {
    async fn by_link(&self, token: &str) -> Answered {
        let given = json!({ "token": token, "carry": "bearer" });
        self.send(Method::POST, "/api/v1/sign-in/link", None, Some(given))
            .await
    }

    async fn by_password(&self, name: &str, password: &str) -> Answered {
        let given = json!({ "name": name, "password": password, "carry": "bearer" });
        self.send(Method::POST, "/api/v1/sign-in", None, Some(given))
            .await
    }

    async fn is_let_in(&self, token: &str) -> bool {
        self.send(Method::GET, "/api/v1/me", Some(token), None)
            .await
            .status
            .is_success()
    }
}

fn token_of(signed: &Value) -> String {
    signed["token"].as_str().unwrap().to_owned()
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_link_lets_in_once_and_for_a_day(#[case] on: On) {
    let office = Office::open(on).await;
    let link = office.link("li").await;
    let signed = office.by_link(&link).await.fine();
    assert_eq!(signed["me"]["name"], "li");
    assert_eq!(
        office.by_link(&link).await.refused(401),
        "not_let_in",
        "a second use"
    );

    let older = office.link("li").await;
    let newer = office.link("li").await;
    assert_eq!(
        office.by_link(&older).await.refused(401),
        "not_let_in",
        "a newer one was made"
    );
    office.clock.advance_ms(DAY + SECOND);
    assert_eq!(
        office.by_link(&newer).await.refused(401),
        "not_let_in",
        "too late"
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_password_opens_and_its_change_ends_the_other_sessions(#[case] on: On) {
    let office = Office::open(on).await;
    let (here, elsewhere) = (office.seat("li").await, office.seat("li").await);
    let set = |new: &str, current: Option<&str>| json!({ "new": new, "current": current });
    let first = here
        .send(
            Method::PUT,
            "/api/v1/me/password",
            Some(set(PASSWORD, None)),
        )
        .await;
    assert!(first.status.is_success(), "{first:?}");
    assert!(
        office.is_let_in(&here.token).await,
        "the session that changed it goes on"
    );
    assert!(
        !office.is_let_in(&elsewhere.token).await,
        "the other one has ended"
    );

    let signed = office.by_password("li", PASSWORD).await.fine();
    assert!(office.is_let_in(&token_of(&signed)).await);
    let unknown = office.by_password("nobody", PASSWORD).await;
    let wrong = office.by_password("li", "incorrect horse").await;
    assert_eq!(
        unknown.body, wrong.body,
        "it does not tell which names there are"
    );

    let stolen = here
        .send(
            Method::PUT,
            "/api/v1/me/password",
            Some(set("another horse", None)),
        )
        .await;
    assert_eq!(
        stolen.refused(400),
        "invalid",
        "a stolen session does not know the password so far"
    );
    let weak = here
        .send(
            Method::PUT,
            "/api/v1/me/password",
            Some(set("12345", Some(PASSWORD))),
        )
        .await;
    assert_eq!(weak.body["error"]["field"], "new");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn guessing_has_to_wait_longer_and_longer(#[case] on: On) {
    let office = Office::open(on).await;
    let seat = office.seat("li").await;
    let new = json!({ "new": PASSWORD });
    seat.send(Method::PUT, "/api/v1/me/password", Some(new))
        .await;
    for _ in 0..6 {
        assert_eq!(
            office.by_password("li", "wrong").await.refused(401),
            "not_let_in"
        );
    }
    assert_eq!(
        office.by_password("li", PASSWORD).await.refused(429),
        "too_many"
    );
    assert!(
        office.is_let_in(&seat.token).await,
        "whoever is in stays in"
    );
    office.clock.advance_ms(2 * SECOND);
    office.by_password("li", PASSWORD).await.fine();
    office.by_password("li", "wrong").await.refused(401);
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_session_ends_by_signing_out_and_by_a_day_without_use(#[case] on: On) {
    let office = Office::open(on).await;
    let (one, other) = (office.seat("li").await, office.seat("li").await);
    let out = one.send(Method::POST, "/api/v1/sign-out", None).await;
    assert_eq!(out.status.as_u16(), 204);
    assert!(!office.is_let_in(&one.token).await);
    for _ in 0..3 {
        office.clock.advance_ms(23 * HOUR);
        assert!(office.is_let_in(&other.token).await, "a used session lives");
    }
    office.clock.advance_ms(DAY + SECOND);
    assert!(!office.is_let_in(&other.token).await);
}

/// A browser's session: the cookie, and what its page must repeat.
async fn browser(office: &Office) -> (String, String) {
    let given = json!({ "token": office.link("li").await });
    let url = format!("{}/api/v1/sign-in/link", office.base);
    let response = office
        .http
        .post(url)
        .header(ORIGIN, &office.base)
        .json(&given)
        .send()
        .await
        .unwrap();
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let body = answered(response).await.fine();
    assert!(body["token"].is_null(), "no script gets to see it");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    (cookie, body["csrf"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn another_site_cannot_act_with_a_browsers_cookie() {
    let office = Office::open(On::Sqlite).await;
    let (cookie, csrf) = browser(&office).await;
    let url = format!("{}/api/v1/me/presence", office.base);
    let change = async |origin: Option<&str>, csrf: Option<&str>| -> Response {
        let mut request = office.http.put(&url).header(COOKIE, &cookie);
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        if let Some(csrf) = csrf {
            request = request.header("x-csrf-token", csrf);
        }
        request
            .json(&json!({ "presence": "online" }))
            .send()
            .await
            .unwrap()
    };
    let ours = Some(office.base.as_str());
    assert_eq!(change(ours, Some(&csrf)).await.status().as_u16(), 204);
    for (origin, csrf) in [
        (ours, None),
        (ours, Some("guessed")),
        (Some("https://evil.example"), Some(csrf.as_str())),
        (Some("null"), Some(csrf.as_str())),
    ] {
        let refused = answered(change(origin, csrf).await).await;
        assert_eq!(refused.refused(403), "cross_site", "{origin:?} {csrf:?}");
    }
}

#[tokio::test]
async fn a_refusal_says_when_to_try_again() {
    let office = Office::open(On::Sqlite).await;
    let given = json!({ "name": "li", "password": "x" });
    let post = async || {
        let url = format!("{}/api/v1/sign-in", office.base);
        office.http.post(url).json(&given).send().await.unwrap()
    };
    for _ in 0..6 {
        post().await;
    }
    let refused = post().await;
    assert_eq!(refused.headers()[RETRY_AFTER], "2");
}

#[tokio::test]
async fn behind_a_trusted_proxy_only_the_guesser_waits() {
    let office = Office::open(On::Sqlite).await;
    let guess = async |from: &str| {
        let given = json!({ "token": "guessed", "carry": "bearer" });
        let url = format!("{}/api/v1/sign-in/link", office.base);
        let tried = office.http.post(url).header("x-forwarded-for", from);
        tried.json(&given).send().await.unwrap().status().as_u16()
    };
    for _ in 0..=20 {
        assert_eq!(guess("198.51.100.1").await, 401);
    }
    assert_eq!(guess("198.51.100.1").await, 429);
    assert_eq!(
        guess("203.0.113.9, 198.51.100.1").await,
        429,
        "what stands before was written by the guesser"
    );
    assert_eq!(guess("198.51.100.2").await, 401);
}
