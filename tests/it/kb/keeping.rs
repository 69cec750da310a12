//! Articles are kept: every change is a revision, what is wrong is taken back, what would break is seen.

use rstest::rstest;

use super::{Shell, text};
use crate::house::On;

const BOTH: &str = "id,question,answer\nreturn,How do I return something?,Within 7 days.\n\
     ship,What does shipping cost?,Five euros.\n";

/// A desk with two articles that answer.
async fn shop(on: On) -> Shell {
    let shell = Shell::new(on).await;
    let file = shell.file("both.csv", BOTH.as_bytes());
    shell.done(&["import", &file, "--publish"]);
    shell
}

impl Shell {
    /// Runs a verb that must succeed; gives what it says.
    fn done(&self, args: &[&str]) -> String {
        let out = self.kb(args);
        assert!(out.status.success(), "{args:?}: {}", text(&out.stderr));
        text(&out.stdout)
    }

    /// Runs a verb that must fail; gives what it says.
    fn refused(&self, args: &[&str]) -> String {
        let out = self.kb(args);
        assert_eq!(out.status.code(), Some(1), "{args:?}: {out:?}");
        text(&out.stdout) + &text(&out.stderr)
    }

    fn table(&self, rows: &str) -> String {
        self.file(
            "table.csv",
            format!("id,question,answer\n{rows}").as_bytes(),
        )
    }

    /// What a customer would be told.
    fn answer(&self, question: &str) -> String {
        let asked = self.json(&["ask", question, "--json"]);
        let said = asked["answer"]["text"].as_str().unwrap_or("nothing");
        said.to_owned()
    }

    fn configure(&self, more: &str) {
        let path = self.folder.path().join("frontdesk.toml");
        let before = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{before}{more}")).unwrap();
    }
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn every_change_is_a_revision_that_can_be_seen_and_taken_back(#[case] on: On) {
    let shell = shop(on).await;
    let changed = shell.table("return,How do I return something?,Within 14 days.\n");
    shell.done(&["import", &changed]);
    assert_eq!(shell.answer("how do I return something"), "Within 14 days.");

    let history = shell.done(&["history", "return"]);
    let lines: Vec<&str> = history.lines().collect();
    assert_eq!(lines.len(), 2, "{history}");
    assert!(lines[0].trim().starts_with('2') && lines[0].contains("answers"));
    assert!(lines[1].contains("shell"), "{history}");
    let diff = shell.done(&["diff", "return", "1", "2"]);
    assert!(diff.contains("answer: Within [-7-]{+14+} days."), "{diff}");
    assert!(!diff.contains("question"), "only what differs: {diff}");

    shell.done(&["rollback", "return", "1"]);
    assert_eq!(shell.answer("how do I return something"), "Within 7 days.");
    assert_eq!(shell.done(&["history", "return"]).lines().count(), 3);
    let same = shell.done(&["diff", "return", "1", "3"]);
    assert!(same.contains("They say the same."), "{same}");
    assert!(
        shell
            .refused(&["rollback", "return", "9"])
            .contains("no revision 9")
    );
    assert!(
        shell
            .refused(&["show", "retur"])
            .contains("these are close: return")
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn an_import_is_undone_but_for_what_was_changed_since(#[case] on: On) {
    let shell = shop(on).await;
    let second = "return,How do I return something?,Never.\n\
         ship,What does shipping cost?,A fortune.\ngift,Do you wrap gifts?,Of course.\n";
    let told = shell.done(&["import", &shell.table(second), "--publish"]);
    assert!(
        told.contains("1 articles are new, 2 were changed"),
        "{told}"
    );
    assert!(told.contains("This is import 2"), "{told}");
    let third = shell.table("ship,What does shipping cost?,Six euros.\n");
    shell.done(&["import", &third]);

    let undone = shell.done(&["undo", "2"]);
    assert!(
        undone.contains("1 articles are gone, 1 are as before"),
        "{undone}"
    );
    assert!(undone.contains("1 were changed since"), "{undone}");
    assert_eq!(shell.answer("how do I return something"), "Within 7 days.");
    assert_eq!(shell.answer("what does shipping cost"), "Six euros.");
    assert_eq!(shell.answer("do you wrap gifts"), "nothing");
    assert!(shell.refused(&["undo", "2"]).contains("no such import"));
    assert!(shell.done(&["imports"]).contains("(undone)"));

    let again = shell.done(&["import", &shell.table(second), "--publish"]);
    assert!(
        again.contains("1 articles are new"),
        "it can be imported again: {again}"
    );
    assert_eq!(shell.answer("do you wrap gifts"), "Of course.");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn a_draft_leaves_what_answers_as_it_is(#[case] on: On) {
    let shell = Shell::new(on).await;
    let file = shell.file("both.csv", BOTH.as_bytes());
    let told = shell.done(&["import", &file]);
    assert!(told.contains("kb publish '#1'"), "{told}");
    assert_eq!(shell.answer("how do I return something"), "nothing");
    shell.done(&["publish", "#1"]);
    assert_eq!(shell.answer("how do I return something"), "Within 7 days.");

    shell.done(&["off", "return"]);
    assert_eq!(shell.answer("how do I return something"), "nothing");
    let again = shell.done(&["import", &file, "--publish"]);
    assert!(
        again.contains("1 are archived, and stay as they are"),
        "{again}"
    );
    assert_eq!(shell.answer("how do I return something"), "nothing");
    shell.done(&["publish", "return"]);
    assert_eq!(shell.answer("how do I return something"), "Within 7 days.");
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_would_break_a_test_question_is_held_back(#[case] on: On) {
    let shell = shop(on).await;
    shell.done(&["test", "add", "can I bring it back", "return"]);
    assert!(
        shell.refused(&["test"]).contains("1 of 1"),
        "nothing is said of bringing"
    );
    let phrase =
        "return,How do I return something?,Within 7 days.,Can I bring it back?|bring it back\n";
    let phrased = shell.file(
        "phrased.csv",
        format!("id,question,answer,alternatives\n{phrase}").as_bytes(),
    );
    let better = shell.done(&["import", &phrased]);
    assert!(better.contains("better: “can I bring it back”"), "{better}");
    shell.done(&["test"]);

    let plain = shell.table("return,How do I return something?,Within 7 days.\n");
    let held = shell.done(&["import", &plain]);
    assert!(
        held.contains("worse: “can I bring it back”: right →"),
        "{held}"
    );
    assert!(held.contains("1 articles are drafts"), "{held}");
    shell.done(&["test"]);
    let refused = shell.refused(&["publish", "return"]);
    assert!(refused.contains("Not published"), "{refused}");
    shell.done(&["publish", "#3", "--force"]);
    shell.refused(&["test"]);
    shell.done(&["test", "remove", "can I bring it back"]);
    shell.done(&["test"]);
}

#[tokio::test]
async fn a_reviewed_space_wants_somebody_else_to_publish() {
    let shell = shop(On::Sqlite).await;
    shell.configure("[[space]]\nname = \"default\"\nreview = \"required\"\n");
    let changed = shell.table("return,How do I return something?,Within 14 days.\n");
    let told = shell.done(&["import", &changed, "--publish"]);
    assert!(
        told.contains("1 have to be read by somebody else"),
        "{told}"
    );
    assert_eq!(shell.answer("how do I return something"), "Within 7 days.");
    let refused = shell.refused(&["publish", "return"]);
    assert!(
        refused.contains("somebody else has to publish it"),
        "{refused}"
    );
    assert!(
        shell
            .done(&["show", "return"])
            .contains("revision 1 answers")
    );
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn what_is_said_already_is_recognised(#[case] on: On) {
    let shell = shop(on).await;
    let again = shell.table(
        "other,How do I return something?,Within 7 days.\n\
         a,Do you wrap gifts?,Of course.\nb,Do you wrap gifts?,Of course.\n",
    );
    let out = shell.kb(&["import", &again, "--dry-run"]);
    let (told, bad) = (text(&out.stdout), text(&out.stderr));
    assert!(bad.contains("table.csv:4: says the same as “a”"), "{bad}");
    assert!(
        told.contains("1 articles would be new, 0 changed"),
        "{told}"
    );
    assert!(
        told.contains("1 say the same as articles that are there"),
        "{told}"
    );
    let written = shell.done(&["import", &again]);
    assert!(written.starts_with("1 articles are new"), "{written}");
    assert!(
        shell.done(&["imports"]).contains("#2"),
        "the dry run is none"
    );
}
