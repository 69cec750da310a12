//! Documents of all kinds, good and bad, through the real binary.

use std::io::Write as _;
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Shell, text};
use crate::house::On;

fn zip_of(path: &Path, files: &[(&str, &[u8])]) {
    let mut archive = ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, bytes) in files {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

fn docx_of(path: &Path, body: &str) {
    let text = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    zip_of(path, &[("word/document.xml", text.as_bytes())]);
}

/// One page that says this, as a PDF.
fn pdf_of(line: &str) -> Vec<u8> {
    let stream = format!("BT /F1 12 Tf 50 700 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R \
         /Resources << /Font << /F1 3 0 R >> >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{stream}\nendstream",
            stream.len()
        ),
    ];
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (object, number) in objects.iter().zip(1..) {
        table += &format!("{:010} 00000 n \n", bytes.len());
        bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let start = bytes.len();
    let end =
        format!("xref\n0 6\n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF");
    bytes.extend(end.bytes());
    bytes
}

#[tokio::test]
async fn a_folder_of_documents_becomes_drafts_and_answers() {
    let shell = Shell::new(On::Sqlite).await;
    let folder = shell.folder.path().join("help");
    std::fs::create_dir(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    write(
        "page.html",
        "<h1>Gifts</h1><p>We wrap them.</p><dl><dt>Do you wrap gifts?</dt>\
        <dd>Of course.</dd></dl>"
            .as_bytes(),
    );
    write("guide.pdf", &pdf_of("Parcels travel by bicycle."));
    write(
        "notes.md",
        b"# Hours\nFrom nine. <script>alert(1)</script><b>Daily</b>.\n",
    );
    write("photo.png", b"no document");
    let body = "<w:p><w:r><w:t>Q: Is there a shop?</w:t></w:r></w:p>\
        <w:p><w:r><w:t>A: In Harbour Street.</w:t></w:r></w:p>";
    docx_of(&folder.join("shop.docx"), body);
    let out = shell.kb(&["import", &folder.display().to_string(), "--publish"]);
    let told = text(&out.stdout);
    assert!(told.starts_with("5 articles are new"), "{out:?}");
    assert!(told.contains("2 are sections of documents"), "{told}");
    assert!(told.contains("3 articles answer with it now"), "{told}");

    let asked = |question: &str| shell.json(&["ask", question, "--json"]);
    assert_eq!(asked("do you wrap gifts")["answer"]["text"], "Of course.");
    assert_eq!(
        asked("is there a shop")["answer"]["text"],
        "In Harbour Street."
    );
    assert_eq!(asked("hours")["answer"]["text"], "From nine. Daily.");
    assert!(
        asked("parcels travel by bicycle")["answer"].is_null(),
        "a draft"
    );
    let file = shell.folder.path().join("all.jsonl").display().to_string();
    shell.kb(&["export", &file]);
    let all = std::fs::read_to_string(&file).unwrap();
    assert!(all.contains("help/guide.pdf, p. 1\""), "{all}");
}

#[tokio::test]
async fn an_archive_is_read_but_for_what_is_odd_in_it() {
    let shell = Shell::new(On::Sqlite).await;
    let path = shell.folder.path().join("all.zip");
    zip_of(
        &path,
        &[
            (
                "faq/a.csv",
                b"question,answer\nDo you wrap gifts?,Of course.\n",
            ),
            ("../escape.csv", b"question,answer\nq,a\n"),
            ("inner.zip", b"PK"),
            ("photo.png", b"x"),
            ("__MACOSX/a.csv", b"x"),
        ],
    );
    let out = shell.kb(&["import", &path.display().to_string(), "--publish"]);
    let (told, bad) = (text(&out.stdout), text(&out.stderr));
    assert!(told.starts_with("1 articles are new"), "{out:?}");
    assert!(told.contains("2 rows were not accepted"), "{told}");
    assert!(
        bad.contains("all.zip/../escape.csv: its path leads out of the archive"),
        "{bad}"
    );
    assert!(
        bad.contains("all.zip/inner.zip: it is an archive in an archive"),
        "{bad}"
    );
    assert!(!shell.folder.path().join("escape.csv").exists());
}

/// 2 GB of zeros in a file of 2 MB.
#[tokio::test]
async fn an_archive_that_would_fill_the_disk_is_refused() {
    let shell = Shell::new(On::Sqlite).await;
    let path = shell.folder.path().join("bomb.zip");
    let mut archive = ZipWriter::new(std::fs::File::create(&path).unwrap());
    archive
        .start_file("a.csv", SimpleFileOptions::default())
        .unwrap();
    let block = vec![b'\n'; 1_000_000];
    for _ in 0..1_100 {
        archive.write_all(&block).unwrap();
    }
    archive.finish().unwrap();
    let out = shell.kb(&["import", &path.display().to_string()]);
    assert_eq!(out.status.code(), Some(1));
    assert!(
        text(&out.stderr).contains("holds more than 1 GB"),
        "{out:?}"
    );
}

#[tokio::test]
async fn broken_documents_are_named_and_the_good_ones_kept() {
    let shell = Shell::new(On::Sqlite).await;
    let good = shell.file(
        "good.csv",
        b"question,answer\nDo you wrap gifts?,Of course.\n",
    );
    let mut files = vec![good];
    let deep = format!(
        "%PDF-1.4\n1 0 obj\n{}\nendobj\ntrailer<</Root 1 0 R>>",
        "[".repeat(2_000_000)
    );
    for (name, bytes) in [
        ("none.pdf", b"%PDF-1.4 no more".as_slice()),
        ("cut.pdf", &pdf_of("text")[..150]),
        ("deep.pdf", deep.as_bytes()),
        ("none.docx", b"no archive"),
        ("deep.html", "<div>".repeat(100_000).as_bytes()),
        ("none.zip", b"PK no more"),
        ("none.xlsx", b"PK no more"),
    ] {
        files.push(shell.file(name, bytes));
    }
    let large = shell.folder.path().join("large.docx");
    docx_of(
        &large,
        &format!(
            "<w:p><w:r><w:t>{}</w:t></w:r></w:p>",
            "word ".repeat(12_000_000)
        ),
    );
    files.push(large.display().to_string());
    let mut args = vec!["import", "--publish"];
    args.extend(files.iter().map(String::as_str));
    let out = shell.kb(&args);
    let (told, bad) = (text(&out.stdout), text(&out.stderr));
    assert!(out.status.success(), "{bad}");
    assert!(told.starts_with("1 articles are new"), "{told}");
    for name in files.iter().skip(1) {
        assert!(bad.contains(name), "{name} is named: {bad}");
    }
    assert!(
        bad.contains("large.docx:1: the answer has more than 20000 characters"),
        "{bad}"
    );
}

#[tokio::test]
async fn merged_cells_hold_for_all_of_them_and_formulas_are_named() {
    let shell = Shell::new(On::Sqlite).await;
    let path = shell.folder.path().join("faq.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (title, column) in ["question", "answer", "category", "sum"].iter().zip(0..) {
        sheet.write_string(0, column, *title).unwrap();
    }
    let rows = [
        ("Do you wrap gifts?", "Of course."),
        ("Is there a shop?", "In Harbour Street."),
    ];
    for ((question, answer), row) in rows.iter().zip(1..) {
        sheet.write_string(row, 0, *question).unwrap();
        sheet.write_string(row, 1, *answer).unwrap();
        sheet.write_formula(row, 3, "=1+1").unwrap();
    }
    sheet
        .merge_range(1, 2, 2, 2, "Service", &Format::new())
        .unwrap();
    sheet.write_string(3, 0, "computed").unwrap();
    sheet.write_formula(3, 1, "=HYPERLINK(\"x\")").unwrap();
    book.save(&path).unwrap();
    let out = shell.kb(&["import", &path.display().to_string(), "--publish"]);
    assert!(
        text(&out.stdout).starts_with("2 articles are new"),
        "{out:?}"
    );
    assert!(
        text(&out.stderr).contains("faq.xlsx:4: a cell holds a formula"),
        "{out:?}"
    );
    let file = shell.folder.path().join("all.jsonl").display().to_string();
    shell.kb(&["export", &file]);
    let all = std::fs::read_to_string(&file).unwrap();
    assert_eq!(all.matches("\"category\":\"Service\"").count(), 2, "{all}");
}
