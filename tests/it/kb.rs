//! The knowledge base from the shell: real files, the real binary, both kinds of database.

use std::path::Path;
use std::process::{Command, Output};

use rstest::rstest;
use serde_json::Value;

use crate::house::{On, postgres};

mod accuracy;
mod documents;
mod keeping;
mod model;
mod trust;

/// A desk's folder with a configuration for the database.
struct Shell {
    folder: tempfile::TempDir,
}

impl Shell {
    async fn new(on: On) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match on {
            On::Sqlite => "sqlite:desk.db".to_owned(),
            On::Postgres => postgres::fresh_url().await,
        };
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let config = format!("[storage]\nurl = \"{url}\"\n[security]\nmaster_key = \"{key}\"\n");
        std::fs::write(folder.path().join("frontdesk.toml"), config).unwrap();
        Self { folder }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    fn command(&self, args: &[&str]) -> Command {
        let config = self.folder.path().join("frontdesk.toml");
        let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        command.arg("kb").args(args).arg("--config").arg(config);
        command
    }

    fn kb(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        let out = self.kb(args);
        assert!(out.status.success(), "{}", text(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn sample() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("examples/faq.csv").display().to_string()
}

#[rstest]
#[case(On::Sqlite)]
#[case(On::Postgres)]
#[tokio::test]
async fn articles_are_imported_asked_and_measured(#[case] on: On) {
    let shell = Shell::new(on).await;
    let imported = shell.kb(&["import", &sample(), "--publish"]);
    assert!(
        text(&imported.stdout).starts_with("12 articles are new"),
        "{imported:?}"
    );
    let again = shell.kb(&["import", &sample(), "--publish"]);
    assert!(
        text(&again.stdout).contains("12 are as before"),
        "{again:?}"
    );

    let asked = shell.json(&["ask", "我想退货，流程是什么", "--json"]);
    assert_eq!(asked["outcome"], "confident", "{asked}");
    assert_eq!(asked["candidates"][0]["external_id"], "return-zh");

    let questions = shell.file(
        "questions.jsonl",
        "{\"text\":\"退款多久到\",\"expect\":\"refund-zh\"}\n\
         {\"text\":\"how long is the guarantee\",\"expect\":\"warranty-en\"}\n\
         {\"text\":\"今天天气怎么样\",\"expect\":null}\n"
            .as_bytes(),
    );
    let measured = shell.json(&["eval", &questions, "--json"]);
    assert_eq!(measured["accuracy_at_1"], 1.0, "{measured}");
    assert_eq!(measured["oos_recall"], 1.0, "{measured}");
    for name in [
        "recall_at_5",
        "mrr",
        "in_scope_accuracy",
        "oos_precision",
        "auroc",
        "p50_ms",
        "p99_ms",
    ] {
        assert!(measured[name].is_number(), "{name}: {measured}");
    }
}

#[rstest]
#[case("csv")]
#[case("jsonl")]
#[case("xlsx")]
#[case("md")]
#[tokio::test]
async fn what_is_exported_imports_back_the_same(#[case] ending: &str) {
    let shell = Shell::new(On::Sqlite).await;
    shell.kb(&["import", &sample(), "--publish"]);
    let file = shell
        .folder
        .path()
        .join(format!("out.{ending}"))
        .display()
        .to_string();
    assert!(shell.kb(&["export", &file]).status.success());
    let back = shell.kb(&["import", &file]);
    assert!(text(&back.stdout).contains("12 are as before"), "{back:?}");
}

#[tokio::test]
async fn bad_rows_are_named_and_good_ones_kept() {
    let shell = Shell::new(On::Sqlite).await;
    let gbk = [
        b"question,answer\n".as_slice(),
        b"\xcd\xcb\xbb\xf5,\xc6\xdf\xcc\xec\n",
    ]
    .concat();
    let gbk = shell.file("gbk.csv", &gbk);
    let utf16: Vec<u8> = "\u{feff}question,answer\n发票,十分钟\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let utf16 = shell.file("utf16.csv", &utf16);
    let bad = shell.file(
        "bad.csv",
        b"question,answer\n,none\nsum,=SUM(A1:A2)\nok,fine\n",
    );
    let nameless = shell.file("nameless.csv", b"frage,antwort\na,b\n");
    let out = shell.kb(&["import", &gbk, &utf16, &bad, &nameless, "--publish"]);
    assert!(out.status.success(), "{out:?}");
    assert!(
        text(&out.stdout).starts_with("3 articles are new"),
        "{out:?}"
    );
    let told = text(&out.stderr);
    for line in [
        "bad.csv:2: ",
        "bad.csv:3: a cell holds a formula",
        "nameless.csv: has no column question",
    ] {
        assert!(told.contains(line), "{line} in {told}");
    }
    let asked = shell.json(&["ask", "退货", "--json"]);
    assert_eq!(asked["candidates"][0]["title"], "退货", "{asked}");
}

#[tokio::test]
async fn usage_and_work_have_their_own_exit_codes() {
    let shell = Shell::new(On::Sqlite).await;
    assert_eq!(shell.kb(&["import"]).status.code(), Some(2));
    assert_eq!(shell.kb(&["export", "articles.pdf"]).status.code(), Some(2));
    let missing = shell.kb(&["import", "no-such-file.csv"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        text(&missing.stderr).contains("no-such-file.csv"),
        "{missing:?}"
    );
}

/// `frontdesk kb stats | head -n 0`
#[tokio::test]
async fn a_reader_that_has_read_enough_is_no_fault() {
    let shell = Shell::new(On::Sqlite).await;
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let child = shell.command(&["stats"]).stdout(writer).output().unwrap();
    assert_eq!(text(&child.stderr), "");
    assert!(child.status.success());
}

/// 200 MB, most of it in a column of the shop's own, with a bad row at each end.
#[tokio::test]
async fn a_file_of_200_megabytes_is_read() {
    use std::io::Write as _;

    const ROWS: usize = 50_000;
    let shell = Shell::new(On::Sqlite).await;
    let path = shell.file("big.csv", b"question,answer,remarks\n,no question,\n");
    let mut file =
        std::io::BufWriter::new(std::fs::File::options().append(true).open(&path).unwrap());
    let remarks = "Seen by the shop's own people. ".repeat(132);
    for row in 0..ROWS {
        writeln!(
            file,
            "When does parcel {row} come?,In three days.,{remarks}"
        )
        .unwrap();
    }
    writeln!(file, "no answer,,").unwrap();
    drop(file);
    assert!(std::fs::metadata(&path).unwrap().len() > 200_000_000);
    let out = shell.kb(&["import", &path, "--dry-run"]);
    assert!(text(&out.stdout).starts_with("50000 rows are good, 2 are not"));
    let told = text(&out.stderr);
    assert!(told.contains(":2:") || told.contains("line 2"), "{told}");
    assert!(told.contains("50003"), "{told}");
}
