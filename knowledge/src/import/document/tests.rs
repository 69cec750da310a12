use rstest::rstest;

use super::pair::{Mark, is_question, marked};
use super::*;

fn gathered(fill: impl FnOnce(&mut Outline<'_, '_>)) -> Vec<RawRow> {
    let mut rows = Vec::new();
    let mut take = |_: u64, row: Result<RawRow, String>| {
        rows.push(row.unwrap());
        true
    };
    let mut outline = Outline::new("help/guide.pdf", &mut take);
    fill(&mut outline);
    outline.finish().unwrap();
    rows
}

#[test]
fn a_section_keeps_its_headings_and_its_page() {
    let rows = gathered(|outline| {
        outline.page(1);
        outline.heading(1, "Returns");
        outline.heading(2, "Refunds");
        outline.paragraph("We pay back.");
        outline.page(2);
        outline.paragraph("Within a week.");
        outline.heading(1, "How do I pay?");
        outline.paragraph("By card.");
    });
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].question, "Refunds");
    assert_eq!(rows[0].answer, "We pay back.\n\nWithin a week.");
    assert_eq!(rows[0].category, "Returns");
    assert_eq!(rows[0].source, "help/guide.pdf › Returns › Refunds, p. 1");
    assert!(rows[0].is_section, "nobody wrote it as an answer");
    assert!(!rows[1].is_section, "its heading asks");
    assert_eq!(rows[1].source, "help/guide.pdf › How do I pay?, p. 2");
}

#[test]
fn pairs_in_the_text_and_in_tables_are_recognised() {
    let cell = |text: &str| text.to_owned();
    let rows = gathered(|outline| {
        outline.heading(1, "常见问题");
        outline.paragraph("问：怎么退货？");
        outline.paragraph("答：七天之内。");
        outline.paragraph("运费自理。");
        outline.paragraph("Q2: Do you ship abroad?");
        outline.paragraph("A2. Yes.");
        outline.table(&[
            vec![cell("编号"), cell("问题"), cell("答案")],
            vec![cell("p1"), cell("能开发票吗"), cell("能。")],
        ]);
        outline.table(&[vec![cell("Weight"), cell("Price")]]);
    });
    let pairs: Vec<_> = rows
        .iter()
        .map(|row| (row.question.as_str(), row.answer.as_str(), row.is_section))
        .collect();
    assert_eq!(
        pairs,
        [
            ("怎么退货？", "七天之内。\n\n运费自理。", false),
            ("Do you ship abroad?", "Yes.", false),
            ("能开发票吗", "能。", false),
            ("常见问题", "Weight | Price", true),
        ]
    );
    assert_eq!(rows[2].id, "p1");
}

#[test]
fn a_long_section_is_parted_between_its_paragraphs() {
    let rows = gathered(|outline| {
        outline.heading(1, "Terms");
        for _ in 0..3 {
            outline.paragraph(&"word ".repeat(1_000));
        }
    });
    let titles: Vec<_> = rows.iter().map(|row| row.question.as_str()).collect();
    assert_eq!(titles, ["Terms", "Terms (2)", "Terms (3)"]);
    assert_ne!(rows[0].id, rows[1].id);
}

#[test]
fn pages_without_headings_are_sections() {
    let rows = gathered(|outline| {
        for page in 1..=2 {
            outline.page(page);
            outline.paragraph(&format!("What stands on page {page}."));
        }
    });
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1].source, "help/guide.pdf, p. 2");
}

#[test]
fn equal_titles_in_different_chapters_have_different_ids() {
    let rows = gathered(|outline| {
        for chapter in ["A", "B"] {
            outline.heading(1, chapter);
            outline.heading(2, "Overview");
            outline.paragraph("…");
        }
    });
    assert_ne!(rows[0].id, rows[1].id);
}

#[rstest]
#[case("Q: why", Some((Mark::Question, "why")))]
#[case("问题3、为什么", Some((Mark::Question, "为什么")))]
#[case("A: so", Some((Mark::Answer, "so")))]
#[case("Answers are here", None)]
#[case("A parcel is late", None)]
#[case("答复很快", None)]
fn marks(#[case] text: &str, #[case] expected: Option<(Mark, &str)>) {
    assert_eq!(marked(text), expected);
}

#[rstest]
#[case("How do I pay?", true)]
#[case("如何开发票", true)]
#[case("退款政策", false)]
fn questions(#[case] title: &str, #[case] expected: bool) {
    assert_eq!(is_question(title), expected);
}
