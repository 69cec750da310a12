use std::io::Write as _;

use super::*;
use crate::import::row::RawRow;

const HEAD: &str = "<?xml version=\"1.0\"?><w:document \
    xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>";
const STYLES: &str = "<w:styles xmlns:w=\"x\"><w:style w:styleId=\"1\"><w:name w:val=\"heading 1\"/>\
    </w:style><w:style w:styleId=\"mine\"><w:name w:val=\"Own\"/><w:pPr><w:outlineLvl w:val=\"1\"/>\
    </w:pPr></w:style></w:styles>";

fn docx(folder: &Path, body: &str) -> std::path::PathBuf {
    let path = folder.join("guide.docx");
    let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in [
        (
            "word/document.xml",
            format!("{HEAD}{body}</w:body></w:document>"),
        ),
        ("word/styles.xml", STYLES.to_owned()),
    ] {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    path
}

fn rows(body: &str) -> Result<Vec<RawRow>, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = docx(folder.path(), body);
    let mut rows = Vec::new();
    let mut take = |_: u64, row: Result<RawRow, String>| {
        rows.push(row.unwrap());
        true
    };
    read(&path, "guide.docx", &mut take)?;
    Ok(rows)
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn styled(style: &str, text: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

#[test]
fn headings_are_known_by_their_styles() {
    let body = [
        styled("1", "Returns &amp; refunds"),
        paragraph("Within<w:tab/> 7 days.").replace("<w:tab/>", "</w:t><w:tab/><w:t>"),
        styled("mine", "Costs"),
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>None.</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>".to_owned(),
    ]
    .concat();
    let rows = rows(&body).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].question, "Returns & refunds");
    assert_eq!(rows[0].answer, "Within  7 days.");
    assert_eq!(rows[1].answer, "None.");
    assert_eq!(
        rows[1].source,
        "guide.docx › Returns & refunds › Costs, p. 2"
    );
}

#[test]
fn a_table_of_questions_and_answers_is_one() {
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph(text));
    let row = |a: &str, b: &str| format!("<w:tr>{}{}</w:tr>", cell(a), cell(b));
    let body = format!(
        "<w:tbl>{}{}</w:tbl>",
        row("问题", "答案"),
        row("能开发票吗", "能。")
    );
    let rows = rows(&body).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].question.as_str(), rows[0].answer.as_str()),
        ("能开发票吗", "能。")
    );
    assert!(!rows[0].is_section);
}

#[test]
fn what_is_no_document_or_too_deep_is_refused() {
    assert!(rows(&"<w:x>".repeat(300)).is_err());
    assert!(rows("").is_err(), "it holds no text");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no.docx");
    std::fs::write(&path, "no archive").unwrap();
    assert!(read(&path, "no.docx", &mut |_, _| true).is_err());
}

/// Entities that a document declares are not resolved, so none can grow.
#[test]
fn declared_entities_are_nothing() {
    let body = paragraph("a&lol;b");
    assert_eq!(rows(&body).unwrap()[0].answer, "ab");
}
