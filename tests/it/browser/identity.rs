//! Whose words are whose: customers who sign in, sign out and change, in one tab and in several.

use serde_json::json;

use crate::browser::site::Visit;

#[tokio::test]
async fn who_signs_in_and_out_sees_their_own_lines_only() {
    let visit = Visit::new().await;
    visit.is("u-1").await;
    visit.talk().await;
    visit.says("line of one").await;
    let token = visit.kept("sessionStorage", "token").await;
    assert_eq!(visit.holds(&token, "line of one").await, 1);
    visit.page.reload().await;
    visit.is("u-1").await;
    visit.call("open", json!(null)).await;
    visit.chat.find_text(".own .bubble", "line of one").await;
    assert_eq!(visit.has("u-1", "line of one").await, 1);

    visit.call("logout", json!(null)).await;
    visit.chat.click(".welcome .primary").await;
    visit.says("line of nobody").await;
    assert_eq!(visit.chat.count(".own .bubble").await, 1);
    let old = visit.shop.request(reqwest::Method::GET, "messages");
    let old = old.bearer_auth(&token).send().await.unwrap();
    assert_eq!(old.status(), 401, "who has left leaves no token behind");
    visit.page.close().await;
}

#[tokio::test]
async fn a_line_that_waits_never_goes_out_in_anothers_name() {
    let visit = Visit::new().await;
    visit.is("u-1").await;
    visit.talk().await;
    visit.says("first line of one").await;
    visit.page.offline(true).await;
    visit.write("secret of one").await;
    visit.chat.find(".waiting").await;
    visit.is("u-2").await;
    visit.page.offline(false).await;
    visit.is("u-2").await;
    visit.chat.click(".welcome .primary").await;
    visit.says("line of two").await;
    assert_eq!(visit.has("u-2", "line of two").await, 1);
    assert_eq!(visit.has("u-2", "secret of one").await, 0);
    assert_eq!(visit.chat.count(".own .bubble").await, 1);
    visit.page.close().await;
}

#[tokio::test]
async fn who_signs_in_takes_a_waiting_line_along() {
    let visit = Visit::new().await;
    visit.talk().await;
    visit.says("line of nobody").await;
    visit.page.offline(true).await;
    visit.write("written before I signed in").await;
    visit.chat.find(".waiting").await;
    visit.page.offline(false).await;
    visit.is("u-1").await;
    visit.chat.click(".welcome .primary").await;
    visit
        .chat
        .find_text(".own .bubble", "written before I signed in")
        .await;
    visit.says("and after").await;
    let unnamed = visit.kept("localStorage", "token").await;
    let line = "written before I signed in";
    let both = visit.has("u-1", line).await + visit.holds(&unnamed, line).await;
    assert_eq!(both, 1, "in one conversation, once");
    visit.page.close().await;
}

/// The answer to the first comes after that to the second.
#[tokio::test]
async fn of_two_identities_the_last_one_counts() {
    let visit = Visit::new().await;
    visit.call("open", json!(null)).await;
    visit.chat.find(".welcome .primary").await;
    let slow = "const fetched = window.fetch;
        window.fetch = async (...given) => {
          const answer = await fetched(...given);
          window.fetch = fetched;
          await new Promise(go => { window.goOn = go; });
          return answer;
        };";
    visit.page.run(slow, json!(null)).await;
    visit.is("u-1").await;
    visit.page.until("held", "window.goOn", json!(null)).await;
    visit.is("u-2").await;
    visit.chat.find_text(".welcome h2", "Wang").await;
    visit.page.run("window.goOn()", json!(null)).await;
    visit.chat.click(".welcome .primary").await;
    visit.says("who am I").await;
    assert_eq!(visit.has("u-2", "who am I").await, 1);
    assert_eq!(visit.has("u-1", "who am I").await, 0);
    visit.page.close().await;
}

/// Both tabs wait at once, and the one that wrote first is closed before the desk is back.
#[tokio::test]
async fn two_tabs_keep_all_that_waits() {
    let mut visit = Visit::new().await;
    visit.talk().await;
    visit.says("before").await;
    let token = visit.kept("localStorage", "token").await;
    let client = visit.page.client.clone();
    let first = client.window().await.unwrap();
    let second = client.new_window(true).await.unwrap().handle;
    client.switch_to_window(second.clone()).await.unwrap();
    visit.page.goto(&visit.site).await;
    visit.call("open", json!(null)).await;
    visit.chat.find_text(".own .bubble", "before").await;
    visit.shop.stop();
    visit.chat.find(".offline").await;
    visit.write("from the second tab").await;
    client.switch_to_window(first).await.unwrap();
    visit.write("from the first tab").await;
    visit
        .chat
        .find_text(".waiting", "from the second tab")
        .await;
    client.close_window().await.unwrap();
    client.switch_to_window(second).await.unwrap();
    visit.chat.find_text(".waiting", "from the first tab").await;
    visit.shop = visit.shop.start();
    for line in ["from the first tab", "from the second tab"] {
        visit.chat.find_text(".own .bubble[title]", line).await;
        assert_eq!(visit.holds(&token, line).await, 1, "{line}");
    }
    visit.page.close().await;
}
