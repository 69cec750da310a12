//! The team, one's own account, the rooms, and the first day of a desk.

use bot_core::port::answerer::ListAnswerer;
use serde_json::json;

use super::office::{AT_ONCE, Office};
use crate::browser::{Browser, Size};

#[tokio::test]
async fn a_colleague_is_invited_signs_in_and_is_disabled() {
    let office = Office::open(AT_ONCE).await;
    let ada = office.seat("ada", Size::Desktop, "en-US").await;
    ada.visit("team").await;
    ada.click_text(".inviting summary", "Invite").await;
    ada.write(".inviting input[pattern]", "noor").await;
    ada.write(".inviting label:nth-of-type(2) input", "Noor")
        .await;
    ada.judge().await;
    ada.click_text(".inviting button", "Add and make a link")
        .await;
    ada.find_text(".inviting .once", "signs in once").await;
    let link = ada
        .run(
            "return root.querySelector('.inviting .once input').value",
            json!(null),
        )
        .await;
    // The desk does not know here at which port it is reached.
    let (_, token) = link.as_str().unwrap().split_once("/team").unwrap();
    ada.picture("room-team").await;

    let noor = Browser::open(&office.driver, Size::Phone, "zh-CN").await;
    noor.goto(&format!("{}/team{token}", office.base)).await;
    noor.find(".top").await;
    ada.find_text(".members li", "Noor").await;
    ada.judge().await;
    let disable =
        "[...root.querySelectorAll('.members li')].find(one => one.textContent.includes('Noor'))
        .querySelector('button.danger').click()";
    ada.run(disable, json!(null)).await;
    ada.find_text(".members li.disabled", "Noor").await;
    noor.find(".sign-in").await;
    for page in [ada, noor] {
        page.close().await;
    }
}

#[tokio::test]
async fn a_password_is_set_and_opens_the_door() {
    let office = Office::open(AT_ONCE).await;
    let page = office.seat("li", Size::Phone, "en-US").await;
    page.visit("account").await;
    page.write("input[autocomplete=new-password]", "correct horse battery")
        .await;
    page.judge().await;
    page.click(".page .primary").await;
    page.find("input[autocomplete=current-password]").await;
    page.click("[aria-label='Back']").await;
    page.click(".me").await;
    page.click_text("[role='menuitem']", "Sign out").await;
    page.write(".sign-in input[autocomplete=username]", "li")
        .await;
    page.write(".sign-in input[type=password]", "correct horse battery")
        .await;
    page.judge().await;
    page.click(".sign-in .primary").await;
    page.find(".top").await;
    page.close().await;
}

#[tokio::test]
async fn language_and_presence_are_switched_in_the_page_and_remembered() {
    let office = Office::open(AT_ONCE).await;
    let page = office.seat("li", Size::Desktop, "fr-FR").await;
    page.until(
        "the team's language",
        "document.documentElement.lang === 'zh-CN'",
        json!(null),
    )
    .await;
    page.click(".me").await;
    page.click_text("[role='menuitem']", "English").await;
    page.find_text(".views", "Unclaimed").await;
    page.click(".me").await;
    page.click_text("[role='menuitemradio']", "Away").await;
    page.find_text(".desk", "Away").await;
    page.judge().await;
    page.reload().await;
    page.find_text(".views", "Unclaimed").await;
    page.find_text(".desk", "Away").await;
    page.until(
        "the page's language",
        "document.documentElement.lang === 'en'",
        json!(null),
    )
    .await;
    page.close().await;
}

#[tokio::test]
async fn the_room_answers_commands_and_carries_a_word_between_colleagues() {
    let office = Office::open(AT_ONCE).await;
    let ada = office.seat("ada", Size::Desktop, "en-US").await;
    let li = office.seat("li", Size::Desktop, "zh-CN").await;
    ada.click_text(".rooms a", "support").await;
    ada.send("/queue").await;
    ada.find(".line.by-desk").await;
    ada.write(".composer textarea", "Lunch?\u{e007}").await;
    ada.find_text(".line.out", "Lunch?").await;
    ada.judge().await;
    ada.picture("room-room").await;
    li.find(".rooms .badge").await;
    li.click_text(".rooms a", "support").await;
    li.find_text(".line.in", "Lunch?").await;
    li.gone(".rooms .badge").await;
    for page in [ada, li] {
        page.close().await;
    }
}

#[tokio::test]
async fn a_saved_reply_stands_in_the_composer_after_a_few_letters() {
    let office = Office::open(AT_ONCE).await;
    let number = office.ticket("王女士", "退款退到哪里").await;
    let page = office.seat("ada", Size::Desktop, "en-US").await;
    page.visit("saved").await;
    page.click_text(".inviting summary", "Save a reply").await;
    page.write(".inviting input", "退款").await;
    page.write(".inviting textarea", "三个工作日内原路退回。")
        .await;
    page.judge().await;
    page.click(".inviting .primary").await;
    page.find_text(".members li", "/退款").await;
    page.judge().await;
    page.picture("room-saved").await;
    page.open_ticket(number).await;
    page.write(".composer textarea", "/退").await;
    page.find_text(".offers .saved", "原路退回").await;
    page.keys("\u{e007}").await;
    page.click(".composer .send").await;
    office.hears("王女士", "三个工作日内原路退回。").await;
    page.close().await;
}

#[tokio::test]
async fn a_new_desk_is_told_what_to_do_first() {
    let office = Office::knowing(ListAnswerer::default(), AT_ONCE).await;
    for (language, words) in [("zh-CN", "让客户找得到您"), ("en-US", "Let customers in")] {
        let page = office.seat("ada", Size::Desktop, language).await;
        page.find_text(".steps h2", words).await;
        page.find_text(".code", "data-channel=\"shop\"").await;
        page.find_text(".code", "kb import").await;
        page.find(".rows .empty").await;
        page.judge().await;
        page.picture(&format!("room-first-day-{language}")).await;
        page.close().await;
    }
}
