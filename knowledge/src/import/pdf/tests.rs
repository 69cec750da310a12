use rstest::rstest;

use super::*;
use crate::import::row::RawRow;

/// A PDF with one line of text on each page, written by hand.
fn pdf(pages: &[&str]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    let kids: Vec<String> = (0..pages.len())
        .map(|at| format!("{} 0 R", 4 + 2 * at))
        .collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Kids [{}] /Count {} >>",
            kids.join(" "),
            pages.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    ];
    for (at, text) in pages.iter().enumerate() {
        let lines: Vec<String> = text
            .lines()
            .map(|line| format!("({line}) Tj 0 -14 Td"))
            .collect();
        let stream = format!("BT /F1 12 Tf 50 700 Td {} ET", lines.join(" "));
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>",
            5 + 2 * at
        ));
        objects.push(format!(
            "<< /Length {} >>\nstream\n{stream}\nendstream",
            stream.len()
        ));
    }
    for (at, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    bytes.extend(
        format!("trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF").bytes(),
    );
    bytes
}

fn rows_of(bytes: &[u8]) -> Result<Vec<RawRow>, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guide.pdf");
    std::fs::write(&path, bytes).unwrap();
    let mut rows = Vec::new();
    let mut take = |_: u64, row: Result<RawRow, String>| {
        rows.push(row.unwrap());
        true
    };
    read(&path, "guide.pdf", &PdfReader::Here, &mut take)?;
    Ok(rows)
}

#[test]
fn pages_become_sections_under_their_headings() {
    let rows = rows_of(&pdf(&[
        "1. Returns\nWithin seven days.",
        "1.1 Costs\nWe pay them.",
    ]))
    .unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.question.as_str(),
                row.answer.as_str(),
                row.source.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "1. Returns",
                "Within seven days.",
                "guide.pdf › 1. Returns, p. 1"
            ),
            (
                "1.1 Costs",
                "We pay them.",
                "guide.pdf › 1. Returns › 1.1 Costs, p. 2"
            ),
        ]
    );
    assert!(rows.iter().all(|row| row.is_section));
}

#[test]
fn what_is_no_pdf_is_refused_whatever_the_reader_does() {
    for bytes in [
        b"".as_slice(),
        b"%PDF-1.4",
        b"%PDF-1.4\ntrailer << /Root 1 0 R >>\n%%EOF",
    ] {
        assert!(rows_of(bytes).is_err());
    }
    let whole = pdf(&["1. Returns\nWithin seven days."]);
    for cut in (0..whole.len()).step_by(37) {
        // Whatever it makes of half a file: it comes back.
        drop(rows_of(&whole[..cut]));
    }
}

#[rstest]
#[case("1. Returns", Some(1))]
#[case("2.1 Costs", Some(2))]
#[case("第三章 售后服务", Some(1))]
#[case("第二节 退款", Some(2))]
#[case("一、总则", Some(1))]
#[case("3 kg of rice", None)]
#[case("1. This sentence is none, since it ends with a stop.", None)]
#[case("Returns", None)]
fn levels(#[case] line: &str, #[case] expected: Option<u8>) {
    assert_eq!(numbered_level(line), expected);
}

#[test]
fn running_heads_are_no_text() {
    let page = |text: &str| format!("The Shop\n\n{text}\n");
    let pages: Vec<String> = ["a b", "c d", "e f"].map(page).to_vec();
    assert_eq!(frame(&pages), ["The Shop"]);
}
