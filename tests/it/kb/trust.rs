//! What an operator sees before the bot is trusted: rehearsals, thresholds, the terms of articles.

use serde_json::Value;

use super::{Shell, text};
use crate::house::On;

fn sample_of(set: &str, name: &str) -> String {
    format!("{}/tests/data/{set}/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[tokio::test]
async fn past_chats_are_asked_again_and_what_is_not_covered_is_grouped() {
    let shell = Shell::new(On::Sqlite).await;
    shell.kb(&["import", &super::sample(), "--publish"]);
    let chats = shell.file(
        "chats.csv",
        "会话,角色,消息\n1,客户,我想退货，流程是什么\n1,客服,好的\n2,客户,转人工\n\
         3,客户,上海仓库招聘司机吗\n4,客户,仓库现在招聘司机吗\n5,客户,谢谢\n"
            .as_bytes(),
    );
    let config = shell.folder.path().join("frontdesk.toml");
    let mut rehearse = std::process::Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    rehearse.args(["rehearse", &chats, "--json", "--config"]);
    let out = rehearse.arg(config).output().unwrap();
    assert!(out.status.success(), "{}", text(&out.stderr));
    let told: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(told["messages"], 5, "the agent's line is not asked: {told}");
    assert_eq!(told["fates"]["answered"], 1, "{told}");
    assert_eq!(told["fates"]["person"], 1, "{told}");
    assert_eq!(told["fates"]["small_talk"], 1, "{told}");
    assert_eq!(told["fates"]["handed_off"], 2, "{told}");
    assert_eq!(told["groups"][0]["count"], 2, "{told}");
}

#[tokio::test]
async fn thresholds_are_fitted_to_a_precision_and_shown() {
    let shell = Shell::new(On::Sqlite).await;
    shell.kb(&[
        "import",
        &sample_of("clinc150", "articles.jsonl"),
        "--publish",
    ]);
    let usual = shell.json(&["stats", "--json"]);
    assert_eq!(usual["confident_from"], 0.55, "{usual}");
    assert!(usual["left_out"].as_u64() > Some(60), "{usual}");
    let expected = &usual["for_precision"][2];
    assert_eq!(expected["precision"], 0.98, "{usual}");
    let config = shell.folder.path().join("frontdesk.toml");
    let written = std::fs::read_to_string(&config).unwrap();
    let strict = format!("{written}[answers]\nprecision = 0.98\n");
    std::fs::write(&config, strict).unwrap();
    let strict = shell.json(&["stats", "--json"]);
    assert_eq!(
        strict["confident_from"], expected["confident_from"],
        "{strict}"
    );
    assert!(strict["confident_from"].as_f64() > Some(0.55), "{strict}");
}

#[tokio::test]
async fn terms_are_imported_kept_and_judged() {
    let shell = Shell::new(On::Sqlite).await;
    let table = "id,question,answer,mode,valid_from,valid_until,channels\n\
                 a,如何退货,七天内,suggest,2026-01-01,2026-12-31,shop|app\n\
                 b,运费是多少,八元,sometimes,,,\nc,营业时间,九点,,next year,,\nd,门店在哪,南京路,,2026-05-01,2026-04-01,\n";
    let imported = shell.kb(&[
        "import",
        &shell.file("faq.csv", table.as_bytes()),
        "--publish",
    ]);
    let told = text(&imported.stderr);
    for reason in [
        "3: the mode “sometimes” is not one of auto, suggest, off",
        "4: the valid_from “next year” is no date",
        "5: valid_until is not after valid_from",
    ] {
        assert!(told.contains(reason), "{reason}: {told}");
    }
    let asked = shell.json(&["ask", "如何退货", "--json"]);
    assert_eq!(
        (&asked["outcome"], &asked["mode"]),
        (&"confident".into(), &"suggest".into())
    );
    let out = shell.folder.path().join("out.jsonl");
    shell.kb(&["export", &out.display().to_string()]);
    let line: Value = serde_json::from_str(&std::fs::read_to_string(&out).unwrap()).unwrap();
    assert_eq!(
        line["valid_until"], "2027-01-01T00:00:00.000Z",
        "its last day is in it: {line}"
    );
    assert_eq!(line["channels"], serde_json::json!(["shop", "app"]));
    let again = shell.kb(&["import", &out.display().to_string(), "--publish"]);
    assert!(text(&again.stdout).contains("1 are as before"), "{again:?}");
}

/// "可以…吗" is worded like the article's "可以退吗", and asks for something that no article is about.
#[tokio::test]
async fn common_words_alone_are_no_answer() {
    let shell = Shell::new(On::Sqlite).await;
    shell.kb(&["import", &super::sample(), "--publish"]);
    for text in ["手机壳上可以刻我的名字吗", "手机壳可以刻上名字吗"] {
        let asked = shell.json(&["ask", text, "--json"]);
        assert_eq!(asked["outcome"], "choices", "{asked}");
        assert!(
            asked["features"]["coverage"].as_f64() < Some(0.2),
            "{asked}"
        );
    }
    assert_eq!(
        shell.json(&["ask", "可以退吗", "--json"])["outcome"],
        "confident"
    );
}
