//! The harness sees what it is there to see: texts in shadow roots, errors, and poor pages.

use serde_json::json;

use crate::browser::{Browser, Driver, Size};

const PAGE: &str = "data:text/html;charset=utf-8,<!doctype html><html lang=en><title>A page</title>\
    <meta name=viewport content=width=device-width>\
    <main><h1>Hello</h1><div id=host></div></main>";

async fn a_page(driver: &Driver) -> Browser {
    let browser = Browser::open(driver, Size::Phone, "en-US").await;
    browser.goto(PAGE).await;
    browser
}

#[tokio::test]
async fn a_good_page_is_judged_good_and_a_shadow_root_is_looked_into() {
    let driver = Driver::start();
    let browser = a_page(&driver).await;
    let script = "const host = root.querySelector('#host').attachShadow({ mode: 'open' });
        const button = document.createElement('button');
        button.textContent = 'Press'; button.onclick = () => { button.textContent = 'Pressed'; };
        host.append(button); return innerWidth;";
    assert_eq!(browser.run(script, json!(null)).await, 390);
    let inside = browser.within("#host");
    inside.click_text("button", "Press").await;
    inside.find_text("button", "Pressed").await;
    browser.judge().await;
    browser.close().await;
}

#[tokio::test]
async fn an_error_in_the_console_is_seen() {
    let driver = Driver::start();
    let browser = a_page(&driver).await;
    browser
        .run("setTimeout(() => { throw new Error('oh'); })", json!(null))
        .await;
    browser.until("the page goes on", "true", json!(null)).await;
    let said = browser.console().await;
    assert!(said.iter().any(|line| line.contains("oh")), "{said:?}");
}

#[tokio::test]
#[should_panic(expected = "button-name")]
async fn a_button_without_a_name_is_seen() {
    let driver = Driver::start();
    let browser = a_page(&driver).await;
    browser
        .run(
            "root.querySelector('#host').append(document.createElement('button'))",
            json!(null),
        )
        .await;
    browser.judge().await;
}

#[tokio::test]
async fn sizes_schemes_and_the_network_are_what_they_are_said_to_be() {
    let driver = Driver::start();
    let browser = a_page(&driver).await;
    for (size, width) in Size::ALL.into_iter().zip([1280, 820, 390]) {
        browser.resize(size).await;
        browser
            .until("the width", "innerWidth === args", json!(width))
            .await;
    }
    browser.prefer("dark").await;
    let dark = "matchMedia('(prefers-color-scheme: dark)').matches";
    browser.until("dark", dark, json!(null)).await;
    for offline in [true, false] {
        browser.offline(offline).await;
        browser
            .until("the network", "navigator.onLine !== args", json!(offline))
            .await;
    }
    browser.close().await;
}

#[tokio::test]
async fn what_is_hidden_is_neither_found_nor_counted() {
    let driver = Driver::start();
    let browser = a_page(&driver).await;
    let form = "root.querySelector('#host').innerHTML = '<input aria-label=Name><p hidden>No</p>'";
    browser.run(form, json!(null)).await;
    browser.write("input", "李").await;
    browser
        .until(
            "what is typed",
            "root.querySelector('input').value === '李'",
            json!(null),
        )
        .await;
    assert_eq!(browser.count("p").await, 0);
    browser
        .run("root.querySelector('input').remove()", json!(null))
        .await;
    browser.gone("input").await;
    browser.click("h1").await;
    browser.reload().await;
    browser.find("h1").await;
    browser.picture("harness").await;
    browser.close().await;
}
