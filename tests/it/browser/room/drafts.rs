//! A bot that only suggests, as agents see it.

use bot_core::domain::answer::AnswerMode;
use bot_core::domain::place::ChannelName;
use bot_core::store::setting;
use serde_json::json;

use super::office::{AT_ONCE, Office};
use crate::browser::Size;

const ENTER: &str = "\u{e007}";

async fn suggesting() -> Office {
    let office = Office::open(AT_ONCE).await;
    let core = &office.desk.engine.core;
    let write = core.db.write(|tx| {
        Box::pin(async move {
            let shop = ChannelName("shop".into());
            setting::switch_answers(tx, &shop, AnswerMode::Suggest).await
        })
    });
    write.await.unwrap();
    core.refresh_policy().await.unwrap();
    office
}

#[tokio::test]
async fn a_draft_is_sent_changed_or_turned_down() {
    let office = suggesting().await;
    let mut numbers = Vec::new();
    for name in ["王女士", "陈先生", "李小姐"] {
        office.says(name, "多久能送到").await;
        numbers.push(office.open_number(name).await);
    }
    let &[sent, changed, wrong] = numbers.as_slice() else {
        panic!("{numbers:?}");
    };
    let page = office.seat("li", Size::Desktop, "zh-CN").await;
    let buttons = ".line.note .choices button";
    page.open_ticket(sent).await;
    page.find_text(".line.note", "一般两到三天送到。").await;
    page.judge().await;
    page.picture("room-draft").await;
    page.click_text(buttons, "发给客户").await;
    office.hears("王女士", "一般两到三天送到。").await;
    page.gone(".line.note").await;

    page.open_ticket(changed).await;
    page.click_text(buttons, "改一改再发").await;
    let text = "root.querySelector('.composer textarea').value === args";
    page.until("the draft", text, json!("一般两到三天送到。"))
        .await;
    page.write(".composer textarea", "海岛要五天。").await;
    page.keys(ENTER).await;
    office
        .hears("陈先生", "一般两到三天送到。海岛要五天。")
        .await;
    page.gone(".line.note").await;

    page.open_ticket(wrong).await;
    page.click_text(buttons, "答错了").await;
    page.find_text(".line.note", "✗ 答错").await;
    page.gone(buttons).await;
    page.close().await;
}
