//! The knowledge section: a manager's morning, from an import to a conflict, on three screens.

use rstest::rstest;
use serde_json::json;

use super::office::{AT_ONCE, Office};
use crate::browser::{Browser, Size};

const TABLE: &str = "id,question,answer\nreturn,How do I return something?,Within 7 days.\n\
     ship,运费是多少,满 99 元包邮。\nbad,,no question\n";

impl Office {
    /// What the process does each second.
    async fn read_articles(&self) {
        let db = &self.desk.engine.core.db;
        while self.desk.knowledge.refresh_if_changed(db).await.unwrap() {}
    }

    /// An admin imports two articles from the page.
    async fn imported(&self, page: &Browser) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("faq.csv");
        std::fs::write(&file, TABLE).unwrap();
        page.visit("kb/imports").await;
        page.choose(".kb-file", file.to_str().unwrap()).await;
        page.find_text(".kb-errors li", "faq.csv:4").await;
        page.judge().await;
        page.click(".kb-report .primary").await;
        page.find_text(".members li", "faq.csv").await;
        self.read_articles().await;
    }
}

#[rstest]
#[case::desktop_en(Size::Desktop, "en-US")]
#[case::tablet_zh(Size::Tablet, "zh-CN")]
#[case::phone_en(Size::Phone, "en-US")]
#[tokio::test]
async fn a_file_becomes_articles_that_are_found_changed_and_published(
    #[case] size: Size,
    #[case] language: &str,
) {
    let office = Office::open(AT_ONCE).await;
    let ada = office.seat("ada", size, language).await;
    office.imported(&ada).await;
    ada.picture(&format!("kb-import-{size:?}")).await;

    ada.visit("kb").await;
    ada.write(".kb-search input", "how can I return it").await;
    ada.find(".kb-list .kb-score").await;
    ada.judge().await;
    ada.picture(&format!("kb-list-{size:?}")).await;
    ada.click_text(".kb-list a", "How do I return something?")
        .await;
    ada.find_text(".kb-found li", "How do I return something?")
        .await;
    let answer = ".kb-editor label:has(textarea[rows='8']) textarea";
    ada.write(answer, " Free of charge.").await;
    ada.find_text(".kb-bubble", "Within 7 days. Free of charge.")
        .await;
    ada.judge().await;
    ada.picture(&format!("kb-edit-{size:?}")).await;
    ada.click(".kb-editor .primary").await;
    ada.click(".kb-editor > details > summary").await;
    ada.click(".kb-revisions button").await;
    ada.find_text(".kb-diff ins", "Free of charge.").await;
    ada.judge().await;
    office.read_articles().await;
    let snapshot = office.desk.knowledge.snapshot();
    let answers: Vec<&str> = snapshot
        .articles()
        .iter()
        .map(|one| one.content.answer.as_str())
        .collect();
    assert!(
        answers.contains(&"Within 7 days. Free of charge."),
        "{answers:?}"
    );
    ada.close().await;
}

#[tokio::test]
async fn of_two_who_edit_the_second_sees_it_and_keeps_what_was_written() {
    let office = Office::open(AT_ONCE).await;
    let ada = office.seat("ada", Size::Desktop, "en-US").await;
    office.imported(&ada).await;
    ada.visit("kb").await;
    ada.click_text(".kb-list a", "How do I return something?")
        .await;
    let li = office.seat("li", Size::Desktop, "en-US").await;
    li.visit("kb").await;
    li.click_text(".kb-list a", "How do I return something?")
        .await;
    let answer = ".kb-editor label:has(textarea[rows='8']) textarea";
    for (page, text) in [(&ada, " By Ada."), (&li, " By Li.")] {
        page.write(answer, text).await;
    }
    ada.click(".kb-editor .primary").await;
    ada.find_text(".kb-foot", "Revision 2 by ada").await;
    li.click_text(".kb-editor button", "Save draft").await;
    li.find_text(".kb-warn", "ada has changed this article meanwhile")
        .await;
    li.find_text(".kb-warn ins", "By Ada.").await;
    let refused = li.console().await;
    assert!(
        refused.len() == 1 && refused[0].contains("409"),
        "{refused:?}"
    );
    li.judge().await;
    li.picture("kb-conflict").await;
    li.click_text(".kb-warn button", "Save mine over it").await;
    li.find_text(".kb-foot", "Revision 3 by li").await;
    let kept = li
        .run("return root.querySelector(args).value", json!(answer))
        .await;
    assert_eq!(kept, "Within 7 days. By Li.");
    li.find_text(".chip", "revision 2 answers").await;
    for page in [ada, li] {
        page.close().await;
    }
}

#[tokio::test]
async fn what_would_break_a_test_question_is_named_before_it_goes_live() {
    let office = Office::open(AT_ONCE).await;
    let ada = office.seat("ada", Size::Desktop, "en-US").await;
    office.imported(&ada).await;
    ada.visit("kb/tests").await;
    ada.click(".inviting summary").await;
    ada.write(".inviting input[required]", "How do I return something?")
        .await;
    ada.write(".inviting label:nth-of-type(2) input", "return")
        .await;
    ada.click(".inviting .primary").await;
    ada.find_text(".members .chip", "right").await;
    ada.judge().await;
    ada.picture("kb-tests").await;
    ada.visit("kb").await;
    ada.click_text(".kb-list a", "How do I return something?")
        .await;
    let change = "const field = root.querySelector('.kb-editor textarea'); field.value = args;
        field.dispatchEvent(new Event('input', { bubbles: true }))";
    ada.find(".kb-editor textarea").await;
    ada.run(change, json!("Where is the harbour?")).await;
    ada.click(".kb-editor .primary").await;
    ada.find_text(".kb-warn", "How do I return something?")
        .await;
    ada.judge().await;
    ada.picture("kb-held-back").await;
    ada.click_text(".kb-warn button", "Publish anyway").await;
    ada.find_text(".kb-foot .chip", "published").await;
    ada.close().await;
}

/// What customers ask and agents reply is looked through, changed and taken.
#[tokio::test]
async fn a_suggestion_is_changed_and_taken() {
    let office = Office::open(AT_ONCE).await;
    for who in ["王女士", "赵先生"] {
        office.says(who, "手机壳可以刻字吗，能刻几个字").await;
        office.open_number(who).await;
    }
    let now = office.desk.engine.core.now();
    assert_eq!(office.desk.learner().learn(now).await.unwrap(), 1);
    let ada = office.seat("ada", Size::Desktop, "zh-CN").await;
    ada.visit("kb/suggestions").await;
    ada.find_text(".members li", "手机壳可以刻字吗").await;
    ada.write(".members textarea", "可以，最多八个字。").await;
    ada.judge().await;
    ada.picture("kb-suggestions").await;
    ada.click(".members .primary").await;
    ada.find_text(".members .empty", "没有").await;
    ada.visit("kb").await;
    ada.find_text(".kb-list li", "可以，最多八个字。").await;
    ada.close().await;
}

/// Whatever an article says: it is words, in the list, in the editor and in what changed.
#[tokio::test]
async fn articles_stay_words() {
    let office = Office::open(AT_ONCE).await;
    let ada = office.seat("ada", Size::Desktop, "en-US").await;
    ada.visit("kb/new").await;
    let evil = "<img src=x onerror=document.title='got'><script>document.title='got'</script>";
    ada.write(".kb-editor textarea", evil).await;
    ada.write(".kb-editor label:has(textarea[rows='8']) textarea", evil)
        .await;
    ada.find_text(".kb-bubble", "onerror").await;
    ada.click(".kb-editor .primary").await;
    ada.find_text(".kb-foot", "Revision 1 by ada").await;
    ada.visit("kb").await;
    ada.find_text(".kb-list strong", "<img").await;
    assert_eq!(ada.count(".kb img").await, 0);
    ada.judge().await;
    ada.close().await;
}
