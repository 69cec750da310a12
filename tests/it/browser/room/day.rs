//! An agent's day, at every size and in both languages.

use rstest::rstest;

use super::office::{AT_ONCE, Office};
use crate::browser::Size;

/// What the page says where this test looks.
struct Words {
    note: &'static str,
    mine: &'static str,
    hold: &'static str,
    on_hold: &'static str,
    resolved: &'static str,
}

const ZH: Words = Words {
    note: "备注 · 仅团队可见",
    mine: "我的",
    hold: "挂起",
    on_hold: "挂起",
    resolved: "已完成",
};

const EN: Words = Words {
    note: "only your team",
    mine: "Mine",
    hold: "Put on hold",
    on_hold: "On hold",
    resolved: "Resolved",
};

#[rstest]
#[case::desktop_zh(Size::Desktop, "zh-CN", ZH)]
#[case::desktop_en(Size::Desktop, "en-US", EN)]
#[case::tablet_zh(Size::Tablet, "zh-CN", ZH)]
#[case::tablet_en(Size::Tablet, "en-US", EN)]
#[case::phone_zh(Size::Phone, "zh-CN", ZH)]
#[case::phone_en(Size::Phone, "en-US", EN)]
#[tokio::test]
async fn from_the_list_to_a_resolved_ticket(
    #[case] size: Size,
    #[case] language: &str,
    #[case] words: Words,
) {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "我的手机壳可以刻字吗请问").await;
    let page = office.seat("li", size, language).await;
    let shot = |what: &str| format!("room-{what}-{size:?}-{language}").to_lowercase();

    page.find_text(".row", "王女士").await;
    page.judge().await;
    page.picture(&shot("list")).await;
    page.click_text(".row", "王女士").await;
    page.find_text(".line.in .bubble", "手机壳").await;

    page.send("您好，可以刻字的。").await;
    office.hears("王女士", "您好，可以刻字的。").await;
    page.find_text(".line.out.agent", "可以刻字").await;
    page.find_text(".thread-title", "小李").await;

    page.click("[data-mode='note']").await;
    page.send("她很急").await;
    page.find_text(".line.note .bubble", words.note).await;
    page.find_text(".line.note .bubble", "她很急").await;
    page.judge().await;
    page.picture(&shot("thread")).await;

    page.click("[data-act='more']").await;
    page.click_text("[role='menuitem']", words.hold).await;
    page.write("dialog input", "等仓库").await;
    page.judge().await;
    page.click("dialog .primary").await;
    page.find_text(".thread-title", words.on_hold).await;

    office.says("王女士", "还有别的颜色吗").await;
    page.find_text(".line.in .bubble", "别的颜色").await;
    page.click("[data-act='close']").await;
    page.find_text(".thread-title", words.resolved).await;

    page.visit("").await;
    page.click_text(".views button", words.mine).await;
    page.gone(".row").await;
    page.judge().await;
    let seen = office.seen_by("王女士").await;
    assert!(!seen.iter().any(|line| line.contains("很急")), "{seen:?}");
    assert!(number > 0);
    page.close().await;
}

#[rstest]
#[case(Size::Desktop)]
#[case(Size::Tablet)]
#[case(Size::Phone)]
#[tokio::test]
async fn the_card_stands_at_the_right_or_comes_as_a_drawer(#[case] size: Size) {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("Emma", "Can I have my name on it?").await;
    let page = office.seat("ada", size, "en-US").await;
    page.open_ticket(number).await;
    if size != Size::Desktop {
        assert_eq!(page.count(".card-body h2").await, 1, "it waits outside");
        page.click("[data-act='card']").await;
    }
    let seen = "[...root.querySelectorAll('.card-body h2')]
        .some(one => one.textContent.includes('Emma') && one.getBoundingClientRect().right <= innerWidth
          && getComputedStyle(one).visibility === 'visible')";
    page.until("the card", seen, serde_json::json!(null)).await;
    page.find_text(".card dd", "pro Emma").await;
    page.find_text(".card dd", "/orders Emma").await;
    page.write(".tag-input", "vip\u{e007}").await;
    page.find_text(".card .tag", "vip").await;
    page.judge().await;
    page.picture(&format!("room-card-{size:?}").to_lowercase())
        .await;
    page.click(".card .tag button").await;
    page.gone(".card .tag").await;
    page.close().await;
}

#[tokio::test]
async fn light_and_dark_are_both_legible() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "多久能送到").await;
    let page = office.seat("ada", Size::Desktop, "zh-CN").await;
    page.open_ticket(number).await;
    page.send("马上查。").await;
    page.click("[data-mode='note']").await;
    page.send("看看物流").await;
    page.find_text(".line.note", "看看物流").await;
    for scheme in ["dark", "light"] {
        page.prefer(scheme).await;
        page.judge().await;
        page.picture(&format!("room-{scheme}")).await;
    }
    page.close().await;
}
