//! Days of the demo, with both pages at work: customers at the shop, agents in the team room.

use rstest::rstest;
use serde_json::json;

use crate::browser::{Browser, Driver, Size};
use crate::demo::Demo;

/// Two customers and the agent, each at a browser of their own.
struct Street {
    driver: Driver,
    demo: Demo,
    agent: Browser,
    size: Size,
    folder: tempfile::TempDir,
}

impl Street {
    async fn new(size: Size) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let demo = Demo::start(folder.path());
        let driver = Driver::start();
        let agent = Browser::open(&driver, size, "en-US").await;
        agent.goto(&demo.sign_in).await;
        agent.find(".top").await;
        Self {
            driver,
            demo,
            agent,
            size,
            folder,
        }
    }

    /// A customer opens the chat.
    async fn customer(&self, language: &str) -> Browser {
        let page = Browser::open(&self.driver, self.size, language).await;
        page.goto(&self.demo.base).await;
        let chat = page.within("frontdesk-widget");
        chat.click(".launcher").await;
        chat.click(".welcome .primary").await;
        chat
    }

    /// Somebody else of the team, at a browser of their own.
    async fn colleague(&self) -> Browser {
        let link = self.demo.hire(self.folder.path(), "mo", "小莫");
        let page = Browser::open(&self.driver, self.size, "en-US").await;
        page.goto(&link).await;
        page.find(".top").await;
        page
    }

    /// The agent writes in the open ticket.
    async fn reply(&self, text: &str) {
        reply(&self.agent, text).await;
    }

    /// The server is killed, and started again where it was.
    fn restart(mut self) -> Self {
        let port = self.demo.port().to_owned();
        drop(self.demo);
        self.demo = Demo::on(self.folder.path(), &port);
        self
    }
}

async fn reply(agent: &Browser, text: &str) {
    agent.write(".composer textarea", text).await;
    agent.click(".composer .send").await;
}

async fn ask(chat: &Browser, text: &str) {
    chat.write("textarea", text).await;
    chat.click(".send").await;
}

#[rstest]
#[case::desktop(Size::Desktop)]
#[case::tablet(Size::Tablet)]
#[case::phone(Size::Phone)]
#[tokio::test]
async fn a_question_becomes_a_ticket_is_answered_rated_and_over(#[case] size: Size) {
    let street = Street::new(size).await;
    let (wang, lena) = (
        street.customer("zh-CN").await,
        street.customer("en-US").await,
    );
    ask(&wang, "你们的台灯能连米家智能家居系统吗").await;
    wang.find_text(".bubble", "#1001").await;
    ask(&lena, "delivery cost abroad").await;
    lena.click_text(".chips button", "How much is shipping?")
        .await;
    lena.find_text(".theirs .bubble", "below that 8 yuan").await;
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
    agent.picture(&format!("day-ticket-{size:?}")).await;
    street.reply("暂时不支持米家，您可以用定时插座。").await;
    agent.find(".undo").await;
    wang.find_text(".theirs .bubble", "定时插座").await;
    wang.find_text(".name", "小李").await;
    let strange = lena.count(".name").await;
    ask(&wang, "好的，那有黑色的吗").await;
    agent.find_text(".line.in .bubble", "黑色").await;

    street.reply("/note 她想要黑色的").await;
    agent.find_text(".line.note .bubble", "黑色的").await;
    street.reply("@all 谁知道还有没有库存").await;
    agent.find_text(".line.note .bubble", "库存").await;
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
        ["打错了", "她想要", "谁知道"]
            .iter()
            .all(|inner| !seen.contains(inner)),
        "{seen}"
    );
    assert_eq!(
        lena.count(".name").await,
        strange,
        "nothing of one customer reaches another"
    );

    street.reply("/close").await;
    wang.find(".stars button").await;
    wang.picture(&format!("day-survey-{size:?}")).await;
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

/// Both agents write, change and take back at once, each to their own customer; one sends a picture and
/// gets one, and in between the server is killed.
#[rstest]
#[case::desktop(Size::Desktop)]
#[case::tablet(Size::Tablet)]
#[case::phone(Size::Phone)]
#[tokio::test]
async fn two_agents_serve_two_customers_at_once(#[case] size: Size) {
    let street = Street::new(size).await;
    let (wang, lena) = (
        street.customer("zh-CN").await,
        street.customer("en-US").await,
    );
    ask(&wang, "转人工").await;
    wang.find_text(".bubble", "#1001").await;
    ask(&lena, "I want to talk to a human").await;
    lena.find_text(".bubble", "#1002").await;
    let mo = street.colleague().await;
    street.agent.click_text(".row", "1001").await;
    mo.click_text(".row", "1002").await;
    tokio::join!(
        street.reply("您好，我是小李。"),
        reply(&mo, "Hello Lena, this is Mo.")
    );
    tokio::join!(
        wang.find_text(".theirs .bubble", "我是小李"),
        lena.find_text(".theirs .bubble", "this is Mo")
    );

    wang.attach("input[type=file]", "lamp.png").await;
    wang.gone("progress").await;
    ask(&wang, "就是这盏灯").await;
    street.agent.find(".line.in img").await;
    street
        .agent
        .attach(".composer input[type=file]", "this.png")
        .await;
    street.reply("是这一款吗").await;
    wang.find(".theirs img").await;

    let street = street.restart();
    reply(&mo, "It costs 40 euros.").await;
    lena.find_text(".theirs .bubble", "40 euros").await;
    mo.change(".composer textarea", "It costs 45 euros.").await;
    lena.find_text(".theirs .bubble", "45 euros").await;
    lena.find_text(".theirs .bubble", "edited").await;
    take_back(&street.agent, "是这一款吗").await;
    wang.find(".theirs .gone").await;

    let everything = "return root.querySelector('.lines').textContent";
    let [hers, his] = [
        wang.run(everything, json!(null)).await,
        lena.run(everything, json!(null)).await,
    ];
    assert!(!hers.as_str().unwrap().contains("euros"), "{hers}");
    assert!(!his.as_str().unwrap().contains("小李"), "{his}");
    assert!(!his.as_str().unwrap().contains("40 euros"), "{his}");
    wang.picture(&format!("day-two-{size:?}")).await;
    street
        .agent
        .picture(&format!("day-two-room-{size:?}"))
        .await;
    for page in [&street.agent, &mo, &wang, &lena] {
        let mut told = page.console().await;
        // While the server was gone, the browser itself says so.
        told.retain(|line| !line.contains("net::ERR_"));
        assert_eq!(told, Vec::<String>::new());
    }
}

/// Takes a line of one's own back.
async fn take_back(agent: &Browser, text: &str) {
    let tools =
        "[...root.querySelectorAll('.line.out')].find(line => line.textContent.includes(args))
        .querySelectorAll('.tools button')[1].click(); return true";
    agent.run(tools, json!(text)).await;
    agent.click("dialog .primary").await;
}
