//! The widget on a page with a strict policy, at three sizes and in both languages: the demo's shop.

use fantoccini::key::Key;
use rstest::rstest;
use serde_json::json;

use crate::browser::{Browser, Driver, Size};
use crate::demo::Demo;

const HOST: &str = "frontdesk-widget";

/// A shop with a customer in front of it.
struct Visit {
    demo: Demo,
    page: Browser,
    chat: Browser,
    _driver: Driver,
    folder: tempfile::TempDir,
}

impl Visit {
    async fn new(size: Size, language: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let demo = Demo::start(folder.path());
        let driver = Driver::start();
        let page = Browser::open(&driver, size, language).await;
        page.goto(&demo.base).await;
        let chat = page.within(HOST);
        Self {
            demo,
            page,
            chat,
            _driver: driver,
            folder,
        }
    }

    /// Opens the panel and turns to the conversation.
    async fn talk(&self) {
        self.chat.click(".launcher").await;
        self.chat.click(".welcome .primary").await;
    }

    async fn ask(&self, text: &str) {
        self.chat.write("textarea", text).await;
        self.chat.click(".send").await;
        self.chat.find_text(".own .bubble", text).await;
    }

    /// Every line that is shown, in order.
    async fn lines(&self) -> Vec<String> {
        let all = "return [...root.querySelectorAll('.bubble p')].map(line => line.textContent)";
        let lines = self.chat.run(all, json!(null)).await;
        serde_json::from_value(lines).unwrap()
    }
}

#[rstest]
#[case::desktop(Size::Desktop)]
#[case::tablet(Size::Tablet)]
#[case::phone(Size::Phone)]
#[tokio::test]
async fn a_question_is_answered_voted_on_and_handed_over(#[case] size: Size) {
    let visit = Visit::new(size, "en-US").await;
    visit.page.picture(&format!("shop-{size:?}")).await;
    visit.chat.click(".launcher").await;
    visit.chat.find_text(".articles summary", "?").await;
    visit.page.judge().await;
    visit.page.picture(&format!("welcome-{size:?}")).await;
    visit.chat.click(".welcome .primary").await;

    visit.ask("How long does delivery take?").await;
    visit
        .chat
        .find_text(".theirs .bubble", "within 1 to 3 days")
        .await;
    visit
        .chat
        .find_text(".source", "How long does delivery take?")
        .await;
    visit.chat.click(".votes button").await;
    visit.chat.find(".votes [aria-pressed=true]").await;
    visit.ask("怎么退货").await;
    visit.chat.find_text(".theirs .bubble", "7 天内").await;
    visit.ask("talk to a human").await;
    visit.chat.find_text(".bubble", "#1001").await;
    visit.page.judge().await;
    visit.page.picture(&format!("chat-{size:?}")).await;
    visit.page.prefer("dark").await;
    visit.page.judge().await;
    visit.page.picture(&format!("chat-{size:?}-dark")).await;
    visit.page.close().await;
}

#[tokio::test]
async fn it_speaks_chinese_where_the_page_does() {
    let visit = Visit::new(Size::Desktop, "zh-CN").await;
    visit.chat.click(".launcher").await;
    visit.chat.find_text(".primary", "开始咨询").await;
    visit.chat.write("input[type=search]", "退货").await;
    visit.chat.find_text(".articles summary", "退货").await;
    visit.page.picture("welcome-zh").await;
    visit.chat.click(".welcome .primary").await;
    visit.ask("在吗").await;
    visit.chat.find_text(".theirs .bubble", "请用一句话").await;
    visit.page.judge().await;
    visit.page.close().await;
}

#[tokio::test]
async fn a_reload_a_second_tab_and_a_restarted_server_lose_and_double_nothing() {
    let visit = Visit::new(Size::Desktop, "en-US").await;
    visit.talk().await;
    visit.ask("How long does delivery take?").await;
    visit
        .chat
        .find_text(".theirs .bubble", "within 1 to 3 days")
        .await;
    let before = visit.lines().await;
    visit.page.reload().await;
    visit.chat.click(".launcher").await;
    visit
        .chat
        .find_text(".theirs .bubble", "within 1 to 3 days")
        .await;
    assert_eq!(visit.lines().await, before);

    let port = visit.demo.port().to_owned();
    let Visit {
        demo,
        page,
        chat,
        _driver,
        folder,
    } = visit;
    drop(demo);
    chat.find(".offline").await;
    chat.write("textarea", "do you ship to Japan").await;
    chat.click(".send").await;
    chat.find_text(".waiting", "Waiting for a connection").await;
    let demo = Demo::on(folder.path(), &port);
    chat.find_text(".theirs .bubble", "38 countries").await;
    chat.gone(".waiting").await;
    let visit = Visit {
        demo,
        page,
        chat,
        _driver,
        folder,
    };
    let asked = visit.lines().await;
    let times = asked
        .iter()
        .filter(|line| *line == "do you ship to Japan")
        .count();
    assert_eq!(times, 1, "{asked:?}");

    let other = visit.page.client.new_window(true).await.unwrap();
    visit
        .page
        .client
        .switch_to_window(other.handle)
        .await
        .unwrap();
    visit.page.goto(&visit.demo.base).await;
    visit.chat.click(".launcher").await;
    visit
        .chat
        .find_text(".own .bubble", "do you ship to Japan")
        .await;
    assert_eq!(visit.lines().await, asked, "a second tab shows the same");
    visit.page.close().await;
}

/// The desk has taken the line, and the page does not know.
#[tokio::test]
async fn a_line_whose_answer_is_lost_is_sent_again_and_written_once() {
    let visit = Visit::new(Size::Desktop, "en-US").await;
    visit.talk().await;
    let losing = "const fetched = window.fetch;
        window.fetch = async (...given) => {
          const answer = await fetched(...given);
          if (!String(given[0]).endsWith('/messages')) return answer;
          window.fetch = (...again) => { window.sentAgain = true; return fetched(...again); };
          throw new TypeError('lost');
        };";
    visit.page.run(losing, json!(null)).await;
    visit.ask("How long does delivery take?").await;
    let again = "window.sentAgain && !root.querySelector('.waiting')";
    visit.chat.until("sent again", again, json!(null)).await;
    visit
        .chat
        .find_text(".theirs .bubble", "within 1 to 3 days")
        .await;
    visit.page.reload().await;
    visit.chat.click(".launcher").await;
    visit
        .chat
        .find_text(".theirs .bubble", "within 1 to 3 days")
        .await;
    assert_eq!(visit.chat.count(".own .bubble").await, 1);
    visit.page.close().await;
}

#[tokio::test]
async fn the_keyboard_is_enough() {
    let visit = Visit::new(Size::Phone, "en-US").await;
    visit.talk().await;
    let text = visit.chat.find("textarea").await;
    text.send_keys("can I pay in instalments").await.unwrap();
    text.send_keys(&String::from(char::from(Key::Enter)))
        .await
        .unwrap();
    visit
        .chat
        .find_text(".theirs .bubble", "3, 6 or 12 parts")
        .await;
    let inside = "for (let press = 0; press < 40; press += 1) {} return root.activeElement.tagName";
    assert_eq!(visit.chat.run(inside, json!(null)).await, "TEXTAREA");
    text.send_keys(&String::from(char::from(Key::Escape)))
        .await
        .unwrap();
    visit.chat.gone(".panel").await;
    let focused = "return root.activeElement.className";
    assert_eq!(
        visit.chat.run(focused, json!(null)).await,
        "launcher",
        "the focus comes back"
    );
    visit.page.close().await;
}
