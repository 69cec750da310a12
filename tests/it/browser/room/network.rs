//! A connection that breaks loses nothing and doubles nothing.

use serde_json::json;

use super::office::{AT_ONCE, Office};
use crate::browser::Size;

#[tokio::test]
async fn a_line_that_was_written_offline_goes_once_when_the_connection_is_back() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let page = office.seat("li", Size::Desktop, "en-US").await;
    page.open_ticket(number).await;
    page.offline(true).await;
    page.find_text(".offline-bar", "No connection").await;
    page.send("断网时写的").await;
    page.find_text(".line.pending", "online again").await;
    page.picture("room-offline").await;
    office.says("王女士", "你还在吗").await;

    page.offline(false).await;
    office.hears("王女士", "断网时写的").await;
    page.gone(".offline-bar").await;
    page.find_text(".line.in", "你还在吗").await;
    page.gone(".line.pending").await;
    let seen = office.seen_by("王女士").await;
    let times = seen.iter().filter(|line| *line == "断网时写的").count();
    assert_eq!(times, 1, "{seen:?}");
    page.close().await;
}

#[tokio::test]
async fn a_line_whose_answer_was_lost_is_sent_again_and_written_once() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let page = office.seat("li", Size::Desktop, "en-US").await;
    page.open_ticket(number).await;
    let lossy = "const real = window.fetch;
        window.fetch = async (...call) => {
          const answer = await real(...call);
          if (call[1]?.method === 'POST') throw new TypeError('lost on the way back');
          return answer;
        };";
    page.run(lossy, json!(null)).await;
    page.send("只说一次").await;
    office.hears("王女士", "只说一次").await;
    page.find_text(".line.pending", "只说一次").await;
    page.reload().await;
    page.find_text(".line.out.agent", "只说一次").await;
    page.gone(".line.pending").await;
    let seen = office.seen_by("王女士").await;
    let times = seen.iter().filter(|line| *line == "只说一次").count();
    assert_eq!(times, 1, "{seen:?}");
    page.judge().await;
    page.close().await;
}

#[tokio::test]
async fn what_was_written_survives_a_reload_and_both_tabs_know_of_it() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let page = office.seat("li", Size::Desktop, "en-US").await;
    page.open_ticket(number).await;
    // A line that the last visit left behind, as it stands in the browser.
    let left = "const me = args[1]; localStorage.setItem('frontdesk.outbox',
        JSON.stringify([{ key: 'left', by: me, number: args[0], text: '上次没发出的', files: [], at: 0 }]))";
    let me = office.agent("li").await.to_string();
    page.run(left, json!([number, me])).await;
    page.reload().await;
    office.hears("王女士", "上次没发出的").await;
    page.find_text(".line.out.agent", "上次没发出的").await;
    page.gone(".line.pending").await;
    page.judge().await;
    page.close().await;
}

#[tokio::test]
async fn a_session_that_ended_asks_to_sign_in_again() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let page = office.seat("li", Size::Desktop, "en-US").await;
    page.open_ticket(number).await;
    page.client.delete_all_cookies().await.unwrap();
    page.visit("").await;
    page.visit(&number.to_string()).await;
    page.find(".sign-in").await;
    let used = page.run("return location.hash", json!(null)).await;
    assert!(!used.as_str().unwrap().contains("link"), "{used}");
    page.goto(&format!("{}/team#link=used-already", office.base))
        .await;
    page.find_text(".problem", "used already").await;
    page.close().await;
}
