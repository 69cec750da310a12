//! Who is let in: origins, tokens, identities, and how often one may try.

use reqwest::{Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::console::office::answered;
use crate::house::On;
use crate::process::told;
use crate::widget::visitor::{ORIGIN, Shop, Visitor, identity};

/// Every route, and whether it wants a visitor's token. A route that is missing here is a route that no
/// test knows: `every_route_is_known` compares.
const ROUTES: [(&str, &str, bool); 6] = [
    ("POST", "session", false),
    ("GET", "articles", false),
    ("GET", "live", false),
    ("GET", "messages", true),
    ("POST", "messages", true),
    ("POST", "uploads", true),
];

#[test]
fn every_route_is_known() {
    let source = include_str!("../../../adapters/src/web/widget.rs");
    let routed = source.matches(".route(&at(").count();
    assert_eq!(routed, ROUTES.len() - 1, "messages has two methods");
    assert!(
        ROUTES
            .iter()
            .all(|(_, path, _)| source.contains(&format!("&at(\"{path}\")")))
    );
}

#[tokio::test]
async fn other_origins_are_turned_away_everywhere() {
    let shop = Shop::open(On::Sqlite).await;
    for (method, path, _) in ROUTES {
        let method: Method = method.parse().unwrap();
        for origin in [
            "https://evil.example",
            "null",
            "https://shop.example.com.evil.example",
        ] {
            let refused = shop
                .from(origin, method.clone(), path)
                .send()
                .await
                .unwrap();
            assert!(
                refused
                    .headers()
                    .get("access-control-allow-origin")
                    .is_none()
            );
            assert_eq!(
                answered(refused).await.refused(403),
                "origin",
                "{path} {origin}"
            );
        }
    }
    let own = shop.serving.base.clone();
    for origin in [ORIGIN, own.as_str()] {
        let session = shop.from(origin, Method::POST, "session").json(&json!({}));
        let welcomed = session.send().await.unwrap();
        assert_eq!(welcomed.headers()["access-control-allow-origin"], origin);
        assert_eq!(welcomed.status(), StatusCode::OK);
    }
    let asked = shop
        .request(Method::OPTIONS, "messages")
        .send()
        .await
        .unwrap();
    assert_eq!(asked.status(), StatusCode::NO_CONTENT);
    assert!(
        asked.headers()["access-control-allow-headers"]
            .to_str()
            .unwrap()
            .contains("authorization")
    );
}

/// Whoever owns a name can let it lead to this machine; their page and its requests then name the same
/// host.
#[rstest]
#[case("http://evil.example:{port}", "evil.example:{port}", 403)]
#[case("http://evil.example", "evil.example", 403)]
#[case("http://localhost:{port}", "localhost:{port}", 200)]
#[case("http://127.0.0.1:{port}", "127.0.0.1:{port}", 200)]
#[case("http://[::1]:{port}", "[::1]:{port}", 200)]
#[case("http://192.168.1.7", "192.168.1.7", 200)]
#[case("http://192.168.1.7:81", "192.168.1.7", 403)]
#[case("https://desk.example.org", "127.0.0.1:{port}", 200)]
#[case("http://desk.example.org", "desk.example.org", 403)]
#[tokio::test]
async fn our_own_origin_is_the_public_address_or_a_number(
    #[case] origin: &str,
    #[case] host: &str,
    #[case] status: u16,
) {
    let shop = Shop::at(On::Sqlite, "https://desk.example.org", ORIGIN, "").await;
    let port = shop.serving.base.rsplit_once(':').unwrap().1;
    let [origin, host] = [origin, host].map(|text| text.replace("{port}", port));
    let request = shop.from(&origin, Method::POST, "session").json(&json!({}));
    let answer = request.header("host", host).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), status, "{origin}");
}

#[tokio::test]
async fn a_visitors_routes_open_to_their_own_token_only() {
    let shop = Shop::open(On::Sqlite).await;
    let (one, other) = (shop.visitor().await, shop.visitor().await);
    shop.send(
        &one,
        &json!({ "id": "m-1", "text": "How long does delivery take?" }),
    )
    .await
    .fine();
    shop.live(&one, "").await.until("two to three days").await;
    assert_eq!(
        shop.read(&other, "").await["messages"],
        json!([]),
        "nothing of another visitor"
    );
    for (method, path, wants) in ROUTES.iter().filter(|route| route.2) {
        let method: Method = method.parse().unwrap();
        for token in [None, Some("AAAAAAAAAAAAAAAAAAAAAA"), Some("")] {
            let request = shop.request(method.clone(), path);
            let request = match token {
                Some(token) => request.bearer_auth(token),
                None => request,
            };
            let refused = answered(request.send().await.unwrap()).await;
            assert_eq!(refused.refused(401), "no_token", "{path} {wants}");
        }
    }
    let stranger = Visitor("AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    let mut live = shop.live(&stranger, "").await;
    assert_eq!(live.word().await, Some(json!("signed_out")));
    assert_eq!(live.word().await, None);
}

#[tokio::test]
async fn guessing_tokens_ends_soon() {
    let shop = Shop::open(On::Sqlite).await;
    let mut codes = Vec::new();
    for guess in 0..60 {
        let request = shop.request(Method::GET, "messages");
        let request = request.bearer_auth(format!("{guess:0>22}"));
        codes.push(request.send().await.unwrap().status());
    }
    assert_eq!(codes[0], StatusCode::UNAUTHORIZED);
    assert_eq!(codes.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
}

#[tokio::test]
async fn where_an_identity_is_required_nobody_else_gets_in() {
    let shop = Shop::with(On::Sqlite, "identity = \"required\"").await;
    for hello in [
        json!({}),
        json!({ "identity": "nonsense" }),
        json!({ "identity": "" }),
    ] {
        assert_eq!(shop.session(hello).await.refused(401), "no_identity");
    }
    let named = shop.known(json!({ "identity": identity("u-9") })).await;
    assert_eq!(shop.read(&named, "").await["messages"], json!([]));
    assert_eq!(
        shop.session(json!({ "token": named.0 })).await.refused(401),
        "no_identity",
        "a token alone does not begin anew"
    );
}

/// Whoever came before the setting was made has to be named from now on.
#[tokio::test]
async fn where_an_identity_becomes_required_older_tokens_open_nothing() {
    let shop = Shop::open(On::Sqlite).await;
    let (unnamed, named) = (
        shop.visitor().await,
        shop.known(json!({ "identity": identity("u-9") })).await,
    );
    let shop = shop.restart_with("identity = \"required\"");
    for (method, path, _) in ROUTES.iter().filter(|route| route.2) {
        let request = shop.request(method.parse().unwrap(), path);
        let refused = request.bearer_auth(&unnamed.0).send().await.unwrap();
        assert_eq!(
            answered(refused).await.refused(401),
            "no_identity",
            "{path}"
        );
    }
    let mut live = shop.live(&unnamed, "").await;
    assert_eq!(live.word().await, Some(json!("signed_out")));
    assert_eq!(shop.read(&named, "").await["messages"], json!([]));
}

#[tokio::test]
async fn the_signed_door_cannot_write_as_a_visitor() {
    let shop = Shop::open(On::Sqlite).await;
    let out = shop
        .serving
        .client(&["send", "--user", "visitor:1", "hello"]);
    assert!(!out.status.success());
    assert!(
        told(&out.stderr).contains("website widget"),
        "{}",
        told(&out.stderr)
    );
}

#[rstest]
#[case("delivery", "How long does delivery take?")]
#[case("", "I forgot my password")]
#[tokio::test]
async fn public_articles_are_found_before_anything_is_asked(
    #[case] words: &str,
    #[case] title: &str,
) {
    let shop = Shop::open(On::Sqlite).await;
    let request = shop.request(Method::GET, &format!("articles?q={words}&language=en"));
    let found: Value = answered(request.send().await.unwrap()).await.fine();
    let titles: Vec<_> = found["articles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["title"])
        .collect();
    assert!(titles.contains(&&json!(title)), "{titles:?}");
}
