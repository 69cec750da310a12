//! Reading: what is new, what is old, who else looks, and the keys that make it quick.

use bot_core::domain::inbound::{Incoming, Said};
use bot_core::runtime::signals::LiveEvent;
use serde_json::json;

use super::office::{AT_ONCE, Office};
use crate::browser::{Browser, Size};

#[tokio::test]
async fn a_conversation_opens_at_its_first_new_line_and_older_ones_come_by_scrolling() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let page = office.seat("li", Size::Desktop, "en-US").await;
    for place in 0..130 {
        office.says("王女士", &format!("第 {place} 句")).await;
    }
    page.find_text(".row .row-words", "第 129 句").await;
    page.find(".row .badge").await;
    page.open_ticket(number).await;
    page.find_text(".line.in", "第 129 句").await;
    page.gone(".row .badge").await;
    assert_eq!(page.count(".marker").await, 0, "everything is new");
    page.visit("").await;
    office.says("王女士", "新的一句").await;
    page.find(".row .badge").await;

    page.open_ticket(number).await;
    page.find_text(".marker + .line.in", "新的一句").await;
    let lines = "root.querySelectorAll('.line').length";
    let one_page = format!("{lines} === 100");
    page.until("one page of lines", &one_page, json!(null))
        .await;
    page.judge().await;
    page.gone(".row .badge").await;

    let top = "const box = root.querySelector('.lines'); box.scrollTop = 0; return box.querySelector('.line').dataset.line";
    let first = page.run(top, json!(null)).await;
    page.until("the older lines", &format!("{lines} > 130"), json!(null))
        .await;
    let stays = "(() => { const box = root.querySelector('.lines');
        const line = box.querySelector(`[data-line='${args}']`).getBoundingClientRect();
        const seen = box.getBoundingClientRect();
        return line.bottom > seen.top && line.top < seen.bottom; })()";
    page.until("the reader's place", stays, first).await;
    page.close().await;
}

#[tokio::test]
async fn what_a_customer_changed_shows_what_was_there() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let line = |id: &str, text: &str| {
        Incoming::Said(Said {
            message: Some(id.to_owned()),
            text: text.to_owned(),
            ..Said::default()
        })
    };
    office.customer("王女士", line("m1", "送到公司")).await;
    office.customer("王女士", line("m2", "别的事")).await;
    let page = office.seat("li", Size::Desktop, "en-US").await;
    page.open_ticket(number).await;
    page.find_text(".line.in", "别的事").await;
    let edited = Incoming::Edited {
        message: "m1".to_owned(),
        text: "送到家里".to_owned(),
    };
    office.customer("王女士", edited).await;
    let deleted = Incoming::Deleted {
        message: "m2".to_owned(),
    };
    office.customer("王女士", deleted).await;
    page.find_text(".line.in .bubble", "送到家里").await;
    page.click_text(".line.in summary", "edited").await;
    page.find_text(".line.in .original", "送到公司").await;
    page.find_text(".line.in.deleted", "took this back").await;
    page.find_text(".line.in.deleted .original", "别的事").await;
    page.judge().await;
    page.picture("room-changes").await;
    page.close().await;
}

#[tokio::test]
async fn tickets_are_found_and_filters_that_fit_nothing_say_so() {
    let office = Office::open(AT_ONCE).await;
    office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    office.ticket("陈先生", "发票抬头写错了怎么改呢").await;
    let page = office.seat("li", Size::Desktop, "en-US").await;
    page.find_text(".row", "陈先生").await;
    page.write("input[type=search]", "手机壳").await;
    page.until(
        "one row",
        "root.querySelectorAll('.row').length === 1",
        json!(null),
    )
    .await;
    page.find_text(".row", "王女士").await;
    page.write("input[type=search]", "巧克力").await;
    page.find_text(".empty", "Nothing found").await;
    page.judge().await;
    page.click_text(".empty button", "Show all").await;
    page.find_text(".row", "陈先生").await;
    page.click_text(".views button", "Mine").await;
    page.find_text(".empty", "Enjoy the quiet").await;
    page.close().await;
}

async fn press(page: &Browser, key: &str) {
    let script = "document.activeElement.blur(); document.body.dispatchEvent(
        new KeyboardEvent('keydown', { key: args, bubbles: true, cancelable: true }))";
    page.run(script, json!(key)).await;
}

#[tokio::test]
async fn everything_is_reached_by_keys() {
    let office = Office::open(AT_ONCE).await;
    office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    office.ticket("陈先生", "发票抬头写错了怎么改呢").await;
    let page = office.seat("li", Size::Desktop, "en-US").await;
    page.find_text(".row", "王女士").await;
    press(&page, "j").await;
    page.find_text(".thread-title h1", "发票").await;
    press(&page, "j").await;
    page.find_text(".thread-title h1", "手机壳").await;
    press(&page, "k").await;
    page.find_text(".thread-title h1", "发票").await;
    press(&page, "c").await;
    page.find_text(".thread-title", "小李").await;
    press(&page, "n").await;
    page.find(".composer.as-note").await;
    page.keys("看发票\u{e007}").await;
    page.find_text(".line.note", "看发票").await;
    press(&page, "a").await;
    page.find("[role='menu']").await;
    page.keys("\u{e00c}").await;
    page.gone("[role='menu']").await;
    press(&page, "?").await;
    page.find_text("dialog.sheet", "Keyboard shortcuts").await;
    page.judge().await;
    page.picture("room-keys").await;
    page.keys("\u{e00c}").await;
    page.gone("dialog").await;
    press(&page, "/").await;
    page.until(
        "the search has the focus",
        "document.activeElement.type === 'search'",
        json!(null),
    )
    .await;
    press(&page, "Escape").await;
    page.find(".guide").await;
    // The way by Tab leads from the top through the filters to the tickets.
    let reached =
        "[...root.querySelectorAll('a, button, input, select')].filter(one => one.checkVisibility()
        && one.tabIndex < 0).length === 0";
    page.until("nothing is out of reach", reached, json!(null))
        .await;
    page.close().await;
}

#[tokio::test]
async fn a_ring_is_counted_for_the_one_concerned_only_and_signs_are_seen() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let ada = office.seat("ada", Size::Desktop, "en-US").await;
    let li = office.seat("li", Size::Desktop, "zh-CN").await;
    ada.open_ticket(number).await;
    ada.click("[data-act='assign']").await;
    ada.click_text("[role='menuitemradio']", "小李").await;
    let title = "document.title.startsWith('(1)')";
    li.until("the count in the tab", title, json!(null)).await;
    ada.find_text(".banner", "小李").await;
    let quiet = ada.run("return document.title", json!(null)).await;
    assert!(!quiet.as_str().unwrap().starts_with('('), "{quiet}");

    li.open_ticket(number).await;
    let none = "!document.title.startsWith('(')";
    li.until("the count is gone", none, json!(null)).await;
    ada.find_text(".signs", "小李").await;
    li.write(".composer textarea", "我来").await;
    ada.find_text(".signs", "types").await;
    let agent = None;
    office
        .desk
        .engine
        .core
        .signals
        .live(LiveEvent::Typing { number, agent });
    li.find_text(".signs .typing", "客户正在输入").await;
    li.judge().await;
    for page in [ada, li] {
        page.close().await;
    }
}
