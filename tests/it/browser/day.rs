//! One day of the demo, with both pages at work: a customer at the shop, an agent in the team room.

use serde_json::json;

use crate::browser::{Browser, Driver, Size};
use crate::demo::Demo;

/// Two customers and the agent, each at a browser of their own.
struct Street {
    driver: Driver,
    demo: Demo,
    agent: Browser,
    _folder: tempfile::TempDir,
}

impl Street {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let demo = Demo::start(folder.path());
        let driver = Driver::start();
        let agent = Browser::open(&driver, Size::Desktop, "en-US").await;
        agent.goto(&demo.sign_in).await;
        agent.find(".top").await;
        Self {
            driver,
            demo,
            agent,
            _folder: folder,
        }
    }

    /// A customer opens the chat.
    async fn customer(&self, language: &str) -> Browser {
        let page = Browser::open(&self.driver, Size::Desktop, language).await;
        page.goto(&self.demo.base).await;
        let chat = page.within("frontdesk-widget");
        chat.click(".launcher").await;
        chat.click(".welcome .primary").await;
        chat
    }

    /// The agent writes in the open ticket.
    async fn reply(&self, text: &str) {
        self.agent.write(".composer textarea", text).await;
        self.agent.click(".composer .send").await;
    }
}

async fn ask(chat: &Browser, text: &str) {
    chat.write("textarea", text).await;
    chat.click(".send").await;
}

#[tokio::test]
async fn a_question_becomes_a_ticket_is_answered_rated_and_over() {
    let street = Street::new().await;
    let (wang, lena) = (
        street.customer("zh-CN").await,
        street.customer("en-US").await,
    );
    ask(&wang, "你们的台灯能连米家智能家居系统吗").await;
    wang.find_text(".bubble", "#1001").await;
    ask(&lena, "I want to talk to a human").await;
    lena.find_text(".bubble", "#1002").await;

    let agent = &street.agent;
    agent
        .until(
            "the ring counts",
            "document.title.startsWith('(')",
            json!(null),
        )
        .await;
    agent.click_text(".row", "米家").await;
    agent.find_text(".line.in .bubble", "米家").await;
    agent.picture("day-ticket").await;
    street.reply("暂时不支持米家，您可以用定时插座。").await;
    agent.find(".undo").await;
    wang.find_text(".theirs .bubble", "定时插座").await;
    wang.find_text(".name", "小李").await;
    let strange = lena.count(".name").await;
    ask(&wang, "好的，那有黑色的吗").await;
    agent.find_text(".line.in .bubble", "黑色").await;

    street.reply("/note 她想要黑色的").await;
    agent.find_text(".line.note .bubble", "黑色的").await;
    street.reply("打错了的一行").await;
    agent.click(".undo").await;
    street.reply("有的，黑色有现货。").await;
    wang.find_text(".theirs .bubble", "有现货").await;
    assert_eq!(
        wang.count(".theirs .gone").await,
        0,
        "an undone reply leaves no trace"
    );
    let said = "return root.querySelector('.lines').textContent";
    let seen = wang.run(said, json!(null)).await;
    let seen = seen.as_str().unwrap();
    assert!(
        !seen.contains("打错了") && !seen.contains("她想要"),
        "{seen}"
    );
    assert_eq!(
        lena.count(".name").await,
        strange,
        "nothing of one customer reaches another"
    );

    street.reply("/close").await;
    wang.find(".stars button").await;
    wang.picture("day-survey").await;
    wang.click(".stars button:nth-child(2)").await;
    wang.find_text(".bubble", "哪里没做好").await;
    wang.write(".comment input", "等了很久").await;
    wang.click(".comment button").await;
    wang.find_text(".bubble", "谢谢您告诉我们").await;
    agent.find_text(".bubble", "2/5").await;
    agent.find_text(".thread-title", "Resolved").await;
    for page in [agent, &wang, &lena] {
        assert_eq!(page.console().await, Vec::<String>::new());
    }
}
