//! Writing: undo, edits, drafts, completion, files, and lines that wait for a second word.

use serde_json::json;

use super::office::{AT_ONCE, Office};
use crate::browser::Size;

const UP: &str = "\u{e013}";
const ENTER: &str = "\u{e007}";

#[tokio::test]
async fn a_held_reply_is_undone_without_a_trace() {
    let office = Office::open("60s").await;
    let number = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let page = office.seat("li", Size::Desktop, "en-US").await;
    page.open_ticket(number).await;
    page.send("说错了").await;
    page.find_text(".undo", "Undo (").await;
    page.judge().await;
    page.picture("room-undo").await;
    page.click(".undo").await;
    page.find_text(".line.out", "Taken back").await;
    let seen = office.seen_by("王女士").await;
    assert!(!seen.iter().any(|line| line.contains("说错")), "{seen:?}");
    page.close().await;
}

#[tokio::test]
async fn ones_own_last_line_is_changed_by_the_arrow_and_taken_back_by_its_button() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let page = office.seat("li", Size::Desktop, "en-US").await;
    page.open_ticket(number).await;
    page.send("明天到").await;
    office.hears("王女士", "明天到").await;
    page.find_text(".line.out .bubble", "明天到").await;

    page.write(".composer textarea", UP).await;
    page.find_text(".editing", "changing a reply").await;
    page.run(
        "root.querySelector('.composer textarea').value = '后天到'",
        json!(null),
    )
    .await;
    page.keys(ENTER).await;
    office.hears("王女士", "后天到").await;
    page.find_text(".line.out .bubble", "edited").await;

    page.run(
        "root.querySelector('.tools').style.opacity = 1",
        json!(null),
    )
    .await;
    page.click_text(".tools button", "Delete").await;
    page.judge().await;
    page.click("dialog .primary").await;
    page.find_text(".line.out", "Taken back").await;
    let seen = office.seen_by("王女士").await;
    assert!(!seen.iter().any(|line| line.contains("后天")), "{seen:?}");
    page.close().await;
}

#[tokio::test]
async fn a_draft_is_kept_for_each_ticket_and_commands_are_completed() {
    let office = Office::open(AT_ONCE).await;
    let first = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let second = office.ticket("陈先生", "发票抬头写错了怎么改呢").await;
    let page = office.seat("li", Size::Desktop, "zh-CN").await;
    page.open_ticket(first).await;
    page.write(".composer textarea", "写到一半").await;
    page.open_ticket(second).await;
    let text = "root.querySelector('.composer textarea').value === args";
    page.until("an empty field", text, json!("")).await;
    page.write(".composer textarea", "/转").await;
    page.find_text(".offers li", "/转接").await;
    page.judge().await;
    page.keys("\u{e004}").await;
    page.find_text(".offers li", "ada").await;
    page.keys("ad").await;
    page.gone(".offers li:nth-child(2)").await;
    page.keys(ENTER).await;
    page.until("the whole name", text, json!("/转接 ada "))
        .await;
    page.keys(ENTER).await;
    page.find_text(".thread-title", "Ada").await;
    page.find_text(".banner", "Ada").await;
    page.reload().await;
    page.open_ticket(first).await;
    page.until("the draft", text, json!("写到一半")).await;
    page.close().await;
}

#[tokio::test]
async fn what_should_not_leave_by_accident_asks_first() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "退款退到哪里").await;
    let page = office.seat("li", Size::Desktop, "zh-CN").await;
    page.open_ticket(number).await;
    page.send("卡号 4111 1111 1111 1111 对吗").await;
    page.find_text(".line.system .choices button", "仍然发送")
        .await;
    page.judge().await;
    page.picture("room-send-anyway").await;
    page.click_text(".line.system .choices button", "仍然发送")
        .await;
    office
        .hears("王女士", "卡号 4111 1111 1111 1111 对吗")
        .await;
    page.find_text(".line.out.agent", "4111").await;
    page.gone(".line.system .choices button").await;
    page.gone(".line.note").await;
    page.close().await;
}

#[tokio::test]
async fn a_line_in_a_resolved_ticket_can_reopen_it() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let page = office.seat("li", Size::Desktop, "en-US").await;
    page.open_ticket(number).await;
    page.click("[data-act='close']").await;
    page.find_text(".banner", "This ticket is over").await;
    page.send("补充一句").await;
    page.click(".line.system .choices button").await;
    office.hears("王女士", "补充一句").await;
    page.find_text(".thread-title", "In progress").await;
    page.judge().await;
    page.close().await;
}

#[tokio::test]
async fn a_picture_goes_out_and_opens_large() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let page = office.seat("li", Size::Desktop, "en-US").await;
    page.open_ticket(number).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("壳.png");
    std::fs::write(&file, page.client.screenshot().await.unwrap()).unwrap();
    // People press the button that stands for it; the field itself is hidden.
    let field = fantoccini::Locator::Css(".composer input[type=file]");
    let field = page.client.find(field).await.unwrap();
    field.send_keys(file.to_str().unwrap()).await.unwrap();
    page.find_text(".upload", "壳.png").await;
    page.judge().await;
    page.gone(".upload progress").await;
    page.send("请看").await;
    office.hears("王女士", "请看").await;
    page.click(".line.out .picture").await;
    let shown = "root.querySelector('dialog.large img').naturalWidth > 0";
    page.until("the large picture", shown, json!(null)).await;
    page.judge().await;
    page.picture("room-picture").await;
    page.click_text("dialog.large button", "Close").await;
    page.gone("dialog").await;
    page.close().await;
}
