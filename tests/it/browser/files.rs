//! Files are where the widget is, whatever other names the desk has.

use serde_json::json;

use crate::browser::site::Visit;

#[tokio::test]
async fn a_picture_is_shown_where_the_public_name_does_not_lead_to_the_desk() {
    let visit = Visit::to("https://desk.example.invalid").await;
    visit.talk().await;
    visit.says("before").await;
    visit.chat.attach("input[type=file]", "lamp.png").await;
    visit.chat.gone("progress").await;
    visit.write("this lamp").await;
    visit.chat.find(".own .bubble img").await;
    visit.page.reload().await;
    visit.call("open", json!(null)).await;
    visit.chat.find(".own .bubble img").await;
    let shown = "[...root.querySelectorAll('.own .bubble img')]
        .some(image => image.src.startsWith(args) && image.naturalWidth > 0)";
    visit
        .chat
        .until("shown", shown, json!(visit.shop.serving.base))
        .await;
    visit.page.close().await;
}
